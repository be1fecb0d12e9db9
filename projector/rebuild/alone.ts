/** One rebuild at a time: a lease on the server's clock, as the projector's, that a killed one gives up by dying. */
import type { ClientSession } from 'mongodb';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '../../ops/process/mongo.ts';
import { acquire, LEASE_MS, release, renew, type Applicant } from '../lease.ts';
import { RebuildRefused, type Place } from './turn.ts';

const BEAT_MS = LEASE_MS / 5;

/** Who works alone: with how many sessions beside its own, and aborted when the process is to end. */
export type Loner = Pick<Place, 'client' | 'db'> & { workers: number; signal: AbortSignal };

/** What the work is done with; `signal` is aborted too when the lease is lost. */
export type Workshop = Place & { workers: readonly ClientSession[]; signal: AbortSignal };

/**
 * Works under the lease `rebuild`; waits for one that was killed to lose it, and ends what that one left open. What a frozen
 * one still writes goes to a version that nobody will ever read: the pointer, not the lease, is the fence.
 * @param loner who
 * @param work what
 * @throws RebuildRefused where another rebuild is under way
 */
export async function alone<T>(
  { client, db, workers, signal }: Loner,
  work: (workshop: Workshop) => Promise<T>,
): Promise<T> {
  const session = client.startSession();
  const others = Array.from({ length: workers }, () => client.startSession());
  const applicant: Applicant = { client, db, name: 'rebuild', holder: randomUUID(), session, others };
  const ending = new AbortController();
  const lost = new AbortController();
  try {
    await stand(applicant, signal);
    const renewing = keep(applicant, { ending: ending.signal, lost });
    const both = AbortSignal.any([signal, lost.signal]);
    try {
      return await work({ client, db, session, workers: others, signal: both });
    } finally {
      ending.abort();
      await renewing;
      await release(applicant);
    }
  } finally {
    await Promise.all([session, ...others].map((one) => one.endSession()));
  }
}

async function stand(applicant: Applicant, signal: AbortSignal): Promise<void> {
  for (let waitedMs = 0; (await acquire(applicant)) === null; waitedMs += BEAT_MS) {
    if (waitedMs > LEASE_MS) throw new RebuildRefused('another rebuild is under way');
    await sleep(BEAT_MS, undefined, { signal });
  }
}

async function keep(
  applicant: Applicant,
  { ending, lost }: { ending: AbortSignal; lost: AbortController },
): Promise<void> {
  for (;;) {
    await sleep(BEAT_MS, undefined, { signal: ending }).catch(() => undefined);
    if (ending.aborted) return;
    try {
      if (await renew(applicant)) continue;
      lost.abort(new RebuildRefused('another rebuild has taken over'));
      return;
    } catch (error) {
      // A database that is away for a moment takes no lease; the next beat asks again.
      if (isUnavailable(error)) continue;
      lost.abort(error);
      return;
    }
  }
}
