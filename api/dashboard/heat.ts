/** Hours laid into a map of weekday and hour of the day, as the zone's wall shows them. Pure. */
import type { Shape, Told } from './document.ts';
import { numberIn, textIn } from './fields.ts';
import type { Row } from './rows.ts';

/** One cell: the calls of all its hours, and how many hours of the range fell into it. */
export type HeatCell = { calls: number; hours: number };
/** Seven weekdays from Monday on, each of 24 hours, and the greatest number of calls. */
export type HeatMap = { days: HeatCell[][]; most: number };

/**
 * Adds up hours by weekday and hour of the day.
 * @param rows hourly rows, whose `period` is the local time with its offset: an hour that a change of clocks repeats counts into the same cell
 * @returns the map; a cell that no hour fell into has `hours` 0
 */
export function heatOf(rows: readonly Row[]): HeatMap {
  const days = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => ({ calls: 0, hours: 0 })));
  let most = 0;
  for (const { fields } of rows) {
    const at = cellOf(fields);
    const calls = numberIn(fields, 'totalCalls');
    const cell = at === null ? undefined : days[at.day]?.[at.hour];
    if (cell === undefined || calls === null) continue;
    cell.calls += calls;
    cell.hours += 1;
    most = Math.max(most, cell.calls);
  }
  return { days, most };
}

/**
 * Where an hour stands in the map.
 * @param fields of an hourly row
 * @returns weekday (0 is Monday) and hour of the day by the zone's wall; null where the row does not say
 */
export function cellOf(fields: Told<Shape<'DurationRow'>>): { day: number; hour: number } | null {
  const label = textIn(fields, 'period');
  const dayMs = label === null ? NaN : Date.parse(`${label.slice(0, 10)}T00:00:00Z`);
  if (label === null || Number.isNaN(dayMs)) return null;
  return { day: (new Date(dayMs).getUTCDay() + 6) % 7, hour: Number(label.slice(11, 13)) };
}

/**
 * How deep a cell is coloured.
 * @param calls its number
 * @param most the greatest of the map
 * @returns 0 for none, else 1 to 5
 */
export function depthOf(calls: number, most: number): number {
  return calls === 0 || most === 0 ? 0 : Math.max(1, Math.ceil((calls / most) * 5));
}
