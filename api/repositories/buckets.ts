/** Reads buckets of one slice by ranges of `_id`, and sums them into the spans of an answer. */
import {
  DAY_MS,
  HOUR_MS,
  QUARTER_MS,
  viewCollection,
  WINDOWS,
  type BucketId,
  type NestedCells,
  type Slice,
  type StoredBucket,
  type ViewName,
  type Window,
} from '../../projector/contract.ts';
import { addCells } from '../cells.ts';
import { isBucket, nameLeftOut } from '../malformed.ts';
import type { Span } from '../periods.ts';
import type { Snapshot } from './snapshot.ts';

/** What to read: the view, the slice and the spans, which follow each other without gaps, on quarter-hours. */
export type BucketQuestion = { view: ViewName; slice: Slice; spans: readonly Span[] };

/** Documents a reply may hold; the driver's own default is 101. */
export const BATCH = 5_000;
/** The end of time as the database knows it: an open end of a range within one slice. */
const LATEST_MS = 8_640_000_000_000_000;

/**
 * Sums the buckets of a slice into spans.
 * @param snapshot the moment to read at
 * @param question which buckets
 * @returns the cells of each span, in order
 */
export async function cellsIn(snapshot: Snapshot, question: BucketQuestion): Promise<NestedCells[]> {
  const sums = question.spans.map((): NestedCells => ({}));
  const pieces = piecesOf(question.spans);
  await Promise.all(pieces.map((piece) => addPiece(snapshot, { ...question, sums }, piece)));
  return sums;
}

/**
 * The `_id` of a bucket. Field order matters: it compares as dimension, key, start.
 * @param slice of which slice
 * @param atMs its start; Infinity is the end of time
 * @returns the id
 */
export function idOf(slice: Slice, atMs: number): BucketId {
  return { d: slice.dimension, k: slice.key, at: new Date(Math.min(atMs, LATEST_MS)) };
}

/** A stretch that is read from one window. */
export type Piece = { window: Window; fromMs: number; toMs: number };

/**
 * Where no span begins or ends inside a UTC day, whole UTC days come from the daily window: a year is 365 documents
 * instead of 8,760. The rest comes from the hourly one.
 * @param spans as asked for
 * @returns stretches that follow each other
 */
export function piecesOf(spans: readonly Span[]): Piece[] {
  const fromMs = spans[0]?.startMs ?? 0;
  const toMs = spans.at(-1)?.endMs ?? 0;
  const firstDayMs = Math.ceil(fromMs / DAY_MS) * DAY_MS;
  const lastDayMs = Math.floor(toMs / DAY_MS) * DAY_MS;
  const inUtcDays = spans.every((span, index) => index === 0 || span.startMs % DAY_MS === 0);
  const pieces: Piece[] =
    inUtcDays && firstDayMs < lastDayMs
      ? [
          { window: 'hourly', fromMs, toMs: firstDayMs },
          { window: 'daily', fromMs: firstDayMs, toMs: lastDayMs },
          { window: 'hourly', fromMs: lastDayMs, toMs },
        ]
      : [{ window: 'hourly', fromMs, toMs }];
  return pieces.filter((piece) => piece.fromMs < piece.toMs);
}

async function addPiece(
  { session, collection, moment }: Snapshot,
  question: BucketQuestion & { sums: NestedCells[] },
  { window, fromMs, toMs }: Piece,
): Promise<void> {
  const { view, slice, spans, sums } = question;
  const lengthMs = WINDOWS[window];
  const ends = [fromMs, toMs, ...spans.map((span) => span.startMs)];
  // Quarters triple the bytes of an answer: they are asked for only where a span begins or ends within an hour.
  const offTheHour = window === 'hourly' && ends.some((ms) => ms % HOUR_MS !== 0);
  const firstMs = Math.floor(fromMs / lengthMs) * lengthMs;
  const from = viewCollection(view, window);
  const stored = collection<StoredBucket>(from)
    .find(
      { _id: { $gte: idOf(slice, firstMs), $lt: idOf(slice, toMs) } },
      { session, ...(offTheHour ? {} : { projection: { q: 0 } }) },
    )
    .sort({ _id: 1 })
    .batchSize(BATCH);
  const sumAt = cursorOver(spans, sums);
  for await (const bucket of stored) {
    if (!isBucket(bucket)) {
      nameLeftOut(moment.leftOut, from, bucket._id);
      continue;
    }
    const atMs = bucket._id.at.getTime();
    const whole = sumAt(atMs, atMs + lengthMs);
    if (whole !== null) addCells(whole, bucket, true);
    else
      for (const [quarter, cells] of Object.entries(bucket.q ?? {})) {
        const quarterMs = atMs + Number(quarter) * QUARTER_MS;
        const sum = sumAt(quarterMs, quarterMs + QUARTER_MS);
        if (sum !== null) addCells(sum, cells, true);
      }
  }
}

/** Finds the sum of the span that holds a stretch wholly; stretches come in ascending order. */
function cursorOver(
  spans: readonly Span[],
  sums: readonly NestedCells[],
): (fromMs: number, toMs: number) => NestedCells | null {
  let index = 0;
  return (fromMs, toMs) => {
    while (index < spans.length && (spans[index]?.endMs ?? 0) <= fromMs) index += 1;
    const span = spans[index];
    return span !== undefined && span.startMs <= fromMs && toMs <= span.endMs ? (sums[index] ?? null) : null;
  };
}
