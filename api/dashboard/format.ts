/** Numbers, lengths and instants in the reader's language and a zone. Pure: locale, zone and time are arguments. */
import type { Period } from './address.ts';

/** What stands where nothing is known. */
export const NOTHING = '–';

/** The page's formats in one language and zone. Lengths are in ms, instants in ms since 1970, rates 0 to 100. */
export type Formats = {
  timeZone: string;
  count(value: number | null): string;
  compact(value: number): string;
  percent(rate: number | null): string;
  score(value: number | null): string;
  money(value: number | null): string;
  change(value: number | null, unit: 'share' | 'points'): string;
  length(ms: number | null): string;
  clock(atMs: number): string;
  dayAndTime(atMs: number): string;
  full(atMs: number): string;
  tick(startMs: number, period: Period): string;
  span(startMs: number, endMs: number, period: Period): string;
  ago(atMs: number, nowMs: number): string;
  weekday(day: number): string;
};

const HOUR_MS = 3_600_000;

/**
 * Makes the formats.
 * @param locale a BCP 47 tag, or undefined for the reader's own
 * @param timeZone an IANA name, or undefined for the reader's own
 * @returns functions that never throw, and say {@link NOTHING} of what is no number and no instant
 */
export function createFormats(locale?: string, timeZone?: string): Formats {
  const times = timesIn(locale, timeZone);
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const decimals = (digits: number, options: Intl.NumberFormatOptions = {}) =>
    new Intl.NumberFormat(locale, {
      ...options,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const percent = decimals(1, { style: 'percent' });
  const score = decimals(2, { signDisplay: 'exceptZero' });
  const money = decimals(2, { style: 'currency', currency: 'USD' });
  const share = decimals(0, { style: 'percent', signDisplay: 'exceptZero' });
  const points = decimals(1, { signDisplay: 'exceptZero' });
  const units = unitsOf(locale);
  return {
    ...times,
    count: (value) => or(value, number.format),
    compact: (value) => or(value, compact.format),
    percent: (rate) => or(rate, (known) => percent.format(known / 100)),
    score: (value) => or(value, score.format),
    money: (value) => or(value, money.format),
    change: (value, unit) =>
      or(value, (known) => (unit === 'share' ? share.format(known) : `${points.format(known)} pp`)),
    length: (ms) => or(ms, units.length),
    ago: (atMs, nowMs) => or(atMs - nowMs, units.ago),
  };
}

/** Numbers of an answer may be missing whatever its type says, and a formatter of dates throws where there is none. */
function or(value: number | null, show: (known: number) => string): string {
  return value !== null && Number.isFinite(value) ? show(value) : NOTHING;
}

type Times = Pick<Formats, 'timeZone' | 'clock' | 'dayAndTime' | 'full' | 'tick' | 'span' | 'weekday'>;

function timesIn(locale?: string, timeZone?: string): Times {
  const at = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...(timeZone !== undefined && { timeZone }), ...options });
  const minute = { hour: '2-digit', minute: '2-digit' } as const;
  const clock = at({ ...minute, second: '2-digit' });
  const hour = at(minute);
  const weekdayHour = at({ weekday: 'short', day: 'numeric', month: 'short', ...minute });
  const dayAndTime = at({ day: 'numeric', month: 'short', ...minute });
  const full = at({ dateStyle: 'medium', timeStyle: 'long' });
  const day = at({ day: 'numeric', month: 'short' });
  const fullDay = at({ weekday: 'short', day: 'numeric', month: 'short' });
  const month = at({ month: 'short', year: 'numeric' });
  const isMidnight = at({ ...minute, hourCycle: 'h23' });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  const zeroHour = (ms: number): boolean => {
    const [hours, minutes] = isMidnight.format(ms).match(/\d+/g) ?? [];
    return Number(hours) === 0 && Number(minutes) === 0;
  };
  return {
    timeZone: clock.resolvedOptions().timeZone,
    clock: (ms) => or(ms, clock.format),
    dayAndTime: (ms) => or(ms, dayAndTime.format),
    full: (ms) => or(ms, full.format),
    tick(ms, period) {
      if (!Number.isFinite(ms)) return NOTHING;
      if (period === 'month') return month.format(ms);
      if (period !== 'hour') return day.format(ms);
      return zeroHour(ms) ? day.format(ms) : hour.format(ms);
    },
    span(startMs, endMs, period) {
      if (!Number.isFinite(startMs + endMs)) return NOTHING;
      if (period === 'day' && endMs - startMs > 22 * HOUR_MS) return fullDay.format(startMs);
      if (period === 'month') return month.format(startMs);
      if (period === 'week') return `${day.format(startMs)} – ${day.format(endMs - 1)}`;
      return `${weekdayHour.format(startMs)} – ${hour.format(endMs)}`;
    },
    // The first of January 2024 was a Monday.
    weekday: (index) => weekday.format(Date.UTC(2024, 0, 1 + index)),
  };
}

/**
 * What ISO calls an instant, for addresses and files.
 * @param ms since 1970
 * @returns such as `2026-11-24T14:00:00Z`, without ms that are none; empty where it is no instant
 */
export function instant(ms: number): string {
  if (!Number.isFinite(ms)) return '';
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/**
 * A running clock.
 * @param ms how long it has run; less than nothing counts as nothing
 * @returns such as `0:07`, `12:03` or `1:02:03`; {@link NOTHING} where it is no length
 */
export function runningClock(ms: number): string {
  if (!Number.isFinite(ms)) return NOTHING;
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

function unitsOf(locale?: string): { length(ms: number): string; ago(ms: number): string } {
  const unit = (name: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'narrow' });
  const [hours, minutes, seconds] = [unit('hour'), unit('minute'), unit('second')];
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  return {
    length(ms) {
      const whole = Math.max(0, Math.round(ms / 1000));
      if (whole < 60) return seconds.format(whole);
      if (whole < 3600) return `${minutes.format(Math.floor(whole / 60))} ${seconds.format(whole % 60)}`;
      return `${hours.format(Math.floor(whole / 3600))} ${minutes.format(Math.floor((whole % 3600) / 60))}`;
    },
    ago(ms) {
      const whole = Math.round(ms / 1000);
      if (Math.abs(whole) < 60) return relative.format(whole, 'second');
      if (Math.abs(whole) < 3600) return relative.format(Math.round(whole / 60), 'minute');
      if (Math.abs(whole) < 86_400) return relative.format(Math.round(whole / 3600), 'hour');
      return relative.format(Math.round(whole / 86_400), 'day');
    },
  };
}
