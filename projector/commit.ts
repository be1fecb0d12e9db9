/** One batch brought into the views for certain: tried again, its outcome looked up where unknown, halved where it cannot go in. */
import { BSON, type ClientSession, type Db } from 'mongodb';
import { isUnavailable } from '../ops/process/mongo.ts';
import { Fenced, readCheckpoint } from './checkpoint.ts';
import { BesideFailed, TRANSACTION, writeBatch, type Batch, type Turn } from './project.ts';
import type { Position } from './documents.ts';
import type { FactsOf } from './facts-of.ts';
import { reasonOf } from './reason.ts';
import { step } from './steps.ts';
import type { TailBatch } from './tail.ts';
import type { Pointer } from './version.ts';

/**
 * Where the writer is: its session, its epoch, the sequence of its last commit, how it reads events, and the pointer as that
 * commit left it, null where it is not known.
 */
export type Writer = {
  db: Db;
  session: ClientSession;
  epoch: number;
  sequence: number;
  factsOf: FactsOf;
  pointer: Pointer | null;
};

/** A commit that is in: its sequence, the server's time, how many events it covers and how many documents it touched. */
export type Committed = { sequence: number; at: Date; events: number; parked: number; touched: number };

/** How often a batch may fail for a reason that is not the connection's before it is halved. */
const TRIES = 2;

/**
 * Commits what the tail or the scan delivered, in one transaction or, where one event cannot be folded, in several: the good
 * events go in, the bad one is parked, nothing stops the stream.
 * @param writer who writes; its `sequence` moves with each commit
 * @param batch events and the position after them
 * @param committed told of each commit, in order
 * @throws Fenced when another writer took over; the error itself when the database is away
 */
export async function commitBatch(
  writer: Writer,
  batch: TailBatch,
  committed: (commit: Committed) => void,
): Promise<void> {
  try {
    const events = batch.items.map((item) => item.event);
    committed(await attempt(writer, { events, position: batch.position }));
  } catch (error) {
    if (error instanceof Fenced || isPassing(error) || batch.items.length === 0) throw error;
    const [only] = batch.items;
    if (batch.items.length === 1 && only !== undefined) {
      committed(await passBy(writer, { events: [only.event], position: batch.position }, error));
      return;
    }
    const middle = batch.items.length >> 1;
    const [head, rest] = [batch.items.slice(0, middle), batch.items.slice(middle)];
    const last = head.at(-1);
    if (last === undefined) throw error;
    await commitBatch(writer, { items: head, position: last.position }, committed);
    await commitBatch(writer, { items: rest, position: batch.position }, committed);
  }
}

/** One event that cannot go in: where a version beside the one in use refuses it, that version is given up, else the event is parked. */
async function passBy(writer: Writer, batch: Batch, error: unknown): Promise<Committed> {
  if (!(error instanceof BesideFailed)) return attempt(writer, { ...batch, parkedBecause: reasonOf(error) });
  const without: Batch = { ...batch, givenUp: [...(batch.givenUp ?? []), error] };
  try {
    return await attempt(writer, without);
  } catch (next) {
    if (next instanceof BesideFailed) return passBy(writer, without, next);
    throw next;
  }
}

async function attempt(writer: Writer, batch: Batch): Promise<Committed> {
  for (let tries = 1; ; tries++) {
    const turn = { epoch: writer.epoch, sequence: writer.sequence + 1 };
    try {
      const written = await transact(writer, batch, turn);
      writer.sequence = turn.sequence;
      const parked = batch.parkedBecause === undefined ? 0 : batch.events.length;
      return { ...written, sequence: turn.sequence, events: batch.events.length, parked };
    } catch (error) {
      if (error instanceof Fenced) throw error;
      const found = await whatBecameOf(writer, { batch, turn });
      if (found !== null) {
        writer.sequence = turn.sequence;
        const parked = batch.parkedBecause === undefined ? 0 : batch.events.length;
        return { sequence: turn.sequence, at: found, events: batch.events.length, parked, touched: 0 };
      }
      if (isPassing(error) || tries >= TRIES) throw error;
    }
  }
}

async function transact(writer: Writer, batch: Batch, turn: Turn): Promise<{ at: Date; touched: number }> {
  const { db, session, factsOf, pointer } = writer;
  // Known again only once this commit is in.
  writer.pointer = null;
  session.startTransaction(TRANSACTION);
  step('transaction_open');
  try {
    const written = await writeBatch(db, session, { batch, turn, factsOf, pointer });
    if (written === null) throw new CheckpointMoved();
    step('commit_sent');
    await session.commitTransaction();
    step('committed');
    writer.pointer = written.pointer;
    return written;
  } finally {
    if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
  }
}

/** The checkpoint did not match: a commit of ours went through unnoticed, of this batch or of the one before, or somebody else writes. */
class CheckpointMoved extends Error {}

/**
 * Asks the checkpoint, since the error cannot tell: did this batch go in? Its place in the log says so, not the number alone: a
 * smaller batch of before, whose commit was given up for lost, may land late under the very same number.
 * @returns the commit's time, or null where it did not go in
 */
async function whatBecameOf(
  writer: Writer,
  { batch, turn }: { batch: Batch; turn: Turn },
): Promise<Date | null> {
  const checkpoint = await readCheckpoint(writer.db);
  if (checkpoint === null || checkpoint.epoch !== turn.epoch)
    throw new Fenced('another projector has taken over');
  const isOurs =
    checkpoint.sequence === turn.sequence && textOf(checkpoint.position) === textOf(batch.position);
  return isOurs ? checkpoint.at : null;
}

function textOf(position: Position | null): string {
  return BSON.EJSON.stringify(position, { relaxed: false });
}

/** Errors of the connection or the set, not of the batch: the same batch goes in once they have passed. */
export function isPassing(error: unknown): boolean {
  return error instanceof CheckpointMoved || isUnavailable(error);
}
