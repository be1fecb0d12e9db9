/** What the api tells Prometheus. */
import { createMetrics } from '../ops/process/metrics.ts';

/** Seconds from 1 ms to 10 s: a view takes ms, a database that is away takes seconds. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What the socket sends. */
export const SOCKET_EVENTS = [
  'active_calls',
  'active_campaigns',
  'call_update',
  'campaign_update',
  'view_update',
  'resync',
  'error_update',
] as const;
/** One of {@link SOCKET_EVENTS}. */
export type SocketEvent = (typeof SOCKET_EVENTS)[number];

const METHODS = ['GET', 'HEAD', 'other'];
const STATUSES = ['200', '304', '400', '401', '403', '404', '429', '500', '503', 'other'];

/** The metrics, each in one line; names get the prefix `callviews_`. Routes are templates, never paths. */
const listOf = (routes: readonly string[], quarantined: () => Promise<number>) =>
  ({
    requests: {
      name: 'http_requests_total',
      type: 'counter',
      help: 'Requests answered, by route template; route other: static files and what matches nothing',
      labels: { route: [...routes, 'other'], method: METHODS, status: STATUSES },
    },
    requestSeconds: {
      name: 'http_request_duration_seconds',
      type: 'histogram',
      help: 'Time from the request to its answer',
      labels: { route: [...routes, 'other'], method: METHODS, status: STATUSES },
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
      help: 'Time since the last sign of life of the projector that this process has followed',
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

/**
 * The labels of a request, each from its closed list.
 * @param request route template, method and status as they were
 * @returns the labels; `other` for what is not listed
 */
export function requestLabels(request: { route: string | undefined; method: string; status: number }) {
  const among = (list: readonly string[], value: string): string => (list.includes(value) ? value : 'other');
  return {
    route: request.route ?? 'other',
    method: among(METHODS, request.method),
    status: among(STATUSES, String(request.status)),
  };
}
