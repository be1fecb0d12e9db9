/** The writes of a mending turn: calls put in the place of wrong ones, buckets in the place of wrong ones, and what readers are told. */
import type { Call } from '../call.ts';
import type { ChangedHour, MergedCall, StoredCall } from '../documents.ts';
import { collectionIn } from '../version.ts';
import { flatCells, nestedCells } from '../views/cells.ts';
import { VIEW_NAMES, viewCollection, type BucketId, type Slice, type StoredBucket } from '../views/view.ts';
import { DAY_MS, startOf, type Window } from '../windows.ts';
import { writeCalls } from '../write-version.ts';
import type { Reading } from './gather.ts';
import { areSame, keyOf, type Findings, type RightBucket } from './inspect-hour.ts';
import type { ToldChanges } from './turn.ts';

/**
 * Takes the wrong calls away and writes the right ones; an id that is now another call's name says so.
 * @param reading the turn's transaction
 * @param found what is wrong
 * @param revision the turn's sequence
 */
export async function replaceCalls(reading: Reading, found: Findings, revision: number): Promise<void> {
  const { db, session, version } = reading;
  const calls = db.collection<StoredCall | MergedCall>(collectionIn('calls', version));
  const ids = [...new Set([...found.wrong.map(({ _id }) => _id), ...rightIds(found)])];
  if (ids.length === 0) return;
  await calls.deleteMany({ _id: { $in: ids } }, { session });
  const markers = mergedOf(found).map(({ id, into }) => ({ _id: id, mergedInto: into, revision }));
  if (markers.length > 0) await calls.insertMany(markers, { session });
  await writeCalls(reading, { calls: found.right.map((one) => ({ ...one, replaces: [] })), revision });
}

/**
 * Writes buckets whole. One that should hold nothing stays, empty: zero buckets are never deleted.
 * @param reading the turn's transaction
 * @param work which window's, as they should be, and the turn's sequence
 */
export async function replaceBuckets(
  { db, session, version }: Reading,
  work: { window: Window; buckets: readonly RightBucket[]; revision: number },
): Promise<void> {
  for (const view of VIEW_NAMES) {
    const operations = work.buckets
      .filter((bucket) => bucket.view === view)
      .map(({ slice, atMs, cells }) => {
        const _id: BucketId = { d: slice.dimension, k: slice.key, at: new Date(atMs) };
        const replacement = { revision: work.revision, ...nestedCells(cells) };
        return { replaceOne: { filter: { _id }, replacement, upsert: true } };
      });
    if (operations.length === 0) continue;
    const stored = db.collection<StoredBucket>(collectionIn(viewCollection(view, work.window), version));
    await stored.bulkWrite(operations, { session, ordered: false });
  }
}

/**
 * The daily buckets of a day that are not the sum of its hourly ones.
 * @param reading where
 * @param dayMs start of the day
 * @param only of these views and slices; all when left out
 */
export async function wrongDays(
  reading: Reading,
  dayMs: number,
  only?: readonly Pick<RightBucket, 'view' | 'slice'>[],
): Promise<RightBucket[]> {
  const wanted = only === undefined ? null : new Set(only.map(({ view, slice }) => keyOf(view, slice)));
  const should = new Map<string, RightBucket & { cells: Map<string, number> }>();
  for await (const { view, slice, bucket } of bucketsOf(reading, { window: 'hourly', fromMs: dayMs })) {
    const key = keyOf(view, slice);
    const day = should.get(key) ?? { view, slice, atMs: dayMs, cells: new Map<string, number>() };
    should.set(key, day);
    for (const [path, count] of flatCells(bucket)) {
      if (path.startsWith('q.')) continue;
      const sum = (day.cells.get(path) ?? 0) + count;
      if (sum === 0) day.cells.delete(path);
      else day.cells.set(path, sum);
    }
  }
  const wrong: RightBucket[] = [];
  for await (const { view, slice, bucket } of bucketsOf(reading, { window: 'daily', fromMs: dayMs })) {
    const key = keyOf(view, slice);
    const day = should.get(key) ?? { view, slice, atMs: dayMs, cells: new Map<string, number>() };
    should.delete(key);
    if (!areSame(day.cells, flatCells(bucket))) wrong.push(day);
  }
  const missing = [...should.values()].filter(({ cells }) => cells.size > 0);
  return [...wrong, ...missing].filter(({ view, slice }) => wanted?.has(keyOf(view, slice)) ?? true);
}

/**
 * What the turn's update tells readers.
 * @param found what was made right
 */
export function toldOf(found: Pick<Findings, 'wrong' | 'right' | 'buckets'>): Omit<ToldChanges, 'events'> {
  const hours = new Map<string, ChangedHour>();
  for (const { slice, atMs } of found.buckets)
    hours.set(JSON.stringify([slice, atMs]), { d: slice.dimension, k: slice.key, at: new Date(atMs) });
  const calls: Pick<Call, 'campaignId'>[] = [...found.wrong, ...found.right.map(({ call }) => call)];
  return {
    buckets: [...hours.values()],
    calls: rightIds(found),
    merged: mergedOf(found).map(({ id }) => id),
    campaigns: [...new Set(calls.flatMap(({ campaignId }) => campaignId ?? []))],
  };
}

function rightIds({ right }: Pick<Findings, 'right'>): string[] {
  return right.map(({ call }) => call.callId);
}

/** Ids of wrong calls that are no call any more, but another name of one. */
function mergedOf({ wrong, right }: Pick<Findings, 'wrong' | 'right'>): { id: string; into: string }[] {
  const callOf = new Map(right.flatMap(({ call }) => call.aliases.map((id) => [id, call.callId])));
  return wrong.flatMap(({ _id: id }) => {
    const into = callOf.get(id);
    return into === undefined || into === id ? [] : [{ id, into }];
  });
}

async function* bucketsOf(
  { db, session, version }: Reading,
  { window, fromMs }: { window: Window; fromMs: number },
): AsyncGenerator<{ view: RightBucket['view']; slice: Slice; bucket: StoredBucket }> {
  const at = { $gte: new Date(fromMs), $lt: new Date(startOf(fromMs, DAY_MS) + DAY_MS) };
  for (const view of VIEW_NAMES) {
    const stored = db
      .collection<StoredBucket>(collectionIn(viewCollection(view, window), version))
      .find({ '_id.at': at }, { session });
    for await (const bucket of stored)
      yield { view, slice: { dimension: bucket._id.d, key: bucket._id.k }, bucket };
  }
}
