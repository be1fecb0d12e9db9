/** What the api tells Prometheus. */
import { createMetrics } from '../ops/process/metrics.ts';
import type { ServerToClient } from './socket-events.ts';

/**
 * Seconds: a kept answer takes less than 1 ms, a fresh one about 10, 0.1 and 0.25 are what is promised, a database that is away
 * takes seconds. Six and no more, since there is a set for each route, method and kind of status.
 */
const SECONDS = [0.001, 0.01, 0.1, 0.25, 1, 5];

/** What the socket sends. */
export const SOCKET_EVENTS = [
  'active_calls',
  'active_campaigns',
  'call_update',
  'campaign_update',
  'followed_call_update',
  'view_update',
  'resync',
  'error_update',
] as const satisfies readonly (keyof ServerToClient)[];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'];
const STATUSES = [
  ...[
    '200',
    '201',
    '204',
    '206',
    '304',
    '400',
    '401',
    '403',
    '404',
    '405',
    '409',
    '412',
    '413',
    '415',
    '416',
  ],
  ...['428', '429', '500', '503', 'other'],
];
/** Statuses of which each route may make any: errors have a rate from the start, also where there was none yet. */
const FROM_THE_START = ['200', '500', '503'];

/** The metrics, each in one line; names get the prefix `callviews_`. Routes are templates, never paths. */
const listOf = (routes: readonly string[], quarantined: () => Promise<number>) =>
  ({
    requests: {
      name: 'http_requests_total',
      type: 'counter',
      help: 'Requests answered, by route template; route other: static files and what matches nothing',
      labels: { route: [...routes, 'other'], method: METHODS, status: STATUSES },
      startsWith: [...routes, 'other'].flatMap((route) =>
        FROM_THE_START.map((status) => ({ route, method: 'GET', status })),
      ),
    },
    requestSeconds: {
      name: 'http_request_duration_seconds',
      type: 'histogram',
      help: 'Time from the request to its answer; statuses by their kind, HEAD as GET',
      labels: { route: [...routes, 'other'], method: METHODS, status: ['2xx', '3xx', '4xx', '5xx'] },
      buckets: SECONDS,
    },
    cacheHits: { name: 'cache_hits_total', type: 'counter', help: 'Answers found in the cache' },
    cacheMisses: { name: 'cache_misses_total', type: 'counter', help: 'Answers not found in the cache' },
    cacheEntries: { name: 'cache_entries', type: 'gauge', help: 'Answers held in the cache' },
    cacheBytes: { name: 'cache_bytes', type: 'gauge', help: 'What the answers held in the cache weigh' },
    malformed: {
      name: 'malformed_rows_total',
      type: 'counter',
      help: 'Stored rows that were left out of an answer or a push because they could not be read',
    },
    quarantineDepth: {
      name: 'quarantine_depth',
      type: 'gauge',
      help: 'Signed deliveries that wait in quarantine because they could not be read; NaN while nobody can be asked',
      collect: quarantined,
    },
    sockets: { name: 'sockets_connected', type: 'gauge', help: 'Socket.IO clients connected' },
    emits: {
      name: 'socket_emits_total',
      type: 'counter',
      help: 'Events sent to a room or a client, by name',
      labels: { event: SOCKET_EVENTS },
    },
    sequence: {
      name: 'api_sequence',
      type: 'gauge',
      help: 'Sequence number of the last committed update this process has followed',
    },
    lag: {
      name: 'api_lag_seconds',
      type: 'gauge',
      help: 'Time since the last sign of life of the projector that this process has followed; NaN before the first',
    },
  }) as const;

/**
 * Builds the api's metrics in a registry of their own.
 * @param routes path templates that requests are counted under
 * @param quarantined counts what is in quarantine, at each scrape
 * @returns registry and handles
 */
export const createApiMetrics = (routes: readonly string[], quarantined: () => Promise<number>) =>
  createMetrics(listOf(routes, quarantined));
/** The api's metrics. */
export type ApiMetrics = ReturnType<typeof createApiMetrics>;

/** A request that was answered: route template, method and status as they were. */
type Answered = { route: string | undefined; method: string; status: number };

/**
 * Counts a request and how long it took, with labels from closed lists alone.
 * @param handles where
 * @param answered what was asked and what came of it
 * @param tookMs from the request to its answer
 */
export function countRequest(
  handles: Pick<ApiMetrics['handles'], 'requests' | 'requestSeconds'>,
  { route = 'other', method: asked, status }: Answered,
  tookMs: number,
): void {
  const method = METHODS.includes(asked) ? asked : 'other';
  const code = String(status);
  handles.requests.inc({ route, method, status: STATUSES.includes(code) ? code : 'other' });
  const kinds = { route, method: method === 'HEAD' ? 'GET' : method, status: `${code.slice(0, 1)}xx` };
  handles.requestSeconds.observe(kinds, tookMs / 1_000);
}
