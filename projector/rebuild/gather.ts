/** Everything that belongs to the calls of one hour: what events say of them, what is stored of them, found from both sides. The
 * audit gathers by a way of its own, so that a fault here cannot hide from it. */
import { Timestamp, type Binary, type ClientSession, type Db } from 'mongodb';
import type { TailedEvent } from '../../ingest/contract.ts';
import {
  LINKED,
  WHOLE,
  type ParkedEvent,
  type Position,
  type StoredCall,
  type StoredUpdate,
} from '../documents.ts';
import { OVERLAP_SECONDS } from '../catch-up.ts';
import type { FactsOf } from '../facts-of.ts';
import { idsTouched } from '../fold.ts';
import { collectionIn } from '../version.ts';
import { HOUR_MS } from '../windows.ts';
import { PROJECTION } from './building.ts';

/** Where one reads: within a session's transaction or snapshot, calls and views of one version and facts as it takes them. */
export type Reading = {
  db: Db;
  session: ClientSession;
  version: number;
  factsVersion: number;
  factsOf: FactsOf;
};

/** The calls of an hour: all events of them but parked ones, and all calls stored under any of their names. */
export type Gathered = { events: TailedEvent[]; stored: StoredCall[] };

/** Ids asked for in one command. */
const PAGE = 1_000;

/**
 * Gathers the calls that start in an hour, by what events say and by what is stored, so that neither a call that was never folded nor
 * one that no event tells of can hide. Links are followed to their ends.
 * @param reading where
 * @param hourMs start of the hour
 * @returns events and stored calls; some of them may start in other hours
 */
export async function gatherHour(reading: Reading, hourMs: number): Promise<Gathered> {
  const inHour = { $gte: new Date(hourMs), $lt: new Date(hourMs + HOUR_MS) };
  const events = new Map<string, TailedEvent>();
  const stored = new Map<string, StoredCall>();
  const seen = new Set<string>();
  const take = (found: Gathered): string[] => {
    for (const event of found.events) events.set(event._id.toString('hex'), event);
    for (const call of found.stored) stored.set(call._id, call);
    const ids = [...idsTouched(found.events), ...found.stored.flatMap(({ aliases }) => aliases)];
    return ids.filter((id) => !seen.has(id) && seen.add(id));
  };
  const started = await callsIn(reading, { startedAt: inHour, ...WHOLE });
  const stated = await eventsIn(reading, { 'facts.groups.startedAt.value': inHour });
  for (let fresh = take({ events: stated, stored: started }); fresh.length > 0;) {
    const round: Gathered = { events: [], stored: [] };
    for (let from = 0; from < fresh.length; from += PAGE) {
      const ids = fresh.slice(from, from + PAGE);
      round.events.push(...(await eventsIn(reading, { partId: { $in: ids } })));
      round.events.push(...(await eventsIn(reading, { ...LINKED, links: { $in: ids } })));
      round.stored.push(...(await callsIn(reading, { aliases: { $in: ids }, ...WHOLE })));
    }
    fresh = take(round);
  }
  return { events: await withoutParked(reading, [...events.values()]), stored: [...stored.values()] };
}

/**
 * Of these events those that the checkpoint may not cover: an update that folds them must list them.
 * @param reading where
 * @param events gathered ones
 * @param position of the checkpoint
 * @returns their ids; log times are not the order of commits, so some of them may be covered
 */
export async function perhapsNew(
  { db, session }: Reading,
  events: readonly TailedEvent[],
  position: Position | null,
): Promise<Binary[]> {
  const reached = position === null ? null : position.kind === 'tail' ? position.logAt : position.afterLogAt;
  const sure = new Timestamp({ t: Math.max(0, (reached?.t ?? 0) - OVERLAP_SECONDS), i: 0 });
  const open = events.filter(({ logAt }) => logAt.greaterThan(sure)).map(({ _id }) => _id);
  const listed = new Set<string>();
  for (let from = 0; from < open.length; from += PAGE) {
    const updates = db
      .collection<StoredUpdate>('updates')
      .find({ events: { $in: open.slice(from, from + PAGE) } }, { session, projection: { events: 1 } });
    for await (const update of updates) for (const id of update.events) listed.add(id.toString('hex'));
  }
  return open.filter((id) => !listed.has(id.toString('hex')));
}

async function eventsIn(
  { db, session, factsOf, factsVersion }: Reading,
  filter: Record<string, unknown>,
): Promise<TailedEvent[]> {
  const found = await db
    .collection('events')
    .find<TailedEvent>(filter, { session, projection: PROJECTION })
    .batchSize(PAGE)
    .toArray();
  return factsOf(found, factsVersion);
}

function callsIn({ db, session, version }: Reading, filter: Record<string, unknown>): Promise<StoredCall[]> {
  const calls = db.collection(collectionIn('calls', version));
  return calls.find<StoredCall>(filter, { session }).batchSize(PAGE).toArray();
}

async function withoutParked(
  { db, session }: Reading,
  events: readonly TailedEvent[],
): Promise<TailedEvent[]> {
  const parked = new Set<string>();
  for (let from = 0; from < events.length; from += PAGE) {
    const ids = events.slice(from, from + PAGE).map(({ _id }) => _id);
    const found = db.collection<ParkedEvent>('parked').find({ _id: { $in: ids } }, { session });
    for await (const { _id } of found) parked.add(_id.toString('hex'));
  }
  return events.filter(({ _id }) => !parked.has(_id.toString('hex')));
}
