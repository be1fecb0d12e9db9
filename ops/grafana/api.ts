/** The dashboard of what readers get, and of the processes themselves. */
import { gauge, panel, quantiles, rates, type Dashboard } from './panel.ts';

/** The dashboard. */
export const api: Dashboard = {
  uid: 'callviews-api',
  title: 'callviews: API',
  rows: {
    Requests: [
      panel('By route', 'reqps', { means: '', queries: rates('http_requests_total', 'route') }),
      panel('By status', 'reqps', { means: '200 and 304', queries: rates('http_requests_total', 'status') }),
      panel('Duration', 's', {
        means: 'p99 below 0.25 s',
        queries: quantiles('http_request_duration_seconds'),
      }),
      panel('Duration by route', 's', {
        means: '',
        queries: quantiles('http_request_duration_seconds', 'route').slice(1),
      }),
    ],
    'Kept answers': [
      panel('Found', 'percentunit', {
        means: 'near 1 where the same is asked often',
        queries: gauge(
          'sum(rate(callviews_cache_hits_total[rate])) / (sum(rate(callviews_cache_hits_total[rate])) + sum(rate(callviews_cache_misses_total[rate])))',
          'share',
        ),
      }),
      panel('Held', 'short', { means: '', queries: gauge('callviews_cache_entries', '{{instance}}') }),
      panel('Held bytes', 'bytes', {
        means: 'below the bound',
        queries: gauge('callviews_cache_bytes', '{{instance}}'),
      }),
    ],
    Sockets: [
      panel('Connected', 'short', {
        means: '',
        queries: gauge('callviews_sockets_connected', '{{instance}}'),
      }),
      panel('Sent', 'eps', { means: '', queries: rates('socket_emits_total', 'event') }),
      panel('Rows left out', 'short', {
        means: '0',
        queries: gauge('sum(increase(callviews_malformed_rows_total[rate]))', 'rows'),
      }),
    ],
    Processes: [
      panel('CPU', 'percentunit', {
        means: 'below 1 each',
        queries: gauge('rate(process_cpu_seconds_total{job="callviews"}[rate])', '{{process}} {{instance}}'),
      }),
      panel('Memory', 'bytes', {
        means: 'level',
        queries: gauge('process_resident_memory_bytes{job="callviews"}', '{{process}} {{instance}}'),
      }),
      panel('Event loop p99', 's', {
        means: 'below 0.1 s',
        queries: gauge('nodejs_eventloop_lag_p99_seconds{job="callviews"}', '{{process}} {{instance}}'),
      }),
      panel('What runs', 'short', {
        means: 'one version',
        queries: gauge('count by (version, node) (callviews_build_info)', '{{version}} on Node {{node}}'),
      }),
    ],
  },
};
