/** Events planted in the log as ingest stores them. */
import { createHash } from 'node:crypto';
import { Binary, Timestamp, type Db } from 'mongodb';
import type { StoredEvent } from '../../ingest/contract.ts';

/** The id of an event: 16 bytes made from its name. */
export function eventId(name: string): Binary {
  return new Binary(createHash('sha256').update(name).digest().subarray(0, 16));
}

/** Where a reader may wait for an event: what ingest answers as `Callviews-Position`. */
export function positionOf(name: string): string {
  return Buffer.from(eventId(name).buffer).toString('base64url');
}

/** Writes one event; fields may differ. */
export async function plant(db: Db, name: string, fields: Partial<StoredEvent> = {}): Promise<StoredEvent> {
  const at = fields.receivedAt ?? new Date('2026-03-10T10:06:00Z');
  const event: StoredEvent = {
    _id: eventId(name),
    provider: 'standard',
    endpoint: 'standard',
    type: 'call.completed',
    partId: 'standard:a',
    links: [],
    target: '/webhooks/standard',
    settingsVersion: '0',
    eventAt: at,
    receivedAt: at,
    logAt: new Timestamp({ t: Math.floor(at.getTime() / 1_000), i: 1 }),
    bodySha256: createHash('sha256').update(name).digest('hex'),
    body: new Binary(Buffer.from(`{"secret body of ${name}":1}`)),
    headers: {},
    verified: { scheme: 'standard-webhooks', secretId: 's', skewMs: null },
    facts: null,
    factsVersion: 1,
    flags: [],
    ...fields,
  };
  await db.collection<StoredEvent>('events').insertOne(event);
  return event;
}
