/** For each alert a history in which it fires and one in which it does not, as `promtool test rules` replays them. */
import { stringify } from 'yaml';
import type { Objective } from './objectives.ts';

/**
 * Series and what they were, minute by minute, in promtool's words: `0+3x9` rises by 3 each minute. Histories of a week have a
 * sample each ten minutes.
 */
type History = Record<string, string>;
/** One alert's two histories, and after how many minutes it is looked at. */
export type AlertCase = { alert: string; atMinutes: number; fires: History; quiet: History };

const one = (
  alert: string,
  series: string,
  values: { fires: string; quiet: string; atMinutes?: number },
): AlertCase => ({
  ...{ alert, atMinutes: values.atMinutes ?? 8 },
  fires: { [series]: values.fires },
  quiet: { [series]: values.quiet },
});

const up = (value: string, processes: readonly string[]): History =>
  Object.fromEntries(
    processes.map((process) => [`up{job="callviews",process="${process}",instance="a:1"}`, `${value}x20`]),
  );
const FOUR = ['ingest', 'projector', 'api', 'jobs'];

/** So many good and bad events a minute, as the series that an objective reads. */
const SHARES: Record<Objective['name'], (good: number, bad: number) => History> = {
  api_errors: (good, bad) => ({
    'callviews_http_requests_total{route="/api/db/calls",method="GET",status="200"}': `0+${good}x500`,
    'callviews_http_requests_total{route="/api/db/calls",method="GET",status="503"}': `0+${bad}x500`,
  }),
  api_latency: (good, bad) => {
    const labels = 'route="/api/db/analytics/outcomes",method="GET",status="2xx"';
    return {
      [`callviews_http_request_duration_seconds_count{${labels}}`]: `0+${good + bad}x500`,
      [`callviews_http_request_duration_seconds_bucket{${labels},le="0.25"}`]: `0+${good}x500`,
      // Slow pages of another kind are not what was promised.
      'callviews_http_request_duration_seconds_count{route="/docs",method="GET",status="2xx"}': '0+50x500',
    };
  },
  ingest_errors: (good, bad) => ({
    'callviews_ingest_events_total{provider="twilio",fate="stored"}': `0+${good}x500`,
    'callviews_ingest_events_total{provider="twilio",fate="unavailable"}': `0+${bad}x500`,
    'callviews_ingest_events_total{provider="vapi",fate="unconfigured"}': '0+50x500',
  }),
  ingest_latency: (good, bad) => ({
    callviews_ingest_ack_duration_seconds_count: `0+${good + bad}x500`,
    'callviews_ingest_ack_duration_seconds_bucket{le="0.5"}': `0+${good}x500`,
  }),
  freshness: (good, bad) => ({
    callviews_freshness_seconds_count: `0+${good + bad}x500`,
    'callviews_freshness_seconds_bucket{le="2.5"}': `0+${good}x500`,
  }),
};

/** Of 1,000 events a minute, as many bad ones as burn the budget just too fast, and just not. */
const burn = (
  alert: string,
  name: Objective['name'],
  { fires, quiet }: { fires: number; quiet: number },
): AlertCase => ({
  ...{ alert, atMinutes: alert.endsWith('Fast') ? 90 : 420 },
  fires: SHARES[name]?.(1_000 - fires, fires) ?? {},
  quiet: SHARES[name]?.(1_000 - quiet, quiet) ?? {},
});

const refused = (cause: string): History => ({
  [`callviews_rejected_total{provider="standard",cause="${cause}"}`]: '0+30x30',
  'callviews_ingest_events_total{provider="standard",fate="unsigned"}': '0+30x30',
  'callviews_ingest_events_total{provider="standard",fate="stored"}': '0+60x30',
});
const week = (lately: string): History => ({
  'callviews_ingest_events_total{provider="twilio",fate="stored"}': `0+100x1002 ${lately}`,
});
const happened = (alert: string, series: string): AlertCase =>
  one(alert, series, { fires: '0 0 0 1x20', quiet: '3x20' });

/** A process was up too shortly before its first scrape for the rise to be seen; one that is up for hours counted it long ago. */
const young = (alert: string, series: string, labels = ''): AlertCase => {
  const who = 'process="projector",instance="a:1"';
  const counted = `${series}{${[labels, who].filter((one) => one !== '').join(',')}}`;
  const startedAt = `process_start_time_seconds{${who}}`;
  return {
    ...{ alert, atMinutes: 8 },
    fires: { [counted]: '_ _ _ 1x20', [startedAt]: '_ _ _ 170x20' },
    quiet: { [counted]: '_ _ _ 1x20', [startedAt]: '_ _ _ -4000x20' },
  };
};

/** The cases: every alert has one. */
export const CASES: readonly AlertCase[] = [
  one('ViewsStale', 'callviews_api_lag_seconds{instance="a:1"}', { fires: '20x20', quiet: '0.9x20' }),
  // The process is gone, and what it said last with it.
  one('ProjectorStalled', 'callviews_projector_last_commit_timestamp_seconds', {
    fires: '0 60 120 stale',
    quiet: '0+60x20',
  }),
  one('ProjectorBehind', 'callviews_projector_lag_seconds', {
    fires: '90x20',
    quiet: '90 90 90 0 90 90 90x20',
  }),
  one('ViewsDrift', 'callviews_audit_drift_total', { fires: '0 0 1x20', quiet: '0x20' }),
  { alert: 'SignatureFailures', atMinutes: 20, fires: refused('wrong'), quiet: refused('missing') },
  { alert: 'WebhooksSilent', atMinutes: 10_200, fires: week('100200x20'), quiet: week('100200+100x20') },
  { alert: 'ProcessDown', atMinutes: 8, fires: up('0', FOUR), quiet: up('1', FOUR) },
  { alert: 'ProcessMissing', atMinutes: 8, fires: up('1', FOUR.slice(1)), quiet: up('1', FOUR) },
  ...Object.keys(SHARES).flatMap((name) => {
    const limit = name.endsWith('errors') ? 1 : 10;
    const pascal = name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return [
      burn(`${pascal}BudgetBurnFast`, name, { fires: 15 * limit, quiet: 14 * limit }),
      burn(`${pascal}BudgetBurnSlow`, name, { fires: 6.5 * limit, quiet: 5.5 * limit }),
    ];
  }),
  one('DatabaseAway', 'callviews_mongo_primary_known{process="api",instance="a:1"}', {
    fires: '0x20',
    quiet: '1x20',
  }),
  one('PoolExhausted', 'callviews_mongo_checkout_failures_total{process="api",reason="timeout"}', {
    fires: '0+1x20',
    quiet: '5x20',
  }),
  one('OplogRunwayShort', 'callviews_oplog_runway_seconds{tail="views"}', {
    fires: '3600x20',
    quiet: '90000x20',
  }),
  happened('HistoryLost', 'callviews_history_lost_total'),
  young('HistoryLost', 'callviews_history_lost_total'),
  happened('EventsParked', 'callviews_projector_events_total{result="parked"}'),
  one('QuarantineNotEmpty', 'callviews_quarantine_depth', {
    // Asked in between, the api did not answer.
    ...{ fires: '2x20 stale 2x20', quiet: '0x40', atMinutes: 30 },
  }),
  happened('RejectedNotKept', 'callviews_rejected_lost_total{how="dropped"}'),
  happened('MalformedRows', 'callviews_malformed_rows_total'),
  {
    alert: 'JobMissed',
    atMinutes: 15,
    fires: {
      'callviews_job_last_success_timestamp_seconds{job_name="audit"}': '0x20',
      'callviews_job_interval_seconds{job_name="audit"}': '60x20',
    },
    // One process ran it long ago, another one just now; and what has no interval runs by hand alone.
    quiet: {
      'callviews_job_last_success_timestamp_seconds{job_name="audit",instance="a:1"}': '0x20',
      'callviews_job_last_success_timestamp_seconds{job_name="audit",instance="b:1"}': '0+60x20',
      'callviews_job_interval_seconds{job_name="audit"}': '60x20',
      'callviews_job_last_success_timestamp_seconds{job_name="rebuild"}': '0x20',
    },
  },
  happened('ReconcileFailing', 'callviews_reconcile_calls_total{provider="twilio",result="failed"}'),
  young('ReconcileFailing', 'callviews_reconcile_calls_total', 'provider="twilio",result="failed"'),
  one('TextBehind', 'callviews_text_lag_seconds', { fires: '400x30', quiet: '2x30', atMinutes: 20 }),
  // It stands still: its lag is that of its last batch, or its process is gone.
  one('TextBehind', 'callviews_text_last_batch_timestamp_seconds', {
    ...{ fires: '0 60 120x20 stale', quiet: '0+60x40', atMinutes: 30 },
  }),
  happened('TextFailed', 'callviews_text_events_total{result="failed"}'),
  one('EventLoopBlocked', 'callviews_event_loop_stalls_total{process="api",instance="a:1"}', {
    fires: '0+2x20',
    quiet: '0 0 3x20',
  }),
];

/** Makes promtool's file of some cases, looked at and sampled each so many minutes. */
function casesOf(cases: readonly AlertCase[], { look, sample }: { look: number; sample: number }): string {
  const tests = cases.flatMap(({ alert, atMinutes, fires, quiet }) =>
    [
      { name: `${alert} fires`, history: fires, fired: true },
      { name: `${alert} stays quiet`, history: quiet, fired: false },
    ].map(({ name, history, fired }) => ({
      name,
      interval: `${sample}m`,
      input_series: Object.entries(history).map(([series, values]) => ({ series, values })),
      promql_expr_test: [
        {
          expr: `max(ALERTS{alertname="${alert}",alertstate="firing"})`,
          eval_time: `${atMinutes}m`,
          exp_samples: fired ? [{ labels: '{}', value: 1 }] : [],
        },
      ],
    })),
  );
  const file = {
    rule_files: ['rules.yml'],
    evaluation_interval: `${look}m`,
    // What is recorded at a look is there for the alerts of that look.
    group_eval_order: ['callviews-recordings', 'callviews-alerts'],
    tests,
  };
  return `# Made by npm run generate: do not edit.\n${stringify(file, { lineWidth: 0 })}`;
}

/** Long histories are looked at less often, so that all of it takes seconds: up to so many minutes → one look a so many minutes. */
const PACES = [
  { file: 'rules.test.yml', upToMinutes: 60, look: 1, sample: 1 },
  { file: 'rules.hours.test.yml', upToMinutes: 600, look: 15, sample: 1 },
  { file: 'rules.week.test.yml', upToMinutes: Infinity, look: 60, sample: 10 },
];

/** promtool's files: name → text. */
export const CASE_FILES: Readonly<Record<string, string>> = Object.fromEntries(
  PACES.map(({ file, upToMinutes, ...pace }, at) => {
    const least = PACES[at - 1]?.upToMinutes ?? 0;
    const paced = CASES.filter(({ atMinutes }) => atMinutes > least && atMinutes <= upToMinutes);
    return [file, casesOf(paced, pace)];
  }),
);
