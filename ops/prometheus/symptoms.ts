/** Alerts on what users feel: numbers that are old, wrong or not coming in. */
import type { Alert } from './alert.ts';

/** The alerts. */
export const SYMPTOMS: readonly Alert[] = [
  {
    name: 'ViewsStale',
    severity: 'page',
    forSeconds: 60,
    summary:
      'The api at {{ $labels.instance }} has heard nothing of the projector for {{ $value | humanizeDuration }}.',
    expr: (span) => `callviews_api_lag_seconds > ${span.seconds(15)}`,
  },
  {
    name: 'ProjectorStalled',
    severity: 'page',
    forSeconds: 60,
    summary: 'No projector has committed for {{ $value | humanizeDuration }}; each second one should.',
    // Over a time: what a dead process said last is no longer there now.
    expr: (span) => {
      const last = `max(max_over_time(callviews_projector_last_commit_timestamp_seconds[${span(3_600)}]))`;
      return `time() - ${last} > ${span.seconds(30)}`;
    },
  },
  {
    name: 'ProjectorBehind',
    severity: 'page',
    forSeconds: 300,
    summary: 'Events enter the views {{ $value | humanizeDuration }} after they arrived.',
    expr: (span) => `max(callviews_projector_lag_seconds) > ${span.seconds(60)}`,
  },
  {
    name: 'ViewsDrift',
    severity: 'page',
    forSeconds: 0,
    summary: '{{ $value }} buckets differed from the recount of the log. It must be none.',
    expr: () => 'max(callviews_audit_drift_total) > 0',
  },
  {
    name: 'SignatureFailures',
    severity: 'page',
    forSeconds: 300,
    summary:
      'More than a fifth of what comes as {{ $labels.provider }} is wrongly signed: is the secret the sender’s?',
    expr: (span) => {
      const window = span(600);
      const refused = `sum by (provider) (rate(callviews_rejected_total{cause=~"wrong|malformed|stale"}[${window}]))`;
      return `${refused} > 0.2 * sum by (provider) (rate(callviews_ingest_events_total[${window}]))`;
    },
  },
  {
    name: 'WebhooksSilent',
    severity: 'page',
    forSeconds: 300,
    summary: 'Nothing comes from {{ $labels.provider }}, which sent at this hour a week ago.',
    expr: (span) => {
      const stored = `callviews_ingest_events_total{fate=~"stored|duplicate"}`;
      const lately = `sum by (provider) (rate(${stored}[${span(1_800)}]))`;
      return `${lately} == 0 and sum by (provider) (rate(${stored}[${span(1_800)}] offset ${span(604_800)})) > 0.02`;
    },
  },
  {
    name: 'ProcessDown',
    severity: 'page',
    forSeconds: 120,
    summary: 'The {{ $labels.process }} at {{ $labels.instance }} does not answer.',
    expr: () => 'up{job="callviews"} == 0',
  },
  {
    name: 'ProcessMissing',
    severity: 'page',
    forSeconds: 300,
    summary: 'There is no {{ $labels.process }} at all.',
    expr: () =>
      ['ingest', 'projector', 'api', 'jobs']
        .map((process) => `absent(up{job="callviews",process="${process}"})`)
        .join(' or '),
  },
];
