/** Retries of parked events: an event of our own names one, and the transaction that takes it folds that one too. */
import { Binary, type ClientSession, type Db } from 'mongodb';
import type { OwnEventType, TailedEvent } from '../ingest/contract.ts';
import type { ParkedEvent } from './documents.ts';
import { EVENT_FIELDS } from './tail.ts';

const RETRIED: OwnEventType = 'event.retried';
const NAMED = /^event:([0-9a-f]{32})$/;

/**
 * Whether an event is a retry of another.
 * @param event any event
 */
export function isRetry({ provider, type }: Pick<TailedEvent, 'provider' | 'type'>): boolean {
  return provider === 'callviews' && type === RETRIED;
}

/**
 * The parked events that retries in a batch name, as they stand in the log. One that is no longer parked is in the views: a
 * retry that is read again finds nothing to do.
 * @param db the database
 * @param session of the open transaction
 * @param batch events, most of them no retries
 */
export async function parkedNamedIn(
  db: Db,
  session: ClientSession,
  batch: readonly TailedEvent[],
): Promise<TailedEvent[]> {
  const named = batch.filter(isRetry).flatMap(({ partId }) => {
    const hex = NAMED.exec(partId ?? '')?.[1];
    return hex === undefined ? [] : [new Binary(Buffer.from(hex, 'hex'))];
  });
  if (named.length === 0) return [];
  const parked = await db
    .collection<ParkedEvent>('parked')
    .find({ _id: { $in: named } }, { session, projection: { _id: 1 } })
    .toArray();
  const projection = Object.fromEntries(EVENT_FIELDS.map((field) => [field, 1]));
  return db
    .collection<TailedEvent>('events')
    .find({ _id: { $in: parked.map(({ _id }) => _id) } }, { session, projection })
    .toArray();
}

/**
 * Parks events: what stood there of an earlier try is replaced, and the tries are counted.
 * @param db the database
 * @param session of the open transaction
 * @param work the events, the commit that passes them by, its time, and why they cannot be folded
 */
export async function park(
  db: Db,
  session: ClientSession,
  work: { events: readonly TailedEvent[]; sequence: number; at: Date; reason: string },
): Promise<void> {
  const { sequence, at: parkedAt, reason: error } = work;
  for (const { _id } of work.events) {
    const parked = { $set: { sequence, parkedAt, error }, $inc: { tries: 1 } };
    await db.collection<ParkedEvent>('parked').updateOne({ _id }, parked, { session, upsert: true });
  }
}

/**
 * Takes events out of `parked`: from this commit on they are in the views.
 * @param db the database
 * @param session of the open transaction
 * @param events folded in it
 */
export async function unpark(db: Db, session: ClientSession, events: readonly TailedEvent[]): Promise<void> {
  if (events.length === 0) return;
  const ids = events.map(({ _id }) => _id);
  await db.collection<ParkedEvent>('parked').deleteMany({ _id: { $in: ids } }, { session });
}
