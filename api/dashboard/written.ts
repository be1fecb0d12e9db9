/** A number as its unit is written. Pure. */
import type { Formats } from './format.ts';
import type { Unit } from './metrics.ts';

/**
 * Writes a number.
 * @param value rates 0 to 100, lengths in seconds
 * @param unit what it is
 * @param formats the reader's
 * @returns text; a dash where nothing is known
 */
export function written(value: number | null, unit: Unit, formats: Formats): string {
  switch (unit) {
    case 'count':
    case 'credits':
      return formats.count(value);
    case 'percent':
      return formats.percent(value);
    case 'length':
      return formats.length(value === null ? null : value * 1_000);
    case 'score':
      return formats.score(value);
    case 'money':
      return formats.money(value);
  }
}
