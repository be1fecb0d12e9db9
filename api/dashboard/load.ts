/** Loads what the page shows over HTTP: the views of a range, the periods before it, and the present moment. */
import type { Loaded } from './buckets.ts';
import { liveCall, type LiveCall } from './calls.ts';
import { isFields, listOf, numberIn, type Fields } from './fields.ts';
import { fetchConversationAnalytics, fetchSuccessRateAnalytics } from './mongodb-analytics.ts';
import { rangeBefore, type Range } from './range.ts';
import { INVALID_ANSWER, request, type Answer } from './request.ts';
import {
  durationRow,
  outcomeRow,
  rowsOf,
  sentimentRow,
  type DurationRow,
  type OutcomeRow,
  type SentimentRow,
} from './rows.ts';

/** What headers said: the newest commit known, whether the server calls itself stale, its clock. */
export type Signs = Omit<Answer, 'data'>;
/** The three views of a range. */
export type Views = {
  duration: Loaded<DurationRow>;
  outcome: Loaded<OutcomeRow>;
  sentiment: Loaded<SentimentRow>;
  signs: Signs;
};
/** Counts and success rates of the range before, period by period; null where they could not be had. */
export type Before = { calls: number[] | null; successRates: (number | null)[] | null };
/** The present moment. `activeComplete` is false where senders do not tell of calls in progress. */
export type Present = {
  activeCount: number;
  activeComplete: boolean;
  campaigns: number;
  queued: number;
  latest: LiveCall[];
  signs: Signs;
};

/**
 * Loads the three views of a range, at once.
 * @param range which periods
 * @returns rows and the sequence each answer is true at
 * @throws Error whose message is for people
 */
export async function loadViews(range: Range): Promise<Views> {
  // The views' buckets are periods of UTC: pushed rows fit loaded ones only in that zone.
  const query = { ...datesOf(range), timeZone: 'UTC' };
  const [duration, outcome, sentiment] = await Promise.all([
    request(`/api/db/analytics/duration/${range.period}`, query),
    request('/api/db/analytics/outcomes', { ...query, period: range.period }),
    request('/api/db/analytics/sentiment', { ...query, period: range.period }),
  ]);
  return {
    duration: loaded(duration, 'stats', durationRow),
    outcome: loaded(outcome, 'outcomes', outcomeRow),
    sentiment: loaded(sentiment, 'series', sentimentRow),
    signs: sentiment,
  };
}

/**
 * Loads the periods before a range, to compare with. Missing ones spoil nothing: where the server reports days of another zone than UTC, they do
 * not fit the days on show and are left out (`beside` in `columns.ts`).
 * @param range the range on show
 * @returns one number a period
 */
export async function loadBefore(range: Range): Promise<Before> {
  const { startDate, endDate } = datesOf(rangeBefore(range));
  const filters = { timeframe: { start_date: startDate, end_date: endDate, resolution: range.period } };
  const [calls, rates] = await Promise.all([
    fetchConversationAnalytics(filters),
    fetchSuccessRateAnalytics(filters),
  ]);
  return {
    calls: calls.success ? calls.data.map((row) => row.count) : null,
    successRates: rates.success ? rates.data.map((row) => row.success) : null,
  };
}

/**
 * Loads the present moment.
 * @returns counters and the latest calls
 * @throws Error whose message is for people
 */
export async function loadPresent(): Promise<Present> {
  const { data, ...signs } = await request('/api/db/analytics/real-time');
  if (!isFields(data)) throw new Error(INVALID_ANSWER);
  return {
    activeCount: counted(data, 'activeCallCount'),
    activeComplete: data.activeCallsComplete !== false,
    campaigns: counted(data, 'activeCampaignCount'),
    queued: counted(data, 'queuedCalls'),
    latest: (listOf(data.recentCalls) ?? []).map(liveCall).filter((call) => call !== null),
    signs,
  };
}

function loaded<R extends DurationRow | OutcomeRow | SentimentRow>(
  answer: Answer,
  name: string,
  read: (value: unknown) => R | null,
): Loaded<R> {
  const { data } = answer;
  const rows = isFields(data) ? rowsOf(data[name], read) : null;
  if (!isFields(data) || rows === null) throw new Error(INVALID_ANSWER);
  const freshness = isFields(data.freshness) ? data.freshness : {};
  return { rows, sequence: numberIn(freshness, 'sequence') ?? 0 };
}

function datesOf(range: Range): { startDate: string; endDate: string } {
  return { startDate: new Date(range.fromMs).toISOString(), endDate: new Date(range.endMs).toISOString() };
}

function counted(data: Fields, name: string): number {
  const count = numberIn(data, name);
  if (count === null) throw new Error(INVALID_ANSWER);
  return count;
}
