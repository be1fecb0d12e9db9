/** Totals over rows: rates from counts, averages by their own divisors. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DurationRow, OutcomeRow, SentimentRow } from '../../api/dashboard/rows.ts';
import { durationTotals, outcomeTotals, sentimentTotals, shareOf } from '../../api/dashboard/totals.ts';

const span = { startMs: 0, endMs: 3_600_000 };
const outcome = (success: number, failure: number, rest: Partial<OutcomeRow> = {}): OutcomeRow => ({
  ...span,
  totalCalls: success + failure,
  success,
  failure,
  unknown: 0,
  endedCalls: success + failure,
  endedAnswered: success,
  ...rest,
});
const duration = (measuredCalls: number, totalDurationSeconds: number): DurationRow => ({
  ...span,
  totalCalls: measuredCalls + 1,
  answeredCalls: measuredCalls,
  measuredCalls,
  totalDurationSeconds,
});
const sentiment = (scoredCalls: number, averageScore: number | null): SentimentRow => ({
  ...span,
  positive: scoredCalls,
  neutral: 0,
  negative: 0,
  mixed: 0,
  unknown: 2,
  total: scoredCalls + 2,
  scoredCalls,
  averageScore,
});

describe('totals', () => {
  test('a rate comes from the summed counts, not from the average of rates', () => {
    const totals = outcomeTotals([outcome(1, 0), outcome(0, 99)]);
    expect(totals.successRate).toBe(1);
    expect(totals.answerRate).toBe(1);
  });

  test('a rate without a base is null and not zero', () => {
    expect(outcomeTotals([]).successRate).toBeNull();
    expect(outcomeTotals([null, outcome(0, 0)]).answerRate).toBeNull();
    expect(shareOf(0, 4)).toBe(0);
  });

  test('average talk time divides by measured calls only', () => {
    expect(durationTotals([duration(1, 10), null, duration(3, 110)])).toEqual({
      calls: 6,
      answered: 4,
      measured: 4,
      averageTalkMs: 30_000,
    });
    expect(durationTotals([duration(0, 0)]).averageTalkMs).toBeNull();
  });

  test('the average score is weighted by the calls that were scored', () => {
    const totals = sentimentTotals([sentiment(1, 1), sentiment(3, -1), sentiment(0, null)]);
    expect(totals.averageScore).toBe(-0.5);
    expect(totals.labelled).toBe(4);
    expect(totals.unknown).toBe(6);
  });

  test('totals do not depend on how rows are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(500), fc.nat(500))), fc.nat(), (pairs, at) => {
        const rows = pairs.map(([success, failure]) => outcome(success, failure));
        const cut = rows.length === 0 ? 0 : at % rows.length;
        const [left, right] = [outcomeTotals(rows.slice(0, cut)), outcomeTotals(rows.slice(cut))];
        const whole = outcomeTotals(rows);
        expect(whole.success).toBe(left.success + right.success);
        expect(whole.successRate).toBe(shareOf(whole.success, whole.success + whole.failure));
      }),
    );
  });
});
