/** What is promised to users, as shares of good events, and the rules that tell how fast what may fail is being used up. */
import type { Span } from './windows.ts';

/** One promise: of all `total` events, at most `budget` (a share) may be in `bad`; both are rates over a window. */
export type Objective = {
  name: string;
  says: string;
  budget: number;
  bad(window: string): string;
  total(window: string): string;
};

const ANSWERED = 'status=~"2xx|3xx",route=~"/api/db/analytics/.*"';
const slow = (
  metric: string,
  { labels = '', bound }: { labels?: string; bound: string },
  window: string,
): string => {
  const within = [...(labels === '' ? [] : [labels]), `le="${bound}"`].join(',');
  const all = labels === '' ? '' : `{${labels}}`;
  return `(sum(rate(${metric}_count${all}[${window}])) - sum(rate(${metric}_bucket{${within}}[${window}])))`;
};

/** The promises; a bound of a duration is a bucket of its histogram, no whole number: Prometheus 3 writes those as `1.0`. */
export const OBJECTIVES: readonly Objective[] = [
  {
    name: 'api_errors',
    says: '99.9 % of requests to the API are answered without a 5xx',
    budget: 0.001,
    bad: (window) => `(sum(rate(callviews_http_requests_total{status=~"5.."}[${window}])) or vector(0))`,
    total: (window) => `sum(rate(callviews_http_requests_total[${window}]))`,
  },
  {
    name: 'api_latency',
    says: '99 % of analytics answers take less than 250 ms',
    budget: 0.01,
    bad: (window) =>
      slow('callviews_http_request_duration_seconds', { labels: ANSWERED, bound: '0.25' }, window),
    total: (window) => `sum(rate(callviews_http_request_duration_seconds_count{${ANSWERED}}[${window}]))`,
  },
  {
    name: 'ingest_errors',
    says: '99.9 % of webhooks to a configured sender are answered without a 5xx',
    budget: 0.001,
    bad: (window) =>
      `sum(rate(callviews_ingest_events_total{fate=~"overloaded|unavailable|failed"}[${window}]))`,
    total: (window) => `sum(rate(callviews_ingest_events_total{fate!="unconfigured"}[${window}]))`,
  },
  {
    name: 'ingest_latency',
    says: '99 % of stored webhooks are acknowledged within half a second',
    budget: 0.01,
    bad: (window) => slow('callviews_ingest_ack_duration_seconds', { bound: '0.5' }, window),
    total: (window) => `sum(rate(callviews_ingest_ack_duration_seconds_count[${window}]))`,
  },
  {
    name: 'freshness',
    says: '99 % of events are in the views within 2.5 s of their arrival',
    budget: 0.01,
    bad: (window) => slow('callviews_freshness_seconds', { bound: '2.5' }, window),
    total: (window) => `sum(rate(callviews_freshness_seconds_count[${window}]))`,
  },
];

/** How fast is too fast: the whole budget of 30 days is gone in two days at 14.4 times, in five at 6 times. */
export const BURNS = [
  { name: 'Fast', factor: 14.4, longSeconds: 3_600, shortSeconds: 300, severity: 'page', forSeconds: 120 },
  { name: 'Slow', factor: 6, longSeconds: 21_600, shortSeconds: 1_800, severity: 'ticket', forSeconds: 900 },
] as const;

/** All windows that the burns look at. */
export const BURN_WINDOWS = [300, 1_800, 3_600, 21_600] as const;

/**
 * The name of a recorded share of bad events.
 * @param objective which promise
 * @param window the window's words
 */
export const ratioName = ({ name }: Pick<Objective, 'name'>, window: string): string =>
  `callviews:${name}:ratio_rate${window}`;

/**
 * The rules that record each promise's share of bad events over each window; absent while nothing comes.
 * @param span words for lengths of time
 */
export function recordingsOf(span: Span): { record: string; expr: string }[] {
  return OBJECTIVES.flatMap((objective) =>
    [...new Set(BURN_WINDOWS.map(span))].map((window) => ({
      record: ratioName(objective, window),
      expr: `${objective.bad(window)} / (${objective.total(window)} > 0)`,
    })),
  );
}
