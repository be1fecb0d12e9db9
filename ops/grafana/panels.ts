/** What the dashboards show. */
import { api } from './api.ts';
import { gauge, panel, quantiles, rates, type Dashboard } from './panel.ts';
import { pipeline } from './pipeline.ts';

const business: Dashboard = {
  uid: 'callviews-business',
  title: 'callviews: business',
  rows: {
    'What came': [
      panel('Events by sender', 'eps', {
        means: '',
        queries: gauge(
          'sum by (provider) (rate(callviews_ingest_events_total{fate="stored"}[rate]))',
          '{{provider}}',
        ),
      }),
      panel('Redelivered by sender', 'eps', {
        means: 'few',
        queries: gauge(
          'sum by (provider) (rate(callviews_ingest_events_total{fate=~"duplicate|variant"}[rate]))',
          '{{provider}}',
        ),
      }),
      panel('People watching', 'short', {
        means: '',
        queries: gauge('sum(callviews_sockets_connected)', 'dashboards'),
      }),
    ],
    'Is it right': [
      panel('Buckets recounted', 'short', {
        means: 'rises',
        queries: gauge('sum(callviews_audit_buckets_total)', 'buckets'),
      }),
      panel('Drift', 'short', {
        means: '0, always',
        queries: gauge('max(callviews_audit_drift_total)', 'buckets'),
      }),
      panel('Since the last recount', 's', {
        means: 'about a minute',
        queries: gauge('time() - max(callviews_audit_last_run_timestamp_seconds)', 'age'),
      }),
    ],
    'Is it complete': [
      panel("Calls on vendors' lists", 'short', {
        means: 'missing few, failed none',
        queries: gauge(
          'sum by (provider, result) (callviews_reconcile_calls_total)',
          '{{provider}} {{result}}',
        ),
      }),
      panel('Gaps in the log', 'short', {
        means: '0',
        queries: gauge('max by (gap) (callviews_reconcile_coverage_gaps)', '{{gap}}'),
      }),
    ],
    'What was promised': [
      panel('Share of bad events over six hours', 'percentunit', {
        means: 'below the budget: 0.1 % of errors, 1 % of slow ones',
        queries: ['api_errors', 'api_latency', 'ingest_errors', 'ingest_latency', 'freshness'].map(
          (name) => ({
            expr: `callviews:${name}:ratio_rate6h`,
            legend: name,
          }),
        ),
      }),
    ],
  },
};

const database: Dashboard = {
  uid: 'callviews-database',
  title: 'callviews: database',
  rows: {
    Driver: [
      panel('Servers that take writes are known', 'short', {
        means: '1 each',
        queries: gauge('callviews_mongo_primary_known', '{{process}} {{instance}}'),
      }),
      panel('Connections in use', 'short', {
        means: 'below the limit',
        queries: [
          ...gauge('callviews_mongo_pool_in_use', '{{process}} {{instance}}'),
          ...gauge('max(callviews_mongo_pool_limit)', 'limit'),
        ],
      }),
      panel('Waiting for one', 'short', {
        means: '0',
        queries: gauge('callviews_mongo_pool_waiting', '{{process}} {{instance}}'),
      }),
      panel('Wait for a connection', 's', {
        means: 'below 1 ms',
        queries: quantiles('mongo_checkout_duration_seconds', 'process'),
      }),
      panel('Command, there and back', 's', {
        means: 'a tail without news holds on for a second',
        queries: quantiles('mongo_command_duration_seconds', 'process'),
      }),
      panel('Failures', 'eps', {
        means: '0',
        queries: [
          ...rates('mongo_checkout_failures_total', 'process, reason'),
          ...rates('mongo_heartbeat_failures_total', 'process'),
        ],
      }),
      panel('Connections opened and closed', 'eps', {
        means: 'few',
        queries: [
          ...rates('mongo_connections_opened_total', 'process'),
          ...rates('mongo_connections_closed_total', 'process, reason'),
        ],
      }),
    ],
    Jobs: [
      panel('Runs', 'eps', { means: 'done', queries: rates('job_runs_total', 'job_name, result') }),
      panel('Since the last success', 's', {
        means: 'below three intervals',
        queries: gauge(
          'time() - max by (job_name) (callviews_job_last_success_timestamp_seconds > 0)',
          '{{job_name}}',
        ),
      }),
      panel('Intervals', 's', {
        means: '',
        queries: gauge('max by (job_name) (callviews_job_interval_seconds)', '{{job_name}}'),
      }),
    ],
  },
};

/** All dashboards. */
export const DASHBOARDS: readonly Dashboard[] = [pipeline, api, business, database];
