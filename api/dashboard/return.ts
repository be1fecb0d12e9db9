/** When what the server refused for now is asked for again, a connection or a room: a client's own retry is for broken connections only. */
import { isFields, numberIn } from './fields.ts';

/** By chance, so that pages which were refused together do not come back together; twice as long each time they are refused again. */
const SPREAD_MS = 2_000;
const MOST_SPREAD_MS = 60_000;

/**
 * How long to wait before asking again. Pure.
 * @param data what the refusal carried, see `Refused` and `ConnectRefusal`
 * @param of a number from 0 to 1, and how often it was refused before
 * @returns ms; null where waiting is of no use, as without a good key
 */
export function returnsInMs(
  data: unknown,
  { chance, failures }: { chance: number; failures: number },
): number | null {
  const seconds = isFields(data) ? numberIn(data, 'retryAfterSeconds') : null;
  const spreadMs = Math.min(MOST_SPREAD_MS, SPREAD_MS * 2 ** failures);
  return seconds === null ? null : seconds * 1_000 + chance * spreadMs;
}

/** Asks again after refusals, later and later as long as they go on. */
export type Return = {
  /** Does something when a refusal says that it may be done; not at all where it says that it is no use. */
  after(refusal: unknown, act: () => void): void;
  /** What was asked for was granted. */
  granted(): void;
};

/**
 * Makes it, for one page.
 * @param chance gives numbers from 0 to 1
 */
export function createReturn(chance: () => number): Return {
  let failures = 0;
  return {
    after(refusal, act) {
      const waitMs = returnsInMs(refusal, { chance: chance(), failures });
      failures += 1;
      if (waitMs !== null) setTimeout(act, waitMs);
    },
    granted() {
      failures = 0;
    },
  };
}
