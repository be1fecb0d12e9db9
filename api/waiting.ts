/** What waits to be pushed, room by room: each thing once however often it changed, and no room sooner than it may be. Pure. */
import type { FollowedUpdate } from './changes.ts';
import type { BucketName } from './repositories/view.repository.ts';
import { bucketsIn, CALLS_ROOM, CAMPAIGNS_ROOM, roomName } from './rooms.ts';

/** One thing that changed. Campaigns are told of by the key that calls name, or by id. */
export type Thing =
  | { kind: 'bucket'; bucket: BucketName }
  | { kind: 'call'; id: string }
  | { kind: 'campaign'; key: string }
  | { kind: 'campaign'; id: string }
  | { kind: 'followed'; id: string }
  | { kind: 'transcript'; id: string };

/** What changed in each room, under a name by which the same thing is known again. */
export type Things = Map<string, Map<string, Thing>>;

/** What waits. Times are ms of a clock that only goes forward. */
export type Waiting = {
  add(room: string, thing: Thing): void;
  /** How many things wait. */
  count(): number;
  /** How long until a room may be told; null where nothing waits. */
  dueInMs(nowMs: number): number | null;
  /** Takes out what may be told now. */
  take(nowMs: number): Things;
  /** Puts back what was taken and could not be told. */
  giveBack(taken: Things): void;
  /** Notes that rooms were told now what was taken before: the next is taken their pause after that at the earliest. */
  told(rooms: Iterable<string>, when: { takenMs: number; nowMs: number }): void;
  clear(): void;
};

/**
 * The least time from one taking for a room to the next, and how many things it is told at a time; the rest waits for the next.
 * Reading takes now more and now less, so tellings may follow closer: never more than ten of them in ten pauses.
 */
export type Pace = { pauseMs: number; most: number };

/** With a pause of a tenth of a second: what a room is told in a second. */
const MOST_TOLD = 10;

/**
 * Starts with nothing.
 * @param paceOf how a room is told
 * @returns what waits
 */
export function createWaiting(paceOf: (room: string) => Pace): Waiting {
  let waiting: Things = new Map();
  let size = 0;
  const paced = new Map<string, { nextMs: number; toldMs: number[] }>();
  const nextMs = (room: string): number => paced.get(room)?.nextMs ?? -Infinity;
  const add = (room: string, thing: Thing): void => {
    const things = waiting.get(room) ?? new Map<string, Thing>();
    waiting.set(room, things);
    size -= things.size;
    things.set(nameOf(thing), thing);
    size += things.size;
  };
  return {
    add,
    count: () => size,
    dueInMs(nowMs) {
      let least: number | null = null;
      for (const room of waiting.keys()) {
        const inMs = Math.max(0, nextMs(room) - nowMs);
        if (least === null || inMs < least) least = inMs;
        if (least === 0) break;
      }
      return least;
    },
    take(nowMs) {
      const taken: Things = new Map();
      for (const [room, things] of waiting) {
        if (nextMs(room) > nowMs) continue;
        const some = [...things].slice(0, paceOf(room).most);
        taken.set(room, new Map(some));
        for (const [name] of some) things.delete(name);
        if (things.size === 0) waiting.delete(room);
        size -= some.length;
      }
      return taken;
    },
    giveBack(taken) {
      for (const [room, things] of taken) for (const thing of things.values()) add(room, thing);
    },
    told(rooms, { takenMs, nowMs }) {
      // Rooms that have long been quiet need no memory.
      for (const [room, { toldMs }] of paced)
        if ((toldMs.at(-1) ?? 0) + MOST_TOLD * paceOf(room).pauseMs <= nowMs) paced.delete(room);
      for (const room of rooms) {
        const { pauseMs } = paceOf(room);
        if (pauseMs === 0) continue;
        const toldMs = [...(paced.get(room)?.toldMs ?? []), nowMs].slice(-MOST_TOLD);
        const [first = nowMs] = toldMs;
        const windowMs = toldMs.length < MOST_TOLD ? -Infinity : first + MOST_TOLD * pauseMs;
        paced.set(room, { toldMs, nextMs: Math.max(takenMs + pauseMs, windowMs) });
      }
    },
    clear() {
      waiting = new Map();
      size = 0;
    },
  };
}

/**
 * What an update changed, room by room.
 * @param update a committed update
 * @param isJoined whether anyone is in a room: what nobody sees is left out
 * @param add takes each thing
 */
export function thingsIn(
  update: Pick<FollowedUpdate, 'buckets' | 'calls' | 'merged' | 'campaigns'>,
  isJoined: (room: string) => boolean,
  add: (room: string, thing: Thing) => void,
): void {
  for (const hour of update.buckets)
    for (const bucket of bucketsIn(hour)) {
      const room = roomName(bucket);
      if (isJoined(room)) add(room, { kind: 'bucket', bucket });
    }
  if (isJoined(CALLS_ROOM))
    for (const id of [...update.calls, ...update.merged]) add(CALLS_ROOM, { kind: 'call', id });
  if (isJoined(CAMPAIGNS_ROOM))
    for (const key of update.campaigns ?? []) add(CAMPAIGNS_ROOM, { kind: 'campaign', key });
}

function nameOf(thing: Thing): string {
  switch (thing.kind) {
    case 'bucket':
      return `at ${thing.bucket.atMs}`;
    case 'call':
    case 'followed':
    case 'transcript':
      return thing.id;
    case 'campaign':
      return 'key' in thing ? `key ${thing.key}` : `id ${thing.id}`;
  }
}
