/** The wall clock of a time zone, by the browser's own tables. Pure. */

const WALL = new Map<string, Intl.DateTimeFormat>();

/** A moment on a zone's wall: its date, hour and minute. */
export type Wall = { date: string; hour: number; minute: number };

/**
 * What a zone's wall shows.
 * @param ms since 1970
 * @param zone an IANA name
 * @returns the local date and time
 */
export function wallAt(ms: number, zone: string): Wall {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) parts[type] = value;
  return {
    date: `${parts.year ?? ''}-${parts.month ?? ''}-${parts.day ?? ''}`,
    hour: Number(parts.hour),
    minute: Number(parts.minute),
  };
}

/**
 * A date some days on.
 * @param date such as `2026-11-23`
 * @param days how many; negative goes back
 * @returns such as `2026-11-30`
 */
export function dateMoved(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * How many days two dates span, both included.
 * @param from such as `2026-11-23`
 * @param to such as `2026-11-29`
 * @returns 7
 */
export function daysIn(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
}

/** Making a format is slow, and there are few zones. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const held = WALL.get(zone);
  if (held !== undefined) return held;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
    minute: '2-digit',
  });
  WALL.set(zone, made);
  return made;
}
