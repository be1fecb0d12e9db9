/** `npm run job -- audit`: recent quarter-hours and some at random, each minute by the clock; what differs is told, counted and kept. */
import { InvalidArgumentError, type Command } from 'commander';
import type { Db } from 'mongodb';
import type { StoredEvent } from '../../ingest/contract.ts';
import { actsHead, type ActsHead } from '../../api/contract.ts';
import { HOUR_MS, QUARTER_MS } from '../../projector/contract.ts';
import type { Job, JobParts } from '../job.ts';
import { auditHour, type Asked, type AuditedHour } from './audit.ts';

/** One document of `audits`. */
type StoredAudit = {
  at: Date;
  hours: Pick<AuditedHour, 'at' | 'sequence' | 'buckets'>[];
  buckets: number;
  drift: number;
  differences: AuditedHour['differences'];
  /** The end of the book of acts, so that it is seen later if it was cut off. */
  actsHead: ActsHead;
};

/** Quarter-hours that are looked at each time: the present one and the one before it, where nearly all changes are. */
const RECENT = 2;
/** Quarter-hours taken at random from all that events tell of, so that in time every bucket is looked at. */
const RANDOM = 2;
const QUARTERS = [0, 1, 2, 3];
/** Differences that a document lists; their number is exact all the same. */
const MOST_LISTED = 100;

/** The job. */
export const audit: Job = {
  name: 'audit',
  summary: 'recount quarter-hours from the raw log and hold every bucket of their hour and day against that',
  schedule: '* * * * *',
  describe: (command: Command) =>
    command
      .option(
        '--hour <instant>',
        'audit the whole hour that holds this instant, such as 2026-11-23T10:00Z',
        instant,
      )
      .option('--random <n>', 'how many quarter-hours to take at random', whole, RANDOM),
  async run(parts, { hour, random }) {
    const all: Asked[] =
      hour instanceof Date
        ? [{ hourMs: Math.floor(hour.getTime() / HOUR_MS) * HOUR_MS, quarters: QUARTERS }]
        : await choose(parts.db, typeof random === 'number' ? random : RANDOM);
    const audited: AuditedHour[] = [];
    for (const asked of all) {
      if (parts.signal.aborted) break;
      const one = await auditHour(parts.db, asked);
      if (one === null) {
        parts.print('the projector has not started or is reading the log anew: nothing can be said yet');
        break;
      }
      audited.push(one);
    }
    if (audited.length === 0) return 'done';
    return publish(parts, audited);
  },
};

/** Recent quarter-hours and random ones; random by events, so that busy times are looked at more often. */
async function choose(db: Db, random: number): Promise<Asked[]> {
  const present = Math.floor(Date.now() / QUARTER_MS) * QUARTER_MS;
  const recent = Array.from({ length: RECENT }, (_, before) => present - before * QUARTER_MS);
  const sampled = await db
    .collection<StoredEvent>('events')
    .aggregate<{ startedAt?: Date }>([
      // More than are wanted: not every event tells of a start.
      { $sample: { size: random * 8 + 1 } },
      { $project: { startedAt: '$facts.groups.startedAt.value' } },
    ])
    .toArray();
  const starts = sampled.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [startedAt.getTime()]));
  const past = new Set(starts.map((ms) => Math.floor(ms / QUARTER_MS) * QUARTER_MS));
  return [...new Set([...recent, ...[...past].slice(0, random)])].map((ms) => {
    const hourMs = Math.floor(ms / HOUR_MS) * HOUR_MS;
    return { hourMs, quarters: [(ms - hourMs) / QUARTER_MS] };
  });
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
    actsHead: await actsHead(db),
  };
  await db.collection<StoredAudit>('audits').insertOne(document);
  metrics.handles.auditBuckets.inc(buckets);
  metrics.handles.auditDrift.inc(differences.length);
  metrics.handles.auditLastRun.set(document.at.getTime() / 1_000);
  for (const difference of document.differences)
    log.error(difference, 'drift: a bucket differs from the recount');
  print(
    `${buckets} buckets around ${audited.length} recounted times looked at, ${differences.length} differ`,
  );
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
