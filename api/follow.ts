/** Follows what changes, once in each api process: it goes to whoever listens, and the age of the last commit says how fresh we are. */
import type { Collection, Db, Timestamp } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../ops/process/log.ts';
import type { StoredUpdate } from '../projector/contract.ts';
import { isHistoryLost, openChanges, type Beginning, type FollowedUpdate } from './changes.ts';

/** Who hears of changes. */
export type UpdateListener = {
  /** The next committed change; none is left out, none comes twice. */
  updated(update: FollowedUpdate): void;
  /** Changes were missed and cannot be had any more, or everything may have changed: what is held is worth nothing. */
  lost(): void;
  /** A campaign was set up, changed or deleted; it may be told more than once. */
  campaignChanged?(id: string): void;
  /** The transcript of a source was told or told anew; it may be told more than once. */
  transcriptChanged?(id: string): void;
};

/**
 * How fresh this process is: the last commit it knows of, how long ago that was by the server's clock (`ageMs`), and how old
 * what is not in it may be (`lagMs`); `isStale`: too old.
 */
export type Freshness = {
  sequence: number;
  at: Date | null;
  ageMs: number | null;
  lagMs: number | null;
  isStale: boolean;
};

/** The following. */
export type Follower = {
  listen(listener: UpdateListener): void;
  freshness(): Freshness;
  /**
   * Notes where the views stand, before anyone is answered: whatever is committed from then on is handed out by `run`. Throws
   * where the database is away.
   */
  begin(): Promise<void>;
  /** Follows until the signal is aborted; goes on by itself after the database was away. */
  run(signal: AbortSignal): Promise<void>;
};

/** What a follower is made of; `nowMs` is a clock that only goes forward. */
export type FollowerParts = { db: Db; log: Log; nowMs: () => number };

/** The projector gives a sign of life each second, events or not: without one for this long, views are stale. */
export const STALE_AFTER_MS = 5_000;
/** Updates that may be fetched after a break; with more missed, starting afresh is quicker. */
const MOST_MISSED = 5_000;
/** Waits between attempts after an error: the first, and the most. */
const BACK_OFF_MS = { first: 100, most: 2_000 };

/** What a majority has: listeners read at a moment that a majority has, and must find there what they are told of. */
const READ = { projection: { events: 0 }, readConcern: 'majority' } as const;

/** `serverAheadMs`: the server's clock less ours, which only goes forward from anywhere. */
type Known = { sequence: number; at: Date | null; behindMs: number; serverAheadMs: number };

/**
 * Makes a follower.
 * @param parts database, log and clock
 * @returns the follower, not yet running
 */
export function createFollower({ db, log, nowMs }: FollowerParts): Follower {
  const updates = db.collection<StoredUpdate>('updates');
  const listeners: UpdateListener[] = [];
  const known: Known = { sequence: 0, at: null, behindMs: 0, serverAheadMs: 0 };
  /** Where the stream goes on; null where nobody knows what was missed. */
  let from: Beginning | null = null;

  const lost = (): void => {
    for (const listener of listeners) listener.lost();
  };
  const take = (update: FollowedUpdate): void => {
    known.sequence = update._id;
    known.at = update.at;
    known.behindMs = update.behindMs ?? 0;
    if (update.all === true) lost();
    for (const listener of listeners) listener.updated(update);
  };
  const restart = async (): Promise<void> => {
    const clock = await db.command({ hello: 1 });
    const { newest, operationTime } = await presentOf(db);
    from = { startAtOperationTime: operationTime };
    known.serverAheadMs = (clock.localTime as Date).getTime() - nowMs();
    known.sequence = newest?._id ?? 0;
    known.at = newest?.at ?? null;
    known.behindMs = newest?.behindMs ?? 0;
  };
  /** Hands out what was committed after the last known update, or says that it cannot be had. */
  const fillGap = async (): Promise<void> => {
    const missed = await missedAfter(updates, known.sequence);
    for (const update of missed ?? []) take(update);
    if (missed !== null) return;
    await restart();
    lost();
  };
  const follow = async (begun: Beginning, signal: AbortSignal, opened: () => void): Promise<void> => {
    await using changes = openChanges(db, begun);
    signal.addEventListener('abort', changes.close, { once: true });
    try {
      // An end that came before the listener did is not told again.
      signal.throwIfAborted();
      let change = await changes.next();
      // Quicker than change by change, where much was missed.
      await fillGap();
      opened();
      for (; ; change = await changes.next()) {
        // A commit that is in work when the database goes is found again as a gap; the others do not need the database.
        from = changes.beginning() ?? from;
        if (change?.kind === 'update') {
          const { update } = change;
          if (update._id > known.sequence + 1) await fillGap();
          if (update._id > known.sequence) take(update);
        } else if (change !== null) {
          const { kind, id } = change;
          for (const listener of listeners)
            if (kind === 'campaign') listener.campaignChanged?.(id);
            else listener.transcriptChanged?.(id);
        }
      }
    } finally {
      signal.removeEventListener('abort', changes.close);
    }
  };

  return {
    listen: (listener) => void listeners.push(listener),
    freshness() {
      const ageMs = known.at === null ? null : nowMs() + known.serverAheadMs - known.at.getTime();
      const lagMs = ageMs === null ? null : Math.max(0, Math.round(ageMs)) + known.behindMs;
      return {
        sequence: known.sequence,
        at: known.at,
        ageMs,
        lagMs,
        isStale: lagMs === null || lagMs > STALE_AFTER_MS,
      };
    },
    begin: restart,
    async run(signal) {
      let waitMs = BACK_OFF_MS.first;
      const isOver = (): boolean => signal.aborted;
      while (!isOver()) {
        try {
          if (from === null) {
            await restart();
            // Some were answered before: from what, nobody knows.
            lost();
          } else await follow(from, signal, () => (waitMs = BACK_OFF_MS.first));
        } catch (error) {
          if (isOver()) return;
          log.warn({ err: error }, 'following what changes');
          if (isHistoryLost(error)) from = null;
          await sleep(waitMs, undefined, { signal }).catch(() => undefined);
          waitMs = Math.min(waitMs * 2, BACK_OFF_MS.most);
        }
      }
    },
  };
}

/** The updates after a sequence, or null where they are not all held or are too many to fetch. */
async function missedAfter(
  updates: Collection<StoredUpdate>,
  sequence: number,
): Promise<FollowedUpdate[] | null> {
  const missed = await updates
    .find({ _id: { $gte: sequence } }, READ)
    .sort({ _id: 1 })
    .limit(MOST_MISSED + 1)
    .batchSize(1_000)
    .toArray();
  if (missed.length > MOST_MISSED) return null;
  // The last known one is read again: numbers have no gaps, so any that is absent has gone with its change.
  const first = Math.max(sequence, 1);
  const isWhole = missed.every((update, index) => update._id === first + index);
  if (!isWhole || (sequence > 0 && missed.length === 0)) return null;
  return sequence === 0 ? missed : missed.slice(1);
}

/** The newest update that a majority has, and the time of that moment: all that is committed later comes after it. */
async function presentOf(db: Db) {
  const look = { find: 'updates', sort: { _id: -1 }, limit: 1, projection: { at: 1, behindMs: 1 } };
  const { cursor, operationTime } = (await db.command({ ...look, readConcern: { level: 'majority' } })) as {
    cursor: { firstBatch: Pick<StoredUpdate, '_id' | 'at' | 'behindMs'>[] };
    operationTime: Timestamp;
  };
  return { newest: cursor.firstBatch[0], operationTime };
}
