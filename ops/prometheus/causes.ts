/** Alerts on what leads to trouble or needs a look: the database, the oplog, jobs, and what was set aside. */
import type { Alert } from './alert.ts';
import type { Span } from './windows.ts';

/**
 * What counters have risen by within the last hour. `increase` does not see what a young process had counted before it was first
 * scraped, as history that is lost at the very start: of such a process all is of this hour.
 */
const within = (span: Span, series: string, by = ''): string => {
  const sum = by === '' ? 'sum' : `sum by (${by}) `;
  const young = `time() - process_start_time_seconds < ${span.seconds(3_600)}`;
  const risen = `${sum}(increase(${series}[${span(3_600)}])) > 0`;
  return `${risen} or ${sum}(${series} and on (process, instance) (${young})) > 0`;
};

/** Something happened at all within the last hour; resolves by itself. */
const happened = (
  name: string,
  severity: Alert['severity'],
  { series, summary }: { series: string; summary: string },
) =>
  ({
    ...{ name, severity, forSeconds: 0, summary },
    expr: (span) => within(span, series),
  }) satisfies Alert;

/** The alerts. */
export const CAUSES: readonly Alert[] = [
  {
    name: 'DatabaseAway',
    severity: 'page',
    forSeconds: 30,
    summary: 'The {{ $labels.process }} at {{ $labels.instance }} knows of no server that takes writes.',
    expr: () => 'callviews_mongo_primary_known == 0',
  },
  {
    name: 'PoolExhausted',
    severity: 'ticket',
    forSeconds: 300,
    summary: 'Commands of the {{ $labels.process }} at {{ $labels.instance }} get no connection in time.',
    expr: (span) =>
      `sum by (process, instance) (rate(callviews_mongo_checkout_failures_total[${span(300)}])) > 0`,
  },
  {
    name: 'OplogRunwayShort',
    severity: 'page',
    forSeconds: 60,
    summary: 'The tail {{ $labels.tail }} may stand still for only {{ $value | humanizeDuration }} more.',
    expr: (span) => `min by (tail) (callviews_oplog_runway_seconds) < ${span.seconds(7_200)}`,
  },
  happened('HistoryLost', 'ticket', {
    series: 'callviews_history_lost_total',
    summary:
      'A tail lost its place in the oplog and read the log again. Nothing is lost; the oplog is too small.',
  }),
  happened('EventsParked', 'ticket', {
    series: 'callviews_projector_events_total{result="parked"}',
    summary: '{{ $value }} events could not be folded into the views and are parked.',
  }),
  {
    name: 'QuarantineNotEmpty',
    severity: 'ticket',
    forSeconds: 900,
    summary: '{{ $value }} signed deliveries could not be read and wait in quarantine.',
    // One scrape that fails would start the quarter of an hour anew.
    expr: (span) => `max(max_over_time(callviews_quarantine_depth[${span(120)}])) > 0`,
  },
  happened('RejectedNotKept', 'ticket', {
    series: 'callviews_rejected_lost_total',
    summary: '{{ $value }} refused requests could not be kept for a later look.',
  }),
  happened('MalformedRows', 'ticket', {
    series: 'callviews_malformed_rows_total',
    summary: '{{ $value }} stored rows were left out of answers: they have not the shape they should have.',
  }),
  {
    name: 'JobMissed',
    severity: 'ticket',
    forSeconds: 300,
    summary: 'The job {{ $labels.job_name }} has not ended well for three of its intervals.',
    // The interval is the clock's own, which no span makes shorter.
    expr: () => {
      const age = 'time() - max by (job_name) (callviews_job_last_success_timestamp_seconds)';
      return `${age} > 3 * max by (job_name) (callviews_job_interval_seconds)`;
    },
  },
  {
    name: 'ReconcileFailing',
    severity: 'ticket',
    forSeconds: 0,
    summary: '{{ $value }} calls on the lists of {{ $labels.provider }} could not be fetched.',
    expr: (span) => within(span, 'callviews_reconcile_calls_total{result="failed"}', 'provider'),
  },
  {
    name: 'TextBehind',
    severity: 'ticket',
    forSeconds: 600,
    summary: 'Transcripts are {{ $value | humanizeDuration }} behind.',
    // A tail that stands still tells of no lag; over a time, since what a dead process said last is no longer there now.
    expr: (span) => {
      const last = `max(max_over_time(callviews_text_last_batch_timestamp_seconds[${span(3_600)}]))`;
      const limit = span.seconds(300);
      return `max(callviews_text_lag_seconds) > ${limit} or time() - ${last} > ${limit}`;
    },
  },
  happened('TextFailed', 'ticket', {
    series: 'callviews_text_events_total{result="failed"}',
    summary: '{{ $value }} events could not be read for what was said.',
  }),
  {
    name: 'EventLoopBlocked',
    severity: 'ticket',
    forSeconds: 120,
    summary:
      'The {{ $labels.process }} at {{ $labels.instance }} stands still for more than a second again and again.',
    expr: (span) =>
      `sum by (process, instance) (increase(callviews_event_loop_stalls_total[${span(120)}])) > 0`,
  },
];
