/** The headline numbers of a range, and how two ranges differ. Pure. */
import type { NestedCells, ViewName } from '../projector/contract.ts';
import { costsOf, distributionOf, durationRow, outcomeRow } from './combine.ts';

/** Numbers under names, in groups. */
type Numbers = { [name: string]: number | null | Numbers };

/** A row without a time of its own. */
const NO_HEAD = { period: '', start: '', end: '', complete: false };

/**
 * The headline numbers.
 * @param cells the summed cells of each view
 * @returns the numbers; rates in percent, lengths in seconds, null where there is no base
 */
export function headlineOf(cells: Readonly<Record<ViewName, NestedCells>>) {
  const lengths = durationRow(cells.duration, NO_HEAD);
  const outcomes = outcomeRow(cells.outcome, NO_HEAD);
  const feelings = distributionOf(cells.sentiment);
  return {
    totalCalls: lengths.totalCalls,
    answeredCalls: lengths.answeredCalls,
    answerRate: outcomes.answerRate,
    success: outcomes.success,
    failure: outcomes.failure,
    successRate: outcomes.successRate,
    measuredCalls: lengths.measuredCalls,
    totalDurationSeconds: lengths.totalDurationSeconds,
    averageDurationSeconds: lengths.averageDurationSeconds,
    p50DurationSeconds: lengths.p50DurationSeconds,
    p90DurationSeconds: lengths.p90DurationSeconds,
    p95DurationSeconds: lengths.p95DurationSeconds,
    p99DurationSeconds: lengths.p99DurationSeconds,
    ...costsOf(cells.duration),
    sentiment: {
      positive: feelings.positive,
      neutral: feelings.neutral,
      negative: feelings.negative,
      mixed: feelings.mixed,
      unknown: feelings.unknown,
      averageScore: feelings.averageScore,
      percentages: feelings.percentages,
    },
  };
}

/**
 * What has changed.
 * @param now later numbers
 * @param before earlier ones of the same names
 * @returns now − before under the same names; null where one of them is
 */
export function differenceOf(now: Numbers, before: Numbers): Numbers {
  const difference = (value: Numbers[string], earlier: Numbers[string] | undefined): Numbers[string] => {
    if (typeof value === 'number' && typeof earlier === 'number') return rounded(value - earlier);
    if (typeof value !== 'object' || value === null) return null;
    return differenceOf(value, typeof earlier === 'object' && earlier !== null ? earlier : {});
  };
  return Object.fromEntries(
    Object.entries(now).map(([name, value]): [string, Numbers[string]] => [
      name,
      difference(value, before[name]),
    ]),
  );
}

/** Decimals that a subtraction of short decimals brings up go away again; a millionth of a dollar stays. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
