/** What a batch of events does to one version: its calls read, folded and written, its buckets changed, in an open transaction. */
import type { AnyBulkWriteOperation, ClientSession, Db, UpdateFilter } from 'mongodb';
import type { TailedEvent } from '../ingest/contract.ts';
import type { BucketChange } from './contribute.ts';
import { WHOLE, type MergedCall, type StoredCall } from './documents.ts';
import { foldBatch, idsTouched, type ChangedCall, type FoldedBatch } from './fold.ts';
import { step } from './steps.ts';
import { collectionIn } from './version.ts';
import { viewCollection, type StoredBucket } from './views/view.ts';

/** Where to write: the database, a session whose transaction is open, and the version. */
export type Target = { db: Db; session: ClientSession; version: number };

/** `calls` holds both kinds; every field but the id depends on which. */
type CallDocument = { _id: string; revision: number } & (Partial<StoredCall> | Partial<MergedCall>);

/**
 * Folds events into the calls and buckets of one version.
 * @param target where
 * @param work the events, as the version reads them, and the sequence of the commit they are part of
 * @returns what changed
 */
export async function writeVersion(
  target: Target,
  work: { events: readonly TailedEvent[]; revision: number },
): Promise<FoldedBatch> {
  const { events, revision } = work;
  const folded = foldBatch(events, await loadCalls(target, idsTouched(events)));
  await writeCalls(target, { calls: folded.calls, revision });
  step('calls_written');
  await writeBuckets(target, { buckets: folded.buckets, revision });
  step('buckets_written');
  return folded;
}

/**
 * Reads the calls that a batch may touch.
 * @param target where
 * @param ids part ids and links
 */
export async function loadCalls({ db, session, version }: Target, ids: string[]): Promise<StoredCall[]> {
  if (ids.length === 0) return [];
  return db
    .collection<StoredCall>(collectionIn('calls', version))
    .find({ aliases: { $in: ids }, ...WHOLE }, { session, batchSize: 5_000 })
    .toArray();
}

/**
 * Writes calls, and the marks of those that became part of others.
 * @param target where
 * @param work the changed calls and the sequence of the commit they are part of
 */
export async function writeCalls(
  { db, session, version }: Target,
  work: { calls: ChangedCall[]; revision: number },
): Promise<void> {
  if (work.calls.length === 0) return;
  const operations: AnyBulkWriteOperation<CallDocument>[] = [];
  // Markers first: an id may be an alias of one call only, and the index says so at every single write.
  for (const { call, replaces } of work.calls) {
    for (const { _id } of replaces) {
      if (_id === call.callId) continue;
      const marker: Omit<MergedCall, '_id'> = { mergedInto: call.callId, revision: work.revision };
      operations.push({ replaceOne: { filter: { _id }, replacement: marker } });
    }
  }
  for (const { call, parts, replaces } of work.calls) {
    const document = { ...call, revision: work.revision, parts };
    if (replaces.length === 0)
      operations.push({ insertOne: { document: { _id: call.callId, ...document } } });
    else
      operations.push({ replaceOne: { filter: { _id: call.callId }, replacement: document, upsert: true } });
  }
  const calls = db.collection<CallDocument>(collectionIn('calls', version));
  await calls.bulkWrite(operations, { session, ordered: true });
}

async function writeBuckets(
  { db, session, version }: Target,
  work: { buckets: BucketChange[]; revision: number },
): Promise<void> {
  const byCollection = new Map<string, BucketChange[]>();
  for (const bucket of work.buckets) {
    const name = viewCollection(bucket.view, bucket.window);
    const held = byCollection.get(name);
    if (held === undefined) byCollection.set(name, [bucket]);
    else held.push(bucket);
  }
  for (const [name, buckets] of byCollection) {
    const operations = buckets.map(({ slice, atMs, add }) => {
      const update: UpdateFilter<StoredBucket> = { $set: { revision: work.revision } };
      // Cells are known by path at run time only.
      Object.assign(update, { $inc: Object.fromEntries(add) });
      const filter = { _id: { d: slice.dimension, k: slice.key, at: new Date(atMs) } };
      return { updateOne: { filter, update, upsert: true } };
    });
    const stored = db.collection<StoredBucket>(collectionIn(name, version));
    await stored.bulkWrite(operations, { session, ordered: false });
  }
}
