/**
 * From calls to cells: what a call adds to the views, and the sum of what a batch of changed calls changes. A change is the
 * contribution after less the contribution before, so a correction moves numbers exactly and no bucket ever closes. Pure.
 */
import type { Call } from './call.ts';
import { VIEWS } from './views/index.ts';
import { slicesOf, type Slice, type ViewName } from './views/view.ts';
import { DAY_MS, HOUR_MS, QUARTER_MS, quarterOf, startOf, type Window } from './windows.ts';

/** What one call adds, to the same cells of each of its slices. */
export type Contribution = {
  quarterMs: number;
  slices: Slice[];
  cells: Record<ViewName, Readonly<Record<string, number>>>;
};

/** What is to be added to one bucket: dotted path → integer, none of them 0. */
export type BucketChange = {
  view: ViewName;
  window: Window;
  slice: Slice;
  atMs: number;
  add: Map<string, number>;
};

/**
 * What a call adds to the views.
 * @param call the call, or null where there is none
 * @returns null where the call is not counted: without a start it belongs to no bucket
 */
export function contributionOf(call: Call | null): Contribution | null {
  if (call === null || call.startedAt === null) return null;
  const cells = Object.fromEntries(VIEWS.map((view) => [view.name, view.cellsOf(call)]));
  return {
    quarterMs: startOf(call.startedAt.getTime(), QUARTER_MS),
    slices: slicesOf(call),
    cells: cells as Contribution['cells'],
  };
}

type Sums = { slice: Slice; quarterMs: number; cells: Record<ViewName, Map<string, number>> };

/** Sums the changes of many calls before any bucket is written: one update a touched bucket, however many calls. */
export type ChangeSum = {
  /** Takes `before` away and adds `after`. */
  replace(before: Contribution | null, after: Contribution | null): void;
  /** The buckets that change, in a fixed order; what cancels out is not among them. */
  changes(): BucketChange[];
};

/**
 * Starts an empty sum.
 * @returns the sum of one batch
 */
export function createChangeSum(): ChangeSum {
  const sums = new Map<string, Sums>();
  const add = (contribution: Contribution, sign: 1 | -1): void => {
    for (const slice of contribution.slices) {
      const sum = sumOf(sums, slice, contribution.quarterMs);
      for (const view of VIEWS) {
        for (const [path, count] of Object.entries(contribution.cells[view.name]))
          increase(sum.cells[view.name], path, sign * count);
      }
    }
  };
  return {
    replace(before, after) {
      if (before !== null) add(before, -1);
      if (after !== null) add(after, 1);
    },
    changes: () => bucketsOf(sums.values()),
  };
}

function sumOf(sums: Map<string, Sums>, slice: Slice, quarterMs: number): Sums {
  const id = JSON.stringify([slice.dimension, slice.key, quarterMs]);
  let sum = sums.get(id);
  if (sum === undefined) {
    const cells = Object.fromEntries(VIEWS.map((view) => [view.name, new Map<string, number>()]));
    sum = { slice, quarterMs, cells: cells as Sums['cells'] };
    sums.set(id, sum);
  }
  return sum;
}

/** Quarter-hour sums laid into their hourly bucket, as total and as quarter, and into their daily one. */
function bucketsOf(sums: Iterable<Sums>): BucketChange[] {
  const buckets = new Map<string, BucketChange>();
  for (const { slice, quarterMs, cells } of sums) {
    const quarter = `q.${quarterOf(quarterMs)}.`;
    for (const view of VIEWS) {
      const hour = bucketOf(buckets, {
        view: view.name,
        window: 'hourly',
        slice,
        atMs: startOf(quarterMs, HOUR_MS),
      });
      const day = bucketOf(buckets, {
        view: view.name,
        window: 'daily',
        slice,
        atMs: startOf(quarterMs, DAY_MS),
      });
      for (const [path, count] of cells[view.name]) {
        increase(hour.add, path, count);
        increase(hour.add, quarter + path, count);
        increase(day.add, path, count);
      }
    }
  }
  return [...buckets.values()].filter((bucket) => bucket.add.size > 0);
}

function bucketOf(buckets: Map<string, BucketChange>, key: Omit<BucketChange, 'add'>): BucketChange {
  const id = JSON.stringify([key.view, key.window, key.slice.dimension, key.slice.key, key.atMs]);
  let bucket = buckets.get(id);
  if (bucket === undefined) {
    bucket = { ...key, add: new Map() };
    buckets.set(id, bucket);
  }
  return bucket;
}

function increase(cells: Map<string, number>, path: string, count: number): void {
  const sum = (cells.get(path) ?? 0) + count;
  if (sum === 0) cells.delete(path);
  else cells.set(path, sum);
}
