/** The second pass of a rebuild: every bucket counted from the calls, day by day, each written once and whole. */
import { contributionOf, createChangeSum, type BucketChange } from '../contribute.ts';
import { WHOLE, type StoredCall } from '../documents.ts';
import { collectionIn } from '../version.ts';
import { nestedCells } from '../views/cells.ts';
import { viewCollection, type StoredBucket } from '../views/view.ts';
import { DAY_MS, HOUR_MS, startOf } from '../windows.ts';
import { inParallel, type Building } from './building.ts';
import { rebuildStep as step } from './steps.ts';

/** Documents of a reply, and about so many of a write. */
const READ_AT_ONCE = 2_000;
const WRITTEN_AT_ONCE = 2_000;

/** Buckets that come up under one name: their changes added up. */
type Sums = Map<string, BucketChange>;

/**
 * Counts all buckets of a version that has its calls and no bucket yet.
 * @param building the version; nobody else writes to it
 * @param told hears of calls that were counted
 * @returns how many buckets were written
 */
export async function countBuckets(building: Building, told: (calls: number) => void): Promise<number> {
  const written = { buckets: 0 };
  await inParallel(await daysOf(building), building, async (dayMs) => {
    const daily: Sums = new Map();
    let waiting: BucketChange[] = [];
    const flush = async (): Promise<void> => {
      const changes = waiting;
      waiting = [];
      await writeBuckets(building, changes);
      written.buckets += changes.length;
    };
    for (let hourMs = dayMs; hourMs < dayMs + DAY_MS; hourMs += HOUR_MS) {
      building.signal.throwIfAborted();
      const { changes, calls } = await countHour(building, hourMs);
      for (const change of changes)
        if (change.window === 'daily') addUp(daily, change);
        else waiting.push(change);
      told(calls);
      if (waiting.length >= WRITTEN_AT_ONCE) await flush();
    }
    waiting.push(...daily.values());
    await flush();
    step('day_counted');
  });
  return written.buckets;
}

async function countHour(
  building: Building,
  hourMs: number,
): Promise<{ changes: BucketChange[]; calls: number }> {
  const sum = createChangeSum();
  let calls = 0;
  for await (const call of callsStarted(building, hourMs)) {
    sum.replace(null, contributionOf(call));
    calls += 1;
  }
  return { changes: sum.changes(), calls };
}

async function daysOf(building: Building): Promise<number[]> {
  const [first, last] = await Promise.all([1, -1].map((order) => endOf(building, order as 1 | -1)));
  if (first === undefined || last === undefined || first === null || last === null) return [];
  const days: number[] = [];
  for (let dayMs = startOf(first.getTime(), DAY_MS); dayMs <= last.getTime(); dayMs += DAY_MS)
    days.push(dayMs);
  return days;
}

async function endOf({ db, version }: Building, order: 1 | -1): Promise<Date | null> {
  const found = await db
    .collection<StoredCall>(collectionIn('calls', version))
    .find({ ...WHOLE, startedAt: { $type: 'date' } }, { projection: { startedAt: 1 } })
    .sort({ startedAt: order, _id: order })
    .limit(1)
    .next();
  return found?.startedAt ?? null;
}

function callsStarted({ db, version }: Building, fromMs: number) {
  const startedAt = { $gte: new Date(fromMs), $lt: new Date(fromMs + HOUR_MS) };
  return db
    .collection<StoredCall>(collectionIn('calls', version))
    .find({ ...WHOLE, startedAt }, { projection: { parts: 0 } })
    .batchSize(READ_AT_ONCE);
}

function addUp(sums: Sums, change: BucketChange): void {
  const { view, slice, atMs, add } = change;
  const name = JSON.stringify([view, slice.dimension, slice.key, atMs]);
  const held = sums.get(name);
  if (held === undefined) sums.set(name, { ...change, add: new Map(add) });
  else for (const [path, count] of add) held.add.set(path, (held.add.get(path) ?? 0) + count);
}

async function writeBuckets(building: Building, changes: readonly BucketChange[]): Promise<void> {
  const { db, version, sequence: revision } = building;
  const byCollection = new Map<string, StoredBucket[]>();
  for (const { view, window, slice, atMs, add } of changes) {
    const name = viewCollection(view, window);
    const _id = { d: slice.dimension, k: slice.key, at: new Date(atMs) };
    const buckets = byCollection.get(name) ?? [];
    byCollection.set(name, buckets);
    buckets.push({ _id, revision, ...nestedCells(add) });
  }
  await Promise.all(
    [...byCollection].map(([name, buckets]) =>
      db
        .collection<StoredBucket>(collectionIn(name, version))
        .insertMany(buckets, { ordered: false, writeConcern: { w: 'majority', journal: true } }),
    ),
  );
}
