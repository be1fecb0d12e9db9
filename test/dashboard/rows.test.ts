/** Rows are read as they are sent, or not at all. */
import { describe, expect, test } from '@jest/globals';
import { durationRow, outcomeRow, rowsOf, sentimentRow } from '../../api/dashboard/rows.ts';

const span = { start: '2026-11-24T14:00:00.000Z', end: '2026-11-24T15:00:00.000Z' };
const startMs = Date.UTC(2026, 10, 24, 14);
const outcome = {
  ...span,
  totalCalls: 12,
  success: 5,
  failure: 3,
  unknown: 4,
  answered: 8,
  answerRate: 70,
  endedBy: { customer: 6, agent: 4 },
};

describe('rows', () => {
  test('a duration row is read with its period', () => {
    const sent = { ...span, totalCalls: 3, answeredCalls: 2, measuredCalls: 1, totalDurationSeconds: 60.5 };
    expect(durationRow(sent)).toMatchObject({ startMs, totalCalls: 3, totalDurationSeconds: 60.5 });
  });

  test('a row that lacks a number is no row', () => {
    expect(durationRow({ ...span, totalCalls: 3, answeredCalls: 2, measuredCalls: 1 })).toBeNull();
    expect(durationRow({ ...span, start: 'yesterday' })).toBeNull();
    expect(outcomeRow(null)).toBeNull();
  });

  test('the answer rate is given its counts back: ended calls, and the answered among them', () => {
    expect(outcomeRow(outcome)).toMatchObject({ endedCalls: 10, endedAnswered: 7 });
    const allEnded = {
      ...outcome,
      totalCalls: 4001,
      endedBy: { agent: 4001 },
      answered: 2822,
      answerRate: 70.5,
    };
    expect(outcomeRow(allEnded)).toMatchObject({ endedCalls: 4001, endedAnswered: 2822 });
    expect(outcomeRow({ ...outcome, answerRate: null, endedBy: {} })).toMatchObject({
      endedCalls: 0,
      endedAnswered: 0,
    });
  });

  test('a score that was never given is null', () => {
    const counts = { positive: 1, neutral: 0, negative: 0, mixed: 0, unknown: 2, total: 3, scoredCalls: 0 };
    expect(sentimentRow({ ...span, ...counts, averageScore: null })).toMatchObject({ averageScore: null });
  });

  test('one broken member spoils the list: half an answer is not shown as a whole one', () => {
    expect(rowsOf([outcome, { ...outcome, success: 'five' }], outcomeRow)).toBeNull();
    expect(rowsOf({ length: 1 }, outcomeRow)).toBeNull();
    expect(rowsOf([], outcomeRow)).toEqual([]);
  });
});
