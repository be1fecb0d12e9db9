/** The spans that calls are counted in: quarter-hours, hours and days of UTC. Every zone's day is a sum of them. Pure. */

/** A quarter of an hour, in ms: the finest offset a time zone has today. */
export const QUARTER_MS = 900_000;
/** An hour, in ms. */
export const HOUR_MS = 3_600_000;
/** A day of UTC, in ms. */
export const DAY_MS = 86_400_000;

/** The windows that views are kept in, each with the length of its bucket in ms. */
export const WINDOWS = { hourly: HOUR_MS, daily: DAY_MS } as const;
/** Name of a window. */
export type Window = keyof typeof WINDOWS;
/** All window names, for loops and checks. */
export const WINDOW_NAMES: readonly Window[] = ['hourly', 'daily'];

/**
 * The start of the span an instant lies in.
 * @param atMs ms since 1970
 * @param lengthMs length of the span, such as {@link HOUR_MS}
 * @returns ms since 1970
 */
export function startOf(atMs: number, lengthMs: number): number {
  return Math.floor(atMs / lengthMs) * lengthMs;
}

/**
 * Which quarter of its hour an instant lies in.
 * @param atMs ms since 1970
 * @returns 0, 1, 2 or 3
 */
export function quarterOf(atMs: number): number {
  return (startOf(atMs, QUARTER_MS) - startOf(atMs, HOUR_MS)) / QUARTER_MS;
}
