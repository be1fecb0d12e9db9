/** `npm run job -- reconcile`: the vendors' lists of calls held against the log, what is missing fetched; each 15 minutes by the clock. */
import { InvalidArgumentError, type Command } from 'commander';
import { createPulledLog } from '../../ingest/contract.ts';
import type { Job, JobParts } from '../job.ts';
import type { JobRecord } from '../schedule.ts';
import { coverageOf } from './coverage.ts';
import { CLOCK_SHARE, walkConversations } from './elevenlabs.ts';
import { instantOf, overlapping, type Period } from './period.ts';
import { coverageTable, publishCoverage, tallyTable } from './report.ts';
import { createTally, type Tally } from './tally.ts';
import { walkCalls } from './twilio.ts';
import { VENDORS, type Vendor } from './vendor-api.ts';
import { configured, type Vendors } from './vendors.ts';
import type { Walk } from './walk.ts';

/** The job. */
export const reconcile: Job = {
  name: 'reconcile',
  summary: "hold the vendors' lists of calls against the log and fetch what never arrived",
  schedule: '*/15 * * * *',
  needsVendors: true,
  describe: (command: Command) =>
    command
      .option('--provider <name>', `only ${VENDORS.join(' or ')}`, vendor)
      .option(
        '--since <when>',
        'calls started since then: 24h, 7d, or an ISO instant',
        instant,
        instant('24h'),
      )
      .option('--until <when>', 'calls started before then', instant)
      .option('--share <n>', 'fetch one of n conversations that look unchanged in the list', whole, 1),
  async run(parts, options) {
    const now = new Date();
    const period = await periodOf(parts, options, now);
    const chosen = configured(parts.vendors, options['provider'], parts.print);
    const share = typeof options['share'] === 'number' ? options['share'] : CLOCK_SHARE;
    const walked: (readonly [Vendor, Tally])[] = [];
    let failed = false;
    for (const one of chosen) {
      const tally = createTally(one, parts.metrics);
      walked.push([one, tally]);
      await walkOne(one, { parts, tally, period, share }).catch((error: unknown) => {
        parts.signal.throwIfAborted();
        failed = true;
        parts.log.error({ err: error, vendor: one }, 'walking the calls of a vendor');
        parts.print(`${one}: ${error instanceof Error ? error.message : 'failed'}`);
      });
      // What can never be had would keep the period from moving on for ever; the table and the metric tell of it.
      failed ||= tally.passing() > 0;
    }
    if (walked.length > 0) for (const line of tallyTable(walked)) parts.print(line);
    const coverage = await coverageOf(parts.db, period, now);
    publishCoverage(parts.metrics, coverage);
    for (const line of coverageTable(coverage)) parts.print(line);
    return failed ? 'failed' : 'done';
  },
};

type Walking = { parts: JobParts; tally: Tally; period: Period; share: number };

async function walkOne(one: Vendor, { parts, tally, period, share }: Walking): Promise<void> {
  const { db, log, signal, vendors } = parts;
  const walk: Walk = { db, log, signal, tally, pulled: createPulledLog(db) };
  const { elevenlabs, twilio }: Vendors = vendors ?? { elevenlabs: null, twilio: null };
  if (one === 'elevenlabs' && elevenlabs !== null)
    await walkConversations({ ...walk, api: elevenlabs, period, share });
  if (one === 'twilio' && twilio !== null) await walkCalls({ ...walk, period }, twilio);
}

/** As asked for; by the clock from a day before the last run that ended well. */
async function periodOf(
  { db }: JobParts,
  { since, until }: Readonly<Record<string, unknown>>,
  now: Date,
): Promise<Period> {
  if (since instanceof Date) return { since, until: until instanceof Date ? until : now };
  const record = await db.collection<JobRecord>('jobs').findOne({ _id: reconcile.name });
  return overlapping(record?.lastSuccessAt ?? null, now);
}

function vendor(name: string): Vendor {
  const found = VENDORS.find((one) => one === name);
  if (found === undefined) throw new InvalidArgumentError(`one of: ${VENDORS.join(', ')}`);
  return found;
}

function instant(words: string): Date {
  const at = instantOf(words, new Date());
  if (at === null) throw new InvalidArgumentError('a length such as 24h or 7d, or an ISO instant, is needed');
  return at;
}

function whole(words: string): number {
  if (!/^[1-9]\d{0,3}$/.test(words)) throw new InvalidArgumentError('a whole number from 1 is needed');
  return Number(words);
}
