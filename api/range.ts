/** From a query to a checked range: which instants, in which zone, divided into which rows. Pure: the present is an argument. */
import { Temporal } from 'temporal-polyfill';
import { QUARTER_MS } from '../projector/contract.ts';
import { dayStart, moved, periodAt, PERIODS, spansOf, zoneNamed, type Period, type Span } from './periods.ts';
import { quoted, Refusal } from './refusal.ts';

/** What a client may say of a range; dates as given, `timeZone` an IANA name. */
export type RangeQuery = {
  startDate?: string | undefined;
  endDate?: string | undefined;
  timeZone?: string | undefined;
};

/** What a range is read against: the present in ms since 1970, and the zone of requests that name none. */
export type RangeContext = { nowMs: number; timeZone: string };

/**
 * A checked range: `fromMs` and `toMs` (exclusive) on quarter-hours, `startDate` and `endDate` as given or null. From
 * `movesAtMs` on the same query may mean another range.
 */
export type Range = {
  startDate: string | null;
  endDate: string | null;
  timeZone: string;
  fromMs: number;
  toMs: number;
  movesAtMs: number;
};

/** How many periods an answer covers where the query does not say: the current one and those before it. */
export const DEFAULT_COUNT: Readonly<Record<Period, number>> = { hour: 24, day: 30, week: 12, month: 12 };
/** The most rows of one answer. */
export const MOST_PERIODS = 10_000;

/** No call is older: nobody's data of before is believed (`ingest/facts.ts` has the same bound). */
const EARLIEST_DATE = '2015-01-01';
/** A lower bound of a period's length in ms: enough to refuse a range before its periods are made. */
const LEAST_MS: Readonly<Record<Period, number>> = {
  hour: 3_600_000,
  day: 23 * 3_600_000,
  week: 167 * 3_600_000,
  month: 671 * 3_600_000,
};

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})?$/;

/**
 * Checks the name of a period.
 * @param text as given
 * @returns the period
 * @throws Refusal that lists the valid names
 */
export function periodNamed(text: string): Period {
  const period = PERIODS.find((one) => one === text);
  if (period !== undefined) return period;
  throw new Refusal(`Invalid period: ${quoted(text)}. Valid values are: ${PERIODS.join(', ')}`);
}

/**
 * Checks a query's dates and zone. Ends move outward to the quarter-hour. Without dates the range is the current period and
 * those before it ({@link DEFAULT_COUNT}); with one of them it has that length.
 * @param period the period that the length of a default range is counted in
 * @param query as given
 * @param context the present and the zone to fall back on
 * @returns the range
 * @throws Refusal that says what is wrong
 */
export function rangeOf(period: Period, query: RangeQuery, context: RangeContext): Range {
  return checked(query, context, (given, { timeZone }) =>
    filledIn(period, given, { nowMs: context.nowMs, timeZone }),
  );
}

/**
 * Checks a query's dates and zone where an end that is absent is no end.
 * @param query as given
 * @param context the present and the zone to fall back on
 * @returns the range, or null where neither end is given
 * @throws Refusal that says what is wrong
 */
export function openRangeOf(query: RangeQuery, context: RangeContext): Range | null {
  const range = checked(query, context, (given, { limits }) => ({
    fromMs: given.fromMs ?? limits.fromMs,
    toMs: given.toMs ?? limits.toMs,
  }));
  return range.startDate === null && range.endDate === null ? null : range;
}

/**
 * The range before a range, of the same length and up to it: of whole days, as many days of the wall calendar, so that a
 * change of clocks does not shift them; else as many ms.
 * @param range a checked range
 * @returns ms since 1970, the end exclusive
 */
export function previousOf({ fromMs, toMs, timeZone }: Pick<Range, 'fromMs' | 'toMs' | 'timeZone'>): {
  fromMs: number;
  toMs: number;
} {
  const isMidnight = (ms: number): boolean => periodAt('day', ms, timeZone).startMs === ms;
  if (!isMidnight(fromMs) || !isMidnight(toMs)) return { fromMs: 2 * fromMs - toMs, toMs: fromMs };
  const days = spansOf('day', { fromMs, toMs, timeZone }).length;
  const sameHourMs = moved(fromMs, { period: 'day', count: -days }, timeZone);
  return { fromMs: periodAt('day', sameHourMs, timeZone).startMs, toMs: fromMs };
}

/**
 * The rows of an answer.
 * @param period what the range is divided into
 * @param range a checked range
 * @returns one span a row, in order; the first and the last are cut at the range's ends
 * @throws Refusal where there would be more than {@link MOST_PERIODS}
 */
export function spansIn(period: Period, range: Range): Span[] {
  const spans =
    (range.toMs - range.fromMs) / LEAST_MS[period] > MOST_PERIODS + 1 ? null : spansOf(period, range);
  if (spans !== null && spans.length <= MOST_PERIODS) return spans;
  throw new Refusal(
    `The range holds more than ${MOST_PERIODS} periods of a ${period}: ask for a shorter range or a longer period`,
  );
}

/**
 * Reads a date-time with offset.
 * @param text as sent
 * @returns ms since 1970; null where it is none, or names a day or an hour that does not exist
 */
export function instantIn(text: string): number | null {
  if (DATE_TIME.exec(text)?.[3] === undefined) return null;
  try {
    return Temporal.Instant.from(text.toUpperCase()).epochMilliseconds;
  } catch {
    return null;
  }
}

type Limits = { fromMs: number; toMs: number };

type Given = { fromMs: number | undefined; toMs: number | undefined };

function checked(
  query: RangeQuery,
  context: RangeContext,
  fill: (given: Given, known: { timeZone: string; limits: Limits }) => { fromMs: number; toMs: number },
): Range {
  const timeZone = query.timeZone === undefined ? context.timeZone : zoneNamed(query.timeZone);
  if (timeZone === null) {
    const given = quoted(query.timeZone ?? '');
    throw new Refusal(`Invalid timeZone: ${given}. Use an IANA name, such as Europe/Berlin`);
  }
  const limits = limitsOf(timeZone, context.nowMs);
  const read = (name: 'startDate' | 'endDate'): number | undefined => {
    const text = query[name];
    return text === undefined ? undefined : instantOf(name, text, { timeZone, limits });
  };
  const asked = fill({ fromMs: read('startDate'), toMs: read('endDate') }, { timeZone, limits });
  if (asked.fromMs >= asked.toMs) throw new Refusal('startDate must lie before endDate');
  if (asked.fromMs >= limits.toMs || asked.toMs <= limits.fromMs) throw outside(query);
  const toMs = Math.ceil(Math.min(asked.toMs, limits.toMs) / QUARTER_MS) * QUARTER_MS;
  // A range that nobody gave an end ends with the current period, or where a year from now is.
  const isMoving = query.startDate === undefined && query.endDate === undefined;
  return {
    startDate: query.startDate ?? null,
    endDate: query.endDate ?? null,
    timeZone,
    fromMs: Math.floor(Math.max(asked.fromMs, limits.fromMs) / QUARTER_MS) * QUARTER_MS,
    toMs,
    movesAtMs: asked.toMs > limits.toMs ? context.nowMs : isMoving ? toMs : Infinity,
  };
}

/** From the first day that is believed to a year from now, as whole days of the zone. */
function limitsOf(timeZone: string, nowMs: number): Limits {
  const lastDayMs = moved(nowMs, { period: 'month', count: 12 }, timeZone);
  return { fromMs: dayStart(EARLIEST_DATE, timeZone), toMs: periodAt('day', lastDayMs, timeZone).endMs };
}

function filledIn(
  period: Period,
  given: Given,
  { nowMs, timeZone }: RangeContext,
): { fromMs: number; toMs: number } {
  const count = DEFAULT_COUNT[period];
  const { fromMs, toMs } = given;
  if (fromMs !== undefined && toMs !== undefined) return { fromMs, toMs };
  if (fromMs !== undefined) return { fromMs, toMs: moved(fromMs, { period, count }, timeZone) };
  if (toMs !== undefined) return { fromMs: moved(toMs, { period, count: -count }, timeZone), toMs };
  const current = periodAt(period, nowMs, timeZone);
  const before = moved(current.startMs, { period, count: 1 - count }, timeZone);
  // A zone that moves by half an hour can leave 23 hours ago in the middle of an hour.
  return { fromMs: periodAt(period, before, timeZone).startMs, toMs: current.endMs };
}

/** A date-only start is its first instant, a date-only end includes its day; a date-time is that instant, exclusive as an end. */
function instantOf(
  name: 'startDate' | 'endDate',
  text: string,
  { timeZone, limits }: { timeZone: string; limits: Limits },
): number {
  const atMs = parsed(name, text, timeZone);
  if (atMs === null) {
    const hint = 'Use a date (2026-11-23) or a date-time with offset (2026-11-23T10:00:00Z; write + as %2B)';
    throw new Refusal(`Invalid ${name}: ${quoted(text)}. ${hint}`);
  }
  if (atMs >= limits.fromMs && atMs <= limits.toMs) return atMs;
  throw outside({ [name]: text });
}

/** Of a range that begins where the last day ends, or ends where the first begins, nothing is left. */
function outside({ startDate, endDate }: RangeQuery): Refusal {
  const [name, text = ''] = startDate === undefined ? ['endDate', endDate] : ['startDate', startDate];
  return new Refusal(
    `Invalid ${name}: ${quoted(text)}. Dates must lie between ${EARLIEST_DATE} and a year from now`,
  );
}

function parsed(name: 'startDate' | 'endDate', text: string, timeZone: string): number | null {
  const match = DATE_TIME.exec(text);
  if (match !== null && match[3] === undefined)
    throw new Refusal(`Invalid ${name}: ${quoted(text)}. A date-time needs an offset, such as Z or +01:00`);
  if (!DATE.test(text)) return instantIn(text);
  try {
    return dayStart(text, timeZone, name === 'endDate' ? 1 : 0);
  } catch {
    // The shape of a date, but no such day.
    return null;
  }
}
