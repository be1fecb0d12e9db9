/** The recount's first third: all events of a log poured into calls by their links, and what each witness said, by sorting. */
import type { Group, GroupValues, TailedEvent } from '../../ingest/contract.ts';
import type { Part } from '../../projector/parts.ts';

/** An event that says something of a part: the others are kept, not counted. */
export type SpeakingEvent = TailedEvent & { partId: string; facts: NonNullable<TailedEvent['facts']> };
/** What one event says of one group, with all that decides whether it is the greatest. */
export type Statement<T> = { rank: number; sequence: number; atMs: number; eventId: string; value: T };
/** One witness: the part as it must be stored, and of each group the greatest statement among all its events. */
export type Voice = { part: Part; said: { [G in Group]?: Statement<GroupValues[G]> } };

/**
 * Sorts a log into calls.
 * @param log all its events, in any order, any of them more than once
 * @returns for each call all its events, each once
 */
export function eventsByCall(log: readonly TailedEvent[]): SpeakingEvent[][] {
  const once = new Map(log.map((event) => [event._id.toString('hex'), event]));
  const speaking = [...once.values()].filter(
    (event): event is SpeakingEvent => event.partId !== null && event.facts !== null,
  );
  const setOf = joinedIds(speaking);
  return grouped(speaking, (event) => setOf.get(event.partId));
}

/**
 * Lets each witness of a call speak.
 * @param events all events of one call
 * @returns one voice a part, sorted by its id
 */
export function voicesOf(events: readonly SpeakingEvent[]): Voice[] {
  const voices = grouped(events, (event) => event.partId).map(voiceOf);
  return voices.sort((a, b) => (a.part.id < b.part.id ? -1 : 1));
}

/**
 * All distinct texts.
 * @param texts in any order
 * @returns sorted, each once
 */
export function sortedOnce<T extends string>(texts: readonly T[]): T[] {
  return [...new Set(texts)].sort();
}

/**
 * Who told of a call: the system's own judgement is a word about it, and nobody's report.
 * @param events in any order
 * @returns sorted, each once
 */
export function sendersOf(events: readonly SpeakingEvent[]): string[] {
  return sortedOnce(events.map((event) => event.provider)).filter((provider) => provider !== 'callviews');
}

/**
 * The times of events.
 * @param events at least one, in any order
 * @returns the least and the greatest
 */
export function timesOf(events: readonly SpeakingEvent[]): { firstEventAt: Date; lastEventAt: Date } {
  const ms = events.map((event) => event.eventAt.getTime());
  return { firstEventAt: new Date(Math.min(...ms)), lastEventAt: new Date(Math.max(...ms)) };
}

/** Every id with the set of all ids that links join to it: sets that share an id are poured together, event by event. */
function joinedIds(events: readonly SpeakingEvent[]): Map<string, Set<string>> {
  const setOf = new Map<string, Set<string>>();
  for (const event of events) {
    const ids = [event.partId, ...linksOf(event)];
    const joined = new Set(ids.flatMap((id) => [...(setOf.get(id) ?? [id])]));
    for (const id of joined) setOf.set(id, joined);
  }
  return setOf;
}

function linksOf({ links, facts }: SpeakingEvent): string[] {
  return facts.parentPartId === undefined ? links : [...links, facts.parentPartId];
}

function voiceOf(events: readonly SpeakingEvent[]): Voice {
  const [one] = events;
  if (one === undefined) throw new Error('a part without events');
  const parents = events.map(({ facts }) => facts.parentPartId).filter((id) => id !== undefined);
  const said: [string, Statement<unknown>][] = [];
  for (const group of sortedOnce(events.flatMap(({ facts }) => Object.keys(facts.groups)))) {
    const greatest = statementsOf(events, group as Group)
      .sort(byGreatness)
      .at(-1);
    if (greatest !== undefined) said.push([group, greatest]);
  }
  const registers = said.map(([group, statement]) => [group, registerOf(statement)]);
  const part: Part = {
    id: one.partId,
    witness: sortedOnce(events.map(({ facts }) => facts.witness))[0] ?? one.facts.witness,
    parentPartId: parents.sort()[0] ?? null,
    links: sortedOnce(events.flatMap(linksOf)),
    providers: sendersOf(events),
    endpoints: sortedOnce(events.map((event) => event.endpoint)),
    factsVersion: Math.max(...events.map((event) => event.factsVersion)),
    ...timesOf(events),
    groups: Object.fromEntries(registers) as Part['groups'],
  };
  return { part, said: Object.fromEntries(said) };
}

function statementsOf(events: readonly SpeakingEvent[], group: Group): Statement<unknown>[] {
  return events.flatMap(({ _id, eventAt, facts }) => {
    const stated = facts.groups[group];
    if (stated === undefined) return [];
    const order = { rank: stated.rank, sequence: facts.sequence ?? 0, atMs: eventAt.getTime() };
    return [{ ...order, eventId: _id.toString('hex'), value: stated.value }];
  });
}

function byGreatness(a: Statement<unknown>, b: Statement<unknown>): number {
  const numbers = a.rank - b.rank || a.sequence - b.sequence || a.atMs - b.atMs;
  return numbers || (a.eventId < b.eventId ? -1 : 1);
}

/** The stored form, of which decision 0002 fixes every character. */
function registerOf({ rank, sequence, atMs, eventId, value }: Statement<unknown>) {
  const widths = [rank.toString(36), hex(sequence, 8), hex(atMs, 12), eventId];
  return { by: widths.join(''), value };
}

function hex(number: number, width: number): string {
  return number.toString(16).padStart(width, '0');
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => unknown): T[][] {
  const groups = new Map<unknown, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups.values()];
}
