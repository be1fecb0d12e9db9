/** One hour of a version held against the log, by the product's own fold: which calls and buckets are not what they should be. */
import { BSON } from 'mongodb';
import { contributionOf, createChangeSum } from '../contribute.ts';
import { WHOLE, type StoredCall } from '../documents.ts';
import { foldCalls, type ChangedCall } from '../fold.ts';
import { collectionIn } from '../version.ts';
import { flatCells } from '../views/cells.ts';
import { VIEW_NAMES, viewCollection, type Slice, type StoredBucket, type ViewName } from '../views/view.ts';
import { HOUR_MS, startOf } from '../windows.ts';
import { gatherHour, type Reading } from './gather.ts';
import type { TailedEvent } from '../../ingest/contract.ts';

/** An hourly bucket as it should be; without cells it is to hold nothing. */
export type RightBucket = { view: ViewName; slice: Slice; atMs: number; cells: ReadonlyMap<string, number> };

/**
 * What is wrong: `wrong` calls that are stored and should not be as they are, `right` ones as they should be in their place,
 * and buckets. `events` are all those that were folded for it.
 */
export type Findings = {
  events: TailedEvent[];
  wrong: StoredCall[];
  right: ChangedCall[];
  buckets: RightBucket[];
};

/**
 * Looks at one hour: its calls folded anew from the log alone, and its buckets counted from those. Where a call turns out to have
 * started in another hour, that hour's buckets are looked at too.
 * @param reading where
 * @param hourMs start of the hour
 */
export async function inspectHour(reading: Reading, hourMs: number): Promise<Findings> {
  const { events, stored } = await gatherHour(reading, hourMs);
  const folded = new Map(foldCalls(events, []).map((one) => [one.call.callId, one]));
  const wrong = stored.filter((call) => !isSame(call, folded.get(call._id)));
  const replaced = new Set(wrong.map(({ _id }) => _id));
  const kept = new Set(stored.map(({ _id }) => _id).filter((id) => !replaced.has(id)));
  const right = [...folded.values()].filter(({ call }) => !kept.has(call.callId));
  const starts = [...wrong, ...right.map(({ call }) => call)].map(({ startedAt }) => startedAt?.getTime());
  const hours = new Set([hourMs]);
  for (const start of starts) if (start !== undefined) hours.add(startOf(start, HOUR_MS));
  const buckets: RightBucket[] = [];
  for (const atMs of hours) buckets.push(...(await wrongBuckets(reading, { atMs, replaced, right })));
  return { events, wrong, right, buckets };
}

/** `revision` tells when a call was written, not what it is. */
function isSame({ _id, revision: _, ...stored }: StoredCall, folded: ChangedCall | undefined): boolean {
  return folded !== undefined && textOf(stored) === textOf({ ...folded.call, parts: folded.parts });
}

function textOf(call: object): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (!isPlain(value)) return value;
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(
      entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]),
    );
  };
  return BSON.EJSON.stringify(sorted(call));
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

async function wrongBuckets(
  reading: Reading,
  { atMs, replaced, right }: { atMs: number; replaced: ReadonlySet<string>; right: readonly ChangedCall[] },
): Promise<RightBucket[]> {
  const { db, session, version } = reading;
  const inHour = { $gte: new Date(atMs), $lt: new Date(atMs + HOUR_MS) };
  const sum = createChangeSum();
  const calls = db
    .collection(collectionIn('calls', version))
    .find<StoredCall>({ startedAt: inHour, ...WHOLE }, { session, projection: { parts: 0 } });
  for await (const call of calls) if (!replaced.has(call._id)) sum.replace(null, contributionOf(call));
  for (const { call } of right)
    if (call.startedAt !== null && startOf(call.startedAt.getTime(), HOUR_MS) === atMs)
      sum.replace(null, contributionOf(call));
  const should = new Map<string, RightBucket>();
  for (const { view, window, slice, add } of sum.changes())
    if (window === 'hourly') should.set(keyOf(view, slice), { view, slice, atMs, cells: add });
  const wrong: RightBucket[] = [];
  for (const view of VIEW_NAMES) {
    const stored = db
      .collection<StoredBucket>(collectionIn(viewCollection(view, 'hourly'), version))
      .find({ '_id.at': new Date(atMs) }, { session });
    for await (const bucket of stored) {
      const slice: Slice = { dimension: bucket._id.d, key: bucket._id.k };
      const expected = should.get(keyOf(view, slice)) ?? { view, slice, atMs, cells: new Map() };
      should.delete(keyOf(view, slice));
      if (!areSame(expected.cells, flatCells(bucket))) wrong.push(expected);
    }
  }
  return [...wrong, ...should.values()];
}

/**
 * What a bucket of one moment is named by.
 * @param view its view
 * @param slice its slice
 */
export function keyOf(view: ViewName, { dimension, key }: Slice): string {
  return JSON.stringify([view, dimension, key]);
}

/**
 * Whether two sets of cells are the same, zeros being absent.
 * @param one cells by path
 * @param other cells by path
 */
export function areSame(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return one.size === other.size && [...one].every(([path, count]) => other.get(path) === count);
}
