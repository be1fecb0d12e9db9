/** Rows from cells: sums first, then rates; null where there is no base. */
import { expect, test } from '@jest/globals';
import { addCells } from '../../api/cells.ts';
import { bucketRow, distributionOf, headOf, rowOf } from '../../api/combine.ts';
import { binOf } from '../../projector/histogram.ts';
import type { NestedCells } from '../../projector/contract.ts';

const HEAD = { period: '2026-03-10', start: 's', end: 'e', complete: true };

test('buckets add up cell by cell, their bookkeeping left out', () => {
  const sum: NestedCells = {};
  addCells(sum, { _id: { d: 'all' }, revision: 7, q: { 0: { calls: 9 } }, calls: 2, goal: { success: 1 } });
  addCells(sum, { calls: 3, goal: { success: 1, failure: 2 } });
  expect(sum).toEqual({ calls: 5, goal: { success: 2, failure: 2 } });
});

test('averages have three decimals, and percentiles are within 1 %', () => {
  const lengths = [1_000, 2_000, 4_001];
  const bins = Object.fromEntries(lengths.map((ms) => [String(binOf(ms)), 1]));
  const row = rowOf(
    'duration',
    { calls: 5, answered: 4, measured: 3, durationMs: 7_001, bins, costMicroUsd: 1 },
    HEAD,
  );
  expect(row).toMatchObject({
    ...HEAD,
    totalCalls: 5,
    answeredCalls: 4,
    measuredCalls: 3,
    totalDurationSeconds: 7.001,
    averageDurationSeconds: 2.334,
    totalCostUsd: 0.000_001,
    totalCostCredits: 0,
  });
  const { p50DurationSeconds, p99DurationSeconds } = row as Record<string, unknown>;
  expect(Math.abs(Number(p50DurationSeconds) - 2)).toBeLessThanOrEqual(0.02);
  expect(Math.abs(Number(p99DurationSeconds) - 4.001)).toBeLessThanOrEqual(0.041);
});

test('without a base there is null, and 0 where zero is the truth', () => {
  expect(rowOf('duration', { calls: 1 }, HEAD)).toMatchObject({
    totalDurationSeconds: 0,
    averageDurationSeconds: null,
    p50DurationSeconds: null,
  });
  expect(rowOf('outcome', {}, HEAD)).toMatchObject({ totalCalls: 0, successRate: null, answerRate: null });
  expect(rowOf('outcome', { goal: { failure: 1 }, ended: 1 }, HEAD)).toMatchObject({
    successRate: 0,
    answerRate: 0,
  });
  expect(distributionOf({ calls: 2, label: { unknown: 2 } })).toMatchObject({
    unknown: 2,
    total: 2,
    averageScore: null,
    percentages: { positive: null, neutral: null, negative: null, mixed: null },
  });
});

test('rates are percentages with one decimal, the success rate over known goals alone', () => {
  const cells = {
    calls: 10,
    goal: { success: 1, failure: 2, unknown: 7 },
    connection: { answered_human: 2, answered_unknown: 1, busy: 7 },
    ended: 9,
    endedAnswered: 2,
    endedBy: { customer: 9 },
  };
  expect(rowOf('outcome', cells, HEAD)).toMatchObject({
    date: '2026-03-10',
    successRate: 33.3,
    answered: 3,
    ended: 9,
    endedAnswered: 2,
    answerRate: 22.2,
    connection: { answered_human: 2, answered_unknown: 1, busy: 7, failed: 0 },
    endedBy: { customer: 9, agent: 0 },
  });
});

test('shares are over labelled calls and the score over scored ones', () => {
  const cells = {
    calls: 4,
    label: { positive: 2, mixed: 1, unknown: 1 },
    scored: 3,
    scoreSum: -10_000,
    source: { local: 3 },
  };
  expect(distributionOf(cells)).toMatchObject({
    averageScore: -0.333,
    percentages: { positive: 66.7, neutral: 0, negative: 0, mixed: 33.3 },
    sources: { local: 3, provider: 0 },
  });
});

test('a row is complete once its end has passed at the instant the answer is true at', () => {
  const span = { label: 'x', startMs: 0, endMs: 1_000 };
  expect([null, 999, 1_000].map((asOfMs) => headOf(span, asOfMs).complete)).toEqual([false, false, true]);
});

test('a bucket is headed like the UTC row it is', () => {
  const atMs = Date.UTC(2026, 2, 10, 11);
  expect(bucketRow({ view: 'outcome', window: 'hourly', atMs, cells: { calls: 1 } }, null)).toMatchObject({
    period: '2026-03-10T11:00:00+00:00',
    start: '2026-03-10T11:00:00.000Z',
    end: '2026-03-10T12:00:00.000Z',
    complete: false,
    totalCalls: 1,
  });
  const day = bucketRow({ view: 'sentiment', window: 'daily', atMs: Date.UTC(2026, 2, 10), cells: {} }, null);
  expect(day).toMatchObject({ period: '2026-03-10', end: '2026-03-11T00:00:00.000Z' });
});
