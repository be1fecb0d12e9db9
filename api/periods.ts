/** Where the hours, days, weeks and months of a time zone begin, whatever its clocks do. Pure; the zones' rules are Temporal's. */
import { Temporal } from 'temporal-polyfill';

/** What an answer may be divided into; weeks are ISO weeks, from Monday on. */
export const PERIODS = ['hour', 'day', 'week', 'month'] as const;
/** One of {@link PERIODS}. */
export type Period = (typeof PERIODS)[number];

/** A stretch of time in a zone; ms since 1970, the end exclusive. */
export type Stretch = { fromMs: number; toMs: number; timeZone: string };

/** One row's time: the period's label in the asked zone, and the part of the period that lies in the range. */
export type Span = { label: string; startMs: number; endMs: number };

type Start = { ms: number; label: string };

const HOUR_MS = 3_600_000;
/** Names as the IANA database has them: no bare offsets, no date-times in brackets, which Temporal would take too. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/**
 * The proper name of a time zone.
 * @param name as somebody wrote it, in any case
 * @returns the name, or null where there is no such IANA zone
 */
export function zoneNamed(name: string): string | null {
  if (!ZONE_NAME.test(name)) return null;
  try {
    return zoned(0, name).timeZoneId;
  } catch {
    // The one thing that can go wrong here: nobody knows this zone.
    return null;
  }
}

/**
 * Divides a stretch of time into periods.
 * @param period into what
 * @param stretch from where to where, in which zone
 * @returns the periods in order; the first and the last are cut at the ends of the stretch, their labels are not
 */
export function spansOf(period: Period, stretch: Stretch): Span[] {
  const starts = startsOf(period, stretch);
  return starts.map(({ ms, label }, index) => ({
    label,
    startMs: Math.max(ms, stretch.fromMs),
    endMs: Math.min(starts[index + 1]?.ms ?? stretch.toMs, stretch.toMs),
  }));
}

/**
 * The period an instant lies in.
 * @param period of which kind
 * @param atMs the instant
 * @param timeZone name of the zone
 * @returns its start and its end, which is the start of the next
 */
export function periodAt(period: Period, atMs: number, timeZone: string): { startMs: number; endMs: number } {
  const longestMs = { hour: 1, day: 26, week: 8 * 24, month: 32 * 24 }[period] * HOUR_MS;
  const [first, second] = startsOf(period, { fromMs: atMs, toMs: atMs + longestMs + 1, timeZone });
  if (first === undefined || second === undefined) throw new Error(`no ${period} around ${atMs}`);
  return { startMs: first.ms, endMs: second.ms };
}

/**
 * Moves an instant by calendar periods: a day is one day on the wall calendar, be it of 23 or 25 hours.
 * @param atMs the instant
 * @param by how many of which period; negative goes back
 * @param timeZone name of the zone
 * @returns ms since 1970
 */
export function moved(atMs: number, by: { period: Period; count: number }, timeZone: string): number {
  return zoned(atMs, timeZone).add({ [`${by.period}s`]: by.count }).epochMilliseconds;
}

/**
 * The first instant with a local date.
 * @param date such as `2026-11-23`
 * @param timeZone name of the zone
 * @param daysLater how many days after it
 * @returns ms since 1970
 * @throws RangeError where there is no such date
 */
export function dayStart(date: string, timeZone: string, daysLater = 0): number {
  return Temporal.PlainDate.from(date).add({ days: daysLater }).toZonedDateTime(timeZone).epochMilliseconds;
}

/** The starts of all periods that touch a stretch: the first at or before its beginning. */
function startsOf(period: Period, { fromMs, toMs, timeZone }: Stretch): Start[] {
  const starts: Start[] = [];
  let date = firstDate(period, zoned(fromMs, timeZone).toPlainDate());
  for (;;) {
    const next = date.add({ [period === 'hour' ? 'days' : `${period}s`]: 1 });
    for (const start of period === 'hour' ? hoursOf(date, timeZone) : [startOf(period, date, timeZone)]) {
      if (start.ms >= toMs) return starts;
      if (start.ms <= fromMs) starts.length = 0;
      starts.push(start);
    }
    date = next;
  }
}

function firstDate(period: Period, date: Temporal.PlainDate): Temporal.PlainDate {
  if (period === 'week') return date.subtract({ days: date.dayOfWeek - 1 });
  return period === 'month' ? date.with({ day: 1 }) : date;
}

function startOf(period: Period, date: Temporal.PlainDate, timeZone: string): Start {
  const label = date.toString();
  return {
    ms: date.toZonedDateTime(timeZone).epochMilliseconds,
    label: period === 'month' ? label.slice(0, 7) : label,
  };
}

/** The hours of a local date: one at each local full hour and one at each change of the zone's offset. */
function hoursOf(date: Temporal.PlainDate, timeZone: string): Start[] {
  const starts: Start[] = [];
  const end = date.add({ days: 1 }).toZonedDateTime(timeZone);
  let from = date.toZonedDateTime(timeZone);
  for (;;) {
    // Asking for the next change is slow, and on nearly every day there is none.
    const change = from.offset === end.offset ? null : from.getTimeZoneTransition('next');
    const untilMs = Math.min(change?.epochMilliseconds ?? Infinity, end.epochMilliseconds);
    const { offset, offsetNanoseconds } = from;
    const localMs = (ms: number): number => ms + offsetNanoseconds / 1e6;
    const firstMs = from.epochMilliseconds;
    const sinceHourMs = localMs(firstMs) % HOUR_MS;
    for (let ms = firstMs; ms < untilMs; ms += ms === firstMs ? HOUR_MS - sinceHourMs : HOUR_MS)
      starts.push({ ms, label: new Date(localMs(ms)).toISOString().slice(0, 19) + offset });
    if (change === null || untilMs === end.epochMilliseconds) return starts;
    from = change;
  }
}

function zoned(atMs: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);
}
