/** Builds the one way from a delivery to the log: for the hot route, and as a keeper for the jobs that put deliveries in by hand. */
import type { Db } from 'mongodb';
import type { Log } from '../ops/process/log.ts';
import { checkSchema } from '../ops/process/schema.ts';
import { createAppend } from './append.ts';
import { createStoreAudio, measureAudio } from './audio.ts';
import { keepSettings } from './endpoint-settings.ts';
import type { StoredEvent } from './event.ts';
import type { Fate } from './fates.ts';
import { COMMIT_LIMITS, createGroupCommit } from './group-commit.ts';
import type { CommitLimits } from './group-commit.ts';
import { keepAll } from './keep.ts';
import type { KeepParts } from './keep.ts';
import { createHold } from './hold.ts';
import { createQuarantine } from './quarantine.ts';
import type { Quarantine, QuarantinedDelivery, QuarantineReason } from './quarantine.ts';
import type { Verified } from './record.ts';
import { createRoom } from './room.ts';
import type { Room } from './room.ts';
import { INGEST_SCHEMA } from './schema.ts';
import type { Senders } from './senders.ts';
import { step } from './steps.ts';

/** What the way is built from; `onFlush` is told the number of events of each write. */
export type KeepPlan = {
  db: Db;
  storeAudio: boolean;
  observer: KeepParts['observer'];
  limits?: CommitLimits;
  /** Whether a sender waits for the answer, with a patience of its own. */
  isAnswering: boolean;
  onFlush?: (documents: number) => void;
};

/**
 * Builds the parts that keeping works with: append by group commit, quarantine, audio, in one room.
 * @param plan database, bounds and who is told
 */
export function createKeepParts(plan: KeepPlan): KeepParts & { room: Room } {
  const { db, storeAudio, observer, limits = COMMIT_LIMITS, isAnswering, onFlush } = plan;
  const room = createRoom(limits);
  const hold = createHold(room, limits.holdMs);
  const appending = createAppend(db.collection<StoredEvent>('events'), () => step('sent'));
  const commit = createGroupCommit({
    append: async (batch) => {
      const results = await appending(batch);
      step('acknowledged');
      return results;
    },
    limits,
    room,
    ...(onFlush !== undefined && { onFlush }),
  });
  const holdMsOf: KeepParts['holdMsOf'] = (provider, delivery) =>
    isAnswering ? provider.holdMs?.(delivery) : undefined;
  const quarantine = createQuarantine(db.collection<QuarantinedDelivery>('quarantine'));
  const store = createStoreAudio(db);
  return {
    room,
    commit,
    holdMsOf,
    quarantine: (provider, delivery, why) =>
      hold(delivery.body.length, () => quarantine(provider, delivery, why), holdMsOf(provider, delivery)),
    keepAudio: async (text, bytes) => {
      const entry = await measureAudio(text);
      if (storeAudio) await hold(bytes, (held) => store(text, entry, held));
      return entry;
    },
    observer,
  };
}

/** Something that was not read: the id it has, or would have, in quarantine, and why. */
export type Unread = QuarantineReason & { id: string };

/** What became of a delivery; where it is not `durable`, something of it may be lost: all of it must be kept again. */
export type Kept = { durable: boolean; fates: Fate[]; unread: Unread[] };

/** Puts deliveries into the log. */
export type Keeper = {
  /**
   * Keeps every event of a delivery and resolves when that is durable. Never throws.
   * @param verified the delivery and what vouches for it
   * @param unreadable where what cannot be read goes: to quarantine, or nowhere, so that the caller tells of it
   */
  keep: (verified: Verified, unreadable: 'quarantine' | 'report') => Promise<Kept>;
  /** Keeps a whole delivery in quarantine. Throws where that is not durable. */
  quarantine: Quarantine;
};

/** A job waits longer than a sender would, and hands in as much at once as it likes: what it holds bounds its memory. */
const JOB_LIMITS: CommitLimits = {
  ...COMMIT_LIMITS,
  queueDocuments: 200_000,
  queueBytes: 256 * 1024 * 1024,
  holdMs: 30_000,
};
const NOT_DURABLE = new Set<Fate>(['unavailable', 'overloaded', 'failed']);

/**
 * Builds a keeper for a job.
 * @param db a prepared database
 * @param senders endpoints whose settings deliveries are read by; they are kept before the first event
 * @param log told what threw, never bodies
 * @throws SchemaError where ingest's collections are missing or of another version
 */
export async function createKeeper(db: Db, senders: Senders, log: Log): Promise<Keeper> {
  await checkSchema(db, INGEST_SCHEMA);
  await keepSettings(db, senders.named);
  const failed = (doing: string, error: unknown) => log.error({ err: error }, doing);
  const observer = { decided: () => undefined, failed };
  const { storeAudio } = senders;
  const parts = createKeepParts({ db, storeAudio, observer, limits: JOB_LIMITS, isAnswering: false });
  return {
    quarantine: parts.quarantine,
    keep: async (verified, unreadable) => {
      const fates: Fate[] = [];
      const unread: Unread[] = [];
      const quarantine: Quarantine = async (provider, delivery, why) => {
        const id = unreadable === 'report' ? '' : await parts.quarantine(provider, delivery, why);
        unread.push({ ...why, id });
        return id;
      };
      const decided = (_provider: string | null, fate: Fate) => void fates.push(fate);
      const answer = await keepAll({ ...parts, quarantine, observer: { decided, failed } }, verified);
      fates.push(answer.fate);
      return { durable: !fates.some((fate) => NOT_DURABLE.has(fate)), fates, unread };
    },
  };
}
