/** What a job is: a name, a sentence, perhaps a time table, and the work. `main.ts` runs them by hand or by the clock. */
import type { Command } from 'commander';
import type { Db } from 'mongodb';
import type { Log } from '../ops/process/log.ts';
import type { JobsMetrics } from './metrics.ts';
import type { Vendors } from './reconcile/vendors.ts';

/** What a job works with; `print` writes for the person who runs it by hand and to the log otherwise. */
export type JobParts = {
  db: Db;
  log: Log;
  metrics: JobsMetrics;
  signal: AbortSignal;
  /** The vendors' APIs, as far as access to them is configured. */
  vendors?: Vendors;
  print(line: string): void;
};

/** How a run went: `failed` ends a run by hand with code 1. */
export type JobResult = 'done' | 'failed';

/** One job. Options and arguments are plain words from the command line, as `commander` reads them; by the clock there are none. */
export type Job = {
  name: string;
  summary: string;
  /** A cron expression in UTC, for jobs that also run by the clock. */
  schedule?: string;
  /** Whether it makes what other processes ask for at their start, so that nothing may be asked for before it. */
  preparesDatabase?: true;
  /** Whether it asks vendors' APIs: without access to any it does not run by the clock. */
  needsVendors?: true;
  describe?(command: Command): Command;
  run(
    parts: JobParts,
    options: Readonly<Record<string, unknown>>,
    args?: readonly string[],
  ): Promise<JobResult>;
};
