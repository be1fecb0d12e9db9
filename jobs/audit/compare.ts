/** Stored buckets as plain cells, and what differs between two sets of them. Used by the audit on both sides of its comparisons. */
import {
  VIEW_NAMES,
  viewCollection,
  type StoredBucket,
  type ViewName,
  type Window,
} from '../../projector/contract.ts';
import type { Snapshot } from './gather.ts';
import { addTo, type BucketKey, type Cells } from './recount.ts';

/** Cells by bucket. */
export type Buckets = Map<BucketKey, Cells>;

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

/** Fields of a stored bucket that are no cells. */
const NO_CELLS = new Set(['_id', 'revision']);

/**
 * The stored buckets of all views that start in a stretch, by view and slice; those of several hours are added up.
 * @param snapshot the moment they are read at
 * @param which window and stretch, ms since 1970
 */
export async function cellsIn(
  { session, collection }: Snapshot,
  which: { window: Window; fromMs: number; toMs: number },
): Promise<Buckets> {
  const at = { $gte: new Date(which.fromMs), $lt: new Date(which.toMs) };
  const buckets: Buckets = new Map();
  for (const view of VIEW_NAMES) {
    const stored = collection<StoredBucket>(viewCollection(view, which.window))
      .find({ '_id.at': at }, { session })
      .batchSize(1_000);
    for await (const bucket of stored) {
      const key = keyOf(view, bucket);
      const cells = buckets.get(key) ?? new Map<string, number>();
      buckets.set(key, cells);
      for (const [cell, count] of cellsOf(bucket)) addTo(cells, cell, count);
    }
  }
  return buckets;
}

/**
 * What differs, both ways.
 * @param where the window and instant the buckets are of
 * @param expected what they should be
 * @param found what they are
 * @returns one difference a bucket
 */
export function differences(
  where: { window: Window; at: Date },
  expected: Buckets,
  found: Buckets,
): Difference[] {
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((bucket) => {
    const [should, is] = [expected.get(bucket), found.get(bucket)];
    const cells = new Set([...(should?.keys() ?? []), ...(is?.keys() ?? [])]);
    const cell = [...cells].find((one) => (should?.get(one) ?? 0) !== (is?.get(one) ?? 0));
    if (cell === undefined) return [];
    const [view, dimension, key] = JSON.parse(bucket) as [string, string, string | null];
    const values = { expected: should?.get(cell) ?? null, found: is?.get(cell) ?? null };
    return [{ view, window: where.window, dimension, key, at: where.at, cell, ...values }];
  });
}

function keyOf(view: ViewName, { _id }: StoredBucket): BucketKey {
  return JSON.stringify([view, _id.d, _id.k]);
}

/**
 * The cells of a stored bucket by dotted path. Zeros stay in the store for ever and count as absent.
 * @param bucket as stored
 */
export function cellsOf(bucket: StoredBucket): Cells {
  const cells: Cells = new Map();
  addCells(cells, bucket, '');
  return cells;
}

function addCells(cells: Cells, stored: object, path: string): void {
  for (const [name, value] of Object.entries(stored) as [string, unknown][]) {
    if (path === '' && NO_CELLS.has(name)) continue;
    if (typeof value === 'number') addTo(cells, path + name, value);
    else if (typeof value === 'object' && value !== null) addCells(cells, value, `${path}${name}.`);
  }
}
