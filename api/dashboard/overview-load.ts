/** Loads what the overview shows: the three views and the headline numbers of a range, the range before, hours, tops, the present. */
import type { Address, Slice, SliceBy } from './address.ts';
import { liveCall, type LiveCall } from './calls.ts';
import type { Shape } from './document.ts';
import { INVALID_ANSWER, fieldsIn, listOf, numberIn, textIn } from './fields.ts';
import { fetchConversationAnalytics, fetchSuccessRateAnalytics } from './mongodb-analytics.ts';
import type { Asked } from './range.ts';
import { request, type Signs } from './request.ts';
import { rowsIn, type Row } from './rows.ts';
import { sliceQuery } from './slice.ts';

/** The range on show and the headline numbers; `emptyBecause` says why there is nothing, null where there is something. */
export type Overview = {
  asked: Asked;
  duration: Row[];
  outcome: Row[];
  sentiment: Row[];
  current: Shape<'Headline'>;
  previous: Shape<'Headline'>;
  difference: Shape<'HeadlineChange'>;
  previousFrom: string;
  previousTo: string;
  emptyBecause: string | null;
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
};
/** A ranked key of a breakdown; `kind` says whether it is a key, those without one, all others, or all calls; `calls` are all of it. */
export type Ranked = { kind: string; key: string | null; value: number | null; calls: number | null };
/** The parameters that say which calls are meant. */
export type RangeQuery = Pick<Asked, 'startDate' | 'endDate' | 'timeZone'> & Partial<Record<SliceBy, string>>;

type Heard = (signs: Signs) => void;

/** The parameters of a range and slice. */
export function queryOf({ startDate, endDate, timeZone }: Asked, slice: Slice | null): RangeQuery {
  return { startDate, endDate, timeZone, ...sliceQuery(slice) };
}

/** Loads the three views and the headline numbers, at once. */
export async function loadOverview(asked: Asked, slice: Slice | null, heard: Heard): Promise<Overview> {
  const query = queryOf(asked, slice);
  const { period } = asked;
  const [duration, outcome, sentiment, summary] = await Promise.all([
    request('/api/db/analytics/duration/{period}', { params: { period }, query }),
    request('/api/db/analytics/outcomes', { query: { ...query, period } }),
    request('/api/db/analytics/sentiment', { query: { ...query, period } }),
    request('/api/db/analytics/summary', { query }),
  ]);
  heard(summary);
  const { data } = summary;
  const before = fieldsIn(data.previousTimeframe);
  return {
    asked,
    duration: rowsIn(duration.data.stats),
    outcome: rowsIn(outcome.data.outcomes),
    sentiment: rowsIn(sentiment.data.series),
    current: fieldsIn(data.current),
    previous: fieldsIn(data.previous),
    difference: fieldsIn(data.difference),
    previousFrom: textIn(before, 'from') ?? '',
    previousTo: textIn(before, 'to') ?? '',
    emptyBecause: textIn(data, 'emptyBecause'),
  };
}

/** Loads the periods of the range before, to compare with. Missing ones spoil nothing. */
export async function loadBefore(
  { asked, previousFrom, previousTo }: Overview,
  slice: Slice | null,
): Promise<Before> {
  const filters = {
    timeframe: { start_date: previousFrom, end_date: previousTo, resolution: asked.period },
    further: { timeZone: asked.timeZone, ...sliceQuery(slice) },
  };
  const [calls, rates] = await Promise.all([
    fetchConversationAnalytics(filters),
    fetchSuccessRateAnalytics(filters),
  ]);
  return {
    calls: calls.success ? calls.data.map((row) => row.count) : null,
    successRates: rates.success ? rates.data.map((row) => row.success) : null,
  };
}

/** Loads the hours of a range. */
export async function loadHours(asked: Asked, slice: Slice | null): Promise<Row[]> {
  const of = { params: { period: 'hour' }, query: queryOf(asked, slice) };
  return rowsIn((await request('/api/db/analytics/duration/{period}', of)).data.stats);
}

/** Loads the top keys of a dimension. */
export async function loadTop(
  asked: Asked,
  slice: Slice | null,
  of: { dimension: string; metric: string; top: number },
): Promise<{ rows: Ranked[]; keys: number }> {
  const { dimension, metric, top } = of;
  const { data } = await request('/api/db/analytics/breakdown/{dimension}', {
    params: { dimension },
    query: { ...queryOf(asked, slice), metric, top },
  });
  const named = listOf(data.top);
  if (named === null) throw new Error(INVALID_ANSWER);
  const further = [data.withoutKey, data.other].filter((row) => row !== null);
  return { rows: [...named, ...further].map(rankedOf), keys: numberIn(data, 'keys') ?? 0 };
}

/** Loads the present moment. */
export async function loadPresent(heard: Heard): Promise<Present> {
  const answer = await request('/api/db/analytics/real-time', {});
  heard(answer);
  const { data } = answer;
  return {
    activeCount: counted(data, 'activeCallCount'),
    activeComplete: data.activeCallsComplete,
    campaigns: counted(data, 'activeCampaignCount'),
    queued: counted(data, 'queuedCalls'),
    latest: (listOf(data.recentCalls) ?? []).map(liveCall).filter((call) => call !== null),
  };
}

/** What names a range and slice in the address, for keys of what is loaded. */
export function spanKey({ span, period, zone, slice }: Address): string {
  return JSON.stringify([span, period, zone, slice]);
}

function rankedOf(row: Shape<'RankedRow'>): Ranked {
  return {
    kind: textIn(row, 'kind') ?? '',
    key: textIn(row, 'key'),
    value: numberIn(row, 'value'),
    calls: 'total' in row ? numberIn(row, 'total') : numberIn(row, 'totalCalls'),
  };
}

function counted<T extends object>(data: T, name: keyof T & string): number {
  const count = numberIn(data, name);
  if (count === null) throw new Error(INVALID_ANSWER);
  return count;
}
