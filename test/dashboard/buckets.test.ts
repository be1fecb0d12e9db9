/** Rows on show: replaced by what is newer, kept against what is older. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rowsAt, withLoaded, withRow, type Rows } from '../../api/dashboard/buckets.ts';

type Row = { startMs: number; endMs: number; calls: number };
const row = (startMs: number, calls: number): Row => ({ startMs, endMs: startMs + 1, calls });
const none: Rows<Row> = new Map();

describe('buckets', () => {
  test('a pushed bucket replaces the row with the same start and no other', () => {
    const rows = withLoaded(none, { rows: [row(0, 1), row(1, 2)], sequence: 5 });
    expect(rowsAt(withRow(rows, row(1, 3), 6), [0, 1])).toEqual([row(0, 1), row(1, 3)]);
  });

  test('a bucket of an equal or lower revision changes nothing', () => {
    const rows = withLoaded(none, { rows: [row(0, 7)], sequence: 5 });
    expect(withRow(rows, row(0, 1), 5)).toBe(rows);
    expect(withRow(rows, row(0, 1), 4)).toBe(rows);
  });

  test('an answer made before a push does not take the push back', () => {
    const pushed = withRow(none, row(0, 9), 8);
    expect(rowsAt(withLoaded(pushed, { rows: [row(0, 7)], sequence: 6 }), [0])).toEqual([row(0, 9)]);
    expect(rowsAt(withLoaded(pushed, { rows: [row(0, 11)], sequence: 9 }), [0])).toEqual([row(0, 11)]);
  });

  test('a period that is not known is a gap', () => {
    expect(rowsAt(none, [0, 1])).toEqual([null, null]);
  });

  test('pushes in any order and repetition end at the greatest revision', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (revisions) => {
        const end = revisions.reduce<Rows<Row>>((rows, one) => withRow(rows, row(0, one), one), none);
        expect(rowsAt(end, [0])).toEqual([row(0, Math.max(...revisions))]);
      }),
    );
  });
});
