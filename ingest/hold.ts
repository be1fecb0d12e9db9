/** For what is kept beside the log, quarantine and audio: the same room as for events, and the same patience with the database. */
import { setTimeout as pause } from 'node:timers/promises';
import { isUnavailable } from '../ops/process/mongo.ts';
import type { Room } from './room.ts';

/** The work was not done: no room for it, or the database did not acknowledge in time. It may have happened. */
export class NotHeld extends Error {
  readonly fate: 'overloaded' | 'unavailable';
  constructor(fate: NotHeld['fate'], options?: ErrorOptions) {
    super(`not kept: ${fate}`, options);
    this.fate = fate;
  }
}

/** What a piece of work is given: it tells with `beat` that the database has answered, and stops when the signal is aborted. */
export type Held = { beat: () => void; signal: AbortSignal };

/**
 * Does a piece of work that may be done again, until it is acknowledged.
 * @param bytes it holds in memory meanwhile
 * @param work throws while the database is away
 * @param holdMs how long at most without an answer of the database, where its sender waits less long than others
 * @throws NotHeld; what `work` throws for other reasons as it is
 */
export type Hold = <T>(bytes: number, work: (held: Held) => Promise<T>, holdMs?: number) => Promise<T>;

/** Between two attempts while there is no primary. */
const RETRY_PAUSE_MS = 100;

/**
 * Makes the holder.
 * @param room shared with the events
 * @param usualMs how long a request is held while the database does not acknowledge
 */
export function createHold(room: Room, usualMs: number): Hold {
  return async (bytes, work, holdMs = usualMs) => {
    if (!room.hasRoom()) throw new NotHeld('overloaded');
    room.take(bytes);
    const over = new AbortController();
    const { signal } = over;
    let clock: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      clock = setTimeout(() => {
        reject(new NotHeld('unavailable'));
        over.abort();
      }, holdMs);
    });
    const beat = (): void => void clock?.refresh();
    const untilDone = async (): ReturnType<typeof work> => {
      for (;;) {
        try {
          return await work({ beat, signal });
        } catch (error) {
          if (signal.aborted) throw new NotHeld('unavailable', { cause: error });
          if (!isPassing(error)) throw error;
        }
        await pause(RETRY_PAUSE_MS);
      }
    };
    try {
      return await Promise.race([untilDone(), late]);
    } finally {
      clearTimeout(clock);
      room.give(bytes);
    }
  };
}

/** Where an error was given words of ours, the cause tells. */
function isPassing(error: unknown): boolean {
  return isUnavailable(error) || (error instanceof Error && isUnavailable(error.cause));
}
