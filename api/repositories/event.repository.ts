/** Reads the events behind calls from the log, bodies left behind, and says what each of them decided. */
import type { Group, StoredEvent } from '../../ingest/contract.ts';
import type { Part } from '../../projector/contract.ts';
import { labelsOf, type Labels } from '../disagreements.ts';
import { shownParts } from '../shown-call.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * An event as shown. `id` is what ingest answered as its position; `states` are the groups of fields it speaks of, `decided`
 * those in which its statement is the one its part believes, with the value; `labels` the words that others may state otherwise.
 */
export type ShownEvent = {
  id: string;
  provider: string;
  endpoint: string;
  type: string;
  partId: string | null;
  eventAt: Date;
  receivedAt: Date;
  factsVersion: number;
  flags: string[];
  states: string[];
  labels: Labels;
  decided: Record<string, unknown>;
};

/** The events of some parts, by part; `isWhole` is false where there are more than were read. */
export type EventsOf = { byPart: ReadonlyMap<string, ShownEvent[]>; isWhole: boolean };

/** What is known of an event without its body. */
const SHOWN = {
  ...{ provider: 1, endpoint: 1, type: 1, partId: 1, eventAt: 1, receivedAt: 1, factsVersion: 1, flags: 1 },
  facts: 1,
};
type Known = Omit<StoredEvent, 'body' | 'headers'>;

/**
 * Reads the events that speak for parts.
 * @param snapshot the moment to read at
 * @param parts parts of one call or of several
 * @param shown how many events at most, and whether numbers are shown whole
 * @returns the events of each part in the order of their times
 */
export async function eventsOf(
  { session, collection }: Snapshot,
  parts: readonly Part[],
  { most, numbers }: { most: number; numbers: boolean },
): Promise<EventsOf> {
  const stored = await collection<StoredEvent>('events')
    .find<Known>({ partId: { $in: parts.map((part) => part.id) } }, { session, projection: SHOWN })
    .limit(most + 1)
    .batchSize(most + 2)
    .toArray();
  const decided = decisionsOf(parts, numbers);
  const byPart = new Map<string, ShownEvent[]>();
  for (const event of stored.slice(0, most)) {
    const shown = shownEvent(event, decided.get(event._id.toString('hex')) ?? {});
    const of = event.partId ?? '';
    byPart.set(of, [...(byPart.get(of) ?? []), shown]);
  }
  for (const list of byPart.values()) list.sort(inTime);
  return { byPart, isWhole: stored.length <= most };
}

/**
 * The order of events: by the time they speak of, then by id.
 * @param a an event
 * @param b another
 * @returns less than 0 where a comes first
 */
export function inTime(a: Pick<ShownEvent, 'eventAt' | 'id'>, b: Pick<ShownEvent, 'eventAt' | 'id'>): number {
  return a.eventAt.getTime() - b.eventAt.getTime() || (a.id < b.id ? -1 : a.id === b.id ? 0 : 1);
}

/** An id in hex is the end of every stamp its event made. */
const ID_DIGITS = 32;

/** Event id in hex → the groups whose register it holds, with the value as shown. */
function decisionsOf(parts: readonly Part[], numbers: boolean): Map<string, Record<string, unknown>> {
  const decided = new Map<string, Record<string, unknown>>();
  const shown = shownParts(parts, numbers);
  parts.forEach((part, index) => {
    for (const [group, register] of Object.entries(part.groups)) {
      const id = register.by.slice(-ID_DIGITS);
      const value = shown[index]?.groups[group satisfies string as Group];
      decided.set(id, { ...decided.get(id), [group]: value });
    }
  });
  return decided;
}

function shownEvent(event: Known, decided: Record<string, unknown>): ShownEvent {
  const { provider, endpoint, type, partId, eventAt, receivedAt, factsVersion, flags } = event;
  return {
    id: Buffer.from(event._id.buffer).toString('base64url'),
    ...{ provider, endpoint, type, partId, eventAt, receivedAt, factsVersion, flags },
    states: Object.keys(event.facts?.groups ?? {}).sort(),
    labels: labelsOf(event.facts),
    decided,
  };
}
