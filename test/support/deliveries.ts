/** Puts senders' bodies into a log as ingest does, without HTTP and signatures: identified, interpreted and appended for real. */
import type { Db } from 'mongodb';
import { createAppend } from '../../ingest/append.ts';
import type { StoredEvent } from '../../ingest/event.ts';
import { PROVIDERS } from '../../ingest/providers/index.ts';
import { recordOf, type Appendable } from '../../ingest/record.ts';

/** A body as a sender sends it: an object becomes JSON, parameters become a form. */
export type SentBody = { provider: string; body: object | URLSearchParams; receivedAt?: Date };

/**
 * The records of a delivery.
 * @param sent sender, body and when it arrives
 * @returns one record an event in it
 * @throws where the sender's adapter cannot read it
 */
export function recordsOf({ provider: name, body, receivedAt = new Date() }: SentBody): Appendable[] {
  const provider = PROVIDERS.find((one) => one.name === name);
  if (provider === undefined) throw new Error(`no sender of the name ${name}`);
  const bytes = Buffer.from(body instanceof URLSearchParams ? body.toString() : JSON.stringify(body));
  const delivery = { endpoint: 'default', target: `/webhooks/${name}`, body: bytes, headers: {}, receivedAt };
  const verdict = { ok: true, secretId: 'test', scheme: 'test', skewMs: 0 } as const;
  return provider.identify(delivery).map((found) => {
    if (!found.readable) throw new Error(`unreadable: ${found.reason}`);
    return recordOf(found, { provider, settingsVersion: '1', delivery, verdict });
  });
}

/**
 * Appends deliveries in the order given.
 * @param db the database
 * @param deliveries what is sent
 * @returns the stored events, those that were there before among them
 */
export async function deliver(db: Db, deliveries: readonly SentBody[]): Promise<StoredEvent[]> {
  const records = deliveries.flatMap(recordsOf);
  await createAppend(db.collection<StoredEvent>('events'))(records);
  return records.map(({ event }) => event);
}
