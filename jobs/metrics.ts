/** What the jobs tell Prometheus. */
import { createMetrics } from '../ops/process/metrics.ts';
import { GAPS } from './reconcile/coverage.ts';
import { RECONCILE_RESULTS } from './reconcile/results.ts';
import { VENDORS } from './reconcile/vendor-api.ts';

const listOf = (jobs: readonly string[]) =>
  ({
    runs: {
      name: 'job_runs_total',
      type: 'counter',
      help: 'Runs by job and how they went; skipped: another process was at it',
      labels: { job: jobs, result: ['done', 'failed', 'threw', 'skipped'] },
    },
    lastSuccess: {
      name: 'job_last_success_timestamp_seconds',
      type: 'gauge',
      help: 'When a job by the clock last ended well, whichever process ran it; 0: never',
      labels: { job: jobs },
    },
    interval: {
      name: 'job_interval_seconds',
      type: 'gauge',
      help: 'How often a job runs by the clock',
      labels: { job: jobs },
    },
    auditBuckets: {
      name: 'audit_buckets_total',
      type: 'counter',
      help: 'Buckets held against a recount of the log',
    },
    auditDrift: {
      name: 'audit_drift_total',
      type: 'counter',
      help: 'Buckets that differed from the recount: must stay 0',
    },
    auditLastRun: {
      name: 'audit_last_run_timestamp_seconds',
      type: 'gauge',
      help: 'When buckets were last held against a recount',
    },
    reconcileCalls: {
      name: 'reconcile_calls_total',
      type: 'counter',
      help: "Calls in vendors' lists, by what became of them: missing ones should be few, failed ones none",
      labels: { provider: VENDORS, result: RECONCILE_RESULTS },
    },
    coverageGaps: {
      name: 'reconcile_coverage_gaps',
      type: 'gauge',
      help: 'What the log itself shows to be missing, as of the last run of reconcile',
      labels: { gap: GAPS },
    },
  }) as const;

/**
 * Builds the jobs' metrics in a registry of their own.
 * @param jobs names of all jobs
 */
export const createJobsMetrics = (jobs: readonly string[]) => createMetrics(listOf(jobs));
/** The jobs' metrics. */
export type JobsMetrics = ReturnType<typeof createJobsMetrics>;
