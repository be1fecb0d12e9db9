/** What the active projector does: claim the checkpoint, read the log from there on, commit batch after batch. */
import type { TailedEvent } from '../ingest/contract.ts';
import type { Log } from '../ops/process/log.ts';
import { claimCheckpoint, Fenced } from './checkpoint.ts';
import { commitBatch, type Committed, type Writer } from './commit.ts';
import { createFactsOf } from './facts-of.ts';
import { runLeader, type Turn } from './lead.ts';
import { endDead, type Applicant } from './lease.ts';
import { readLog } from './read-log.ts';
import { step } from './steps.ts';
import { EVENT_FIELDS, type HistoryLost, type LogGone, type TailBatch } from './tail.ts';

/** What the projector tells of itself while it works; the process turns it into metrics. */
export type Observer = {
  leading(epoch: number | null): void;
  committed(commit: Committed, batch: TailBatch, tookMs: number): void;
  historyLost(): void;
};

/** What a projector is made of. */
export type ProjectorParts = { applicant: Applicant; log: Log; observer: Observer; signal: AbortSignal };

/** Bounds of a batch: at most this many events, and about this many documents written in one transaction. */
const BATCH = { leastEvents: 50, firstEvents: 250, mostEvents: 2_000, documents: 4_000 };

/**
 * Stands by until the lease is free, then writes the views until stopped or replaced, then stands by again.
 * @param parts what it works with; returns once `signal` is aborted
 */
export function runProjector(parts: ProjectorParts): Promise<void> {
  const { log, observer } = parts;
  const leading = (epoch: number | null): void => {
    if (epoch !== null) {
      step('lease_taken');
      log.info({ epoch }, 'lease taken');
    }
    observer.leading(epoch);
  };
  return runLeader({ ...parts, leading }, (turn) => follow(parts, turn));
}

/** Reads from the checkpoint on and commits. */
async function follow(parts: ProjectorParts, { epoch, signal, progressed }: Turn): Promise<void> {
  const { db, session } = parts.applicant;
  // A rebuild that was killed in its turn between two commits still holds the checkpoint.
  await endDead(parts.applicant, 'rebuild');
  const checkpoint = await claimCheckpoint(db, epoch);
  if (checkpoint === null) throw new Fenced('another projector has taken over');
  const { sequence } = checkpoint;
  const writer: Writer = { db, session, epoch, sequence, factsOf: createFactsOf(db), pointer: null };
  // How scattered the events are is not known before the first commit; it doubles from there.
  let limit = BATCH.firstEvents;
  const take = async (batch: TailBatch): Promise<void> => {
    step('batch_read');
    const began = performance.now();
    await commitBatch(writer, batch, (done) => {
      limit = nextLimit(done, limit);
      parts.observer.committed(done, batch, performance.now() - began);
      progressed();
    });
  };
  const log = { events: db.collection<TailedEvent>('events'), fields: EVENT_FIELDS, limit: () => limit };
  const historyLost = (error: HistoryLost | LogGone): void => {
    parts.log.error({ code: error.code, err: error }, 'history lost: reading the log again');
    parts.observer.historyLost();
  };
  await readLog({ log, take, historyLost, signal }, checkpoint);
}

/** The next batch's size: scattered events touch many documents, and a transaction should stay short. */
function nextLimit(done: Committed, limit: number): number {
  if (done.events === 0 || done.touched === 0) return limit;
  const fitting = Math.round((done.events * BATCH.documents) / done.touched);
  return Math.max(BATCH.leastEvents, Math.min(BATCH.mostEvents, fitting, limit * 2));
}
