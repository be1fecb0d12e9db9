/** Keeps the rows on show: loaded over HTTP, replaced one by one as buckets are pushed, never set back to an older state. Pure. */
import type { Span } from './rows.ts';

/** A row and the sequence number it is true at. */
export type Known<R extends Span> = { row: R; sequence: number };
/** Rows by the start of their period. */
export type Rows<R extends Span> = ReadonlyMap<number, Known<R>>;
/** A whole HTTP answer: its rows, all true at one sequence number. */
export type Loaded<R extends Span> = { rows: readonly R[]; sequence: number };

/**
 * Puts one changed bucket in the place of the row with the same start.
 * @param rows what is shown
 * @param row the bucket as pushed
 * @param revision sequence of the commit that last changed it
 * @returns the same rows where the shown one is as new or newer
 */
export function withRow<R extends Span>(rows: Rows<R>, row: R, revision: number): Rows<R> {
  const shown = rows.get(row.startMs);
  if (shown !== undefined && shown.sequence >= revision) return rows;
  return new Map(rows).set(row.startMs, { row, sequence: revision });
}

/**
 * Takes a loaded answer as the new rows, but keeps what was pushed after it was made.
 * @param rows what is shown
 * @param loaded the answer
 * @returns its rows; a pushed row that is newer stays, an older one goes
 */
export function withLoaded<R extends Span>(rows: Rows<R>, loaded: Loaded<R>): Rows<R> {
  const next = new Map<number, Known<R>>();
  for (const row of loaded.rows) next.set(row.startMs, { row, sequence: loaded.sequence });
  for (const [startMs, known] of rows) {
    if (known.sequence > loaded.sequence) next.set(startMs, known);
  }
  return next;
}

/**
 * The rows of some periods.
 * @param rows what is known
 * @param starts starts of the periods, ms since 1970
 * @returns one row a period, null where none is known: a gap, not a zero
 */
export function rowsAt<R extends Span>(rows: Rows<R>, starts: readonly number[]): (R | null)[] {
  return starts.map((startMs) => rows.get(startMs)?.row ?? null);
}
