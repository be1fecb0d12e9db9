/** One batch, one transaction: checkpoint, calls, buckets and the update that announces them, all or nothing. */
import type { ClientSession, Db } from 'mongodb';
import type { TailedEvent } from '../ingest/contract.ts';
import { isUnavailable } from '../ops/process/mongo.ts';
import { moveCheckpoint } from './checkpoint.ts';
import type { BucketChange } from './contribute.ts';
import type { ChangedHour, Position, StoredUpdate } from './documents.ts';
import type { FactsOf } from './facts-of.ts';
import type { ChangedCall, FoldedBatch } from './fold.ts';
import { reasonOf } from './reason.ts';
import { isRetry, park, parkedNamedIn, unpark } from './retry.ts';
import { step } from './steps.ts';
import { readPointer, versionsFollowed, type Pointer, type Version } from './version.ts';
import { writeVersion } from './write-version.ts';

/** What one transaction covers: events in the order of the log, the position after the last, and an event passed by. */
export type Batch = {
  events: readonly TailedEvent[];
  position: Position;
  /** Set where the batch is one event that the fold cannot take: it is parked instead of folded. */
  parkedBecause?: string;
  /** Set where the batch cannot be written to versions beside the one in use: those are followed no longer. */
  givenUp?: readonly BesideFailed[];
};

/** A version beside the one in use cannot take a batch: no reason to keep an event from the numbers that people see. */
export class BesideFailed extends Error {
  readonly version: number;
  constructor(version: number, cause: unknown) {
    super(`version ${version} of the views cannot take a batch`, { cause });
    this.version = version;
  }
}

/** Under whose epoch and as which commit a batch is written. */
export type Turn = { epoch: number; sequence: number };

/**
 * What came of a transaction: its time, how many documents it touched, and the pointer as it leaves it, null where it changed
 * that; or null where the checkpoint had moved.
 */
export type Written = { at: Date; touched: number; pointer: Pointer | null } | null;

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
 * @param work the batch, its turn, how events are read, and the pointer that the commit before left, null where it is not known:
 *   nobody can change it and leave the checkpoint where that commit left it
 * @returns what was written, or null where the checkpoint is not where it should be: nothing may be committed then
 */
export async function writeBatch(
  db: Db,
  session: ClientSession,
  work: { batch: Batch; turn: Turn; factsOf: FactsOf; pointer: Pointer | null },
): Promise<Written> {
  const { batch, turn, factsOf } = work;
  const at = await moveCheckpoint(db, { id: 'views', ...turn, position: batch.position }, session);
  if (at === null) return null;
  step('checkpoint_matched');
  const pointer = work.pointer ?? (await readPointer(db.collection('pointers'), session));
  const retried = await parkedNamedIn(db, session, batch.events);
  const folded = batch.parkedBecause === undefined ? [...batch.events, ...retried] : [];
  const { changed, touched } = await writeFollowed(db, session, { batch, folded, turn, pointer, factsOf });
  if (batch.parkedBecause !== undefined) {
    // A retry that fails says nothing itself: what it names stays parked, for today's reason.
    const events = batch.events.some(isRetry) ? retried : batch.events;
    await park(db, session, { events, sequence: turn.sequence, at, reason: batch.parkedBecause });
  } else {
    // What a scan reads again may have been parked by an older release.
    await unpark(db, session, batch.position.kind === 'scan' ? folded : retried);
  }
  const update = updateOf({ batch, retried, ...changed, sequence: turn.sequence, at });
  await db.collection<StoredUpdate>('updates').insertOne(update, { session });
  step('update_written');
  return { at, touched, pointer: batch.givenUp === undefined ? pointer : null };
}

/** Every version that is followed, the one in use first: what is wrong with an event shows there before anything is blamed on another. */
async function writeFollowed(
  db: Db,
  session: ClientSession,
  work: { batch: Batch; folded: readonly TailedEvent[]; turn: Turn; pointer: Pointer; factsOf: FactsOf },
): Promise<{ changed: FoldedBatch; touched: number }> {
  const { folded, turn, pointer, factsOf } = work;
  const { givenUp = [] } = work.batch;
  if (givenUp.length > 0) await giveUp(db, session, { pointer, givenUp });
  const write = async ({ version, factsVersion }: Version): Promise<FoldedBatch> => {
    const events = await factsOf(folded, factsVersion);
    return writeVersion({ db, session, version }, { events, revision: turn.sequence });
  };
  const [inUse, ...beside] = versionsFollowed(pointer).filter(
    (one) => !givenUp.some(({ version }) => version === one.version),
  );
  if (inUse?.version !== pointer.version) throw new Error('the version in use is not followed');
  const changed = await write(inUse);
  let touched = changed.calls.length + changed.buckets.length;
  for (const one of beside) {
    const { calls, buckets } = await write(one).catch((error: unknown) => {
      throw isUnavailable(error) ? error : new BesideFailed(one.version, error);
    });
    touched += calls.length + buckets.length;
  }
  return { changed, touched };
}

async function giveUp(
  db: Db,
  session: ClientSession,
  { pointer, givenUp }: { pointer: Pointer; givenUp: readonly BesideFailed[] },
): Promise<void> {
  const versions = pointer.versions.map((one): Version => {
    const failed = givenUp.find(({ version }) => version === one.version);
    return failed === undefined ? one : { ...one, state: 'given_up', because: reasonOf(failed.cause) };
  });
  await db.collection<Pointer>('pointers').updateOne({ _id: 'views' }, { $set: { versions } }, { session });
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
