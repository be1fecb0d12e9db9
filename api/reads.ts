/** What an answer was made of, so that it can be told which committed changes make it an old one. Pure. */
import { HOUR_MS, type ChangedHour, type Dimension } from '../projector/contract.ts';
import type { FollowedUpdate } from './changes.ts';
import type { Span } from './periods.ts';
import { sliceName } from './rooms.ts';

/**
 * What was read: slices by name, null where it was single calls, over which hours; and the first end of a period in them, after
 * which the answer says of a row that it is complete. All ms since 1970.
 */
export type Reads = { slices: readonly string[] | null; fromMs: number; toMs: number; endsAtMs: number };

/** What a commit changed, for looking up: the hours of each slice, whether any call, whether it may be everything. */
export type Touched = {
  hours: ReadonlyMap<string, readonly number[]>;
  isAnyCall: boolean;
  isEverything: boolean;
};

/**
 * The slices of all keys of a dimension, under one name.
 * @param dimension such as `agent`
 * @returns a name beside those of single slices
 */
export function allKeysOf(dimension: Dimension): string {
  return `${dimension}:*`;
}

/**
 * What an answer reads.
 * @param slices the names of its slices, null where it reads single calls
 * @param spans its periods, in order
 * @param at what it is true at, null before the first commit
 * @returns what makes it an old one
 */
export function readsOf(slices: readonly string[] | null, spans: readonly Span[], at: Date | null): Reads {
  const asOfMs = at?.getTime() ?? -Infinity;
  return {
    slices,
    fromMs: Math.floor((spans[0]?.startMs ?? 0) / HOUR_MS) * HOUR_MS,
    toMs: spans.at(-1)?.endMs ?? 0,
    endsAtMs: spans.find(({ endMs }) => endMs > asOfMs)?.endMs ?? Infinity,
  };
}

/**
 * What a commit changed.
 * @param update the commit
 * @returns its slices and hours, under the names of single slices and of all keys
 */
export function touchedBy(update: Pick<FollowedUpdate, 'buckets' | 'calls' | 'merged' | 'all'>): Touched {
  const hours = new Map<string, number[]>();
  const add = (name: string, { at }: ChangedHour): void => {
    const held = hours.get(name) ?? [];
    hours.set(name, held);
    held.push(at.getTime());
  };
  for (const hour of update.buckets) {
    add(sliceName({ dimension: hour.d, key: hour.k }), hour);
    add(allKeysOf(hour.d), hour);
  }
  return {
    hours,
    isAnyCall: update.calls.length + update.merged.length > 0,
    isEverything: update.all === true,
  };
}

/**
 * Whether a commit changed something that an answer was made of. Changes of single calls may cancel out in every slice and not
 * where two filters meet: an answer from calls is touched by any call.
 * @param reads what the answer was made of
 * @param touched what the commit changed
 * @returns true where the answer may be another one now
 */
export function isTouched(reads: Reads, { hours, isAnyCall, isEverything }: Touched): boolean {
  if (isEverything) return true;
  if (reads.slices === null) return isAnyCall;
  return reads.slices.some((name) =>
    hours.get(name)?.some((atMs) => atMs >= reads.fromMs && atMs < reads.toMs),
  );
}
