/** The change stream of the log, in batches: each event with the position that covers it and nothing later. */
import {
  MongoServerError,
  type ChangeStreamDocument,
  type Collection,
  type Document,
  type Timestamp,
} from 'mongodb';
import type { TailedEvent } from '../ingest/contract.ts';
import { isUnavailable } from '../ops/process/mongo.ts';
import type { Position } from './documents.ts';
import { readAhead } from './read-ahead.ts';

/** A position on the stream. */
export type TailPosition = Extract<Position, { kind: 'tail' }>;

/** An event and where one stands after it. */
export type PositionedEvent<E extends TailedEvent = TailedEvent> = { event: E; position: Position };

/**
 * What came at once: events in the order of the log, none on an idle stream, and the position after all of them. `isCut` where
 * more was there than it may hold.
 */
export type TailBatch<E extends TailedEvent = TailedEvent> = {
  items: PositionedEvent<E>[];
  position: Position;
  isCut?: boolean;
};

/**
 * What is read of the log: the collection, the fields that are delivered of each event, and, asked before each batch, how many
 * events it may hold. The fields are never changed while tokens are kept: the server refuses a token under another pipeline
 * (code 280), and the log is then scanned.
 */
export type LogCut<E extends TailedEvent> = {
  events: Collection<E>;
  fields: readonly (keyof E & string)[];
  limit: () => number;
};

/** How many change events one reply of the server may hold. */
const REPLY_EVENTS = 2_000;
/** How long the server waits for an event before it answers with nothing but a newer token: the beat of the sign of life. */
export const IDLE_MS = 1_000;
/**
 * How long a stream may give nothing but what stands at or before its token. A driver that goes on after an error repeats a
 * reply at most; a token whose text does not compare with the server's would have every event refused for ever.
 */
const REFUSING_MS = 5_000;

/** The fields of an event that the numbers need; the body stays behind on the server. */
export const EVENT_FIELDS = [
  'provider',
  'endpoint',
  'type',
  'partId',
  'links',
  'eventAt',
  'receivedAt',
  'logAt',
  'facts',
  'factsVersion',
  'flags',
] as const;

const pipelineOf = (fields: readonly string[]): Document[] => [
  { $match: { operationType: { $in: ['insert', 'drop', 'rename', 'dropDatabase', 'invalidate'] } } },
  {
    $project: {
      operationType: 1,
      'fullDocument._id': 1,
      ...Object.fromEntries(fields.map((field) => [`fullDocument.${field}`, 1])),
    },
  },
];

/** The log itself was dropped or renamed: nothing may go on from "now" in silence. */
export class LogGone extends Error {
  readonly code = 'LOG_GONE';
  constructor(operation: string) {
    super(
      `the collection of events met "${operation}": the views stay, and whatever the log holds now is read from its start`,
    );
  }
}

/**
 * The stream cannot be read on from its token: the point left the history (286, 136), the token is of another stream or of
 * none (260, 280, 9 and the many codes of a text that is no token), or all that comes stands before it. Whatever the reason,
 * the log itself still tells all.
 */
export class HistoryLost extends Error {
  readonly code: number | 'NOTHING_BEYOND';
  constructor(cause: MongoServerError | null) {
    super('the change stream cannot go on from its token', { ...(cause !== null && { cause }) });
    this.code = cause === null ? 'NOTHING_BEYOND' : Number(cause.code);
  }
}

/**
 * Follows the log after a token, for ever.
 * @param log what is read of it
 * @param after a position that was committed; what is not beyond its token is refused, since after an error the driver may
 *   resume from an older point than the last event it gave out
 * @returns batches; one without events at least every {@link IDLE_MS} on an idle log. Errors that the driver cannot resume
 *   from end it: {@link HistoryLost} where the token is at fault, else the error itself
 */
export async function* tail<E extends TailedEvent>(
  log: LogCut<E>,
  after: TailPosition,
): AsyncGenerator<TailBatch<E>, never> {
  try {
    return yield* readAhead(read(log, after), ({ isCut }) => isCut === true);
  } catch (error) {
    // What the server refuses for a lasting reason; where it was not the token, taking a fresh one fails in the same way.
    const isLasting =
      error instanceof MongoServerError &&
      !isUnavailable(error) &&
      !error.hasErrorLabel('ResumableChangeStreamError');
    throw isLasting ? new HistoryLost(error) : error;
  }
}

async function* read<E extends TailedEvent>(
  { events, fields, limit }: LogCut<E>,
  after: TailPosition,
): AsyncGenerator<TailBatch<E>, never> {
  await using stream = events.watch<E, ChangeStreamDocument<E>>(pipelineOf(fields), {
    startAfter: after.token,
    batchSize: REPLY_EVENTS,
    maxAwaitTimeMS: IDLE_MS,
  });
  let { token, logAt } = after;
  let last = orderOf(token);
  let refusingSinceMs: number | null = null;
  const beyond = (isBeyond: boolean): void => {
    refusingSinceMs = isBeyond ? null : (refusingSinceMs ?? performance.now());
    if (refusingSinceMs !== null && performance.now() - refusingSinceMs > REFUSING_MS)
      throw new HistoryLost(null);
  };
  let isFull = false;
  for (;;) {
    const isReplied = stream.bufferedCount() === 0;
    const first = await stream.tryNext();
    if (isReplied) isFull = stream.bufferedCount() >= REPLY_EVENTS - 1;
    if (first === null) {
      // Nothing is buffered, so the token of the empty reply covers nothing that was not given out. One that stands before
      // the last event, as after a resume, would only have it read again.
      const isBeyond = orderOf(stream.resumeToken) >= last;
      beyond(isBeyond);
      if (isBeyond) token = stream.resumeToken;
      yield { items: [], position: { kind: 'tail', token, logAt } };
      continue;
    }
    const items: PositionedEvent<E>[] = [];
    let room = limit();
    for (let change = first; ; change = await stream.next()) {
      if (change.operationType !== 'insert') throw new LogGone(change.operationType);
      const order = orderOf(change._id);
      // The driver's own count of what it holds: a batch is what is here already, it never waits for more.
      if (order > last) {
        const event = change.fullDocument;
        ({ logAt } = event);
        token = change._id;
        items.push({ event, position: { kind: 'tail', token, logAt } });
        last = order;
      }
      if (--room <= 0 || stream.bufferedCount() === 0) break;
    }
    const end = items.at(-1);
    beyond(end !== undefined);
    if (end !== undefined)
      yield { items, position: end.position, isCut: isFull || stream.bufferedCount() > 0 };
  }
}

/**
 * A token for this moment, for a start without one. A stream that is opened without a time begins after the last write that the
 * server has *applied*; a majority may not have it yet, so a read right after would miss it, and so would the stream. The time
 * is therefore asked of a majority read first.
 * @param log what is read of the log
 * @returns a token such that every event not after it is already readable in the log
 */
export async function tokenOfNow<E extends TailedEvent>({
  events,
  fields,
}: Pick<LogCut<E>, 'events' | 'fields'>): Promise<unknown> {
  const look = { find: events.collectionName, limit: 1, projection: { _id: 1 } };
  const { operationTime } = await events.db.command({ ...look, readConcern: { level: 'majority' } });
  const from = { startAtOperationTime: operationTime as Timestamp };
  await using stream = events.watch(pipelineOf(fields), { ...from, batchSize: 1, maxAwaitTimeMS: 1 });
  await stream.tryNext();
  return stream.resumeToken;
}

/**
 * What two tokens are compared by: those of one stream compare as their text does.
 * @param token a resume token
 * @returns its text
 */
export function orderOf(token: unknown): string {
  const text = typeof token === 'object' && token !== null && '_data' in token ? token._data : null;
  if (typeof text !== 'string') throw new Error('a resume token without a text to compare');
  return text;
}
