/** The list of jobs: what stands here can be run by hand and, where it has a time table, runs by the clock. */
import { INGEST_SETTINGS, sendersOf, type Senders } from '../ingest/contract.ts';
import { loadConfig } from '../ops/process/config.ts';
import { createAlertsJob } from './alerts/job.ts';
import { createApiKeyJob, listApiKeysJob, revokeApiKeyJob } from './api-keys.ts';
import { audit } from './audit/job.ts';
import { auditLog } from './audit-log.ts';
import { erase } from './erase/job.ts';
import { createImportJob } from './import/job.ts';
import type { Job } from './job.ts';
import { parked } from './parked/job.ts';
import { prepareDatabase } from './prepare-database.ts';
import { createQuarantineJob } from './quarantine/job.ts';
import { rebuild } from './rebuild/job.ts';
import { activeCalls } from './reconcile/active-calls.ts';
import { reconcile } from './reconcile/job.ts';
import { createRejectedJob } from './rejected/job.ts';
import { createRetentionJob } from './retention/job.ts';
import { JOBS_SETTINGS } from './settings.ts';
import { createStaleCallsJob } from './stale-calls.ts';

/** Read only when a job asks: a faulty secret must not stand in the way of the other jobs. */
const senders = (): Senders => sendersOf(loadConfig(INGEST_SETTINGS));

/** Read when a job runs, checked at the start. */
const settings = () => loadConfig(JOBS_SETTINGS);

/** All jobs. */
export const JOBS: readonly Job[] = [
  prepareDatabase,
  audit,
  auditLog,
  rebuild,
  createImportJob(senders),
  createQuarantineJob(senders),
  createRejectedJob(senders),
  parked,
  reconcile,
  activeCalls,
  createRetentionJob(settings),
  erase,
  createStaleCallsJob(() => settings().STALE_CALL_HOURS),
  createAlertsJob(settings),
  createApiKeyJob,
  listApiKeysJob,
  revokeApiKeyJob,
];
