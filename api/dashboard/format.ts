/** Numbers, lengths and instants in the reader's language and zone. Pure: locale, zone and time are arguments. */

/** What stands where nothing is known. */
export const NOTHING = '–';

/** The page's formats in one language and zone. Lengths are in ms, instants in ms since 1970, rates 0 to 100. */
export type Formats = {
  timeZone: string;
  count(value: number | null): string;
  compact(value: number): string;
  percent(rate: number | null): string;
  score(value: number | null): string;
  length(ms: number | null): string;
  clock(atMs: number): string;
  dayAndTime(atMs: number): string;
  tick(startMs: number, period: 'hour' | 'day'): string;
  span(startMs: number, period: 'hour' | 'day'): string;
  ago(atMs: number, nowMs: number): string;
};

/**
 * Makes the formats.
 * @param locale a BCP 47 tag, or undefined for the reader's own
 * @param timeZone an IANA name; days are always days of UTC, as the views count them
 * @returns functions that never throw
 */
export function createFormats(locale?: string, timeZone?: string): Formats {
  const zone = timeZone === undefined ? {} : { timeZone };
  const number = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const score = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    signDisplay: 'exceptZero',
  });
  const at = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...zone, ...options });
  const clock = at({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const hour = at({ hour: '2-digit', minute: '2-digit' });
  const weekdayHour = at({ weekday: 'short', hour: '2-digit', minute: '2-digit' });
  const weekday = at({ weekday: 'short' });
  const dayAndTime = at({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  const day = at({ day: 'numeric', month: 'short', timeZone: 'UTC' });
  const fullDay = at({ weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
  const units = unitsOf(locale);
  const isMidnight = at({ hour: '2-digit', hourCycle: 'h23', minute: '2-digit' });
  return {
    timeZone: clock.resolvedOptions().timeZone,
    count: (value) => (value === null ? NOTHING : number.format(value)),
    compact: (value) => compact.format(value),
    percent: (rate) => (rate === null ? NOTHING : percent.format(rate / 100)),
    score: (value) => (value === null ? NOTHING : score.format(value)),
    length: (ms) => (ms === null ? NOTHING : units.length(ms)),
    clock: (atMs) => clock.format(atMs),
    dayAndTime: (atMs) => dayAndTime.format(atMs),
    tick: (startMs, period) => {
      if (period === 'day') return day.format(startMs);
      const [hourDigits, minuteDigits] = isMidnight.format(startMs).match(/\d+/g) ?? [];
      return Number(hourDigits) === 0 && Number(minuteDigits) === 0
        ? weekday.format(startMs)
        : hour.format(startMs);
    },
    span: (startMs, period) =>
      period === 'day'
        ? fullDay.format(startMs)
        : `${weekdayHour.format(startMs)} – ${hour.format(startMs + 3_600_000)}`,
    ago: (atMs, nowMs) => units.ago(atMs - nowMs),
  };
}

/**
 * A running clock.
 * @param ms how long it has run; less than nothing counts as nothing
 * @returns such as `0:07`, `12:03` or `1:02:03`
 */
export function runningClock(ms: number): string {
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
