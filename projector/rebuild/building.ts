/** What the parts of a rebuild work with, and how a batch of events is read for it. */
import type { ClientSession, Db } from 'mongodb';
import type { StoredEvent, TailedEvent } from '../../ingest/contract.ts';
import type { ParkedEvent } from '../documents.ts';
import type { FactsOf } from '../facts-of.ts';
import { EVENT_FIELDS } from '../tail.ts';
import type { Place } from './turn.ts';

/**
 * A version under construction: events up to the commit `sequence` are found by a scan of the log, later ones by the updates
 * that list them. Each worker has a session.
 */
export type Building = Place & {
  version: number;
  factsVersion: number;
  sequence: number;
  workers: readonly ClientSession[];
  factsOf: FactsOf;
  signal: AbortSignal;
};

/** The fields of an event that are read, as a projection. */
export const PROJECTION = Object.fromEntries(EVENT_FIELDS.map((field) => [field, 1]));

/**
 * Which events are parked now: passed by in the version in use, and so in this one.
 * @param db the database
 */
export async function parkedNow(db: Db): Promise<ReadonlySet<string>> {
  const parked = db.collection<ParkedEvent>('parked').find({}, { projection: { _id: 1 } });
  const ids = new Set<string>();
  for await (const { _id } of parked) ids.add(_id.toString('hex'));
  return ids;
}

/**
 * Reads events by their ids, as the version does.
 * @param building the version
 * @param ids of the events; parked ones are left out
 */
export async function eventsNamed(
  { db, factsOf, factsVersion }: Building,
  ids: StoredEvent['_id'][],
): Promise<TailedEvent[]> {
  if (ids.length === 0) return [];
  const parked = await db
    .collection<ParkedEvent>('parked')
    .find({ _id: { $in: ids } }, { projection: { _id: 1 } })
    .toArray();
  const passed = new Set(parked.map(({ _id }) => _id.toString('hex')));
  const wanted = ids.filter((id) => !passed.has(id.toString('hex')));
  const events = await db
    .collection<TailedEvent>('events')
    .find({ _id: { $in: wanted } }, { projection: PROJECTION, batchSize: wanted.length + 1 })
    .toArray();
  return factsOf(events, factsVersion);
}

/**
 * Works through pieces, several at a time; the first error ends all.
 * @param pieces what is to be done, taken in order
 * @param parts the workers, and when to stop
 * @param work does one piece, with the session of its worker
 */
export async function inParallel<T>(
  pieces: readonly T[],
  { workers, signal }: Pick<Building, 'workers' | 'signal'>,
  work: (piece: T, session: ClientSession) => Promise<void>,
): Promise<void> {
  const queue = pieces.values();
  const failing = new AbortController();
  const over = AbortSignal.any([signal, failing.signal]);
  const worker = async (session: ClientSession): Promise<void> => {
    for (const piece of queue) {
      over.throwIfAborted();
      await work(piece, session);
    }
  };
  const working = workers.map((session) =>
    worker(session).catch((error: unknown) => {
      failing.abort(error);
      throw error;
    }),
  );
  const [failed] = (await Promise.allSettled(working)).filter((one) => one.status === 'rejected');
  if (failed !== undefined) throw failing.signal.reason ?? failed.reason;
}
