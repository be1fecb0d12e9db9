/**
 * The audit of one hour: quarter-hours recounted from the log by a way of its own, the hour's totals held against its quarters
 * and its day's against its hours, every bucket of them, both ways, at one moment. What still differs later is drift.
 */
import type { Db } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, HOUR_MS, QUARTER_MS, type Checkpoint, type Window } from '../../projector/contract.ts';
import { cellsIn, differences, type Buckets, type Difference } from './compare.ts';
import { atOneMoment, eventsOf, type Snapshot, type Stretch } from './gather.ts';
import { addTo, countInto } from './recount.ts';

/** What an audit of one hour found: at which sequence, how many buckets it looked at, and those that differ for good. */
export type AuditedHour = { at: Date; sequence: number; buckets: number; differences: Difference[] };

/** Which hour (ms since 1970) and which of its quarters (0 to 3) are recounted, in which version; that in use when left out. */
export type Asked = { hourMs: number; quarters: readonly number[]; version?: number };

type Look = Omit<AuditedHour, 'at'>;

/** Events are gathered for this much of a quarter-hour at a time: memory stays bounded at hundreds of events a second. */
const PIECE_MS = QUARTER_MS / 5;
/** A second look waits for another commit; the projector makes one each second, events or not, unless it is stopped. */
const LATER = { beatMs: 500, beats: 10 };

/**
 * Audits quarters of one hour, and the hour and day they lie in.
 * @param db the database
 * @param asked which
 * @returns what was found; null while the projector reads the log anew, when nothing can be said
 */
export async function auditHour(db: Db, asked: Asked): Promise<AuditedHour | null> {
  const at = new Date(asked.hourMs);
  const first = await look(db, asked);
  if (first === null || first.differences.length === 0) return first && { at, ...first };
  await laterThan(db, first.sequence);
  const second = await look(db, asked);
  if (second === null) return null;
  const before = new Set(first.differences.map(nameOf));
  return { at, ...second, differences: second.differences.filter((one) => before.has(nameOf(one))) };
}

async function look(db: Db, { hourMs, quarters, version }: Asked): Promise<Look | null> {
  const read = async (snapshot: Snapshot): Promise<Look | null> => {
    const { session, collection } = snapshot;
    const checkpoint = await collection<Checkpoint>('checkpoints').findOne({ _id: 'views' }, { session });
    if (checkpoint?.position?.kind !== 'tail') return null;
    const { logAt } = checkpoint.position;
    const hours = await cellsIn(snapshot, { window: 'hourly', fromMs: hourMs, toMs: hourMs + HOUR_MS });
    const recounted: Buckets = new Map();
    for (const quarter of quarters) await recount(snapshot, recounted, { hourMs, quarter, logAt });
    const day = await lookAtDay(snapshot, Math.floor(hourMs / DAY_MS) * DAY_MS);
    const hour = { window: 'hourly', at: new Date(hourMs) } as const;
    return {
      sequence: checkpoint.sequence,
      buckets: hours.size + day.buckets,
      differences: [
        ...differences(
          hour,
          recounted,
          only(hours, (cell) => quarters.some((q) => cell.startsWith(`q.${q}.`))),
        ),
        ...differences(hour, summed(hours), only(hours, isTotal)),
        ...day.differences,
      ],
    };
  };
  return atOneMoment(db, read, version);
}

async function recount(
  snapshot: Snapshot,
  into: Buckets,
  { hourMs, quarter, logAt }: { hourMs: number; quarter: number } & Pick<Stretch, 'logAt'>,
): Promise<void> {
  const beganMs = hourMs + quarter * QUARTER_MS;
  for (let fromMs = beganMs; fromMs < beganMs + QUARTER_MS; fromMs += PIECE_MS) {
    const stretch = { fromMs, toMs: fromMs + PIECE_MS, logAt };
    countInto(into, await eventsOf(snapshot, stretch), stretch);
  }
}

/** The daily buckets against the sum of the hourly ones. */
async function lookAtDay(snapshot: Snapshot, dayMs: number): Promise<Omit<Look, 'sequence'>> {
  const days = await cellsIn(snapshot, { window: 'daily', fromMs: dayMs, toMs: dayMs + DAY_MS });
  const hours = await cellsIn(snapshot, { window: 'hourly', fromMs: dayMs, toMs: dayMs + DAY_MS });
  const day: { window: Window; at: Date } = { window: 'daily', at: new Date(dayMs) };
  return { buckets: days.size, differences: differences(day, only(hours, isTotal), days) };
}

const isTotal = (cell: string): boolean => !cell.startsWith('q.');

/** Totals as the quarters add up to them. */
function summed(hours: Buckets): Buckets {
  return new Map(
    [...hours].map(([key, cells]) => {
      const sum = new Map<string, number>();
      for (const [cell, count] of cells) if (!isTotal(cell)) addTo(sum, cell.slice('q.0.'.length), count);
      return [key, sum];
    }),
  );
}

function only(buckets: Buckets, wanted: (cell: string) => boolean): Buckets {
  return new Map(
    [...buckets].map(([key, cells]) => [key, new Map([...cells].filter(([cell]) => wanted(cell)))]),
  );
}

async function laterThan(db: Db, sequence: number): Promise<void> {
  for (let beat = 0; beat < LATER.beats; beat++) {
    await sleep(LATER.beatMs);
    const now = await db.collection<Checkpoint>('checkpoints').findOne({ _id: 'views' });
    if (now !== null && now.sequence > sequence) return;
  }
}

function nameOf({ view, window, dimension, key, at }: Difference): string {
  return JSON.stringify([view, window, dimension, key, at]);
}
