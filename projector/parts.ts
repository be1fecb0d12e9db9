/**
 * The fold: one event's facts laid onto the part they speak of. Every register keeps the greatest statement it has seen, so
 * order, repetition and lateness cannot matter. Pure.
 */
import type { Group, GroupValues, TailedEvent, Witness } from '../ingest/contract.ts';

/** The greatest statement of one group: `by` says which event made it and how it ranks ({@link stampOf}). */
export type Register<T> = { by: string; value: T };

/** What one witness says of a call, over all its events. Instants are UTC. */
export type Part = {
  id: string;
  witness: Witness;
  parentPartId: string | null;
  /** Ids of other parts that events of this one stated to be the same call, sorted. */
  links: string[];
  /** Who told of it. What the system itself judged (`callviews`) is heard, and is no sender's. */
  providers: string[];
  endpoints: string[];
  factsVersion: number;
  firstEventAt: Date;
  lastEventAt: Date;
  groups: { [G in Group]?: Register<GroupValues[G]> };
};

/**
 * The order of two statements as text: rank, then the sender's sequence, the event's time and last the event's id, each of
 * fixed width. A later redelivery makes the same text.
 * @param rank rank of the witness, 0–35 (`ingest/facts.ts`)
 * @param event the event that makes the statement
 * @returns 53 characters that compare as the statements do; the last 32 are the event's id in hex
 */
export function stampOf(rank: number, event: Pick<TailedEvent, '_id' | 'eventAt' | 'facts'>): string {
  const sequence = Math.min(event.facts?.sequence ?? 0, 0xffffffff)
    .toString(16)
    .padStart(8, '0');
  const at = Math.max(0, event.eventAt.getTime()).toString(16).padStart(12, '0');
  return `${rank.toString(36)}${sequence}${at}${event._id.toString('hex')}`;
}

/**
 * Lays one event onto its part.
 * @param part the part so far, or undefined for the first event heard of it; left as it is
 * @param event an event with facts and a part id
 * @returns the part with this event in it, the very same object where the event says nothing new; the content does not
 *   depend on the order in which events come
 */
export function foldPart(part: Part | undefined, event: TailedEvent): Part {
  const facts = event.facts;
  if (facts === null || event.partId === null) throw new Error('an event without facts has nothing to fold');
  const held = part ?? emptyPart(event.partId, facts.witness, event);
  const parent = facts.parentPartId ?? null;
  const links = parent === null ? event.links : [...event.links, parent];
  const next: Part = {
    ...held,
    // One part has one kind of witness; were it told of otherwise, the choice must not hang on who spoke first.
    witness: facts.witness < held.witness ? facts.witness : held.witness,
    parentPartId:
      held.parentPartId === null || (parent !== null && parent < held.parentPartId)
        ? parent
        : held.parentPartId,
    links: withAll(held.links, links),
    providers: event.provider === 'callviews' ? held.providers : withAll(held.providers, [event.provider]),
    endpoints: withAll(held.endpoints, [event.endpoint]),
    factsVersion: Math.max(held.factsVersion, event.factsVersion),
    firstEventAt: event.eventAt < held.firstEventAt ? event.eventAt : held.firstEventAt,
    lastEventAt: event.eventAt > held.lastEventAt ? event.eventAt : held.lastEventAt,
    groups: raised(held.groups, event),
  };
  const same =
    part !== undefined && (Object.keys(next) as (keyof Part)[]).every((field) => next[field] === part[field]);
  return same ? part : next;
}

function emptyPart(id: string, witness: Witness, event: TailedEvent): Part {
  return {
    id,
    witness,
    parentPartId: null,
    links: [],
    providers: [],
    endpoints: [],
    factsVersion: event.factsVersion,
    firstEventAt: event.eventAt,
    lastEventAt: event.eventAt,
    groups: {},
  };
}

/** The registers with what the event states raised into them; the same object where nothing rises. */
function raised(held: Part['groups'], event: TailedEvent): Part['groups'] {
  let next = held;
  for (const [group, stated] of Object.entries(event.facts?.groups ?? {})) {
    const by = stampOf(stated.rank, event);
    const register = held[group as Group];
    if (register !== undefined && by <= register.by) continue;
    next = { ...next, [group]: { by, value: stated.value } };
  }
  return next;
}

/** The union of two sorted lists of ids, sorted; the same list where nothing is new. */
function withAll(held: string[], more: readonly string[]): string[] {
  if (more.every((id) => held.includes(id))) return held;
  return [...new Set([...held, ...more])].sort();
}
