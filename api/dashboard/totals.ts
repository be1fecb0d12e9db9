/** Headline numbers over the rows on show. Rates come from summed counts: an average of rates would be another number. Pure. */
import type { DurationRow, OutcomeRow, SentimentRow } from './rows.ts';

/** Calls and talk time of a range; `averageTalkMs` is null where no call was measured. */
export type DurationTotals = {
  calls: number;
  answered: number;
  measured: number;
  averageTalkMs: number | null;
};
/** Outcomes of a range; rates are 0 to 100, null where they have no base. */
export type OutcomeTotals = {
  success: number;
  failure: number;
  unknown: number;
  ended: number;
  endedAnswered: number;
  successRate: number | null;
  answerRate: number | null;
};
/** Sentiment of a range; `labelled` is the base of the shares, `averageScore` is over `scored` calls. */
export type SentimentTotals = {
  positive: number;
  neutral: number;
  mixed: number;
  negative: number;
  unknown: number;
  labelled: number;
  total: number;
  scored: number;
  averageScore: number | null;
};

/**
 * Sums the duration view.
 * @param rows rows of a range, null where a period is not known
 * @returns the totals
 */
export function durationTotals(rows: readonly (DurationRow | null)[]): DurationTotals {
  const sum = summing(rows);
  const measured = sum((row) => row.measuredCalls);
  const seconds = sum((row) => row.totalDurationSeconds);
  return {
    calls: sum((row) => row.totalCalls),
    answered: sum((row) => row.answeredCalls),
    measured,
    averageTalkMs: measured === 0 ? null : (seconds * 1000) / measured,
  };
}

/**
 * Sums the outcome view.
 * @param rows rows of a range, null where a period is not known
 * @returns the totals and their rates
 */
export function outcomeTotals(rows: readonly (OutcomeRow | null)[]): OutcomeTotals {
  const sum = summing(rows);
  const success = sum((row) => row.success);
  const failure = sum((row) => row.failure);
  const ended = sum((row) => row.endedCalls);
  const endedAnswered = sum((row) => row.endedAnswered);
  return {
    success,
    failure,
    unknown: sum((row) => row.unknown),
    ended,
    endedAnswered,
    successRate: shareOf(success, success + failure),
    answerRate: shareOf(endedAnswered, ended),
  };
}

/**
 * Sums the sentiment view.
 * @param rows rows of a range, null where a period is not known
 * @returns the totals; the score is weighted by the calls that were scored
 */
export function sentimentTotals(rows: readonly (SentimentRow | null)[]): SentimentTotals {
  const sum = summing(rows);
  const total = sum((row) => row.total);
  const unknown = sum((row) => row.unknown);
  const scored = sum((row) => row.scoredCalls);
  const score = sum((row) => (row.averageScore ?? 0) * row.scoredCalls);
  return {
    positive: sum((row) => row.positive),
    neutral: sum((row) => row.neutral),
    mixed: sum((row) => row.mixed),
    negative: sum((row) => row.negative),
    unknown,
    labelled: total - unknown,
    total,
    scored,
    averageScore: scored === 0 ? null : score / scored,
  };
}

/**
 * A share in percent.
 * @param part how many
 * @param whole of how many
 * @returns 0 to 100, or null where the whole is 0
 */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : (part / whole) * 100;
}

function summing<R>(rows: readonly (R | null)[]): (read: (row: R) => number) => number {
  return (read) => rows.reduce((sum, row) => (row === null ? sum : sum + read(row)), 0);
}
