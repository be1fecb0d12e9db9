/** What the active projector does: claim the checkpoint, read the log from there on, commit batch after batch. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TailedEvent } from '../ingest/contract.ts';
import type { Log } from '../ops/process/log.ts';
import { scan, startOfScan } from './catch-up.ts';
import { claimCheckpoint } from './checkpoint.ts';
import { commitBatch, Fenced, type Committed, type Writer } from './commit.ts';
import type { Checkpoint } from './documents.ts';
import { acquire, renew, type Applicant } from './lease.ts';
import { step } from './steps.ts';
import { HistoryLost, LogGone, tail, type TailBatch } from './tail.ts';

/** What the projector tells of itself while it works; the process turns it into metrics. */
export type Observer = {
  leading(epoch: number | null): void;
  committed(commit: Committed, batch: TailBatch, tookMs: number): void;
  historyLost(code: number): void;
};

/** What a projector is made of. */
export type ProjectorParts = { applicant: Applicant; log: Log; observer: Observer; signal: AbortSignal };

/** How often a standby asks for the lease, and the leader renews it: a fifth of its length. */
const LEASE_BEAT_MS = 1_000;
/** Waits between attempts after an error: the first, and the most. */
const BACK_OFF_MS = { first: 50, most: 2_000 };
/** Bounds of a batch: at most this many events, and about this many documents written in one transaction. */
const BATCH = { leastEvents: 50, mostEvents: 1_000, documents: 2_000 };

/**
 * Stands by until the lease is free, then writes the views until stopped or replaced, then stands by again.
 * @param parts what it works with; returns once `signal` is aborted
 */
export async function runProjector(parts: ProjectorParts): Promise<void> {
  const { applicant, log, observer, signal } = parts;
  while (!signal.aborted) {
    const epoch = await acquire(applicant).catch((error: unknown) => {
      log.warn({ err: error }, 'asking for the lease');
      return null;
    });
    if (epoch === null) {
      await pause(LEASE_BEAT_MS, signal);
      continue;
    }
    step('lease_taken');
    log.info({ epoch }, 'lease taken');
    observer.leading(epoch);
    await lead(parts, epoch);
    observer.leading(null);
  }
}

/** Leads under one epoch: ends when fenced off, when the lease is lost or when stopped. */
async function lead(parts: ProjectorParts, epoch: number): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([parts.signal, over.signal]);
  const renewing = keepLease(parts, over, signal);
  let waitMs = BACK_OFF_MS.first;
  while (!signal.aborted) {
    try {
      const checkpoint = await claimCheckpoint(parts.applicant.db, epoch);
      if (checkpoint === null) break;
      await follow(parts, checkpoint, { signal, progressed: () => (waitMs = BACK_OFF_MS.first) });
    } catch (error) {
      if (error instanceof Fenced) break;
      parts.log.warn({ err: error }, 'following the log');
      if (error instanceof LogGone) parts.log.error({ code: error.code }, error.message);
      await pause(waitMs, signal);
      waitMs = Math.min(waitMs * 2, BACK_OFF_MS.most);
    }
  }
  over.abort();
  await renewing;
}

/** Reads from the checkpoint on and commits; a stream that lost its history is replaced by a scan of the log. */
async function follow(
  parts: ProjectorParts,
  checkpoint: Checkpoint,
  { signal, progressed }: { signal: AbortSignal; progressed: () => void },
): Promise<void> {
  const { db, session } = parts.applicant;
  const events = db.collection<TailedEvent>('events');
  const writer: Writer = { db, session, epoch: checkpoint.epoch, sequence: checkpoint.sequence };
  let position = checkpoint.position ?? (await startOfScan(events, null));
  let lastAt = checkpoint.position === null ? null : checkpoint.at;
  let limit = BATCH.mostEvents;
  const commit = async (batch: TailBatch): Promise<void> => {
    const began = performance.now();
    await commitBatch(writer, batch, (done) => {
      lastAt = done.at;
      limit = nextLimit(done, limit);
      parts.observer.committed(done, batch, performance.now() - began);
      progressed();
    });
    position = batch.position;
  };
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    if (position.kind === 'scan') {
      for await (const batch of scan(events, position)) {
        step('batch_read');
        await commit(batch);
        if (stopped()) return;
      }
      continue;
    }
    try {
      for await (const batch of tail(events, position.token, () => limit)) {
        step('batch_read');
        if (stopped()) return;
        await commit(batch);
      }
    } catch (error) {
      if (!(error instanceof HistoryLost)) throw error;
      parts.log.error({ code: error.code, err: error }, 'history lost: reading the log again');
      parts.observer.historyLost(error.code);
      position = await startOfScan(events, lastAt);
    }
  }
}

/** The next batch's size: scattered events touch many documents, and a transaction should stay short. */
function nextLimit(done: Committed, limit: number): number {
  if (done.events === 0 || done.touched === 0) return limit;
  const fitting = Math.round((done.events * BATCH.documents) / done.touched);
  return Math.max(BATCH.leastEvents, Math.min(BATCH.mostEvents, fitting, limit * 2));
}

async function keepLease(parts: ProjectorParts, over: AbortController, signal: AbortSignal): Promise<void> {
  for (;;) {
    await pause(LEASE_BEAT_MS, signal);
    if (signal.aborted) return;
    const kept = await renew(parts.applicant).catch((error: unknown) => {
      // Not knowing is no reason to stop: the checkpoint's epoch is the fence, the lease only keeps the peace.
      parts.log.warn({ err: error }, 'renewing the lease');
      return true;
    });
    if (!kept) over.abort();
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
