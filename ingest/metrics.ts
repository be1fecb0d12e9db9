/** What ingest tells Prometheus. */
import { createMetrics } from '../ops/process/metrics.ts';
import { FATE_LABELS } from './fates.ts';
import { PROVIDERS } from './providers/index.ts';
import { LOST_HOW } from './rejected.ts';

/** Seconds from 1 ms to the longest hold. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PROVIDER_LABELS = PROVIDERS.map(({ name }) => name);

/** Ingest's metrics; names get the prefix `callviews_`. */
export const INGEST_METRICS = {
  events: {
    name: 'ingest_events_total',
    type: 'counter',
    help: 'Webhooks by sender and by what became of them; provider none: the path names no endpoint',
    labels: { provider: [...PROVIDER_LABELS, 'none'], fate: FATE_LABELS },
  },
  ackSeconds: {
    name: 'ingest_ack_duration_seconds',
    type: 'histogram',
    help: 'Time from the request to its 200, the durable write included',
    buckets: SECONDS,
  },
  batchSize: {
    name: 'ingest_batch_size',
    type: 'histogram',
    help: 'Events one write to the log covers',
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
  },
  queueDepth: { name: 'ingest_queue_depth', type: 'gauge', help: 'Events taken in and not yet answered' },
  spooledBytes: {
    name: 'ingest_spooled_bytes',
    type: 'gauge',
    help: 'Bytes of large bodies in temporary files',
  },
  crowded: {
    name: 'ingest_connections_refused_total',
    type: 'counter',
    help: 'Connections closed unread, since their address held its share of connections already',
  },
  rejected: {
    name: 'rejected_total',
    type: 'counter',
    help: 'Requests that failed verification, by sender and cause',
    labels: { provider: PROVIDER_LABELS, cause: ['missing', 'malformed', 'wrong', 'stale'] },
  },
  rejectedLost: {
    name: 'rejected_lost_total',
    type: 'counter',
    help: 'Refused requests that are not kept for a later look: too many at once, pushed out, not written',
    labels: { how: LOST_HOW },
  },
} as const;

/** Builds ingest's metrics in a registry of their own. */
export const createIngestMetrics = () => createMetrics(INGEST_METRICS);
