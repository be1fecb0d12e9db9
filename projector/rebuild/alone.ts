/** One rebuild at a time: a lease on the server's clock, as the projector's, that a killed one gives up by dying. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '../../ops/process/mongo.ts';
import { acquire, LEASE_MS, release, renew, type Applicant } from '../lease.ts';
import { RebuildRefused, type Place } from './turn.ts';

const BEAT_MS = LEASE_MS / 5;

/**
 * Works under the lease `rebuild`; waits for one that was killed to lose it. What a frozen one still writes goes to a version
 * that nobody will ever read: the pointer, not the lease, is the fence.
 * @param place where
 * @param signal aborted when the process is to end
 * @param work gets a signal that is aborted too when the lease is lost
 * @throws RebuildRefused where another rebuild is under way
 */
export async function alone<T>(
  place: Place,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  await using session = place.client.startSession();
  const applicant: Applicant = { ...place, name: 'rebuild', holder: randomUUID(), session };
  for (let waitedMs = 0; (await acquire(applicant)) === null; waitedMs += BEAT_MS) {
    if (waitedMs > LEASE_MS) throw new RebuildRefused('another rebuild is under way');
    await sleep(BEAT_MS, undefined, { signal });
  }
  const ending = new AbortController();
  const lost = new AbortController();
  const renewing = keep(applicant, { ending: ending.signal, lost });
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    ending.abort();
    await renewing;
    await release(applicant);
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
