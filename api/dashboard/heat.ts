/** Hours laid into a map of weekday and hour of the day, as the zone's wall shows them. Pure. */
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
    const label = textIn(fields, 'period');
    const calls = numberIn(fields, 'totalCalls');
    if (label === null || calls === null) continue;
    const day = (new Date(`${label.slice(0, 10)}T00:00:00Z`).getUTCDay() + 6) % 7;
    const cell = days[day]?.[Number(label.slice(11, 13))];
    if (cell === undefined) continue;
    cell.calls += calls;
    cell.hours += 1;
    most = Math.max(most, cell.calls);
  }
  return { days, most };
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
