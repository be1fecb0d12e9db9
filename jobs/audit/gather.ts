/** Gathers what an audit recounts: all events of every call that may start in a stretch, as far as the views have them. */
import type { Binary, ClientSession, Collection, Db, Document, Filter, FindCursor, Timestamp } from 'mongodb';
import type { StoredEvent } from '../../ingest/contract.ts';
import {
  collectionIn,
  createFactsOf,
  LINKED,
  readPointer,
  WHOLE,
  type FactsOf,
  type ParkedEvent,
  type StoredCall,
  type StoredUpdate,
} from '../../projector/contract.ts';
import type { CountedEvent } from './judge.ts';
import { idsIn } from './recount.ts';

/**
 * One moment of the database: its session, and collections that are read at it, calls and views of one version, whose
 * `factsVersion` says which facts are too old for it.
 */
export type Snapshot = {
  session: ClientSession;
  collection<T extends Document>(name: string): Collection<T>;
  factsVersion: number;
  factsOf: FactsOf;
};

type Gathered = CountedEvent & { logAt: Timestamp; factsVersion: number };

/** What is gathered: calls that start from one instant to before another (ms), as the views have them up to `logAt` of the log. */
export type Stretch = { fromMs: number; toMs: number; logAt: Timestamp | null };

/** Ids asked for in one command. */
const PAGE = 1_000;
/** What the recount needs of an event; the body stays where it is. */
const FIELDS = { provider: 1, partId: 1, links: 1, eventAt: 1, logAt: 1, facts: 1, factsVersion: 1 } as const;
/** Log times are not the order of commits: within this much of the projector's place, being listed decides. */
const OVERLAP_SECONDS = 10 * 60;

/**
 * Reads at one moment; the first read fixes it.
 * @param db the database
 * @param read what to read; every find and aggregate takes the session
 * @param wanted number of the version; that in use when left out
 */
export async function atOneMoment<T>(
  db: Db,
  read: (snapshot: Snapshot) => Promise<T>,
  wanted?: number,
): Promise<T> {
  await using session = db.client.startSession({ snapshot: true });
  const factsOf = createFactsOf(db);
  const plain = <D extends Document>(name: string): Collection<D> =>
    db.collection(name, { readConcern: { level: 'snapshot' } });
  const pointer = await readPointer(plain('pointers'), session);
  const version = wanted ?? pointer.version;
  const factsVersion = pointer.versions.find((one) => one.version === version)?.factsVersion ?? 0;
  return await read({
    session,
    collection: (name) => plain(collectionIn(name, version)),
    factsVersion,
    factsOf,
  });
}

/**
 * The events of every call that may start in a stretch. Found from both sides, by what events say of their start and by the
 * calls that are stored, so that neither a call that was never folded nor one that should not be there can hide.
 * @param snapshot the moment
 * @param stretch from when to when, and how far the projector has come
 * @returns events without those that the views do not have yet, and without parked ones
 */
export async function eventsOf(snapshot: Snapshot, stretch: Stretch): Promise<CountedEvent[]> {
  const { session, collection } = snapshot;
  const inStretch = { $gte: new Date(stretch.fromMs), $lt: new Date(stretch.toMs) };
  const stated = await read(
    snapshot,
    collection<StoredEvent>('events').find<Gathered>(
      { 'facts.groups.startedAt.value': inStretch },
      { session, projection: FIELDS },
    ),
  );
  const held = await collection<StoredCall>('calls')
    .find({ startedAt: inStretch, ...WHOLE }, { session, projection: { aliases: 1 } })
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
  return withoutUnapplied(snapshot, [...events.values()], stretch.logAt);
}

/** Events as the audited version reads them. */
async function read({ factsVersion, factsOf }: Snapshot, found: FindCursor<Gathered>): Promise<Gathered[]> {
  return factsOf(await found.batchSize(PAGE).toArray(), factsVersion);
}

/** Events of parts with these ids or with links to them, and the other names of the calls that have them. */
async function eventsNaming(
  snapshot: Snapshot,
  ids: readonly string[],
): Promise<{ events: Gathered[]; aliases: string[] }> {
  const { session, collection } = snapshot;
  const events: Gathered[] = [];
  const aliases: string[] = [];
  for (const some of pagesOf(ids)) {
    const naming: Filter<StoredEvent>[] = [{ partId: { $in: some } }, { ...LINKED, links: { $in: some } }];
    for (const filter of naming) {
      const found = collection<StoredEvent>('events').find<Gathered>(filter, { session, projection: FIELDS });
      events.push(...(await read(snapshot, found)));
    }
    const calls = await collection<StoredCall>('calls')
      .find({ aliases: { $in: some }, ...WHOLE }, { session, projection: { aliases: 1 } })
      .batchSize(PAGE)
      .toArray();
    aliases.push(...calls.flatMap((call) => call.aliases));
  }
  return { events, aliases };
}

/**
 * Takes out what is not in the views yet, and what was parked. An event is in where an update lists it. One that none lists is
 * in, or was wrongly passed by, where it lies well before the projector's place in the log, or before it and before the oldest
 * update that is held; any other is still to come.
 */
async function withoutUnapplied(
  snapshot: Snapshot,
  events: readonly Gathered[],
  reachedAt: Timestamp | null,
): Promise<CountedEvent[]> {
  const { session, collection } = snapshot;
  const reached = reachedAt?.t ?? 0;
  const oldest = await collection<StoredUpdate>('updates')
    .find({}, { session, projection: { at: 1 } })
    .sort({ _id: 1 })
    .limit(1)
    .next();
  const heldFrom = oldest?._id === 1 ? 0 : (oldest?.at.getTime() ?? Infinity) / 1_000;
  const isPast = ({ logAt: { t } }: Gathered): boolean =>
    t <= reached - OVERLAP_SECONDS || (t <= reached && t < heldFrom);
  const open = events.filter((event) => !isPast(event)).map((event) => event._id);
  const applied = await listedOf(snapshot, open);
  const parked = new Set<string>();
  for (const some of pagesOf(events.map((event) => event._id))) {
    const found = collection<ParkedEvent>('parked').find({ _id: { $in: some } }, { session });
    for await (const { _id } of found) parked.add(_id.toString('hex'));
  }
  return events.filter((event) => {
    const id = event._id.toString('hex');
    return !parked.has(id) && (isPast(event) || applied.has(id));
  });
}

/** Which of these events some update lists. */
async function listedOf({ session, collection }: Snapshot, ids: readonly Binary[]): Promise<Set<string>> {
  const listed = new Set<string>();
  for (const some of pagesOf(ids)) {
    const listing = collection<StoredUpdate>('updates').aggregate<{ _id: Binary }>(
      [
        { $match: { events: { $in: some } } },
        { $unwind: '$events' },
        { $match: { events: { $in: some } } },
        { $group: { _id: '$events' } },
      ],
      { session },
    );
    for await (const { _id } of listing) listed.add(_id.toString('hex'));
  }
  return listed;
}

function* pagesOf<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += PAGE) yield all.slice(from, from + PAGE);
}
