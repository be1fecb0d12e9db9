/** API rows → chart rows: gaps stay gaps, stacks and shares add up, and a number is what its formula says. */
import { describe, expect, test } from '@jest/globals';
import { METRICS, valueOver } from '../../api/dashboard/metrics.ts';
import { beside, labelled, numberAt, rowsIn, shares, stacked, totalOf } from '../../api/dashboard/rows.ts';
import { isEmpty, labelsOf, numbersOf, stackedShares } from '../../api/dashboard/series.ts';

const row = (hour: number, fields: Record<string, unknown>) => ({
  start: `2026-11-23T${String(hour).padStart(2, '0')}:00:00.000Z`,
  end: `2026-11-23T${String(hour + 1).padStart(2, '0')}:00:00.000Z`,
  complete: true,
  ...fields,
});
const rows = (...fields: Record<string, unknown>[]) => rowsIn(fields.map((one, index) => row(index, one)));

describe('rows', () => {
  test('start, end and whether it is open are read', () => {
    const [first] = rows({ totalCalls: 4, complete: false });
    expect(first).toMatchObject({ startMs: Date.parse('2026-11-23T00:00:00Z'), isOpen: true });
  });

  test.each([
    ['no list', 'x'],
    ['nothing', undefined],
    ['a row that is none', [null]],
    ['a row without a start', [{ end: '2026-11-23T00:00:00Z' }]],
  ])('%s is no answer', (_, list) => {
    expect(() => rowsIn(list)).toThrow('Invalid data format from API');
  });

  test('a missing number, null and text are gaps; 0 is a number', () => {
    const told = [{ n: 0 }, { n: null }, {}, { n: '7' }, { n: NaN }, { n: 7 }];
    expect(told.map((fields: Record<string, unknown>) => numberAt(fields, 'n'))).toEqual([
      ...[0, null, null, null, null, 7],
    ]);
  });

  test('nested numbers are found by their path', () => {
    const told: Record<string, unknown>[] = [{ connection: { busy: 3 } }, { connection: null }];
    expect(told.map((fields) => numberAt(fields, 'connection.busy'))).toEqual([3, null]);
  });
});

describe('columns', () => {
  test('a gap in one is a gap in all above it', () => {
    expect(
      stacked([
        [1, null, 3],
        [10, 20, 30],
        [100, 200, null],
      ]),
    ).toEqual([
      [1, null, 3],
      [11, null, 33],
      [111, null, null],
    ]);
  });

  test('a share of nothing is a gap', () => {
    expect(shares([1, 0, null], [4, 0, 4])).toEqual([25, null, null]);
  });

  test('a total of gaps is none', () => {
    expect([totalOf([null, null]), totalOf([null, 2, 3]), totalOf([])]).toEqual([null, 5, null]);
  });

  test('the range before is laid slot by slot', () => {
    expect(beside([1, null, 3], 4)).toEqual([1, null, 3, null]);
    expect(beside(null, 2)).toEqual([null, null]);
  });

  test('labels keep their distance and meet the midnight', () => {
    expect(labelled(24, 6, 2)).toEqual([2, 6, 10, 14, 18, 22]);
    expect(labelled(30, 8, 29)).toHaveLength(8);
  });
});

describe('numbers', () => {
  const outcome = rows(
    {
      success: 3,
      failure: 1,
      unknown: 2,
      totalCalls: 6,
      ended: 6,
      endedAnswered: 5,
    },
    {
      success: 0,
      failure: 0,
      unknown: 4,
      totalCalls: 4,
      ended: 0,
      endedAnswered: 0,
    },
  );

  test('a rate is over the sums, not over the rates', () => {
    expect(numbersOf('successRate', outcome)).toEqual({ values: [75, null], total: 75 });
    expect(numbersOf('answerRate', outcome).total).toBeCloseTo(83.33, 1);
  });

  test('an average score is weighted by the calls that were scored', () => {
    const sentiment = rows(
      { averageScore: 0.5, scoredCalls: 3 },
      { averageScore: null, scoredCalls: 0 },
      { averageScore: -0.5, scoredCalls: 1 },
    );
    expect(numbersOf('score', sentiment).total).toBeCloseTo(0.25, 9);
  });

  test('a percentile of a range is no sum of its periods', () => {
    const lengths = rows({ p90DurationSeconds: 60 }, { p90DurationSeconds: 80 });
    expect(
      valueOver(
        METRICS.p90,
        lengths.map(({ fields }) => fields),
      ),
    ).toBeNull();
    expect(numbersOf('p90', lengths, 75)).toEqual({ values: [60, 80], total: 75 });
  });

  test('shares stand on each other up to 100, the counts stay counts', () => {
    const [success, failure, unknown] = stackedShares(['success', 'failure', 'goalUnknown'], outcome, {
      of: 'totalCalls',
    });
    expect(success).toMatchObject({ values: [3, 0], total: 3 });
    expect(failure?.drawn?.[0]).toBeCloseTo(66.67, 1);
    expect(unknown?.drawn?.map((share) => Math.round(share ?? 0))).toEqual([100, 100]);
  });

  test('a period without calls has no shares', () => {
    const [one] = stackedShares(['success'], rows({ success: 0, totalCalls: 0 }, { success: 0 }), {
      of: 'totalCalls',
    });
    expect(one?.drawn).toEqual([null, null]);
  });

  test('an outcome that the page has never heard of is part of the whole, and of no other outcome', () => {
    const [success, unknown] = stackedShares(
      ['success', 'goalUnknown'],
      rows({ success: 3, unknown: 1, partly: 6, totalCalls: 10 }),
      { of: 'totalCalls' },
    );
    expect([success?.drawn, unknown?.drawn]).toEqual([[30], [40]]);
    const [positive] = stackedShares(['positive'], rows({ positive: 1, angry: 1, unknown: 8, total: 10 }), {
      ...{ of: 'total', less: 'unknown' },
    });
    expect(positive?.drawn).toEqual([50]);
  });

  test('labels add up to the calls that have one', () => {
    const sentiment = rows({ positive: 2, neutral: 1, mixed: 0, negative: 1, unknown: 6, total: 10 });
    expect(labelsOf(sentiment)).toMatchObject({ labelled: 4, total: 10, unknown: 6 });
  });

  test('a range is empty where every period says 0', () => {
    expect([isEmpty(rows({ totalCalls: 0 })), isEmpty(rows({ totalCalls: 1 }))]).toEqual([true, false]);
  });
});
