/** How long a vendor's API is waited for and how often it is asked again; pauses grow, spread, and obey `Retry-After`. */
import { randomInt } from 'node:crypto';

/** Bounds of one request: time for an answer, tries in all, and the pauses between them. */
export type Patience = { answerMs: number; tries: number; firstPauseMs: number; longestPauseMs: number };

/** Five tries over about half a minute ride out a restart; what lasts longer is for the next run. */
export const PATIENCE: Patience = {
  answerMs: 20_000,
  tries: 5,
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
};

/**
 * The pause after a failed try: doubled each time, half of it spread, so that clients that failed together part; what the
 * vendor asked for at least, the bound at most.
 * @param tried tries so far, from 1
 * @param retryAfterMs what the vendor asked for; null where it did not
 */
export function pauseAfter(tried: number, retryAfterMs: number | null, patience: Patience): number {
  const { firstPauseMs, longestPauseMs } = patience;
  const wholeMs = Math.min(firstPauseMs * 2 ** (tried - 1), longestPauseMs);
  const spreadMs = wholeMs / 2 + randomInt(Math.ceil(wholeMs / 2) + 1);
  return Math.min(Math.max(spreadMs, retryAfterMs ?? 0), longestPauseMs);
}

/**
 * Reads `Retry-After`: seconds, or a date.
 * @param value of the header
 * @param nowMs the present
 * @returns null where it says nothing that can be read
 */
export function retryAfterMs(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  if (/^\d{1,6}$/.test(value)) return Number(value) * 1_000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
