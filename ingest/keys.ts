/** The id of an event, made from signed fields alone: a redelivery gets the same one, whenever and wherever it arrives. Pure. */
import { createHash } from 'node:crypto';

/** Sender, the parts of its natural key, and the instant that orders the ids; the instant must be the same in every redelivery. */
export type EventKey = { provider: string; parts: readonly string[]; statedAt: Date | null };

/** Seconds outside 2015 to 2100 say nothing of when something happened: the id then starts with 0. */
const SECONDS = { least: 1_420_070_400, greatest: 4_102_444_800 };

/**
 * The id of an event: 4 bytes of its seconds, so that ids lie roughly in order, and 12 bytes of SHA-256 over the JSON array of
 * sender and key parts; an array, so that no two keys run together.
 * @param key the event's key
 * @returns 16 bytes
 */
export function eventId(key: EventKey): Buffer {
  const id = Buffer.alloc(16);
  const seconds = Math.floor((key.statedAt?.getTime() ?? 0) / 1_000);
  id.writeUInt32BE(seconds >= SECONDS.least && seconds <= SECONDS.greatest ? seconds : 0, 0);
  createHash('sha256')
    .update(JSON.stringify([key.provider, ...key.parts]))
    .digest()
    .copy(id, 4, 0, 12);
  return id;
}

/**
 * The key of a delivery that has the key of another event and other bytes.
 * @param key the key they share
 * @param bodySha256 hash of the bytes that differ (hex)
 */
export function variantKey(key: EventKey, bodySha256: string): EventKey {
  return { ...key, parts: [...key.parts, `#${bodySha256.slice(0, 16)}`] };
}

/**
 * The hash of everything that is interpreted: target and body.
 * @returns SHA-256 as hex
 */
export function bodyHash(target: string, body: Buffer): string {
  return createHash('sha256').update(target).update('\n').update(body).digest('hex');
}

/**
 * An event's id as senders and readers see it: what a read is asked to wait for.
 * @param id 16 bytes
 * @returns base64url
 */
export function positionOf(id: Uint8Array): string {
  return Buffer.from(id).toString('base64url');
}
