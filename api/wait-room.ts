/** Where readers wait until an event of theirs is in the views: woken by what the follower follows, so that nobody polls. */
import { Binary, type Db } from 'mongodb';
import type { Log } from '../ops/process/log.ts';
import type { StoredUpdate } from '../projector/contract.ts';
import type { UpdateListener } from './follow.ts';
import { sequenceOf } from './repositories/position.repository.ts';

/** The waiting. */
export type WaitRoom = {
  /**
   * Waits for an event.
   * @param position the event's id, 16 bytes
   * @param waitMs how long at most
   * @returns the sequence of a commit that covers it, 0 for one long past, null where it is in none by then
   */
  reached(position: Buffer, waitMs: number): Promise<number | null>;
  /** What the follower tells of updates. */
  listener: UpdateListener;
};

/** What the room is made of. */
export type WaitRoomParts = { db: Db; log: Pick<Log, 'warn'> };

/** Whoever comes to a full room is answered at once. */
const MOST_WAITING = 5_000;

/**
 * Makes an empty room.
 * @param parts database and log
 * @returns the room; it must be told of updates
 */
export function createWaitRoom({ db, log }: WaitRoomParts): WaitRoom {
  const updates = db.collection<Pick<StoredUpdate, '_id' | 'events'>>('updates');
  const waiting = new Map<string, Set<() => void>>();
  let due: number[] = [];
  let isLooking = false;
  let present = 0;

  const wake = (key: string): void => {
    for (const called of waiting.get(key) ?? []) called();
  };
  /** One read tells all who wait which of their events a commit covers; what is committed meanwhile gathers. */
  const look = async (): Promise<void> => {
    isLooking = true;
    while (due.length > 0) {
      const taken = due;
      due = [];
      try {
        const covered = updates.find({ _id: { $in: taken } }, { projection: { events: 1 } });
        for await (const { events } of covered)
          for (const id of waiting.size > 0 ? events : []) wake(id.toString('hex'));
      } catch (error) {
        log.warn({ err: error }, 'looking for events that are waited for');
      }
    }
    isLooking = false;
  };
  const enter = (key: string, waitMs: number) => {
    present += 1;
    const held = waiting.get(key) ?? new Set();
    waiting.set(key, held);
    let leave = (): void => undefined;
    const woken = new Promise<boolean>((resolve) => {
      const called = (): void => resolve(true);
      const timer = setTimeout(() => resolve(false), waitMs);
      held.add(called);
      leave = () => {
        present -= 1;
        clearTimeout(timer);
        held.delete(called);
        if (held.size === 0) waiting.delete(key);
      };
    });
    return { woken, leave: () => leave() };
  };

  return {
    async reached(position, waitMs) {
      const id = new Binary(position);
      if (waitMs === 0 || present >= MOST_WAITING) return sequenceOf(db, id);
      // The bell first, the look after: what is committed in between rings.
      const { woken, leave } = enter(position.toString('hex'), waitMs);
      try {
        return (await sequenceOf(db, id)) ?? ((await woken) ? await sequenceOf(db, id) : null);
      } finally {
        leave();
      }
    },
    listener: {
      updated({ _id }) {
        if (waiting.size === 0) return;
        due.push(_id);
        if (!isLooking) void look();
      },
      lost() {
        for (const key of [...waiting.keys()]) wake(key);
      },
    },
  };
}
