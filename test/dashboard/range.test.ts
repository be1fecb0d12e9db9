/** Ranges: whole periods, kept in the address. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  RANGE_NAMES,
  rangeAt,
  rangeBefore,
  rangeNamed,
  searchFor,
  startsOf,
} from '../../api/dashboard/range.ts';

const now = Date.UTC(2026, 10, 24, 14, 31);

describe('range', () => {
  test('24 hours are the open hour and the 23 before it', () => {
    const range = rangeAt('24h', now);
    expect(new Date(range.fromMs).toISOString()).toBe('2026-11-23T15:00:00.000Z');
    expect(new Date(range.endMs).toISOString()).toBe('2026-11-24T15:00:00.000Z');
    expect(startsOf(range)).toHaveLength(24);
  });

  test('30 days are today in UTC and the 29 before it', () => {
    const range = rangeAt('30d', now);
    expect(new Date(range.fromMs).toISOString()).toBe('2026-10-26T00:00:00.000Z');
    expect(startsOf(range)).toHaveLength(30);
  });

  test('at the stroke of the hour the new hour is the open one', () => {
    expect(rangeAt('24h', Date.UTC(2026, 10, 24, 15)).endMs).toBe(Date.UTC(2026, 10, 24, 16));
  });

  test('the range before ends where the range begins and is as long', () => {
    const range = rangeAt('7d', now);
    const before = rangeBefore(range);
    expect(before.endMs).toBe(range.fromMs);
    expect(startsOf(before)).toHaveLength(7);
  });

  test('a range holds the instant it was made for', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RANGE_NAMES), fc.date({ noInvalidDate: true }), (name, at) => {
        const range = rangeAt(name, at.getTime());
        expect(at.getTime()).toBeLessThan(range.endMs);
        expect(at.getTime()).toBeGreaterThanOrEqual(range.endMs - range.stepMs);
      }),
    );
  });

  test('the address names the range, and nonsense means the last 24 hours', () => {
    expect(rangeNamed('?range=7d')).toBe('7d');
    expect(rangeNamed('?range=constructor')).toBe('24h');
    expect(rangeNamed('')).toBe('24h');
    expect(searchFor('?a=1&range=7d', '24h')).toBe('?a=1');
    expect(searchFor('?a=1', '30d')).toBe('?a=1&range=30d');
    expect(searchFor('?range=7d', '24h')).toBe('');
  });
});
