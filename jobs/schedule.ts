/** The clock of the jobs: one run of a job at a time over all jobs processes, what was missed caught up once, skips recorded. */
import { randomUUID } from 'node:crypto';
import type { Collection } from 'mongodb';
import cron from 'node-cron';
import type { Job, JobParts } from './job.ts';

/** One document of `jobs`: who runs the job until when (server time), and how its runs went. */
export type JobRecord = {
  _id: string;
  holder: string;
  expiresAt: Date;
  lastStartedAt: Date | null;
  lastEndedAt: Date | null;
  lastSuccessAt: Date | null;
  lastError: string | null;
  /** The last lines it printed. */
  lastReport: string | null;
  runs: number;
  failures: number;
  skips: number;
};

/** How long a run is taken to be alive without renewing its lease, and how often it does. */
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
/** Of what a run says, and of why it failed, the record holds so many characters. */
const LONGEST_REPORT = 2_000;

/** A started clock. */
export type Schedule = { stop(): Promise<void> };

/**
 * Starts the clock.
 * @param jobs the jobs; those without a time table are left alone
 * @param parts what they work with
 * @returns the clock; stopping it waits for runs under way
 */
export async function startSchedule(jobs: readonly Job[], parts: JobParts): Promise<Schedule> {
  const records = parts.db.collection<JobRecord>('jobs');
  const running = new Set<Promise<void>>();
  const start = (job: Job): Promise<void> => {
    const run = runOnce(records, job, parts).catch((error: unknown) => {
      parts.log.error({ err: error, job: job.name }, 'running a job');
    });
    running.add(run);
    return run.finally(() => running.delete(run));
  };
  const tasks = jobs.flatMap((job) => {
    if (job.schedule === undefined) return [];
    const task = cron.schedule(job.schedule, () => start(job), {
      timezone: 'UTC',
      noOverlap: true,
      name: job.name,
    });
    return [{ job, task }];
  });
  for (const { job, task } of tasks) {
    const [next, afterNext] = task.getNextRuns(2);
    const everyMs = (afterNext?.getTime() ?? 0) - (next?.getTime() ?? 0);
    const record = await records.findOne({ _id: job.name });
    parts.metrics.handles.interval.set({ job: job.name }, everyMs / 1_000);
    parts.metrics.handles.lastSuccess.set({ job: job.name }, (record?.lastSuccessAt?.getTime() ?? 0) / 1_000);
    const idleMs = Date.now() - (record?.lastStartedAt?.getTime() ?? 0);
    if (idleMs > everyMs) void start(job);
  }
  return {
    async stop() {
      for (const { task } of tasks) await task.destroy();
      await Promise.all(running);
    },
  };
}

/**
 * Runs a job unless another process is at it.
 * @param records the collection `jobs`
 * @param job which job
 * @param parts what it works with
 */
export async function runOnce(records: Collection<JobRecord>, job: Job, parts: JobParts): Promise<void> {
  const { log, metrics } = parts;
  const holder = randomUUID();
  if (!(await claim(records, job.name, holder))) {
    await records.updateOne({ _id: job.name }, { $inc: { skips: 1 } });
    metrics.handles.runs.inc({ job: job.name, result: 'skipped' });
    log.info({ job: job.name }, 'job skipped: another process is at it');
    return;
  }
  const renewing = setInterval(() => {
    records
      .updateOne({ _id: job.name, holder }, [{ $set: { expiresAt: { $add: ['$$NOW', LEASE_MS] } } }])
      .catch((error: unknown) => log.warn({ err: error, job: job.name }, 'renewing the lease of a job'));
  }, RENEW_MS);
  let result: 'done' | 'failed' | 'threw' = 'threw';
  let failure: string | null = null;
  const lines: string[] = [];
  const print = (line: string): void => {
    lines.push(line);
    parts.print(line);
  };
  try {
    result = await job.run({ ...parts, print }, {});
    if (result === 'failed') failure = 'it found what must not be; see the log';
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
    log.error({ err: error, job: job.name }, 'a job failed');
  } finally {
    clearInterval(renewing);
  }
  metrics.handles.runs.inc({ job: job.name, result });
  if (result === 'done') metrics.handles.lastSuccess.set({ job: job.name }, Date.now() / 1_000);
  const report = lines.length === 0 ? null : lines.join('\n').slice(-LONGEST_REPORT);
  await finish(records, { name: job.name, holder, failure, report });
}

async function claim(records: Collection<JobRecord>, name: string, holder: string): Promise<boolean> {
  const empty = { holder: '', expiresAt: new Date(0), runs: 0, failures: 0, skips: 0 };
  const unrun = {
    lastStartedAt: null,
    lastEndedAt: null,
    lastSuccessAt: null,
    lastError: null,
    lastReport: null,
  };
  await records.updateOne({ _id: name }, { $setOnInsert: { ...empty, ...unrun } }, { upsert: true });
  const { matchedCount } = await records.updateOne({ _id: name, $expr: { $lte: ['$expiresAt', '$$NOW'] } }, [
    {
      $set: {
        holder,
        expiresAt: { $add: ['$$NOW', LEASE_MS] },
        lastStartedAt: '$$NOW',
        runs: { $add: ['$runs', 1] },
      },
    },
  ]);
  return matchedCount === 1;
}

type Ended = { name: string; holder: string; failure: string | null; report: string | null };

/** Gives the lease up; only its own, since a run that lost it has a successor by now. */
async function finish(
  records: Collection<JobRecord>,
  { name, holder, failure, report }: Ended,
): Promise<void> {
  await records.updateOne({ _id: name, holder }, [
    {
      $set: {
        expiresAt: '$$NOW',
        lastEndedAt: '$$NOW',
        lastError: { $literal: failure?.slice(0, LONGEST_REPORT) ?? null },
        lastReport: { $literal: report },
        ...(failure === null ? { lastSuccessAt: '$$NOW' } : { failures: { $add: ['$failures', 1] } }),
      },
    },
  ]);
}
