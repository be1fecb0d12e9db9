/** What a view is: a measure over calls, as integer cells that add up over slices and windows. Pure. */
import type { Call } from '../call.ts';
import { WINDOW_NAMES, type Window } from '../windows.ts';

/** Dotted path in a bucket → integer to add: `calls`, `connection.busy`, `bins.412`. */
export type Cells = Readonly<Record<string, number>>;

/** One measure: its name, which is also its collections', and what one call adds to every bucket it falls into. */
export type View = {
  name: ViewName;
  /** What the call adds; cells of 0 may be given and are left out later. Every cell is a whole number. */
  cellsOf(call: Call): Cells;
};

/** Names of the views. */
export const VIEW_NAMES = ['duration', 'outcome', 'sentiment'] as const;
/** One of {@link VIEW_NAMES}. */
export type ViewName = (typeof VIEW_NAMES)[number];

/** What calls are sliced by. A call counts once in each dimension, save `provider`: under each that reported it. */
export const DIMENSIONS = ['all', 'agent', 'campaign', 'provider', 'direction', 'language'] as const;
/** One of {@link DIMENSIONS}. */
export type Dimension = (typeof DIMENSIONS)[number];

/** One slice: a dimension and a key in it; null where the call has no value, and for `all`. */
export type Slice = { dimension: Dimension; key: string | null };

/**
 * `_id` of a bucket. The order of the fields matters: a range of `at` within one slice is one contiguous run of the
 * index on `_id`.
 */
export type BucketId = { d: Dimension; k: string | null; at: Date };

/**
 * One stored bucket. `revision` is the sequence of the last commit that changed it; hourly buckets hold their quarter-hours
 * with the same cells under `q.0` to `q.3`. All other fields are cells, nested where their path has dots.
 */
export type StoredBucket = { _id: BucketId; revision: number; q?: Record<string, NestedCells> } & Record<
  string,
  unknown
>;

/** Cells as they are stored: nested by the dots of their paths. */
export type NestedCells = { [name: string]: number | NestedCells };

/**
 * The collection a view is kept in.
 * @param view name of the view
 * @param window name of the window
 * @returns such as `duration_hourly`
 */
export function viewCollection(view: ViewName, window: Window): string {
  return `${view}_${window}`;
}

/** The six view collections' names. */
export const VIEW_COLLECTIONS: readonly string[] = VIEW_NAMES.flatMap((view) =>
  WINDOW_NAMES.map((window) => viewCollection(view, window)),
);

/**
 * The slices a call counts in.
 * @param call the call as people see it
 * @returns one slice a dimension, several for `provider`
 */
export function slicesOf(call: Call): Slice[] {
  return [
    { dimension: 'all', key: null },
    { dimension: 'agent', key: call.agentId },
    { dimension: 'campaign', key: call.campaignId },
    ...call.providers.map((key): Slice => ({ dimension: 'provider', key })),
    { dimension: 'direction', key: call.direction },
    { dimension: 'language', key: call.language },
  ];
}

/**
 * Whether a call was answered, by a person, a machine or nobody knows whom.
 * @param call the call as people see it
 * @returns true for every `answered_…`
 */
export function isAnswered(call: Pick<Call, 'connection'>): boolean {
  return call.connection.startsWith('answered_');
}
