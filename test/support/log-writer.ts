/** Appends ready-made events to a log as ingest does, for tests of what reads it: durable, under load, each exactly once. */
import { Binary, type Db } from 'mongodb';
import type { StoredEvent, TailedEvent } from '../../ingest/contract.ts';

/**
 * Fills in what ingest would have stored of an event beside what it says. An empty log time is filled by the server's clock.
 * @param event as the projector sees it
 * @returns the whole document
 */
export function storedEvent(event: TailedEvent): StoredEvent {
  return {
    ...event,
    target: '/webhooks/standard',
    settingsVersion: '1',
    bodySha256: '0'.repeat(64),
    body: new Binary(Buffer.from('{}')),
    headers: {},
    verified: { scheme: 'v1', secretId: 'test', skewMs: 0 },
  };
}

/**
 * Appends events in the order given.
 * @param db the database
 * @param events what to append; events with the same id are appended once
 * @returns when a majority has them on disk
 */
export async function appendEvents(db: Db, events: readonly TailedEvent[]): Promise<void> {
  const unique = new Map(events.map((event) => [event._id.toString('hex'), storedEvent(event)]));
  await db
    .collection<StoredEvent>('events')
    .insertMany([...unique.values()], { ordered: false, writeConcern: { w: 'majority', journal: true } });
}
