/** Being the one active of several: stand by until a lease is free, work under its epoch, begin again after errors. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../ops/process/log.ts';
import { Fenced } from './checkpoint.ts';
import { acquire, release, renew, type Applicant } from './lease.ts';

/** Who leads: `leading` is told the epoch when a lease is taken and null when it is over. */
export type Leader = {
  applicant: Applicant;
  log: Log;
  leading: (epoch: number | null) => void;
  signal: AbortSignal;
};

/** A turn of work: it ends when `signal` is aborted, and says with `progressed` that an error is past. */
export type Turn = { epoch: number; signal: AbortSignal; progressed: () => void };

/** How often a standby asks for the lease, and the leader renews it: a fifth of its length. */
const LEASE_BEAT_MS = 1_000;
/** Waits between attempts after an error: the first, and the most. */
const BACK_OFF_MS = { first: 50, most: 2_000 };

/**
 * Stands by until the lease is free, then works until stopped or replaced, then stands by again.
 * @param leader who asks
 * @param work what the leader does, begun again after an error; {@link Fenced} means that another has taken over
 * @returns once `signal` is aborted and the lease, if it was held, is given up
 */
export async function runLeader(leader: Leader, work: (turn: Turn) => Promise<void>): Promise<void> {
  const { applicant, log, leading, signal } = leader;
  while (!signal.aborted) {
    const epoch = await acquire(applicant).catch((error: unknown) => {
      log.warn({ err: error, lease: applicant.name }, 'asking for the lease');
      return null;
    });
    if (epoch === null) {
      await pause(LEASE_BEAT_MS, signal);
      continue;
    }
    leading(epoch);
    await lead(leader, epoch, work);
    leading(null);
  }
  await release(applicant).catch((error: unknown) => {
    log.warn({ err: error, lease: applicant.name }, 'giving the lease up');
  });
}

/** Leads under one epoch: ends when fenced off, when the lease is lost or when stopped. */
async function lead(leader: Leader, epoch: number, work: (turn: Turn) => Promise<void>): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([leader.signal, over.signal]);
  const renewing = keepLease(leader, over, signal);
  let waitMs = BACK_OFF_MS.first;
  while (!signal.aborted) {
    try {
      await work({ epoch, signal, progressed: () => (waitMs = BACK_OFF_MS.first) });
    } catch (error) {
      if (error instanceof Fenced) break;
      leader.log.warn({ err: error, lease: leader.applicant.name }, 'following the log');
      await pause(waitMs, signal);
      waitMs = Math.min(waitMs * 2, BACK_OFF_MS.most);
    }
  }
  over.abort();
  await renewing;
}

async function keepLease(leader: Leader, over: AbortController, signal: AbortSignal): Promise<void> {
  for (;;) {
    await pause(LEASE_BEAT_MS, signal);
    if (signal.aborted) return;
    const kept = await renew(leader.applicant).catch((error: unknown) => {
      // Not knowing is no reason to stop: the checkpoint's epoch is the fence, the lease only keeps the peace.
      leader.log.warn({ err: error, lease: leader.applicant.name }, 'renewing the lease');
      return true;
    });
    if (!kept) over.abort();
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
