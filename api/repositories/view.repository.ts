/** Reads views: ranges of buckets by `_id`, summed into the spans of an answer, all at one moment. */
import type { Db } from 'mongodb';
import {
  DAY_MS,
  HOUR_MS,
  QUARTER_MS,
  VIEW_NAMES,
  viewCollection,
  WINDOW_NAMES,
  WINDOWS,
  type BucketId,
  type NestedCells,
  type Slice,
  type StoredBucket,
  type ViewName,
  type Window,
} from '../../projector/contract.ts';
import { addCells } from '../combine.ts';
import type { Span } from '../periods.ts';
import { atOneMoment, type Moment, type Snapshot } from './snapshot.ts';

/** What to read: the view, the slice and the spans, which follow each other without gaps, on quarter-hours. */
export type ViewQuestion = { view: ViewName; slice: Slice; spans: readonly Span[] };

/** The cells of each span, in order, and the moment they are true at. */
export type ViewAnswer = { moment: Moment; cells: NestedCells[] };

/** One bucket by name. */
export type BucketName = { view: ViewName; window: Window; slice: Slice; atMs: number };
/** One stored bucket: its cells and the sequence of the commit that last changed it. */
export type Bucket = BucketName & { revision: number; cells: NestedCells };

/** The reads of the views. */
export type ViewRepository = {
  /** Sums the buckets of a slice into spans. */
  read(question: ViewQuestion): Promise<ViewAnswer>;
  /** All buckets of a slice and window from an instant on. */
  since(from: BucketName): Promise<{ moment: Moment; buckets: Bucket[] }>;
};

/**
 * Makes the reads of the views.
 * @param db the database
 * @returns the reads; each throws DatabaseAway where the database cannot be asked
 */
export function createViewRepository(db: Db): ViewRepository {
  return {
    read: (question) =>
      atOneMoment(db, async (snapshot) => {
        const sums = question.spans.map((): NestedCells => ({}));
        const pieces = piecesOf(question.spans);
        await Promise.all(pieces.map((piece) => addPiece(snapshot, { ...question, sums }, piece)));
        return { moment: snapshot.moment, cells: sums };
      }),
    since: ({ view, window, slice, atMs }) =>
      atOneMoment(db, async ({ moment, session, collection }) => {
        const stored = await collection<StoredBucket>(viewCollection(view, window))
          .find(
            { _id: { $gte: idOf(slice, atMs), $lt: idOf(slice, Infinity) } },
            { session, projection: { q: 0 } },
          )
          .sort({ _id: 1 })
          .batchSize(BATCH)
          .toArray();
        return { moment, buckets: stored.map((one) => bucketOf({ view, window, slice }, one)) };
      }),
  };
}

/**
 * Reads single buckets by name within a moment.
 * @param snapshot the moment
 * @param names which buckets; each once
 * @returns those that are stored
 */
export async function bucketsNamed(
  { session, collection }: Snapshot,
  names: readonly BucketName[],
): Promise<Bucket[]> {
  const kinds = VIEW_NAMES.flatMap((view) => WINDOW_NAMES.map((window) => ({ view, window })));
  const found = await Promise.all(
    kinds.map(async ({ view, window }) => {
      const ids = names
        .filter((name) => name.view === view && name.window === window)
        .map(({ slice, atMs }) => idOf(slice, atMs));
      if (ids.length === 0) return [];
      const stored = await collection<StoredBucket>(viewCollection(view, window))
        .find({ _id: { $in: ids } }, { session, projection: { q: 0 } })
        .batchSize(BATCH)
        .toArray();
      return stored.map((one) =>
        bucketOf({ view, window, slice: { dimension: one._id.d, key: one._id.k } }, one),
      );
    }),
  );
  return found.flat();
}

/** Documents a reply may hold; the driver's own default is 101. */
const BATCH = 5_000;
/** The end of time as the database knows it: an open end of a range within one slice. */
const LATEST_MS = 8_640_000_000_000_000;

/** A stretch that is read from one window. */
type Piece = { window: Window; fromMs: number; toMs: number };

/**
 * Where no span begins or ends inside a UTC day, whole UTC days come from the daily window: a year is 365 documents
 * instead of 8,760. The rest comes from the hourly one.
 */
function piecesOf(spans: readonly Span[]): Piece[] {
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
  { session, collection }: Snapshot,
  question: ViewQuestion & { sums: NestedCells[] },
  { window, fromMs, toMs }: Piece,
): Promise<void> {
  const { view, slice, spans, sums } = question;
  const lengthMs = WINDOWS[window];
  const ends = [fromMs, toMs, ...spans.map((span) => span.startMs)];
  // Quarters triple the bytes of an answer: they are asked for only where a span begins or ends within an hour.
  const offTheHour = window === 'hourly' && ends.some((ms) => ms % HOUR_MS !== 0);
  const firstMs = Math.floor(fromMs / lengthMs) * lengthMs;
  const stored = collection<StoredBucket>(viewCollection(view, window))
    .find(
      { _id: { $gte: idOf(slice, firstMs), $lt: idOf(slice, toMs) } },
      { session, ...(offTheHour ? {} : { projection: { q: 0 } }) },
    )
    .sort({ _id: 1 })
    .batchSize(BATCH);
  const sumAt = cursorOver(spans, sums);
  for await (const bucket of stored) {
    const atMs = bucket._id.at.getTime();
    const whole = sumAt(atMs, atMs + lengthMs);
    if (whole !== null) addCells(whole, bucket);
    else
      for (const [quarter, cells] of Object.entries(bucket.q ?? {})) {
        const quarterMs = atMs + Number(quarter) * QUARTER_MS;
        const sum = sumAt(quarterMs, quarterMs + QUARTER_MS);
        if (sum !== null) addCells(sum, cells);
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

/** Field order matters: `_id` compares as dimension, key, start. */
function idOf(slice: Slice, atMs: number): BucketId {
  return { d: slice.dimension, k: slice.key, at: new Date(Math.min(atMs, LATEST_MS)) };
}

function bucketOf(of: Omit<BucketName, 'atMs'>, stored: StoredBucket): Bucket {
  const cells: NestedCells = {};
  addCells(cells, stored);
  return { ...of, atMs: stored._id.at.getTime(), revision: stored.revision, cells };
}
