/**
 * The oracle: a second, deliberately dumb program that reads the whole log and says, byte for byte, what `calls` and the six
 * views must hold. It shares types and names with the projector, no rule and no code, and knows nothing of increments.
 */
import type { Db } from 'mongodb';
import { interpret, type StoredEvent, type TailedEvent } from '../../ingest/contract.ts';
import type { MergedCall, ParkedEvent, StoredCall } from '../../projector/documents.ts';
import type { Pointer } from '../../projector/version.ts';
import { VIEW_COLLECTIONS, type StoredBucket } from '../../projector/views/view.ts';
import { bucketName, recountBuckets, type Buckets } from './recount-buckets.ts';
import { recountCalls } from './recount-calls.ts';

/** Calls by id and buckets by name, whoever made them. */
export type CountedViews = {
  calls: ReadonlyMap<string, object>;
  buckets: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
};

/**
 * Recounts a log.
 * @param log all its events but the parked ones, in any order
 * @returns what calls and views must hold
 */
export function recountEvents(log: readonly TailedEvent[]): CountedViews & { buckets: Buckets } {
  const calls = recountCalls(log);
  return { calls: new Map(calls.map((call) => [call._id, call])), buckets: recountBuckets(calls) };
}

/**
 * One text for one state, a line for each call and each bucket.
 * @param views calls and buckets
 * @returns sorted lines of JSON with sorted keys; without `revision`, cells of 0 and buckets that hold no others
 */
export function canonicalViews({ calls, buckets }: CountedViews): string {
  const lines = [...calls.values()].map((call) => JSON.stringify(sorted({ ...call, revision: undefined })));
  for (const [name, cells] of buckets) {
    const held = [...cells].filter(([, count]) => count !== 0);
    if (held.length > 0) lines.push(JSON.stringify([name, sorted(Object.fromEntries(held))]));
  }
  return lines.sort().join('\n');
}

/**
 * What the views must be, by recount of `events`.
 * @param db the database; events in `parked` are left out
 * @param version of which version; the one in use when left out
 * @returns canonical text
 */
export async function expectedViews(db: Db, version?: number): Promise<string> {
  const parked = await db.collection<ParkedEvent>('parked').find().toArray();
  const passed = new Set(parked.map(({ _id }) => _id.toString('hex')));
  const pointer = await db.collection<Pointer>('pointers').findOne();
  const asked = pointer?.versions.find((one) => one.version === (version ?? pointer.version));
  const log = await db.collection<StoredEvent>('events').find().toArray();
  const counted = log.filter(({ _id }) => !passed.has(_id.toString('hex')));
  return canonicalViews(recountEvents(counted.map((event) => readBy(asked?.factsVersion ?? 0, event))));
}

/** Events with facts that are too old are what their bodies say today, where they have one; with the defaults, since tests set no others. */
function readBy(factsVersion: number, event: StoredEvent): TailedEvent {
  if (event.factsVersion >= factsVersion || event.body === undefined) return event;
  const delivery = { ...event, body: Buffer.from(event.body.value()) };
  return { ...event, ...interpret(event.provider, delivery) };
}

/**
 * What the views are.
 * @param db the database
 * @param version of which version; the one in use when left out
 * @returns canonical text of `calls` without `{mergedInto}` markers, and of the six collections
 */
export async function storedViews(db: Db, version?: number): Promise<string> {
  const shown = version ?? (await db.collection<Pointer>('pointers').findOne())?.version ?? 1;
  const named = (name: string): string => (shown === 1 ? name : `${name}_v${shown}`);
  const stored = await db.collection<StoredCall | MergedCall>(named('calls')).find().toArray();
  const calls = stored.filter((call) => !('mergedInto' in call));
  const buckets = new Map<string, Map<string, unknown>>();
  for (const name of VIEW_COLLECTIONS) {
    for (const { _id, revision: _, ...cells } of await db
      .collection<StoredBucket>(named(name))
      .find()
      .toArray()) {
      const bucket = bucketName(name, _id);
      // Ids with other fields, or in another order, are other documents to the database: a reader would miss one.
      buckets.set(
        Object.keys(_id).join() === 'd,k,at' && !buckets.has(bucket) ? bucket : `${bucket} again`,
        new Map(leavesOf(cells, '')),
      );
    }
  }
  return canonicalViews({ calls: new Map(calls.map((call) => [call._id, call])), buckets });
}

/** Nested cells as dotted paths; whatever is no number stays what it is, and so stands out. */
function leavesOf(cells: object, prefix: string): [string, unknown][] {
  return Object.entries(cells).flatMap(([name, value]: [string, unknown]): [string, unknown][] =>
    typeof value === 'object' && value !== null && !(value instanceof Date)
      ? leavesOf(value, `${prefix}${name}.`)
      : [[prefix + name, value]],
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]: [string, unknown]) => [key, sorted(inner)]));
}
