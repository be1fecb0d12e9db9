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

/** What one slice is to have added, by the quarter-hours it changes in. */
type Sums = { slice: Slice; quarters: Map<number, Record<ViewName, Map<string, number>>> };

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
    const cells = VIEWS.map((view) => [view.name, Object.entries(contribution.cells[view.name])] as const);
    for (const slice of contribution.slices) {
      const sum = sumOf(sums, slice, contribution.quarterMs);
      for (const [view, counts] of cells)
        for (const [path, count] of counts) increase(sum[view], path, sign * count);
    }
  };
  return {
    replace(before, after) {
      if (before !== null) add(before, -1);
      if (after !== null) add(after, 1);
    },
    changes: () => [...sums.values()].flatMap(bucketsOf),
  };
}

function sumOf(
  sums: Map<string, Sums>,
  slice: Slice,
  quarterMs: number,
): Record<ViewName, Map<string, number>> {
  // Dimensions are words without blanks, so no two slices share a name.
  const name = slice.key === null ? slice.dimension : `${slice.dimension} ${slice.key}`;
  let sum = sums.get(name);
  if (sum === undefined) {
    sum = { slice, quarters: new Map() };
    sums.set(name, sum);
  }
  let cells = sum.quarters.get(quarterMs);
  if (cells === undefined) {
    const fresh = Object.fromEntries(VIEWS.map((view) => [view.name, new Map<string, number>()]));
    cells = fresh as Record<ViewName, Map<string, number>>;
    sum.quarters.set(quarterMs, cells);
  }
  return cells;
}

/** Quarter-hour sums of one slice laid into their hourly buckets, as total and as quarter, and into their daily ones. */
function bucketsOf({ slice, quarters }: Sums): BucketChange[] {
  const buckets: BucketChange[] = [];
  const bucketAt = (at: Map<number, BucketChange>, of: Pick<BucketChange, 'view' | 'window' | 'atMs'>) => {
    let bucket = at.get(of.atMs);
    if (bucket === undefined) {
      bucket = { ...of, slice, add: new Map() };
      at.set(of.atMs, bucket);
      buckets.push(bucket);
    }
    return bucket.add;
  };
  for (const { name: view } of VIEWS) {
    const [hours, days] = [new Map<number, BucketChange>(), new Map<number, BucketChange>()];
    for (const [quarterMs, cells] of quarters) {
      const quarter = `q.${quarterOf(quarterMs)}.`;
      const hour = bucketAt(hours, { view, window: 'hourly', atMs: startOf(quarterMs, HOUR_MS) });
      const day = bucketAt(days, { view, window: 'daily', atMs: startOf(quarterMs, DAY_MS) });
      for (const [path, count] of cells[view]) {
        increase(hour, path, count);
        increase(hour, quarter + path, count);
        increase(day, path, count);
      }
    }
  }
  return buckets.filter((bucket) => bucket.add.size > 0);
}

function increase(cells: Map<string, number>, path: string, count: number): void {
  const sum = (cells.get(path) ?? 0) + count;
  if (sum === 0) cells.delete(path);
  else cells.set(path, sum);
}
