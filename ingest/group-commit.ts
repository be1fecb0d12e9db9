/** Gathers the events of many requests into few writes: at most two in flight, the rest gathers meanwhile, bounded, no timer before a write. */
import { setTimeout as pause } from 'node:timers/promises';
import { Unacknowledged } from './append.ts';
import type { Append, Appended } from './append.ts';
import type { Appendable } from './record.ts';
import { createRoom } from './room.ts';
import type { Room, RoomLimits } from './room.ts';

/** Bounds of the queue and of one write. */
export type CommitLimits = RoomLimits & {
  flushDocuments: number;
  flushBytes: number;
  /** How long a request is held while the database does not acknowledge. */
  holdMs: number;
};

/** 500 a write measured best; a full queue is about a second's work; 8 s ride out an election and stay below senders' time limits. */
export const COMMIT_LIMITS: CommitLimits = {
  flushDocuments: 500,
  flushBytes: 4 * 1024 * 1024,
  queueDocuments: 2_000,
  queueBytes: 64 * 1024 * 1024,
  holdMs: 8_000,
};

/** What became of one event: in the log, or why not. */
export type Outcome =
  Appended | { fate: 'overloaded' } | { fate: 'unavailable' } | { fate: 'failed'; error: Error };

/** What the group commit is built from. */
export type CommitParts = {
  append: Append;
  limits?: CommitLimits;
  /** Shared with what is kept beside the log; left out, the queue has its own. */
  room?: Room;
  /** Told the number of events of each write. */
  onFlush?: (documents: number) => void;
};

/** The queue in front of the log. */
export type GroupCommit = {
  /**
   * Writes one event; resolves once it is durable, or given up. Never throws.
   * @param holdMs how long it is held while the database does not acknowledge, where its sender waits less long than others
   */
  commit: (item: Appendable, holdMs?: number) => Promise<Outcome>;
  /** Resolves when nothing is queued or in flight. */
  idle: () => Promise<void>;
};

type Entry = { item: Appendable; bytes: number; settled: boolean; settle: (outcome: Outcome) => void };

const WRITES_IN_FLIGHT = 2;
/** Envelope and facts beside the body. */
const ENVELOPE_BYTES = 2_048;
/** Between two attempts while there is no primary. */
const RETRY_PAUSE_MS = 100;

/**
 * Builds the queue.
 * @param parts the append behind it, bounds, and who is told of each write
 */
export function createGroupCommit(parts: CommitParts): GroupCommit {
  const { append, limits = COMMIT_LIMITS, onFlush } = parts;
  const room = parts.room ?? createRoom(limits);
  let queue: Entry[] = [];
  let writes = 0;
  const waiting: (() => void)[] = [];

  function commit(item: Appendable, holdMs = limits.holdMs): Promise<Outcome> {
    if (!room.hasRoom()) return Promise.resolve({ fate: 'overloaded' });
    return new Promise((resolve) => {
      const bytes = item.event.body.length() + ENVELOPE_BYTES;
      const giveUp = setTimeout(() => {
        entry.settle({ fate: 'unavailable' });
        // Where writes hang, nobody else would take it out, and its body would stay.
        queue = queue.filter((one) => one !== entry);
      }, holdMs);
      const entry: Entry = {
        item,
        bytes,
        settled: false,
        settle: (outcome) => {
          if (entry.settled) return;
          entry.settled = true;
          clearTimeout(giveUp);
          room.give(bytes);
          resolve(outcome);
        },
      };
      room.take(bytes);
      queue.push(entry);
      pump();
    });
  }

  function pump(): void {
    while (writes < WRITES_IN_FLIGHT) {
      const batch = takeBatch();
      if (batch.length === 0) break;
      writes += 1;
      onFlush?.(batch.length);
      void write(batch, append).finally(() => {
        writes -= 1;
        pump();
      });
    }
    if (writes === 0) for (const resolve of waiting.splice(0)) resolve();
  }

  /** The oldest entries that fit one write, at least one; those given up meanwhile fall out. */
  function takeBatch(): Entry[] {
    queue = queue.filter((entry) => !entry.settled);
    let bytes = 0;
    let count = 0;
    for (const entry of queue) {
      bytes += entry.bytes;
      if (count > 0 && (count >= limits.flushDocuments || bytes > limits.flushBytes)) break;
      count += 1;
    }
    return queue.splice(0, count);
  }

  return {
    commit,
    idle: () => (writes === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

/**
 * Writes a batch until every entry is settled. Not acknowledged: the same again, until its senders are given up; ids make
 * that harmless. Failed before sending: one by one, so that a document that cannot be written fails alone.
 */
async function write(batch: readonly Entry[], append: Append): Promise<void> {
  for (;;) {
    const live = batch.filter((entry) => !entry.settled);
    if (live.length === 0) return;
    try {
      const results = await append(live.map(({ item }) => item));
      live.forEach((entry, at) => entry.settle(outcomeOf(results[at])));
      return;
    } catch (error) {
      if (error instanceof Unacknowledged) {
        await pause(RETRY_PAUSE_MS);
      } else if (live.length === 1) {
        live[0]?.settle({ fate: 'failed', error: new Error('appending an event', { cause: error }) });
      } else {
        for (const entry of live) await write([entry], append);
      }
    }
  }
}

function outcomeOf(result: Appended | Error | undefined): Outcome {
  if (result === undefined || result instanceof Unacknowledged) return { fate: 'unavailable' };
  return result instanceof Error ? { fate: 'failed', error: result } : result;
}
