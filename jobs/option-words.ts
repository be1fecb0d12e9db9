/** Reads the words that several jobs take as options. */
import { InvalidArgumentError } from 'commander';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * An instant, written as such or as an age.
 * @param text `2026-11-23T10:00Z`, or `30m`, `24h`, `7d` for so long ago
 */
export function since(text: string): Date {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (count !== undefined && (unit === 'm' || unit === 'h' || unit === 'd'))
    return new Date(Date.now() - Number(count) * UNIT_MS[unit]);
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('an ISO instant, or 30m, 24h, 7d, is needed');
  return at;
}

/** A count of 1 to 99999. */
export function count(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('a number of 1 to 99999 is needed');
  return Number(text);
}

/** A value that commander has read, as text; undefined where the option was not given. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
