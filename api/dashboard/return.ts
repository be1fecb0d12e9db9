/** When the page's socket comes back after the server refused the connection itself: the client's own retry is for broken ones only. */
import { isFields, numberIn } from './fields.ts';

/** A second at least, and as much again by chance: a thousand pages that were refused together do not come back together. */
const SPREAD_MS = 2_000;

/**
 * How long to wait before connecting again.
 * @param data what the refusal carried, see `ConnectRefusal`
 * @param chance from 0 to 1
 * @returns ms; null where waiting is of no use, as without a good key
 */
export function returnsInMs(data: unknown, chance: number): number | null {
  const seconds = isFields(data) ? numberIn(data, 'retryAfterSeconds') : null;
  return seconds === null ? null : seconds * 1_000 + chance * SPREAD_MS;
}
