/** Runs the jobs that ask vendors against stand-ins, with little patience, and shows what they print, log and count. */
import type { Job, JobParts, JobResult } from '../../../jobs/job.ts';
import { createJobsMetrics } from '../../../jobs/metrics.ts';
import { createVendorApi } from '../../../jobs/reconcile/vendor-api.ts';
import type { Vendors } from '../../../jobs/reconcile/vendors.ts';
import { createLog } from '../../../ops/process/log.ts';
import type { World } from '../world.ts';
import { ACCOUNT_SID } from '../webhooks.ts';
import { ELEVENLABS_KEY } from './elevenlabs.ts';
import { TWILIO_TOKEN } from './twilio.ts';

/** What a run came to; `counted` by provider and result. */
export type Ran = {
  result: JobResult;
  printed: string;
  logged: string;
  counted: (provider: 'elevenlabs' | 'twilio', result: string) => number;
};

/** As in production, only faster. */
const PATIENCE = { answerMs: 1_000, tries: 5, firstPauseMs: 10, longestPauseMs: 50 };

/**
 * The clients of stand-ins.
 * @param urls their addresses; one that is left out is not configured
 */
export function vendorsAt(urls: { elevenlabs?: string; twilio?: string }): Vendors {
  const { signal } = new AbortController();
  const basic = `Basic ${Buffer.from(`${ACCOUNT_SID}:${TWILIO_TOKEN}`).toString('base64')}`;
  const api = (vendor: 'elevenlabs' | 'twilio', url: string, headers: Record<string, string>) =>
    createVendorApi({ vendor, url, headers: () => headers, signal, patience: PATIENCE });
  return {
    elevenlabs:
      urls.elevenlabs === undefined
        ? null
        : api('elevenlabs', urls.elevenlabs, { 'xi-api-key': ELEVENLABS_KEY }),
    twilio:
      urls.twilio === undefined
        ? null
        : { accountSid: ACCOUNT_SID, api: api('twilio', urls.twilio, { authorization: basic }) },
  };
}

/**
 * Runs a job once.
 * @param world a prepared database
 * @param job which
 * @param given the vendors, and the options of a run by hand; without options as by the clock
 */
export async function runJob(
  world: World,
  job: Job,
  given: { vendors?: Vendors; options?: Record<string, unknown> },
): Promise<Ran> {
  const printed: string[] = [];
  const logged: string[] = [];
  const metrics = createJobsMetrics([job.name]);
  const parts: JobParts = {
    db: world.db,
    log: createLog('test', 'trace', { write: (line) => void logged.push(line) }),
    metrics,
    signal: new AbortController().signal,
    print: (line) => void printed.push(line),
    ...(given.vendors !== undefined && { vendors: given.vendors }),
  };
  const result = await job.run(parts, given.options ?? {});
  const { values } = await metrics.handles.reconcileCalls.get();
  return {
    result,
    printed: printed.join('\n'),
    logged: logged.join(''),
    counted: (provider, name) =>
      values.find(({ labels }) => labels.provider === provider && labels.result === name)?.value ?? 0,
  };
}
