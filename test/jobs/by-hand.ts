/** Runs a job as a person would, from the words of a command line, over a test's database and senders. */
import type { Db } from 'mongodb';
import { createEndpoints } from '../../ingest/endpoints.ts';
import type { Senders } from '../../ingest/contract.ts';
import { commandLine } from '../../jobs/command-line.ts';
import type { Job, JobResult } from '../../jobs/job.ts';
import { createJobsMetrics } from '../../jobs/metrics.ts';
import { createLog } from '../../ops/process/log.ts';
import { TEST_SECRETS } from '../support/webhooks.ts';

/** The senders of a test: the secrets of the test endpoints, or others. */
export function testSenders(
  secrets: Readonly<Record<string, readonly string[]>> = TEST_SECRETS,
  more: Partial<Senders> = {},
): Senders {
  const named = Object.entries(secrets).map(([name, values]): [string, { id: string; value: string }[]] => [
    name,
    values.map((value, at) => ({ id: `secret-${at + 1}`, value })),
  ]);
  const endpoints = createEndpoints(new Map(named), more.named);
  return { endpoints, named: [], publicUrl: 'https://public.example', storeAudio: false, ...more };
}

/**
 * Runs it.
 * @param db a prepared database
 * @param job which one
 * @param words what stands after `npm run job --` and the job's name
 * @param signal aborted when the process is to end
 */
export async function byHand(
  db: Db,
  job: Job,
  words: readonly string[],
  signal = new AbortController().signal,
): Promise<{ result: JobResult; printed: string }> {
  const printed: string[] = [];
  const parts = {
    db,
    log: createLog('test', 'silent'),
    metrics: createJobsMetrics([job.name]),
    signal,
    print: (line: string) => void printed.push(line),
  };
  let result: JobResult = 'failed';
  const line = commandLine([job], async ({ job: asked, options, args }) => {
    result = await asked.run(parts, options, args);
  });
  await line.parseAsync([job.name, ...words], { from: 'user' });
  return { result, printed: printed.join('\n') };
}
