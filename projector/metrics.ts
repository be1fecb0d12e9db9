/** What the projector tells Prometheus. */
import { createMetrics } from '../ops/process/metrics.ts';
import { TAILS } from './runway.ts';

/** Seconds from 1 ms to 30 s: commits take ms, a backlog seconds. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The projector's metrics, each in one line; names get the prefix `callviews_`. */
export const PROJECTOR_METRICS = {
  events: {
    name: 'projector_events_total',
    type: 'counter',
    help: 'Events that went through the projector, by what came of them',
    labels: { result: ['applied', 'parked'] },
  },
  batchSize: {
    name: 'projector_batch_size',
    type: 'histogram',
    help: 'Events a transaction covers',
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000],
  },
  commitSeconds: {
    name: 'projector_commit_duration_seconds',
    type: 'histogram',
    help: 'Time from the batch in hand to its commit',
    buckets: SECONDS,
  },
  freshness: {
    name: 'freshness_seconds',
    type: 'histogram',
    help: 'Time from the arrival of an event to its commit into the views',
    buckets: SECONDS,
  },
  lag: {
    name: 'projector_lag_seconds',
    type: 'gauge',
    help: 'Age of the oldest event of the last batch at its commit; 0 when idle',
  },
  leader: { name: 'projector_leader', type: 'gauge', help: '1 while this process writes the views' },
  sequence: {
    name: 'projector_sequence',
    type: 'gauge',
    help: 'Sequence number of the last commit of this process',
  },
  lastCommit: {
    name: 'projector_last_commit_timestamp_seconds',
    type: 'gauge',
    help: 'When this process last committed, the sign of life of each second included; 0 before its first',
  },
  historyLost: {
    name: 'history_lost_total',
    type: 'counter',
    help: 'Times the change stream could not go on and the log was read again',
  },
  oplogRunway: {
    name: 'oplog_runway_seconds',
    type: 'gauge',
    help: 'How long a tail may stand still before its place leaves the oplog; absent where that may not be read',
    labels: { tail: TAILS },
  },
  textEvents: {
    name: 'text_events_total',
    type: 'counter',
    help: 'Events that went through the text tail, by what came of them',
    labels: { result: ['written', 'nothing', 'own', 'failed'] },
  },
  textScores: {
    name: 'text_scores_total',
    type: 'counter',
    help: 'Conversations that ended without a label, by what the local scorer did',
    labels: { result: ['scored', 'again', 'labelled', 'refused'] },
  },
  textLag: {
    name: 'text_lag_seconds',
    type: 'gauge',
    help: 'Age of the oldest event of the last batch of text when it was written; 0 when idle',
  },
  textLast: {
    name: 'text_last_batch_timestamp_seconds',
    type: 'gauge',
    help: 'When the text tail of this process last took a batch, the empty one of each second included; 0 before its first',
  },
} as const;

/** Builds the projector's metrics in a registry of their own. */
export const createProjectorMetrics = () => createMetrics(PROJECTOR_METRICS);
