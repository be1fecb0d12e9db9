/** Gathers what an audit recounts: all events of every call that may start in an hour, as far as the views have them, at one moment. */
import type { Binary, ClientSession, Collection, Db, Document, Filter, Timestamp } from 'mongodb';
import type { StoredEvent, TailedEvent } from '../../ingest/contract.ts';
import { HOUR_MS, type ParkedEvent, type StoredCall, type StoredUpdate } from '../../projector/contract.ts';
import { idsIn } from './recount.ts';

/** One moment of the database: its session, and collections that are read at it. */
export type Snapshot = {
  session: ClientSession;
  collection<T extends Document>(name: string): Collection<T>;
};

type Gathered = TailedEvent & { logAt: Timestamp };

/** Ids asked for in one command. */
const PAGE = 1_000;
/** What the recount needs of an event; the body stays where it is. */
const FIELDS = { body: 0, headers: 0, target: 0, verified: 0 } as const;

/**
 * Reads at one moment; the first read fixes it.
 * @param db the database
 * @param read what to read; every find and aggregate takes the session
 */
export async function atOneMoment<T>(db: Db, read: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  await using session = db.client.startSession({ snapshot: true });
  return await read({
    session,
    collection: (name) => db.collection(name, { readConcern: { level: 'snapshot' } }),
  });
}

/**
 * The events of every call that may start in an hour. Found from both sides, by what events say of their start and by the
 * calls that are stored, so that neither a call that was never folded nor one that should not be there can hide.
 * @param snapshot the moment
 * @param hourMs start of the hour, ms since 1970
 * @returns events without those that the views do not have yet, and without parked ones
 */
export async function eventsOfHour(snapshot: Snapshot, hourMs: number): Promise<TailedEvent[]> {
  const { session, collection } = snapshot;
  const inHour = { $gte: new Date(hourMs), $lt: new Date(hourMs + HOUR_MS) };
  const stated = await collection<StoredEvent>('events')
    .find({ 'facts.groups.startedAt.value': inHour }, { session, projection: FIELDS })
    .batchSize(PAGE)
    .toArray();
  const held = await collection<StoredCall>('calls')
    .find({ startedAt: inHour, callId: { $exists: true } }, { session, projection: { aliases: 1 } })
    .batchSize(PAGE)
    .toArray();
  const seen = new Set([...stated.flatMap(idsIn), ...held.flatMap((call) => call.aliases)]);
  const events = new Map<string, Gathered>();
  // Each round follows the links of the last one; a call is a handful of parts, so two or three rounds end it.
  for (let fresh = [...seen]; fresh.length > 0;) {
    const found = await eventsNaming(snapshot, fresh);
    for (const event of found.events) events.set(event._id.toString('hex'), event);
    fresh = [...found.aliases, ...found.events.flatMap(idsIn)].filter((id) => !seen.has(id) && seen.add(id));
  }
  return withoutUnapplied(snapshot, [...events.values()]);
}

/** Events of parts with these ids or with links to them, and the other names of the calls that have them. */
async function eventsNaming(
  { session, collection }: Snapshot,
  ids: readonly string[],
): Promise<{ events: Gathered[]; aliases: string[] }> {
  const events: Gathered[] = [];
  const aliases: string[] = [];
  for (const some of pagesOf(ids)) {
    const naming: Filter<StoredEvent>[] = [
      { partId: { $in: some } },
      // In the words of the partial index: most events state no link.
      { 'links.0': { $exists: true }, links: { $in: some } },
    ];
    for (const filter of naming) {
      const found = collection<StoredEvent>('events').find(filter, { session, projection: FIELDS });
      events.push(...(await found.batchSize(PAGE).toArray()));
    }
    const calls = await collection<StoredCall>('calls')
      .find({ aliases: { $in: some }, callId: { $exists: true } }, { session, projection: { aliases: 1 } })
      .batchSize(PAGE)
      .toArray();
    aliases.push(...calls.flatMap((call) => call.aliases));
  }
  return { events, aliases };
}

/**
 * Takes out what is not in the views: parked events, and those newer than the oldest update that is held and listed in none.
 * An older one is in, since the projector is not a day behind.
 */
async function withoutUnapplied(snapshot: Snapshot, events: readonly Gathered[]): Promise<TailedEvent[]> {
  const { session, collection } = snapshot;
  const updates = collection<StoredUpdate>('updates');
  const oldest = await updates
    .find({}, { session, projection: { at: 1 } })
    .sort({ _id: 1 })
    .limit(1)
    .next();
  const heldFromMs = oldest?._id === 1 ? 0 : (oldest?.at.getTime() ?? Infinity);
  const isRecent = (event: Gathered): boolean => event.logAt.t * 1_000 >= heldFromMs;
  const recent = events.filter(isRecent).map((event) => event._id);
  const applied = new Set<string>();
  const parked = new Set<string>();
  for (const some of pagesOf(recent)) {
    const listing = updates.aggregate<{ _id: Binary }>(
      [
        { $match: { events: { $in: some } } },
        { $unwind: '$events' },
        { $match: { events: { $in: some } } },
        { $group: { _id: '$events' } },
      ],
      { session },
    );
    for await (const { _id } of listing) applied.add(_id.toString('hex'));
  }
  for (const some of pagesOf(events.map((event) => event._id))) {
    const found = collection<ParkedEvent>('parked').find({ _id: { $in: some } }, { session });
    for await (const { _id } of found) parked.add(_id.toString('hex'));
  }
  return events.filter((event) => {
    const id = event._id.toString('hex');
    return !parked.has(id) && (!isRecent(event) || applied.has(id));
  });
}

function* pagesOf<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += PAGE) yield all.slice(from, from + PAGE);
}
