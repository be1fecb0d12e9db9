/** The list of jobs: what stands here can be run by hand and, where it has a time table, runs by the clock. */
import { audit } from './audit/job.ts';
import type { Job } from './job.ts';
import { prepareDatabase } from './prepare-database.ts';

/** All jobs. */
export const JOBS: readonly Job[] = [prepareDatabase, audit];
