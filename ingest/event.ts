/** The shape of one document of `events`, the append-only log: what ingest stores and everything else is made from. */
import type { Binary, Timestamp } from 'mongodb';
import type { Facts } from './facts.ts';

/** Why an event that is kept may count for less than it says. */
export type EventFlag = 'implausible' | 'weak_key' | 'variant' | 'unknown_type';

/**
 * One signed event as it is stored. `_id` is made from the provider's signed fields alone, so a redelivery is a duplicate
 * key. `body` holds the bytes as they were signed, `target` path and query as received; `bodySha256` (hex) covers both.
 * An element of an array is stored as if it had come alone, `deliverySha256` being the hash of the whole.
 * Where `bodyGone` is set, body and query of the target were taken away and the facts are what is left; the hash is of the whole.
 * `logAt` is set by the server and only bounds scans. `facts` is null where the event says nothing of a call.
 */
export type StoredEvent = {
  _id: Binary;
  provider: string;
  endpoint: string;
  type: string;
  /** The part the event speaks for, such as `twilio:CA…`; null where it speaks for none. */
  partId: string | null;
  /** Ids of other parts of the same physical call that the event states. */
  links: string[];
  target: string;
  settingsVersion: string;
  eventAt: Date;
  receivedAt: Date;
  logAt: Timestamp;
  bodySha256: string;
  deliverySha256?: string;
  body?: Binary;
  bodyGone?: { at: Date; why: 'retention' | 'erasure' };
  headers: Record<string, string>;
  verified: { scheme: string; secretId: string; skewMs: number | null };
  facts: Facts | null;
  factsVersion: number;
  flags: EventFlag[];
};

/** An event as it is appended: with its body. */
export type FreshEvent = StoredEvent & Required<Pick<StoredEvent, 'body'>>;

/** What the projector's tail delivers of an event: everything but the body and how it was carried. */
export type TailedEvent = Pick<
  StoredEvent,
  | '_id'
  | 'provider'
  | 'endpoint'
  | 'type'
  | 'partId'
  | 'links'
  | 'eventAt'
  | 'receivedAt'
  | 'logAt'
  | 'facts'
  | 'factsVersion'
  | 'flags'
>;
