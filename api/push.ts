/** The pushing: what changed in the rooms that are joined is read and sent, in rounds that never overtake each other. */
import type { Log } from '../ops/process/log.ts';
import type { UpdateListener } from './follow.ts';
import type { FollowedCalls } from './followed-calls.ts';
import { messagesOf, type Message, type MessageParts } from './messages.ts';
import { partsOf } from './repositories/transcript.repository.ts';
import { CAMPAIGNS_ROOM, followedRoom, TRANSCRIPTS_ROOM } from './rooms.ts';
import { createWaiting, thingsIn, type Pace, type Things } from './waiting.ts';

/** Whom pushes go to. */
export type Audience = {
  isJoined(room: string): boolean;
  send(message: Message): void;
  /** Tells everyone to load again. */
  resync(): void;
  /** The same, and ends their connections: what they are owed will not be sent. */
  cutOff(): void;
  /** A round of messages was sent: who does not take them in is cut off. */
  sent(): void;
};

/** What the pushing is made of. */
export type PushParts = MessageParts & {
  log: Log;
  audience: Audience;
  followed: Pick<FollowedCalls, 'among' | 'all' | 'hasAny' | 'tell'>;
};

/** The pushing, and the order that answers to single clients keep with it. */
export type Push = UpdateListener & {
  /**
   * Reads and answers while no push is being read: what a client is told then never goes back behind what it was told before.
   * Answers to several clients run side by side.
   * @param answer reads at a moment and sends
   */
  inTurn<T>(answer: () => Promise<T>): Promise<T>;
};

/** With more waiting than this, loading again is cheaper for everyone than being told. */
const MOST_WAITING = 20_000;
/** Counters of a campaign are summed over all its days: a second is soon enough, and some at a time. */
const CAMPAIGNS_PACE: Pace = { pauseMs: 1_000, most: 50 };
/** Ten a second are as many as a person sees and a page draws. */
const PACE: Pace = { pauseMs: 100, most: Infinity };
/** After an error it is tried again so much later, or with the next change. */
const AGAIN_MS = 1_000;

/**
 * Makes the pushing: what changes is sent at once; what changes while a round is read, or before its room may be told again,
 * gathers and goes out as one.
 * @param parts database, log and audience
 * @returns what the follower tells of changes, and the turn of answers
 */
export function createPush({ db, log, audience, followed, tellLeftOut }: PushParts): Push {
  const waiting = createWaiting((room) => (room === CAMPAIGNS_ROOM ? CAMPAIGNS_PACE : PACE));
  let flushing: Promise<void> | null = null;
  let timer: { at: number; id: NodeJS.Timeout } | null = null;
  const answering = new Set<Promise<unknown>>();

  const addFollowed = (changed: readonly string[]): void => {
    for (const id of followed.among(changed)) waiting.add(followedRoom(id), { kind: 'followed', id });
  };
  /** Sends what may be sent; false where it could not be read. */
  const round = async (): Promise<boolean> => {
    await Promise.allSettled([...answering]);
    const takenMs = performance.now();
    const taken = waiting.take(takenMs);
    try {
      const messages = await messagesOf({ db, tellLeftOut }, taken);
      for (const message of messages) audience.send(message);
      const callIds = idsOf(taken, 'followed');
      await followed.tell(callIds);
      if (messages.length + callIds.length > 0) audience.sent();
      const transcripts = idsOf(taken, 'transcript');
      if (transcripts.length > 0) addFollowed(await partsOf(db, transcripts));
      waiting.told(taken.keys(), { takenMs, nowMs: performance.now() });
      return true;
    } catch (error) {
      log.warn({ err: error }, 'reading what changed');
      waiting.giveBack(taken);
      return false;
    }
  };
  const flush = async (): Promise<boolean> => {
    while (waiting.dueInMs(performance.now()) === 0) if (!(await round())) return false;
    return true;
  };
  /** One flush and one timer at a time, which rings when the first room may be told again. */
  const goOn = (leastMs: number): void => {
    const nowMs = performance.now();
    const dueInMs = waiting.dueInMs(nowMs);
    if (dueInMs === null || flushing !== null) return;
    const inMs = Math.max(dueInMs, leastMs);
    if (inMs === 0) {
      flushing = flush().then((isGood) => {
        flushing = null;
        goOn(isGood ? 0 : AGAIN_MS);
      });
      return;
    }
    if (timer !== null && timer.at <= nowMs + inMs) return;
    clearTimeout(timer?.id);
    const ring = (): void => {
      timer = null;
      goOn(0);
    };
    timer = { at: nowMs + inMs, id: setTimeout(ring, Math.ceil(inMs)).unref() };
  };

  return {
    lost() {
      waiting.clear();
      audience.resync();
      for (const id of followed.all()) waiting.add(followedRoom(id), { kind: 'followed', id });
      goOn(0);
    },
    updated(update) {
      thingsIn(update, audience.isJoined, waiting.add);
      addFollowed([...update.calls, ...update.merged]);
      if (waiting.count() > MOST_WAITING) {
        waiting.clear();
        audience.cutOff();
      } else goOn(0);
    },
    campaignChanged(id) {
      if (!audience.isJoined(CAMPAIGNS_ROOM)) return;
      waiting.add(CAMPAIGNS_ROOM, { kind: 'campaign', id });
      goOn(0);
    },
    transcriptChanged(id) {
      if (!followed.hasAny()) return;
      waiting.add(TRANSCRIPTS_ROOM, { kind: 'transcript', id });
      addFollowed([id]);
      goOn(0);
    },
    async inTurn(answer) {
      while (flushing !== null) await flushing;
      const running = answer();
      answering.add(running);
      try {
        return await running;
      } finally {
        answering.delete(running);
      }
    },
  };
}

function idsOf(things: Things, kind: 'followed' | 'transcript'): string[] {
  return [...things.values()].flatMap((some) =>
    [...some.values()].flatMap((one) => (one.kind === kind ? one.id : [])),
  );
}
