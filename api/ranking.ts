/** Which keys of a dimension stand at the top by a metric, and what all others and none of them come to. Pure. */
import type { NestedCells, ViewName } from '../projector/contract.ts';
import { addCells, count } from './cells.ts';
import { costsOf, distributionOf, durationRow, outcomeRow } from './combine.ts';

/** What keys are ranked by: the number of calls, their whole talk time, two rates, the average score, the whole cost. */
export const METRICS = ['calls', 'duration', 'successRate', 'answerRate', 'sentiment', 'cost'] as const;
/** One of {@link METRICS}. */
export type Metric = (typeof METRICS)[number];

/** The view that each metric is read from. */
export const VIEW_OF = {
  calls: 'outcome',
  duration: 'duration',
  successRate: 'outcome',
  answerRate: 'outcome',
  sentiment: 'sentiment',
  cost: 'duration',
} as const satisfies Record<Metric, ViewName>;

/** Summed cells by key; null holds the calls without one. */
export type Ranked = { byKey: ReadonlyMap<string | null, NestedCells>; totals: NestedCells };

/** What is ranked how: `top` keys are named, `overlaps` says that a call may count under several of them. */
export type Ranking = { metric: Metric; top: number; overlaps: boolean };

/**
 * Ranks keys.
 * @param cells summed cells by key, and of all calls
 * @param ranking by what, and how many are named
 * @returns the greatest first; all others as one, null where keys overlap and would not add up; calls without a key; all calls
 */
export function rankingOf({ byKey, totals }: Ranked, { metric, top, overlaps }: Ranking) {
  const rows = [...byKey]
    .filter((one): one is [string, NestedCells] => one[0] !== null && count(one[1], 'calls') > 0)
    .map(([key, cells]) => ({ key, cells, order: orderOf(metric, cells) }))
    .sort((a, b) => compared(a.order, b.order) || (a.key < b.key ? -1 : 1));
  const others = rows.slice(top);
  const other: NestedCells = {};
  for (const { cells } of others) addCells(other, cells);
  return {
    keys: rows.length,
    top: rows.slice(0, top).map(({ key, cells }) => rowOf('top', { metric, key, cells })),
    withoutKey: rowOf('withoutKey', { metric, key: null, cells: byKey.get(null) ?? {} }),
    other: overlaps ? null : rowOf('other', { metric, key: null, cells: other }),
    totals: rowOf('totals', { metric, key: null, cells: totals }),
  };
}

type Kind = 'top' | 'withoutKey' | 'other' | 'totals';

/** A row: which key, its value of the metric, and the numbers that the value is made of, so that rows can be added up. */
function rowOf(kind: Kind, of: { metric: Metric; key: string | null; cells: NestedCells }) {
  const { metric, key, cells } = of;
  return { kind, key, value: valueOf(metric, cells), ...numbersOf(VIEW_OF[metric], cells) };
}

/** A row without a time of its own. */
const NO_HEAD = { period: '', start: '', end: '', complete: false };

function numbersOf(view: ViewName, cells: NestedCells): object {
  if (view === 'sentiment') return distributionOf(cells);
  if (view === 'duration') {
    const { totalCalls, answeredCalls, measuredCalls, totalDurationSeconds, ...rest } = durationRow(
      cells,
      NO_HEAD,
    );
    const { averageDurationSeconds } = rest;
    return {
      ...{ totalCalls, answeredCalls, measuredCalls, totalDurationSeconds, averageDurationSeconds },
      ...costsOf(cells),
    };
  }
  const { totalCalls, success, failure, unknown, successRate, answered, ...rest } = outcomeRow(
    cells,
    NO_HEAD,
  );
  const { ended, endedAnswered, answerRate, connection, endedBy } = rest;
  return {
    ...{ totalCalls, success, failure, unknown, successRate, answered, ended, endedAnswered, answerRate },
    ...{ connection, endedBy },
  };
}

function valueOf(metric: Metric, cells: NestedCells): number | null {
  switch (metric) {
    case 'calls':
      return count(cells, 'calls');
    case 'duration':
      return durationRow(cells, NO_HEAD).totalDurationSeconds;
    case 'cost':
      return costsOf(cells).totalCostUsd;
    case 'successRate':
      return outcomeRow(cells, NO_HEAD).successRate;
    case 'answerRate':
      return outcomeRow(cells, NO_HEAD).answerRate;
    case 'sentiment':
      return distributionOf(cells).averageScore;
  }
}

/** The value first; where it is the same, or nobody's, credits for costs, and then the number of calls. */
function orderOf(metric: Metric, cells: NestedCells): number[] {
  const credits = metric === 'cost' ? count(cells, 'costCredits') : 0;
  return [valueOf(metric, cells) ?? -Infinity, credits, count(cells, 'calls')];
}

/** Greater first. */
function compared(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((one, index) => one !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) > (b[at] ?? 0) ? -1 : 1;
}
