/** What the log holds of the calls on a page of a vendor's list: one read by part, without bodies. */
import type { Db } from 'mongodb';
import type { StoredEvent } from '../../ingest/contract.ts';

/** An event as far as a comparison needs it. */
export type HeldEvent = Pick<StoredEvent, '_id' | 'type' | 'eventAt' | 'facts'> & { partId: string };

/** Events by part, those that the fold believes last: by their time, then by their id. */
export type Held = ReadonlyMap<string, readonly HeldEvent[]>;

/**
 * Reads the events of parts, those that say something of a call.
 * @param db the database
 * @param partIds such as `twilio:CA…`
 */
export async function heldEvents(db: Db, partIds: readonly string[]): Promise<Held> {
  const events = await db
    .collection<StoredEvent>('events')
    .find({ partId: { $in: [...partIds] }, facts: { $ne: null } })
    .project<HeldEvent>({ partId: 1, type: 1, eventAt: 1, facts: 1 })
    .toArray();
  const byPart = new Map<string, HeldEvent[]>();
  for (const event of events) byPart.set(event.partId, [...(byPart.get(event.partId) ?? []), event]);
  for (const list of byPart.values()) list.sort(byTime);
  return byPart;
}

function byTime(a: HeldEvent, b: HeldEvent): number {
  const difference = a.eventAt.getTime() - b.eventAt.getTime();
  return difference !== 0 ? difference : a._id.toString('hex') < b._id.toString('hex') ? -1 : 1;
}
