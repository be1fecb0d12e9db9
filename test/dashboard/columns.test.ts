/** Columns for charts: gaps stay gaps, stacks add up. */
import { describe, expect, test } from '@jest/globals';
import { beside, columnOf, labelled, stacked } from '../../api/dashboard/columns.ts';

describe('columns', () => {
  test('a missing row is a gap, a zero is a zero', () => {
    expect(columnOf([{ n: 0 }, null, { n: 3 }], (row) => row.n)).toEqual([0, null, 3]);
  });

  test('a stack raises each column by those below it', () => {
    expect(
      stacked([
        [1, 2],
        [10, 20],
        [100, 200],
      ]),
    ).toEqual([
      [1, 2],
      [11, 22],
      [111, 222],
    ]);
  });

  test('a gap in a stack is a gap in all above it', () => {
    expect(
      stacked([
        [1, null],
        [1, 1],
        [1, 1],
      ]),
    ).toEqual([
      [1, null],
      [2, null],
      [3, null],
    ]);
  });

  test('the range before is left out when its periods do not match', () => {
    expect(beside([1, 2], 2)).toEqual([1, 2]);
    expect(beside([1], 2)).toEqual([null, null]);
    expect(beside(null, 2)).toEqual([null, null]);
  });

  test('labels keep their distance and stand on round hours', () => {
    const hours = Array.from({ length: 24 }, (_, index) => index);
    expect(labelled(hours, 5, (hour) => (hour + 16) % 24)).toEqual([2, 8, 14, 20]);
    expect(labelled(hours, 24, (hour) => hour)).toEqual(hours);
    expect(labelled([5], 0, () => 0)).toEqual([0]);
  });
});
