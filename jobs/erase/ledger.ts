/** The ledger of erasures: what was asked, how far it is, and the proof; what to look for stands there only while it is under way. */
import type { Binary, Db } from 'mongodb';

/** Documents that hold words or numbers of the call, by what they are, and how many calls the views count in all. */
export type Counts = {
  events: number;
  transcripts: number;
  recordings: number;
  audio: number;
  unread: number;
  countedCalls: number;
};

/** What a search of the whole database found: documents looked at, those that hold a word of the call, by collection, and how many of other calls hold the same words. */
export type Searched = { documents: number; found: Record<string, number>; inOtherCalls: number; at: Date };

/** One document of `erasures`; `_id` is the call's id when it was asked. `later` counts what arrived afterwards and went too. */
export type StoredErasure = {
  _id: string;
  aliases: string[];
  keepCount: boolean;
  state: 'asked' | 'done';
  askedAt: Date;
  doneAt: Date | null;
  event: Binary | null;
  needles?: string[];
  before: Counts;
  after: Counts | null;
  search: Searched | null;
  sweptAt: Date | null;
  later: number;
};

/**
 * The collection.
 * @param db the database
 */
export const erasuresIn = (db: Db) => db.collection<StoredErasure>('erasures');

/** An erasure as it may leave the house: without what is looked for while it is under way. */
export type Proof = Omit<StoredErasure, 'needles' | 'event'> & { event: string | null };

/**
 * The proof of an erasure.
 * @param erasure from the ledger
 */
export function proofOf({ needles: _, event, ...told }: StoredErasure): Proof {
  return { ...told, event: event?.toString('hex') ?? null };
}
