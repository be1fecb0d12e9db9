/** What the socket sends, read and named: changed buckets, changed calls, lists of running ones. Pure. */
import { liveCall, type LiveCall } from './calls.ts';
import { isFields, listOf, numberIn, textIn } from './fields.ts';
import {
  durationRow,
  outcomeRow,
  sentimentRow,
  type DurationRow,
  type OutcomeRow,
  type SentimentRow,
} from './rows.ts';

/** Names of the views, as rooms are named. */
export const VIEW_NAMES = ['duration', 'outcome', 'sentiment'] as const;
/** One of {@link VIEW_NAMES}. */
export type ViewName = (typeof VIEW_NAMES)[number];

/** One changed bucket; `revision` is the sequence that last changed it. */
export type BucketChange = { revision: number } & (
  | { view: 'duration'; row: DurationRow }
  | { view: 'outcome'; row: OutcomeRow }
  | { view: 'sentiment'; row: SentimentRow }
);
/** All running calls, true at a sequence number. */
export type ActiveList = { calls: LiveCall[]; sequence: number };

/**
 * Reads a bucket of one view.
 * @param view whose bucket
 * @param value `{revision, bucket}`, as in `view_update` and in the acknowledgement of `subscribe:view`
 * @returns null where it cannot be read: the next load over HTTP shows it
 */
export function bucketChange(view: ViewName, value: unknown): BucketChange | null {
  if (!isFields(value)) return null;
  const revision = numberIn(value, 'revision') ?? numberIn(value, 'sequence');
  if (revision === null) return null;
  switch (view) {
    case 'duration': {
      const row = durationRow(value.bucket);
      return row && { view, row, revision };
    }
    case 'outcome': {
      const row = outcomeRow(value.bucket);
      return row && { view, row, revision };
    }
    case 'sentiment': {
      const row = sentimentRow(value.bucket);
      return row && { view, row, revision };
    }
  }
}

/**
 * Reads a `view_update` if it belongs to what is on show.
 * @param value the payload
 * @param window the window on show
 * @returns null for another window, another slice than `all`, or what cannot be read
 */
export function viewUpdate(value: unknown, window: string): BucketChange | null {
  if (!isFields(value) || value.window !== window || (textIn(value, 'slice') ?? 'all') !== 'all') return null;
  const view = VIEW_NAMES.find((name) => name === value.view);
  return view === undefined ? null : bucketChange(view, value);
}

/**
 * Reads the acknowledgement of `subscribe:view`.
 * @param view which view was asked for
 * @param value the acknowledgement
 * @returns the buckets, or the text of a refusal
 */
export function subscribed(view: ViewName, value: unknown): BucketChange[] | { refused: string } {
  const buckets = isFields(value) ? listOf(value.buckets) : null;
  if (buckets !== null)
    return buckets.map((bucket) => bucketChange(view, bucket)).filter((one) => one !== null);
  return { refused: (isFields(value) && textIn(value, 'error')) || 'Live updates were refused' };
}

/**
 * Reads `active_calls`.
 * @param list the first argument
 * @param truth the second argument, `{sequence}`
 * @returns null where the list cannot be read
 */
export function activeList(list: unknown, truth: unknown): ActiveList | null {
  const members = listOf(list);
  if (members === null) return null;
  const calls = members.map(liveCall).filter((call) => call !== null);
  return { calls, sequence: sequenceOf(truth) };
}

/**
 * The sequence number a payload carries.
 * @param value any payload
 * @returns 0 where it carries none
 */
export function sequenceOf(value: unknown): number {
  return isFields(value) ? (numberIn(value, 'sequence') ?? 0) : 0;
}
