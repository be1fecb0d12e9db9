/** What an address asks the API for: dates, period, zone and slice at an instant. Pure: the present is an argument. */
import type { Address, Period, Preset, Span } from './address.ts';
import { dateMoved, daysIn, wallAt } from './zone.ts';

/** A range as the API is asked for it: dates (both included) or instants (the end excluded), never mixed. */
export type Asked = { startDate: string; endDate: string; timeZone: string; period: Period };

const HOUR_MS = 3_600_000;
const DAYS_BACK = { '7d': 6, '30d': 29, '90d': 89 } as const;
/** Beyond so many days a period has too many rows to be seen on a screen. */
const MOST_DAYS: Readonly<Record<Period, number>> = { hour: 31, day: 400, week: 2_500, month: 10_000 };
/** The period that suits a range of so many days. */
const SUITS: readonly (readonly [number, Period])[] = [
  [3, 'hour'],
  [92, 'day'],
  [400, 'week'],
];

/**
 * Reads what an address asks for.
 * @param address range, period and zone
 * @param nowMs ms since 1970
 * @param readerZone the zone where the address names none
 * @returns what to ask the API
 */
export function askedBy(
  { span, period, zone }: Pick<Address, 'span' | 'period' | 'zone'>,
  nowMs: number,
  readerZone: string,
): Asked {
  const timeZone = zone ?? readerZone;
  const { startDate, endDate } = 'preset' in span ? presetAt(span.preset, nowMs, timeZone) : ends(span);
  const days = daysBetween(startDate, endDate);
  return { startDate, endDate, timeZone, period: periodFor(days, period) };
}

/**
 * The periods that a range may be shown by.
 * @param asked the range
 * @returns those that have no more rows than a screen can show
 */
export function periodsFor({ startDate, endDate }: Pick<Asked, 'startDate' | 'endDate'>): Period[] {
  const days = daysBetween(startDate, endDate);
  return (Object.keys(MOST_DAYS) as Period[]).filter((period) => days <= MOST_DAYS[period]);
}

/**
 * Whether the hours of a range can be laid into a map of weekday and hour.
 * @param asked the range
 * @returns false where it has more hours than one answer holds
 */
export function hasHours({ startDate, endDate }: Pick<Asked, 'startDate' | 'endDate'>): boolean {
  return daysBetween(startDate, endDate) <= 400;
}

function presetAt(preset: Preset, nowMs: number, zone: string): { startDate: string; endDate: string } {
  const { date: today, minute } = wallAt(nowMs, zone);
  switch (preset) {
    case '24h': {
      // The zone's own full hour: some stand half an hour beside UTC's.
      const hourMs = Math.floor(nowMs / 60_000) * 60_000 - minute * 60_000;
      return { startDate: instant(hourMs - 23 * HOUR_MS), endDate: instant(hourMs + HOUR_MS) };
    }
    case 'today':
      return { startDate: today, endDate: today };
    case 'yesterday':
      return { startDate: dateMoved(today, -1), endDate: dateMoved(today, -1) };
    case '12m': {
      const months = Number(today.slice(0, 4)) * 12 + Number(today.slice(5, 7)) - 1 - 11;
      const month = `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
      return { startDate: `${month}-01`, endDate: today };
    }
    case '7d':
    case '30d':
    case '90d':
      return { startDate: dateMoved(today, -DAYS_BACK[preset]), endDate: today };
  }
}

function ends(span: Exclude<Span, { preset: Preset }>): { startDate: string; endDate: string } {
  return { startDate: span.from, endDate: span.to };
}

function daysBetween(startDate: string, endDate: string): number {
  if (startDate.length === 10 && endDate.length === 10) return daysIn(startDate, endDate);
  return (Date.parse(endDate) - Date.parse(startDate)) / 86_400_000;
}

function periodFor(days: number, period: Period | null): Period {
  if (period !== null && days <= MOST_DAYS[period]) return period;
  return SUITS.find(([most]) => days <= most)?.[1] ?? 'month';
}

function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
