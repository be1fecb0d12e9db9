/** One batch folded in memory: stored calls and new events in, the calls that change and what they change out. Pure. */
import type { TailedEvent } from '../ingest/contract.ts';
import { callOf, idsOf, type Call } from './call.ts';
import { contributionOf, createChangeSum, type BucketChange } from './contribute.ts';
import type { StoredCall } from './documents.ts';
import { afterErasure } from './erased.ts';
import { foldPart, type Part } from './parts.ts';

/** A call that a batch changed: as it is now, and the stored calls it replaces (none, itself, or several that were joined). */
export type ChangedCall = { call: Call; parts: Part[]; replaces: StoredCall[] };

/** What a batch does: to calls, and to buckets. */
export type FoldedBatch = { calls: ChangedCall[]; buckets: BucketChange[] };

type Joined = { parts: Map<string, Part>; replaces: StoredCall[]; changed: boolean };

/**
 * All ids under which stored calls may be touched by a batch.
 * @param events the batch
 * @returns part ids and links, each once
 */
export function idsTouched(events: readonly TailedEvent[]): string[] {
  return [...new Set(events.filter(saysSomething).flatMap(idsOfEvent))];
}

/**
 * Folds a batch.
 * @param events the batch in any order; events without facts change nothing
 * @param stored every stored call that has one of {@link idsTouched} among its aliases
 * @returns the changed calls and the buckets' changes, both empty where the events were folded before
 */
export function foldBatch(events: readonly TailedEvent[], stored: readonly StoredCall[]): FoldedBatch {
  const calls = foldCalls(events, stored);
  const sum = createChangeSum();
  for (const { call, replaces } of calls) {
    for (const before of replaces) sum.replace(contributionOf(before), null);
    sum.replace(null, contributionOf(call));
  }
  return { calls, buckets: sum.changes() };
}

/**
 * Folds a batch into calls alone, for a version whose buckets are counted when all its calls are there.
 * @param events the batch in any order
 * @param stored as for {@link foldBatch}
 * @returns the changed calls
 */
export function foldCalls(events: readonly TailedEvent[], stored: readonly StoredCall[]): ChangedCall[] {
  const byId = new Map<string, Joined>();
  for (const call of stored) {
    const joined: Joined = {
      parts: new Map(call.parts.map((part) => [part.id, part])),
      replaces: [call],
      changed: false,
    };
    for (const id of call.aliases) byId.set(id, joined);
  }
  for (const event of events) if (saysSomething(event)) foldEvent(byId, event);

  const calls: ChangedCall[] = [];
  for (const joined of new Set(byId.values())) {
    if (!joined.changed) continue;
    const parts = afterErasure([...joined.parts.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
    const call = callOf(parts);
    calls.push({ call, parts, replaces: joined.replaces });
  }
  return calls;
}

function foldEvent(byId: Map<string, Joined>, event: TailedEvent & { partId: string }): void {
  const ids = idsOfEvent(event);
  const joined = joinAll(byId, ids);
  const before = joined.parts.get(event.partId);
  const after = foldPart(before, event);
  if (after === before) return;
  joined.parts.set(event.partId, after);
  joined.changed = true;
}

/** The one set of parts that all these ids belong to, joined now if they were apart. */
function joinAll(byId: Map<string, Joined>, ids: readonly string[]): Joined {
  const found = new Set(ids.map((id) => byId.get(id)).filter((joined) => joined !== undefined));
  const [first, ...others] = found;
  const target: Joined = first ?? { parts: new Map(), replaces: [], changed: false };
  for (const other of others) {
    for (const [id, part] of other.parts) target.parts.set(id, part);
    target.replaces.push(...other.replaces);
    target.changed = true;
  }
  const all = others.length > 0 ? [...idsOf([...target.parts.values()]), ...ids] : ids;
  for (const id of all) byId.set(id, target);
  return target;
}

function saysSomething(event: TailedEvent): event is TailedEvent & { partId: string } {
  return event.facts !== null && event.partId !== null;
}

function idsOfEvent(event: TailedEvent): string[] {
  const parent = event.facts?.parentPartId;
  const ids = event.partId === null ? event.links : [event.partId, ...event.links];
  return parent === undefined ? ids : [...ids, parent];
}
