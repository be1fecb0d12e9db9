/** Finished answers, kept under the address they were asked for until a commit touches what they were made of. */
import type { Cache } from './cache.ts';
import type { Follower, UpdateListener } from './follow.ts';
import { isTouched, touchedBy, type Touched } from './reads.ts';
import { DatabaseAway } from './repositories/snapshot.ts';
import type { Finished } from './routes/finish.ts';

/** An answer as it stands now: the last commit it is known to be true at, and whether it must be taken for stale whatever else. */
export type Standing = { finished: Finished; at: Date | null; mustBeStale: boolean };

/** The kept answers. */
export type Answers = {
  /** Whether anything is kept for an address, true or not. */
  has(address: string): boolean;
  /** What is kept for an address and still true, else undefined; no read, no waiting. */
  find(address: string): Standing | undefined;
  /**
   * The kept answer, else a new one; who asks meanwhile for the same waits for the same read. With the database away, what
   * is kept is given as stale.
   * @param address path and query as sent
   * @param read makes the answer. What it throws goes to all who wait
   */
  answer(address: string, read: () => Promise<Finished>): Promise<Standing>;
  /** Tells of an answer that was made beside the cache: from now on none is given that is older. */
  given(sequence: number): void;
  /** What the follower tells of updates. */
  listener: UpdateListener;
};

/** What the answers are made of; `nowMs` is the present in ms since 1970. */
export type AnswersParts = { cache: Cache; follower: Pick<Follower, 'freshness'>; nowMs: () => number };

/** The projector gives a sign of life each second: after two without one, this process may have missed a commit. */
const ALIVE_MS = 2_000;
/** They go when they are no longer true; an hour bounds those of which nothing is heard. */
const LIFE_SECONDS = 3_600;
/** Commits remembered, so that a read which began before them is not kept: at ten a second, half a minute. */
const MOST_REMEMBERED = 300;
/** Longer addresses are answered and not kept. */
const LONGEST_ADDRESS = 2_000;

/**
 * Makes the keeping of answers.
 * @param parts cache, follower and clock
 * @returns the answers; they must be told of updates
 */
export function createAnswers({ cache, follower, nowMs }: AnswersParts): Answers {
  let recent: (Touched & { sequence: number })[] = [];
  // Rises with every commit that changed something: a read that began before it is not joined after it.
  let changes = 0;
  let leastSequence = 0;

  const isTrue = (kept: Finished): boolean => {
    const { sequence, at, ageMs } = follower.freshness();
    if (ageMs === null || ageMs > ALIVE_MS) return false;
    // Another answer may have been given from a commit that this process has not followed yet.
    if (Math.max(sequence, kept.moment.sequence) < leastSequence) return false;
    const endsAtMs = kept.reads?.endsAtMs ?? 0;
    return (at === null || at.getTime() < endsAtMs) && nowMs() < kept.movesAtMs;
  };
  const standing = (finished: Finished): Standing => {
    const { at } = follower.freshness();
    const own = finished.moment.at;
    return { finished, at: at !== null && own !== null && at > own ? at : own, mustBeStale: false };
  };
  const find: Answers['find'] = (address) => {
    const kept = cache.held<Finished>(address, isTrue);
    return kept === undefined ? undefined : standing(kept);
  };
  const given = (sequence: number): void => {
    leastSequence = Math.max(leastSequence, sequence);
  };
  /** Nothing that touches the answer was followed while it was being read; what is followed later will drop it. */
  const isKeepable = (answer: Finished, address: string): boolean => {
    const { reads, moment, isLate, movesAtMs } = answer;
    if (reads === undefined || isLate || moment.at === null || nowMs() >= movesAtMs) return false;
    // No commit tells when a row is mended by hand.
    if (moment.leftOut.rows > 0) return false;
    const followed = follower.freshness().sequence;
    const oldest = recent[0]?.sequence ?? followed + 1;
    if (address.length > LONGEST_ADDRESS || moment.sequence + 1 < oldest) return false;
    return !recent.some((one) => one.sequence > moment.sequence && isTouched(reads, one));
  };
  const fetched = async (address: string, read: () => Promise<Finished>): Promise<Finished> => {
    const answer = await read();
    given(answer.moment.sequence);
    if (isKeepable(answer, address)) cache.keep(address, answer, LIFE_SECONDS);
    return answer;
  };

  return {
    has: (address) => cache.has(address),
    find,
    given,
    async answer(address, read) {
      const found = find(address);
      if (found !== undefined) return found;
      try {
        const flight = `in flight ${changes} ${address}`;
        const least = leastSequence;
        const fresh = await cache.getCachedData(flight, () => fetched(address, read), 0);
        // A read that was joined may have begun before an answer that somebody was given since.
        const answer = fresh.moment.sequence >= least ? fresh : await fetched(address, read);
        return { finished: answer, at: answer.moment.at, mustBeStale: false };
      } catch (error) {
        const kept = error instanceof DatabaseAway ? cache.held<Finished>(address) : undefined;
        // Why there is nothing cannot be said while nothing can be asked.
        if (kept === undefined || kept.isEmpty) throw error;
        return { finished: kept, at: kept.moment.at, mustBeStale: true };
      }
    },
    listener: {
      updated(update) {
        const touched = touchedBy(update);
        recent.push({ ...touched, sequence: update._id });
        if (recent.length > MOST_REMEMBERED) recent.shift();
        if (touched.hours.size === 0 && !touched.isAnyCall) return;
        changes += 1;
        cache.invalidateCacheWhere((value) => isFinished(value) && isTouched(value.reads, touched));
      },
      lost() {
        recent = [];
        changes += 1;
        // What comes next may be another history with numbers of its own.
        leastSequence = 0;
        cache.invalidateCacheByPattern('');
      },
    },
  };
}

function isFinished(value: unknown): value is Finished & { reads: NonNullable<Finished['reads']> } {
  return typeof value === 'object' && value !== null && 'reads' in value && value.reads !== undefined;
}
