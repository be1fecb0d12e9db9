/** One batch, one transaction: checkpoint, calls, buckets and the update that announces them, all or nothing. */
import type { AnyBulkWriteOperation, ClientSession, Db, UpdateFilter } from 'mongodb';
import type { TailedEvent } from '../ingest/contract.ts';
import { moveCheckpoint } from './checkpoint.ts';
import type { BucketChange } from './contribute.ts';
import type { ChangedHour, MergedCall, Position, StoredCall, StoredUpdate } from './documents.ts';
import { foldBatch, idsTouched, type ChangedCall } from './fold.ts';
import { isRetry, park, parkedNamedIn, unpark } from './retry.ts';
import { step } from './steps.ts';
import { viewCollection, type StoredBucket } from './views/view.ts';

/** What one transaction covers: events in the order of the log, the position after the last, and an event passed by. */
export type Batch = {
  events: readonly TailedEvent[];
  position: Position;
  /** Set where the batch is one event that the fold cannot take: it is parked instead of folded. */
  parkedBecause?: string;
};

/** `calls` holds both kinds; every field but the id depends on which. */
type CallDocument = { _id: string; revision: number } & (Partial<StoredCall> | Partial<MergedCall>);

/** Under whose epoch and as which commit a batch is written. */
export type Turn = { epoch: number; sequence: number };

/** What came of a transaction: its time and how many documents it touched, or null where the checkpoint had moved. */
export type Written = { at: Date; touched: number } | null;

/** How the transactions run: at the snapshot, on a majority's disks; visible to others only as a whole. */
export const TRANSACTION = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
} as const;

/**
 * Writes one batch inside the session's open transaction; the caller commits.
 * @param db the database
 * @param session a session whose transaction is open
 * @param work the batch and its turn
 * @returns what was written, or null where the checkpoint is not where it should be: nothing may be committed then
 */
export async function writeBatch(
  db: Db,
  session: ClientSession,
  work: { batch: Batch; turn: Turn },
): Promise<Written> {
  const { batch, turn } = work;
  const at = await moveCheckpoint(db, { id: 'views', ...turn, position: batch.position }, session);
  if (at === null) return null;
  step('checkpoint_matched');
  const retried = await parkedNamedIn(db, session, batch.events);
  const folded = batch.parkedBecause === undefined ? [...batch.events, ...retried] : [];
  const stored = await loadCalls(db, session, idsTouched(folded));
  const { calls, buckets } = foldBatch(folded, stored);
  await writeCalls(db, session, { calls, revision: turn.sequence });
  step('calls_written');
  await writeBuckets(db, session, { buckets, revision: turn.sequence });
  step('buckets_written');
  if (batch.parkedBecause !== undefined) {
    // A retry that fails says nothing itself: what it names stays parked, for today's reason.
    const events = batch.events.some(isRetry) ? retried : batch.events;
    await park(db, session, { events, sequence: turn.sequence, at, reason: batch.parkedBecause });
  } else {
    // What a scan reads again may have been parked by an older release.
    await unpark(db, session, batch.position.kind === 'scan' ? folded : retried);
  }
  const update = updateOf({ batch, retried, calls, buckets, sequence: turn.sequence, at });
  await db.collection<StoredUpdate>('updates').insertOne(update, { session });
  step('update_written');
  return { at, touched: calls.length + buckets.length };
}

async function loadCalls(db: Db, session: ClientSession, ids: string[]): Promise<StoredCall[]> {
  if (ids.length === 0) return [];
  return db
    .collection<StoredCall>('calls')
    .find({ aliases: { $in: ids } }, { session, batchSize: 5_000 })
    .toArray();
}

async function writeCalls(
  db: Db,
  session: ClientSession,
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
  await db.collection<CallDocument>('calls').bulkWrite(operations, { session, ordered: true });
}

async function writeBuckets(
  db: Db,
  session: ClientSession,
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
    await db.collection<StoredBucket>(name).bulkWrite(operations, { session, ordered: false });
  }
}

/** Campaigns whose counts of active calls may have moved, though no bucket did: a call that begins to ring is counted already. */
function campaignsOf(calls: readonly ChangedCall[]): string[] {
  const named = calls.flatMap(({ call, replaces }) => [call, ...replaces].map((one) => one.campaignId));
  return [...new Set(named.filter((key) => key !== null))];
}

/** Log times are whole seconds: within the same second nothing is said to be behind. */
function behindMs({ events }: Batch, at: Date): number {
  const last = events.at(-1);
  return last === undefined ? 0 : Math.max(0, at.getTime() - (last.logAt.t + 1) * 1_000);
}

function updateOf(work: {
  batch: Batch;
  retried: readonly TailedEvent[];
  calls: ChangedCall[];
  buckets: BucketChange[];
  sequence: number;
  at: Date;
}): StoredUpdate {
  const hours = new Map<string, ChangedHour>();
  for (const { slice, window, atMs } of work.buckets) {
    if (window !== 'hourly') continue;
    hours.set(JSON.stringify([slice, atMs]), { d: slice.dimension, k: slice.key, at: new Date(atMs) });
  }
  return {
    _id: work.sequence,
    at: work.at,
    events: [...work.batch.events, ...work.retried].map((event) => event._id),
    buckets: [...hours.values()],
    calls: work.calls.map(({ call }) => call.callId),
    campaigns: campaignsOf(work.calls),
    behindMs: behindMs(work.batch, work.at),
    merged: work.calls.flatMap(({ call, replaces }) =>
      replaces.map(({ _id }) => _id).filter((id) => id !== call.callId),
    ),
  };
}
