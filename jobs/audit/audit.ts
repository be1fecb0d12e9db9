/**
 * The audit: recounts hours from the raw log by a way of its own and holds every bucket of them, hourly and daily, against the
 * recount, both ways, at one moment. What differs, and still differs at a later commit, is drift.
 */
import type { Db } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DAY_MS,
  VIEW_NAMES,
  viewCollection,
  type Checkpoint,
  type StoredBucket,
  type ViewName,
  type Window,
} from '../../projector/contract.ts';
import { atOneMoment, eventsOfHour, type Snapshot } from './gather.ts';
import { recountHour, type BucketKey, type Cells } from './recount.ts';

/** One bucket that is not what it should be, with the first cell that differs; null where a side lacks it. */
export type Difference = {
  view: string;
  window: Window;
  dimension: string;
  key: string | null;
  at: Date;
  cell: string;
  expected: number | null;
  found: number | null;
};

/** What an audit of one hour found: at which sequence, how many buckets it looked at, and those that differ for good. */
export type AuditedHour = { at: Date; sequence: number; buckets: number; differences: Difference[] };

type Look = Omit<AuditedHour, 'at'>;

/** A second look waits for another commit: the projector makes one each second, events or not. */
const SECOND_LOOK_MS = 1_500;
/** Fields of a stored bucket that are no cells. */
const NO_CELLS = new Set(['_id', 'revision']);

/**
 * Audits one hour and the day it lies in.
 * @param db the database
 * @param hourMs start of the hour, ms since 1970
 * @returns what was found; null while the projector reads the log anew, when nothing can be said
 */
export async function auditHour(db: Db, hourMs: number): Promise<AuditedHour | null> {
  const first = await look(db, hourMs);
  if (first === null || first.differences.length === 0) return first && { at: new Date(hourMs), ...first };
  await sleep(SECOND_LOOK_MS);
  const second = await look(db, hourMs);
  if (second === null) return null;
  const before = new Set(first.differences.map(nameOf));
  const differences = second.differences.filter((one) => before.has(nameOf(one)));
  return { at: new Date(hourMs), ...second, differences };
}

async function look(db: Db, hourMs: number): Promise<Look | null> {
  return atOneMoment(db, async (snapshot) => {
    const { session, collection } = snapshot;
    const checkpoint = await collection<Checkpoint>('checkpoints').findOne({ _id: 'views' }, { session });
    if (checkpoint?.position?.kind !== 'tail') return null;
    const expected = recountHour(await eventsOfHour(snapshot, hourMs), hourMs);
    const hourly = await compareHour(snapshot, { expected, hourMs });
    const daily = await compareDay(snapshot, Math.floor(hourMs / DAY_MS) * DAY_MS);
    return {
      sequence: checkpoint.sequence,
      buckets: hourly.buckets + daily.buckets,
      differences: [...hourly.differences, ...daily.differences],
    };
  });
}

type Compared = { buckets: number; differences: Difference[] };

/** Stored hourly buckets against the recount of the log. */
async function compareHour(
  snapshot: Snapshot,
  { expected, hourMs }: { expected: Map<BucketKey, Cells>; hourMs: number },
): Promise<Compared> {
  const found = new Map<BucketKey, Cells>();
  for (const view of VIEW_NAMES)
    for (const bucket of await bucketsAt(snapshot, {
      view,
      window: 'hourly',
      fromMs: hourMs,
      toMs: hourMs + 1,
    }))
      found.set(keyOf(view, bucket), cellsOf(bucket));
  return compare({ expected, found, window: 'hourly', at: new Date(hourMs) });
}

/** Stored daily buckets against the sum of the stored hourly ones, quarter-hours left out. */
async function compareDay(snapshot: Snapshot, dayMs: number): Promise<Compared> {
  const expected = new Map<BucketKey, Cells>();
  const found = new Map<BucketKey, Cells>();
  for (const view of VIEW_NAMES) {
    for (const bucket of await bucketsAt(snapshot, { view, window: 'daily', fromMs: dayMs, toMs: dayMs + 1 }))
      found.set(keyOf(view, bucket), cellsOf(bucket));
    for (const bucket of await bucketsAt(snapshot, {
      view,
      window: 'hourly',
      fromMs: dayMs,
      toMs: dayMs + DAY_MS,
    })) {
      const key = keyOf(view, bucket);
      const sum = expected.get(key) ?? new Map<string, number>();
      expected.set(key, sum);
      for (const [cell, count] of cellsOf(bucket))
        if (!cell.startsWith('q.')) sum.set(cell, (sum.get(cell) ?? 0) + count);
    }
  }
  return compare({ expected, found, window: 'daily', at: new Date(dayMs) });
}

function compare(sides: {
  expected: Map<BucketKey, Cells>;
  found: Map<BucketKey, Cells>;
  window: Window;
  at: Date;
}): Compared {
  const { expected, found, window, at } = sides;
  const differences: Difference[] = [];
  const keys = new Set([...expected.keys(), ...found.keys()]);
  for (const bucket of keys) {
    const [should, is] = [expected.get(bucket), found.get(bucket)];
    const cells = new Set([...(should?.keys() ?? []), ...(is?.keys() ?? [])]);
    const cell = [...cells].find((one) => (should?.get(one) ?? 0) !== (is?.get(one) ?? 0));
    if (cell === undefined) continue;
    const [view, dimension, key] = JSON.parse(bucket) as [string, string, string | null];
    const values = { expected: should?.get(cell) ?? null, found: is?.get(cell) ?? null };
    differences.push({ view, window, dimension, key, at, cell, ...values });
  }
  return { buckets: keys.size, differences };
}

function bucketsAt(
  { session, collection }: Snapshot,
  which: { view: ViewName; window: Window; fromMs: number; toMs: number },
): Promise<StoredBucket[]> {
  const at = { $gte: new Date(which.fromMs), $lt: new Date(which.toMs) };
  return collection<StoredBucket>(viewCollection(which.view, which.window))
    .find({ '_id.at': at }, { session })
    .batchSize(1_000)
    .toArray();
}

function keyOf(view: ViewName, { _id }: StoredBucket): BucketKey {
  return JSON.stringify([view, _id.d, _id.k]);
}

/** The cells of a stored bucket by path; zeros stay in the store for ever and count as absent. */
function cellsOf(bucket: StoredBucket): Cells {
  const cells: Cells = new Map();
  const walk = (value: object, path: string): void => {
    for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
      if (path === '' && NO_CELLS.has(name)) continue;
      if (typeof inner === 'number' && inner !== 0) cells.set(path + name, inner);
      else if (typeof inner === 'object' && inner !== null) walk(inner, `${path}${name}.`);
    }
  };
  walk(bucket, '');
  return cells;
}

function nameOf({ view, window, dimension, key, at }: Difference): string {
  return JSON.stringify([view, window, dimension, key, at]);
}
