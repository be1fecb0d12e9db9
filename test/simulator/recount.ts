/** The recount: from the ledger to the rows that the HTTP API must show, bucket by bucket, with arithmetic of its own. */
import type { Truth } from './planned.ts';

/** The measures. */
export const VIEWS = ['duration', 'outcome', 'sentiment'] as const;
/** The spans of a bucket in ms; both start at full UTC hours or days. */
export const WINDOW_MS = { hourly: 3_600_000, daily: 86_400_000 } as const;
/** What calls are sliced by. */
export const DIMENSIONS = ['all', 'agent', 'campaign', 'provider', 'direction', 'language'] as const;

/** One of {@link VIEWS}. */
export type View = (typeof VIEWS)[number];
/** Name of a span. */
export type Window = keyof typeof WINDOW_MS;
/** One of {@link DIMENSIONS}. */
export type Dimension = (typeof DIMENSIONS)[number];

/** Which row: `key` is null for `all` and for calls without a value; `at` is the start of the bucket. */
export type RowId = { view: View; window: Window; dimension: Dimension; key: string | null; at: Date };

/**
 * A row as the API shows it, without labels and freshness. Zero counts within the tables are left out. Beyond the
 * API: `locallyScored` in sentiment rows, how many of `unknown` a local scorer may have labelled.
 */
export type Row = Record<string, number | null | Record<string, number | null>>;

/**
 * The name of a row in the recount.
 * @param id which row
 * @returns text, the same for equal ids
 */
export function rowKey({ view, window, dimension, key, at }: RowId): string {
  return JSON.stringify([view, window, dimension, key, at.toISOString()]);
}

/**
 * Reads a name back.
 * @param text what {@link rowKey} gave
 * @returns the id of the row
 */
export function rowIdOf(text: string): RowId {
  const [view, window, dimension, key, at] = JSON.parse(text) as [
    View,
    Window,
    Dimension,
    string | null,
    string,
  ];
  return { view, window, dimension, key, at: new Date(at) };
}

/**
 * Counts every call again, in every bucket it belongs to: that of its start, under each of its slices.
 * @param truths what should be seen of each call; calls without a start count nowhere
 * @returns row by name ({@link rowKey}); buckets without a call are absent
 */
export function recount(truths: Iterable<Truth>): Map<string, Row> {
  const buckets = new Map<string, { id: Omit<RowId, 'view'>; calls: Truth[] }>();
  for (const truth of truths) {
    if (truth.startedAt === null) continue;
    for (const window of Object.keys(WINDOW_MS) as Window[]) {
      const at = new Date(Math.floor(truth.startedAt.getTime() / WINDOW_MS[window]) * WINDOW_MS[window]);
      for (const [dimension, key] of slicesOf(truth)) {
        const id = { window, dimension, key, at };
        const name = JSON.stringify([window, dimension, key, at.getTime()]);
        const bucket = buckets.get(name) ?? { id, calls: [] };
        bucket.calls.push(truth);
        buckets.set(name, bucket);
      }
    }
  }
  const rows = new Map<string, Row>();
  for (const { id, calls } of buckets.values())
    for (const view of VIEWS) rows.set(rowKey({ view, ...id }), ROW_OF[view](calls));
  return rows;
}

const ROW_OF: Readonly<Record<View, (calls: readonly Truth[]) => Row>> = {
  duration: durationRow,
  outcome: outcomeRow,
  sentiment: sentimentRow,
};

function slicesOf(truth: Truth): (readonly [Dimension, string | null])[] {
  return [
    ['all', null],
    ['agent', truth.agentId],
    ['campaign', truth.campaignId],
    ...truth.providers.map((provider) => ['provider', provider] as const),
    ['direction', truth.direction],
    ['language', truth.language],
  ];
}

function durationRow(calls: readonly Truth[]): Row {
  const measured = calls.filter(
    (call) => isAnswered(call) && call.status === 'ended' && call.durationMs !== null,
  );
  const totalMs = total(measured.map((call) => call.durationMs));
  return {
    totalCalls: calls.length,
    answeredCalls: calls.filter(isAnswered).length,
    measuredCalls: measured.length,
    totalDurationSeconds: totalMs / 1000,
    averageDurationSeconds: measured.length === 0 ? null : Math.round(totalMs / measured.length) / 1000,
    totalCostCredits: total(calls.map((call) => call.costCredits)),
    totalCostUsd: total(calls.map((call) => call.costMicroUsd)) / 1e6,
  };
}

function outcomeRow(calls: readonly Truth[]): Row {
  const ended = calls.filter((call) => call.status === 'ended');
  const goals = countBy(calls.map((call) => call.goal));
  const [success, failure] = [goals.success ?? 0, goals.failure ?? 0];
  return {
    totalCalls: calls.length,
    success,
    failure,
    unknown: goals.unknown ?? 0,
    successRate: percentage(success, success + failure),
    answered: calls.filter(isAnswered).length,
    answerRate: percentage(ended.filter(isAnswered).length, ended.length),
    connection: countBy(calls.map((call) => call.connection)),
    endedBy: countBy(ended.map((call) => call.endedBy ?? 'unknown')),
  };
}

function sentimentRow(calls: readonly Truth[]): Row {
  const labels = countBy(calls.map((call) => call.sentiment ?? 'unknown'));
  const labelled = calls.filter((call) => call.sentiment !== null).length;
  const scored = calls.filter((call) => call.sentimentScore !== null);
  const scores = total(scored.map((call) => call.sentimentScore));
  const shares = Object.fromEntries(
    ['positive', 'neutral', 'negative', 'mixed'].map((label) => [
      label,
      percentage(labels[label] ?? 0, labelled),
    ]),
  );
  return {
    positive: labels.positive ?? 0,
    neutral: labels.neutral ?? 0,
    negative: labels.negative ?? 0,
    mixed: labels.mixed ?? 0,
    unknown: labels.unknown ?? 0,
    total: calls.length,
    scoredCalls: scored.length,
    averageScore: scored.length === 0 ? null : Math.round(scores / scored.length / 10) / 1000,
    percentages: shares,
    sources: countBy(calls.flatMap((call) => call.sentimentSource ?? [])),
    locallyScored: calls.filter((call) => call.locallyScored).length,
  };
}

function isAnswered(call: Truth): boolean {
  return call.connection.startsWith('answered_');
}

/** One decimal; null where there is no base. */
function percentage(part: number, base: number): number | null {
  return base === 0 ? null : Math.round((part / base) * 1000) / 10;
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function total(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}
