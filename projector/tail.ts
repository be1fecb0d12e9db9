/** The change stream of the log, in batches: each event with the position that covers it and nothing later. */
import { MongoServerError, type ChangeStreamDocument, type Collection, type Document } from 'mongodb';
import type { TailedEvent } from '../ingest/contract.ts';
import { isUnavailable } from '../ops/process/mongo.ts';
import type { Position } from './documents.ts';

/** An event and where one stands after it. */
export type PositionedEvent = { event: TailedEvent; position: Position };

/** What came at once: events in the order of the log, none on an idle stream, and the position after all of them. */
export type TailBatch = { items: PositionedEvent[]; position: Position };

/** How many change events one reply of the server may hold. */
const REPLY_EVENTS = 1_000;
/** How long the server waits for an event before it answers with nothing but a newer token: the beat of the sign of life. */
export const IDLE_MS = 1_000;

/** The fields of an event that the numbers need; the body stays behind on the server. */
const EVENT_FIELDS = [
  'provider',
  'endpoint',
  'type',
  'partId',
  'links',
  'eventAt',
  'receivedAt',
  'facts',
  'factsVersion',
  'flags',
] as const;

/** The same fields as a projection for reads of `events`. */
export const EVENT_PROJECTION: Record<string, 1> = Object.fromEntries(
  EVENT_FIELDS.map((field) => [field, 1]),
);

/** Never changed while tokens of it are kept: the server refuses a token under another filter (code 280). */
const PIPELINE: Document[] = [
  { $match: { operationType: { $in: ['insert', 'drop', 'rename', 'dropDatabase', 'invalidate'] } } },
  {
    $project: {
      operationType: 1,
      'fullDocument._id': 1,
      ...Object.fromEntries(EVENT_FIELDS.map((field) => [`fullDocument.${field}`, 1])),
    },
  },
];

/** The log itself was dropped or renamed: nothing may go on from "now" in silence. */
export class LogGone extends Error {
  readonly code = 'LOG_GONE';
  constructor(operation: string) {
    super(`the collection of events met "${operation}"; the views stay as they are until the log is back`);
  }
}

/**
 * The stream cannot be read on from its token: the point left the history (286, 136), the token is of another stream or of
 * none (260, 280, 9 and the many codes of a text that is no token). Whatever the reason, the log itself still tells all.
 */
export class HistoryLost extends Error {
  readonly code: number;
  constructor(cause: MongoServerError) {
    super('the change stream cannot go on from its token', { cause });
    this.code = Number(cause.code);
  }
}

/**
 * Follows the log after a token, for ever.
 * @param events the log
 * @param after a token that was committed; what is not beyond it is refused, since after an error the driver may resume from
 *   an older point than the last event it gave out
 * @param limit asked before each batch: how many events it may hold
 * @returns batches; one without events at least every {@link IDLE_MS} on an idle log. Errors that the driver cannot resume
 *   from end it: {@link HistoryLost} where the token is at fault, else the error itself
 */
export async function* tail(
  events: Collection<TailedEvent>,
  after: unknown,
  limit: () => number,
): AsyncGenerator<TailBatch, never> {
  try {
    return yield* read(events, after, limit);
  } catch (error) {
    // What the server refuses for a lasting reason; where it was not the token, taking a fresh one fails in the same way.
    const isLasting =
      error instanceof MongoServerError &&
      !isUnavailable(error) &&
      !error.hasErrorLabel('ResumableChangeStreamError');
    throw isLasting ? new HistoryLost(error) : error;
  }
}

async function* read(
  events: Collection<TailedEvent>,
  after: unknown,
  limit: () => number,
): AsyncGenerator<TailBatch, never> {
  await using stream = events.watch<TailedEvent, ChangeStreamDocument<TailedEvent>>(PIPELINE, {
    startAfter: after,
    batchSize: REPLY_EVENTS,
    maxAwaitTimeMS: IDLE_MS,
  });
  let last = orderOf(after);
  for (;;) {
    const first = await stream.tryNext();
    if (first === null) {
      // Nothing is buffered, so the token of the empty reply covers nothing that was not given out.
      yield { items: [], position: { kind: 'tail', token: stream.resumeToken } };
      continue;
    }
    const items: PositionedEvent[] = [];
    for (let change = first, room = limit(); ; change = await stream.next()) {
      if (change.operationType !== 'insert') throw new LogGone(change.operationType);
      const order = orderOf(change._id);
      // The driver's own count of what it holds: a batch is what is here already, it never waits for more.
      if (order > last)
        items.push({ event: change.fullDocument, position: { kind: 'tail', token: change._id } });
      if (order > last) last = order;
      if (--room <= 0 || stream.bufferedCount() === 0) break;
    }
    const end = items.at(-1);
    if (end !== undefined) yield { items, position: end.position };
  }
}

/**
 * A token for this moment, for a start without one.
 * @param events the log
 * @returns a token such that every event not after it is already readable in the log
 */
export async function tokenOfNow(events: Collection<TailedEvent>): Promise<unknown> {
  await using stream = events.watch(PIPELINE, { batchSize: 1, maxAwaitTimeMS: 1 });
  await stream.tryNext();
  return stream.resumeToken;
}

/** Tokens of one stream compare as their text does. */
function orderOf(token: unknown): string {
  const text = typeof token === 'object' && token !== null && '_data' in token ? token._data : null;
  if (typeof text !== 'string') throw new Error('a resume token without a text to compare');
  return text;
}
