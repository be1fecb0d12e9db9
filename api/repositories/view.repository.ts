/** Reads views: the cells of an answer, from the views or from single calls, and buckets by name, all at one moment. */
import type { Db } from 'mongodb';
import {
  VIEW_NAMES,
  viewCollection,
  WINDOW_NAMES,
  type NestedCells,
  type Slice,
  type StoredBucket,
  type ViewName,
  type Window,
} from '../../projector/contract.ts';
import { addCells, count } from '../cells.ts';
import { isBucket, wellFormed } from '../malformed.ts';
import type { Span } from '../periods.ts';
import { sliceName } from '../rooms.ts';
import { BATCH, cellsIn, idOf } from './buckets.ts';
import { cellsOfCalls } from './counted-calls.ts';
import { readsOf, type Reads } from '../reads.ts';
import { atOneMoment, type Moment, type Snapshot } from './snapshot.ts';

/**
 * What to read: which views, the filters that all must hold, and the spans, which follow each other without gaps, on
 * quarter-hours.
 */
export type ViewQuestion = {
  views: readonly ViewName[];
  filters: readonly Slice[];
  spans: readonly Span[];
};

/**
 * The cells of each span, in order, for each view asked for, the moment they are true at and where they come from.
 * `emptyBecause` is null where there are calls.
 */
export type ViewAnswer = {
  moment: Moment;
  cells: Record<ViewName, NestedCells[]>;
  source: 'views' | 'calls';
  emptyBecause: EmptyBecause;
  reads: Reads;
};

/** Why there is nothing: no calls at all, none that the filters leave, or what was said went by its age. */
export type EmptyBecause = 'no_calls' | 'filtered_out' | 'outside_retention' | null;

/** One bucket by name. */
export type BucketName = { view: ViewName; window: Window; slice: Slice; atMs: number };
/** One stored bucket: its cells and the sequence of the commit that last changed it. */
export type Bucket = BucketName & { revision: number; cells: NestedCells };

/** The reads of the views. */
export type ViewRepository = {
  /** Sums buckets into spans; with two filters or more, single calls. Throws a Refusal where those are too many. */
  read(question: ViewQuestion): Promise<ViewAnswer>;
  /** All buckets of a slice and window from an instant on. */
  since(from: BucketName): Promise<{ moment: Moment; buckets: Bucket[] }>;
};

/** The slice of all calls. */
export const ALL_CALLS: Slice = { dimension: 'all', key: null };

/**
 * Makes the reads of the views.
 * @param db the database
 * @returns the reads; each throws DatabaseAway where the database cannot be asked
 */
export function createViewRepository(db: Db): ViewRepository {
  return {
    read: (question) => atOneMoment(db, (snapshot) => answerOf(snapshot, question)),
    since: ({ view, window, slice, atMs }) =>
      atOneMoment(db, async (snapshot) => {
        const { moment, session, collection } = snapshot;
        const from = viewCollection(view, window);
        const stored = await collection<StoredBucket>(from)
          .find(
            { _id: { $gte: idOf(slice, atMs), $lt: idOf(slice, Infinity) } },
            { session, projection: { q: 0 } },
          )
          .sort({ _id: 1 })
          .batchSize(BATCH)
          .toArray();
        const well = wellFormed(stored, isBucket, { from, to: moment.leftOut });
        return { moment, buckets: well.map((one) => bucketOf(snapshot, { view, window, slice }, one)) };
      }),
  };
}

/**
 * Reads single buckets by name within a moment.
 * @param snapshot the moment
 * @param names which buckets; each once
 * @returns those that are stored
 */
export async function bucketsNamed(snapshot: Snapshot, names: readonly BucketName[]): Promise<Bucket[]> {
  const { session, collection, moment } = snapshot;
  const kinds = VIEW_NAMES.flatMap((view) => WINDOW_NAMES.map((window) => ({ view, window })));
  const found = await Promise.all(
    kinds.map(async ({ view, window }) => {
      const ids = names
        .filter((name) => name.view === view && name.window === window)
        .map(({ slice, atMs }) => idOf(slice, atMs));
      if (ids.length === 0) return [];
      const from = viewCollection(view, window);
      const stored = await collection<StoredBucket>(from)
        .find({ _id: { $in: ids } }, { session, projection: { q: 0 } })
        .batchSize(BATCH)
        .toArray();
      return wellFormed(stored, isBucket, { from, to: moment.leftOut }).map((one) =>
        bucketOf(snapshot, { view, window, slice: { dimension: one._id.d, key: one._id.k } }, one),
      );
    }),
  );
  return found.flat();
}

function bucketOf({ revision }: Snapshot, of: Omit<BucketName, 'atMs'>, stored: StoredBucket): Bucket {
  const cells: NestedCells = {};
  addCells(cells, stored);
  return { ...of, atMs: stored._id.at.getTime(), revision: revision(stored), cells };
}

async function answerOf(snapshot: Snapshot, question: ViewQuestion): Promise<ViewAnswer> {
  const { views, filters, spans } = question;
  const cells: ViewAnswer['cells'] = { duration: [], outcome: [], sentiment: [] };
  const [slice = ALL_CALLS, second] = filters;
  if (second === undefined)
    await Promise.all(
      views.map(async (view) => (cells[view] = await cellsIn(snapshot, { view, slice, spans }))),
    );
  else Object.assign(cells, await cellsOfCalls(snapshot, question));
  const isEmpty = views.every((view) => cells[view].every((one) => count(one, 'calls') === 0));
  const emptyBecause = isEmpty ? await reasonOf(snapshot, question) : null;
  const { moment } = snapshot;
  // Where nothing was found, the calls of all slices were looked at for the reason.
  const slices = isEmpty ? [slice, ALL_CALLS] : [slice];
  const reads = readsOf(second === undefined ? slices.map(sliceName) : null, spans, moment.at);
  return { moment, cells, source: second === undefined ? 'views' : 'calls', emptyBecause, reads };
}

async function reasonOf(snapshot: Snapshot, { filters, spans }: ViewQuestion): Promise<EmptyBecause> {
  if (filters.length === 0) return 'no_calls';
  const all = await cellsIn(snapshot, { view: 'sentiment', slice: ALL_CALLS, spans });
  return all.some((one) => count(one, 'calls') > 0) ? 'filtered_out' : 'no_calls';
}
