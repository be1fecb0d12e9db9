/** The shapes of what the projector writes beside the views: calls, the outbox of updates, the checkpoint, leases, parked events. */
import type { Binary, Timestamp } from 'mongodb';
import type { ReadRecording, Status, Turn } from '../ingest/contract.ts';
import type { Call } from './call.ts';
import type { Part } from './parts.ts';
import type { Dimension } from './views/view.ts';

/**
 * A call as stored: what people see (`call.ts`), the parts it is made of, and `revision`, the sequence of the commit that
 * last changed it. `_id` is the callId.
 */
export type StoredCall = { _id: string; revision: number; parts: Part[] } & Call;

/** What is left under the id of a call that turned out to be part of another. */
export type MergedCall = { _id: string; mergedInto: string; revision: number };

/** One slice and hour in which buckets changed: all three views, hourly and daily. */
export type ChangedHour = { d: Dimension; k: string | null; at: Date };

/**
 * One committed change, in the order of `_id` (1, 2, 3, …, no gaps). `at` is the server's time of the commit, `events` the
 * events it covers, `buckets` and `calls` what changed. An update without events is a sign of life. `all` says that
 * everything may have changed.
 */
export type StoredUpdate = {
  _id: number;
  at: Date;
  events: Binary[];
  buckets: ChangedHour[];
  calls: string[];
  merged: string[];
  /** Campaigns of the calls that changed, before and after. */
  campaigns?: string[];
  /** How far the last event of this commit was behind at the commit, ms by the server's clock; 0 where nothing waits. */
  behindMs?: number;
  all?: true;
};

/**
 * Where the projector stands in the log: following the change stream after `token`, with the log time of the last event it had
 * from there, null before the first; or scanning the log by `logAt` up to its present end, to go on after `thenToken`. Tokens
 * are opaque to us.
 */
export type Position =
  | { kind: 'tail'; token: unknown; logAt: Timestamp | null }
  | { kind: 'scan'; afterLogAt: Timestamp; afterId: Binary | null; thenToken: unknown };

/**
 * A mark of progress, one document for ever each. That of `views` moves in the transaction that writes what it covers; a
 * writer whose `epoch` is not the document's writes nothing. That of `text` moves after what it covers, which may be written
 * again.
 */
export type Checkpoint = {
  _id: 'views' | 'text';
  epoch: number;
  sequence: number;
  position: Position | null;
  at: Date;
};

/** Who may write: `expiresAt` is server time, `session` and `others` the ids of the holder's sessions, so that a successor can end them. */
export type Lease = {
  _id: string;
  holder: string;
  epoch: number;
  expiresAt: Date;
  session: Binary | null;
  others?: Binary[];
};

/**
 * An event that the fold could not take: passed by in the transaction that parks it, until a retry succeeds. `sequence` is the
 * commit that parked it last, `error` quotes no value, `tries` counts how often it could not be folded.
 */
export type ParkedEvent = { _id: Binary; sequence: number; parkedAt: Date; error: string; tries?: number };

/** What every document of speech says of its source. `partId` is the part that told, `links` the parts it named, sorted. */
type Source = {
  _id: string;
  partId: string;
  links: string[];
  provider: string;
  endpoint: string;
  eventAt: Date;
  receivedAt: Date;
  /** Which telling stands, as text: the greatest does. */
  by: string;
};

/**
 * Calls, not the marks that joined ones leave. The indexes hold calls alone, so a query that does not say it reads the whole
 * collection.
 */
export const WHOLE = { callId: { $exists: true } } as const;
/** Of a call that waits or goes on: the index of such calls holds no others, and a query has to say it as well. */
export const RUNNING_STATUSES: readonly Status[] = ['queued', 'ringing', 'in_progress'];
/** Events that state links, as most do not: the index of the log holds these alone, and a query has to say it as well. */
export const LINKED = { 'links.0': { $exists: true } } as const;

/**
 * What was said, as one source tells it; `_id` is the source's id, which is its part's. A call's transcripts are those whose
 * `partId` or `links` are among its aliases. Turns are in order; those that came one by one have their place (`piece`).
 * `language` as the sender states it, null where it does not.
 */
export type StoredTranscript = Source & {
  language: string | null;
  turns: (Turn & { piece?: number; by?: string })[];
};

/**
 * What is told of one recording. Null is what is not told; `url` is where the sender keeps it, never fetched; `audio` is
 * size and hash of the sound that an event carried: GridFS holds it under that hash where audio is stored.
 */
export type StoredRecording = Source & Omit<ReadRecording, 'weight' | 'partId'>;
