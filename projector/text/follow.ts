/** The second tail: beside the numbers, under a lease and a checkpoint of its own, it keeps what was said and scores it. */
import type { Db } from 'mongodb';
import { createAppend, type StoredEvent } from '../../ingest/contract.ts';
import type { Log } from '../../ops/process/log.ts';
import { claimCheckpoint, Fenced, moveCheckpoint } from '../checkpoint.ts';
import { runLeader, type Turn } from '../lead.ts';
import type { Applicant } from '../lease.ts';
import { readLog } from '../read-log.ts';
import { step } from '../steps.ts';
import { EVENT_FIELDS, type HistoryLost, type LogGone, type TailBatch } from '../tail.ts';
import { createScorer } from './score.ts';
import { takeText, type Taken, type Taking } from './take.ts';

/** What the text tail tells of itself; `oldestMs` is the arrival of the batch's oldest event, null where it is empty. */
export type TextObserver = {
  taken(taken: Taken, oldestMs: number | null): void;
  historyLost(): void;
};

/** What the text tail is made of. */
export type TextParts = { applicant: Applicant; log: Log; observer: TextObserver; signal: AbortSignal };

/** Beside what the numbers read: the bytes, and what they are read with. Never changed lightly, see `LogCut`. */
const TEXT_FIELDS = [...EVENT_FIELDS, 'target', 'headers', 'body'] as const;
/** Events of a batch: with bodies of up to 8 MB, a reply of the server holds few anyway. */
const BATCH_EVENTS = 100;

/**
 * Stands by until the lease `text` is free, then keeps transcripts, recordings and local scores until stopped or replaced.
 * Its errors are its own: it waits and tries again, and the numbers go on.
 * @param parts what it works with; returns once `signal` is aborted
 */
export function runText(parts: TextParts): Promise<void> {
  const { applicant, log } = parts;
  const taking: Taking = {
    db: applicant.db,
    append: createAppend(applicant.db.collection<StoredEvent>('events')),
    score: createScorer(),
    failed: ({ _id }, failure) =>
      log.error({ event: _id.toString('hex'), ...failure }, 'an event has text that cannot be kept'),
  };
  const leading = (epoch: number | null): void => {
    if (epoch !== null) log.info({ epoch }, 'text lease taken');
  };
  return runLeader({ ...parts, leading }, (turn) => follow(parts, taking, turn));
}

/** Reads from the checkpoint on; a batch is written, then the checkpoint moves: after a crash between, it is written again. */
async function follow(parts: TextParts, taking: Taking, { epoch, signal, progressed }: Turn): Promise<void> {
  const { db } = parts.applicant;
  const checkpoint = await claimCheckpoint(db, epoch, 'text');
  if (checkpoint === null) throw new Fenced('another text tail has taken over');
  let { sequence } = checkpoint;
  const take = async (batch: TailBatch<StoredEvent>): Promise<void> => {
    const events = batch.items.map(({ event }) => event);
    const taken = await takeText(taking, events);
    if (events.length > 0) step('text_written');
    await pass(db, { epoch, sequence: sequence + 1, batch });
    sequence += 1;
    if (events.length > 0) step('text_passed');
    progressed();
    parts.observer.taken(taken, oldestOf(events));
  };
  const log = {
    events: db.collection<StoredEvent>('events'),
    fields: TEXT_FIELDS,
    limit: () => BATCH_EVENTS,
  };
  const historyLost = (error: HistoryLost | LogGone): void => {
    parts.log.error({ code: error.code, err: error }, 'history lost: reading the log again for text');
    parts.observer.historyLost();
  };
  await readLog({ log, take, historyLost, signal }, checkpoint);
}

async function pass(
  db: Db,
  { epoch, sequence, batch }: { epoch: number; sequence: number; batch: TailBatch<StoredEvent> },
): Promise<void> {
  const at = await moveCheckpoint(db, { id: 'text', epoch, sequence, position: batch.position });
  // Either an unnoticed move of our own or a successor's: the next turn asks the checkpoint which.
  if (at === null) throw new Error('the checkpoint of the text tail is not where it was left');
}

function oldestOf(events: readonly StoredEvent[]): number | null {
  return events.length === 0 ? null : Math.min(...events.map(({ receivedAt }) => receivedAt.getTime()));
}
