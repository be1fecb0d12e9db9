/** From buckets to the rows that people see: sums first, then averages, rates and percentiles. Pure; GET and pushes share it. */
import {
  percentilesMs,
  SCORE_SCALE,
  WINDOWS,
  type NestedCells,
  type ViewName,
  type Window,
} from '../projector/contract.ts';
import { binsOf, count, group } from './cells.ts';
import { spansOf, type Span } from './periods.ts';
import { CONNECTIONS, ENDED_BY, LABELS, SOURCES } from './words.ts';

/** What is common to all rows: the label in the asked zone, the span as instants, and whether it had ended at `asOf`. */
export type RowHead = { period: string; start: string; end: string; complete: boolean };

/** A row of any view. */
export type Row = ReturnType<typeof rowOf>;

const QUANTILES = [0.5, 0.9, 0.95, 0.99];
/** The cells of each span, in order, and the instant they are true at: null before the first commit. */
export type Combined = { spans: readonly Span[]; cells: readonly NestedCells[]; asOfMs: number | null };

/**
 * The rows of an answer.
 * @param view which view
 * @param combined spans and their cells
 * @returns one row a span
 */
export function rowsOf(view: ViewName, { spans, cells, asOfMs }: Combined): Row[] {
  return spans.map((span, index) => rowOf(view, cells[index] ?? {}, headOf(span, asOfMs)));
}

/**
 * The row of one stored bucket: just what GET shows for its span in UTC.
 * @param bucket which bucket, and its cells
 * @param asOfMs the instant the cells are true at, null before the first commit
 * @returns the row
 */
export function bucketRow(
  bucket: { view: ViewName; window: Window; atMs: number; cells: NestedCells },
  asOfMs: number | null,
): Row {
  const { view, window, atMs, cells } = bucket;
  const stretch = { fromMs: atMs, toMs: atMs + WINDOWS[window], timeZone: 'UTC' };
  const spans = spansOf(window === 'hourly' ? 'hour' : 'day', stretch);
  const [row] = rowsOf(view, { spans, cells: [cells], asOfMs });
  if (row === undefined) throw new Error('a bucket without a span');
  return row;
}

/**
 * What heads a row.
 * @param span the row's time
 * @param asOfMs the instant the answer is true at, null before the first commit
 * @returns label, start and end as ISO instants, and whether the span had ended
 */
export function headOf(span: Span, asOfMs: number | null): RowHead {
  return {
    period: span.label,
    start: new Date(span.startMs).toISOString(),
    end: new Date(span.endMs).toISOString(),
    complete: asOfMs !== null && span.endMs <= asOfMs,
  };
}

/**
 * The row of one view.
 * @param view which view
 * @param cells the summed cells of the row's buckets
 * @param head what heads the row
 * @returns the row as GET and `view_update` show it
 */
export function rowOf(view: ViewName, cells: NestedCells, head: RowHead) {
  switch (view) {
    case 'duration':
      return durationRow(cells, head);
    case 'outcome':
      return outcomeRow(cells, head);
    case 'sentiment':
      return { ...head, ...distributionOf(cells) };
  }
}

/**
 * Calls, talk time and costs.
 * @param cells summed cells of the duration view
 * @param head what heads the row
 * @returns seconds with three decimals; averages and percentiles null where nothing was measured
 */
export function durationRow(cells: NestedCells, head: RowHead) {
  const measured = count(cells, 'measured');
  const totalMs = count(cells, 'durationMs');
  const [p50, p90, p95, p99] = percentilesMs(binsOf(cells), QUANTILES).map((ms) =>
    ms === null ? null : Math.round(ms) / 1_000,
  );
  return {
    ...head,
    totalCalls: count(cells, 'calls'),
    answeredCalls: count(cells, 'answered'),
    measuredCalls: measured,
    totalDurationSeconds: totalMs / 1_000,
    averageDurationSeconds: measured === 0 ? null : Math.round(totalMs / measured) / 1_000,
    p50DurationSeconds: p50 ?? null,
    p90DurationSeconds: p90 ?? null,
    p95DurationSeconds: p95 ?? null,
    p99DurationSeconds: p99 ?? null,
    totalCostCredits: count(cells, 'costCredits'),
    totalCostUsd: count(cells, 'costMicroUsd') / 1e6,
  };
}

/**
 * What calls cost, for who must not take silence for nothing: a sum of 0 over calls is one that nobody told.
 * @param cells summed cells of the duration view
 * @returns the sums; null where no call has a cost, 0 where there is no call
 */
export function costsOf(cells: NestedCells) {
  const told = (sum: number): number | null => (sum === 0 && count(cells, 'calls') > 0 ? null : sum);
  return {
    totalCostCredits: told(count(cells, 'costCredits')),
    totalCostUsd: told(count(cells, 'costMicroUsd') / 1e6),
  };
}

/**
 * Goals, connections and endings.
 * @param cells summed cells of the outcome view
 * @param head what heads the row
 * @returns counts, and rates in percent with one decimal, null where they have no base
 */
export function outcomeRow(cells: NestedCells, head: RowHead) {
  const goals = group(cells, 'goal');
  const [success, failure] = [goals.success ?? 0, goals.failure ?? 0];
  const [ended, endedAnswered] = [count(cells, 'ended'), count(cells, 'endedAnswered')];
  const connection = { ...CONNECTIONS, ...group(cells, 'connection') };
  return {
    date: head.period,
    ...head,
    totalCalls: count(cells, 'calls'),
    success,
    failure,
    unknown: goals.unknown ?? 0,
    successRate: percentage(success, success + failure),
    answered: connection.answered_human + connection.answered_machine + connection.answered_unknown,
    ended,
    endedAnswered,
    answerRate: percentage(endedAnswered, ended),
    connection,
    endedBy: { ...ENDED_BY, ...group(cells, 'endedBy') },
  };
}

/**
 * How callers felt.
 * @param cells summed cells of the sentiment view
 * @returns the five counts add up to `total`; percentages are over labelled calls, the score over scored ones
 */
export function distributionOf(cells: NestedCells) {
  const labels = { ...LABELS, unknown: 0, ...group(cells, 'label') };
  const total = count(cells, 'calls');
  const scored = count(cells, 'scored');
  const share = (n: number): number | null => percentage(n, total - labels.unknown);
  return {
    positive: labels.positive,
    neutral: labels.neutral,
    negative: labels.negative,
    mixed: labels.mixed,
    unknown: labels.unknown,
    total,
    scoredCalls: scored,
    averageScore:
      scored === 0 ? null : Math.round(count(cells, 'scoreSum') / scored / (SCORE_SCALE / 1_000)) / 1_000,
    percentages: {
      positive: share(labels.positive),
      neutral: share(labels.neutral),
      negative: share(labels.negative),
      mixed: share(labels.mixed),
    },
    sources: { ...SOURCES, ...group(cells, 'source') },
  };
}

/** Percent with one decimal; null where there is no base. */
function percentage(part: number, base: number): number | null {
  return base === 0 ? null : Math.round((part / base) * 1_000) / 10;
}
