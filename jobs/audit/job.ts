/** `npm run job -- audit`: recent hours and some at random, each minute by the clock; what differs is told, counted and kept. */
import { InvalidArgumentError, type Command } from 'commander';
import type { Db } from 'mongodb';
import type { StoredEvent } from '../../ingest/contract.ts';
import { HOUR_MS } from '../../projector/contract.ts';
import type { Job, JobParts } from '../job.ts';
import { auditHour, type AuditedHour } from './audit.ts';

/** One document of `audits`. */
type StoredAudit = {
  at: Date;
  hours: Pick<AuditedHour, 'at' | 'sequence' | 'buckets'>[];
  buckets: number;
  drift: number;
  differences: AuditedHour['differences'];
};

/** Hours that are looked at each time: the present one and the two before it, where nearly all changes are. */
const RECENT_HOURS = 3;
/** Hours taken at random from all that events tell of, so that in time every bucket is looked at. */
const RANDOM_HOURS = 2;
/** Differences that a document lists; their number is exact all the same. */
const MOST_LISTED = 100;

/** The job. */
export const audit: Job = {
  name: 'audit',
  summary: 'recount hours from the raw log and hold every bucket of them against the recount',
  schedule: '* * * * *',
  describe: (command: Command) =>
    command
      .option(
        '--hour <instant>',
        'audit the hour that holds this instant, such as 2026-11-23T10:00Z',
        instant,
      )
      .option('--random <n>', 'how many hours to take at random', whole, RANDOM_HOURS),
  async run(parts, { hour, random }) {
    const hours =
      hour instanceof Date
        ? [Math.floor(hour.getTime() / HOUR_MS) * HOUR_MS]
        : await chooseHours(parts.db, typeof random === 'number' ? random : RANDOM_HOURS);
    const audited: AuditedHour[] = [];
    for (const hourMs of hours) {
      if (parts.signal.aborted) return 'done';
      const one = await auditHour(parts.db, hourMs);
      if (one === null) {
        parts.print('the projector has not started or is reading the log anew: nothing can be said yet');
        return 'done';
      }
      audited.push(one);
    }
    return publish(parts, audited);
  },
};

/** Recent hours and random ones; random by events, so that busy hours are looked at more often. */
async function chooseHours(db: Db, random: number): Promise<number[]> {
  const present = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const recent = Array.from({ length: RECENT_HOURS }, (_, before) => present - before * HOUR_MS);
  const sampled = await db
    .collection<StoredEvent>('events')
    .aggregate<{ startedAt?: Date }>([
      // More than are wanted: not every event tells of a start.
      { $sample: { size: random * 8 + 1 } },
      { $project: { startedAt: '$facts.groups.startedAt.value' } },
    ])
    .toArray();
  const starts = sampled.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [startedAt.getTime()]));
  const hours = starts.map((ms) => Math.floor(ms / HOUR_MS) * HOUR_MS);
  return [...new Set([...recent, ...[...new Set(hours)].slice(0, random)])];
}

async function publish(parts: JobParts, audited: AuditedHour[]): Promise<'done' | 'failed'> {
  const { db, log, metrics, print } = parts;
  const differences = audited.flatMap((one) => one.differences);
  const buckets = audited.reduce((sum, one) => sum + one.buckets, 0);
  const document: StoredAudit = {
    at: new Date(),
    hours: audited.map(({ at, sequence, buckets: looked }) => ({ at, sequence, buckets: looked })),
    buckets,
    drift: differences.length,
    differences: differences.slice(0, MOST_LISTED),
  };
  await db.collection<StoredAudit>('audits').insertOne(document);
  metrics.handles.auditBuckets.inc(buckets);
  metrics.handles.auditDrift.inc(differences.length);
  metrics.handles.auditLastRun.set(document.at.getTime() / 1_000);
  for (const difference of document.differences)
    log.error(difference, 'drift: a bucket differs from the recount');
  print(`${buckets} buckets of ${audited.length} hours recounted, ${differences.length} differ`);
  for (const one of document.differences)
    print(
      `  ${one.view}_${one.window} ${one.dimension}:${one.key ?? 'null'} ${one.at.toISOString()} ${one.cell}: ${one.found ?? 0}, should be ${one.expected ?? 0}`,
    );
  return differences.length === 0 ? 'done' : 'failed';
}

function instant(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('an ISO instant is needed');
  return at;
}

function whole(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}
