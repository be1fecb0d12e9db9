/** Reads the numbers that rules judge out of the hourly views, and the calls behind a window. */
import type { Db, Filter } from 'mongodb';
import {
  collectionIn,
  HOUR_MS,
  readPointer,
  viewCollection,
  WHOLE,
  type Slice,
  type StoredBucket,
  type StoredCall,
  type ViewName,
} from '../../projector/contract.ts';
import { NOTHING, type Sums } from './judge.ts';
import type { Measure } from './rules.ts';

/** Sums by hour, the hour's start in ms since 1970. */
export type ByHour = ReadonlyMap<number, Sums>;

/** Calls that are named in a notification. */
const MOST_CALLS = 50;

const VIEW_OF: Record<Measure, ViewName> = {
  success_rate: 'outcome',
  negative_share: 'sentiment',
  calls: 'outcome',
  average_duration_seconds: 'duration',
};
/** Where calls of a dimension have its key. */
const FIELD_OF = {
  agent: 'agentId',
  campaign: 'campaignId',
  provider: 'providers',
  direction: 'direction',
  language: 'language',
} as const;
/** Which calls of a window are worth a look first. */
const BEHIND: Record<Measure, Filter<StoredCall>> = {
  success_rate: { goal: 'failure' },
  negative_share: { sentiment: 'negative' },
  calls: {},
  average_duration_seconds: { durationMs: { $ne: null } },
};

/**
 * Reads hours of one slice.
 * @param db the database
 * @param asked measure, slice and the range, whole hours in ms since 1970
 * @returns an entry for each hour that has a bucket
 */
export async function readHours(
  db: Db,
  asked: { measure: Measure; slice: Slice; fromMs: number; toMs: number },
): Promise<ByHour> {
  const { dimension: d, key: k } = asked.slice;
  const { version } = await readPointer(db.collection('pointers'));
  const name = collectionIn(viewCollection(VIEW_OF[asked.measure], 'hourly'), version);
  const id = (ms: number) => ({ d, k, at: new Date(ms) });
  const buckets = db
    .collection<StoredBucket>(name)
    .find(
      { _id: { $gte: id(asked.fromMs), $lt: id(asked.toMs) } },
      { batchSize: 1_000, projection: { q: 0, bins: 0 } },
    );
  const hours = new Map<number, Sums>();
  for await (const bucket of buckets) hours.set(bucket._id.at.getTime(), sumsOf(bucket));
  return hours;
}

function sumsOf(bucket: StoredBucket): Sums {
  const { calls, goal, label, measured, durationMs } = bucket as Record<string, unknown>;
  const count = (value: unknown): number => (typeof value === 'number' ? value : 0);
  const within = (value: unknown, key: string): number =>
    count((value as Record<string, unknown> | undefined)?.[key]);
  const labelled = ['positive', 'neutral', 'negative', 'mixed'].reduce(
    (sum, one) => sum + within(label, one),
    0,
  );
  return {
    calls: count(calls),
    success: within(goal, 'success'),
    failure: within(goal, 'failure'),
    negative: within(label, 'negative'),
    labelled,
    measured: count(measured),
    durationMs: count(durationMs),
  };
}

/**
 * Adds hours up.
 * @param hours from {@link readHours}
 * @param toMs the window's end
 * @param count how many hours it has
 */
export function sumOf(hours: ByHour, toMs: number, count: number): Sums {
  const sums = { ...NOTHING };
  for (let back = 1; back <= count; back += 1) {
    const one = hours.get(toMs - back * HOUR_MS);
    if (one !== undefined) for (const key of Object.keys(sums) as (keyof Sums)[]) sums[key] += one[key];
  }
  return sums;
}

/**
 * The calls behind a window: those that a look should begin with, the latest first.
 * @param db the database
 * @param asked measure, slice and range in ms since 1970
 * @returns their ids, 50 at most
 */
export async function callsBehind(
  db: Db,
  asked: { measure: Measure; slice: Slice; fromMs: number; toMs: number },
): Promise<string[]> {
  const { dimension, key } = asked.slice;
  const { version } = await readPointer(db.collection('pointers'));
  const found = await db
    .collection<StoredCall>(collectionIn('calls', version))
    .find(
      {
        ...WHOLE,
        startedAt: { $gte: new Date(asked.fromMs), $lt: new Date(asked.toMs) },
        ...(dimension !== 'all' && { [FIELD_OF[dimension]]: key }),
        ...BEHIND[asked.measure],
      },
      { projection: { _id: 1 } },
    )
    .sort({ startedAt: -1 })
    .limit(MOST_CALLS)
    .toArray();
  return found.map(({ _id }) => _id);
}
