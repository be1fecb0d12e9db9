/** The dashboard of an event's way: from the webhook to the view. */
import { gauge, mean, panel, quantiles, rates, type Dashboard } from './panel.ts';

/** The dashboard. */
export const pipeline: Dashboard = {
  uid: 'callviews-pipeline',
  title: 'callviews: pipeline',
  rows: {
    'What users feel': [
      panel('Freshness: arrival to view', 's', {
        means: 'p99 below 2.5 s',
        queries: quantiles('freshness_seconds'),
      }),
      panel('Sign of life at each api', 's', {
        means: 'about 1 s',
        queries: gauge('callviews_api_lag_seconds', '{{instance}}'),
      }),
      panel('Age of the oldest event at its commit', 's', {
        means: 'near 0; text may lag behind the numbers',
        queries: [
          ...gauge('max(callviews_projector_lag_seconds)', 'views'),
          ...gauge('max(callviews_text_lag_seconds)', 'text'),
        ],
      }),
      panel('Since the last commit', 's', {
        means: 'about 1 s',
        queries: gauge('time() - max(callviews_projector_last_commit_timestamp_seconds)', 'views'),
      }),
    ],
    Ingest: [
      panel('Webhooks by fate', 'reqps', {
        means: 'stored, some duplicates',
        queries: rates('ingest_events_total', 'fate'),
      }),
      panel('Webhook to 200', 's', {
        means: 'p99 below 0.5 s',
        queries: quantiles('ingest_ack_duration_seconds'),
      }),
      panel('Events in one write', 'short', { means: 'grows with load', queries: mean('ingest_batch_size') }),
      panel('Taken in, not yet answered', 'short', {
        means: 'far from its bound',
        queries: [
          ...gauge('callviews_ingest_queue_depth', 'events {{instance}}'),
          ...gauge('callviews_ingest_spooled_bytes', 'bytes in files {{instance}}'),
        ],
      }),
      panel('Refused', 'reqps', {
        means: 'wrong: a secret; missing: strangers',
        queries: [
          ...rates('rejected_total', 'provider, cause'),
          ...rates('rejected_lost_total', 'how'),
          ...gauge('sum(rate(callviews_ingest_connections_refused_total[rate]))', 'connections'),
        ],
      }),
      panel('Set aside', 'short', {
        means: '0',
        queries: [
          ...gauge('max(callviews_quarantine_depth)', 'quarantined'),
          ...gauge('sum(increase(callviews_projector_events_total{result="parked"}[rate]))', 'parked'),
        ],
      }),
    ],
    Projector: [
      panel('Events', 'eps', {
        means: 'as many as are stored',
        queries: rates('projector_events_total', 'result'),
      }),
      panel('Commit', 's', { means: 'ms', queries: quantiles('projector_commit_duration_seconds') }),
      panel('Events in one transaction', 'short', {
        means: 'grows with load',
        queries: mean('projector_batch_size'),
      }),
      panel('Who leads', 'short', {
        means: 'one 1',
        queries: gauge('callviews_projector_leader', '{{instance}}'),
      }),
      panel('Sequence', 'short', {
        means: 'the api follows the projector',
        queries: [
          ...gauge('max(callviews_projector_sequence)', 'projector'),
          ...gauge('callviews_api_sequence', 'api {{instance}}'),
        ],
      }),
      panel('Oplog runway', 's', {
        means: 'days',
        queries: gauge('min by (tail) (callviews_oplog_runway_seconds)', '{{tail}}'),
      }),
      panel('Text', 'eps', {
        means: 'written; failed 0',
        queries: [...rates('text_events_total', 'result'), ...rates('text_scores_total', 'result')],
      }),
      panel('History lost', 'short', {
        means: '0',
        queries: gauge('sum(increase(callviews_history_lost_total[rate]))', 'times'),
      }),
    ],
  },
};
