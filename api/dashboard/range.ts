/** The three ranges the page offers: which periods they hold at an instant, and how the URL names them. Pure. */

/** Names of the ranges, as in the URL. */
export const RANGE_NAMES = ['24h', '7d', '30d'] as const;
/** One of {@link RANGE_NAMES}. */
export type RangeName = (typeof RANGE_NAMES)[number];

/** A range at an instant: whole periods of UTC, the last one still open. Ends are ms since 1970, the last exclusive. */
export type Range = {
  name: RangeName;
  period: 'hour' | 'day';
  window: 'hourly' | 'daily';
  stepMs: number;
  fromMs: number;
  endMs: number;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const SHAPES = {
  '24h': { period: 'hour', window: 'hourly', stepMs: HOUR_MS, periods: 24 },
  '7d': { period: 'day', window: 'daily', stepMs: DAY_MS, periods: 7 },
  '30d': { period: 'day', window: 'daily', stepMs: DAY_MS, periods: 30 },
} as const;

/**
 * The range that ends with the period an instant lies in.
 * @param name which range
 * @param nowMs ms since 1970
 * @returns as many whole periods as the name says
 */
export function rangeAt(name: RangeName, nowMs: number): Range {
  const { period, window, stepMs, periods } = SHAPES[name];
  const endMs = (Math.floor(nowMs / stepMs) + 1) * stepMs;
  return { name, period, window, stepMs, fromMs: endMs - periods * stepMs, endMs };
}

/**
 * The range of the same length just before.
 * @param range any range
 * @returns the same periods, one length earlier
 */
export function rangeBefore(range: Range): Range {
  return { ...range, fromMs: range.fromMs - (range.endMs - range.fromMs), endMs: range.fromMs };
}

/**
 * The starts of a range's periods.
 * @param range any range
 * @returns ms since 1970, ascending
 */
export function startsOf(range: Range): number[] {
  const periods = Math.round((range.endMs - range.fromMs) / range.stepMs);
  return Array.from({ length: periods }, (_, index) => range.fromMs + index * range.stepMs);
}

/**
 * Reads the range from a URL's query.
 * @param search such as `?range=7d`
 * @returns the range named there, else the last 24 hours
 */
export function rangeNamed(search: string): RangeName {
  const asked = new URLSearchParams(search).get('range');
  return RANGE_NAMES.find((name) => name === asked) ?? '24h';
}

/**
 * Writes the range into a URL's query and leaves the rest of it alone.
 * @param search the present query
 * @param name the range
 * @returns such as `?range=7d`; the default range leaves no trace
 */
export function searchFor(search: string, name: RangeName): string {
  const query = new URLSearchParams(search);
  if (name === '24h') query.delete('range');
  else query.set('range', name);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
