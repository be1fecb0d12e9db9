/** From committed changes to what clients are sent: reads the present state of whatever changed in the rooms that are joined. */
import type { Db } from 'mongodb';
import type { Log } from '../ops/process/log.ts';
import type { ChangedHour } from '../projector/contract.ts';
import { bucketRow } from './combine.ts';
import type { FollowedUpdate, UpdateListener } from './follow.ts';
import type { LeftOut } from './malformed.ts';
import type { SocketEvent } from './metrics.ts';
import { callsNamed } from './repositories/call.repository.ts';
import { campaignsNamed } from './repositories/campaign.repository.ts';
import { atOneMoment } from './repositories/snapshot.ts';
import { bucketsNamed, type BucketName } from './repositories/view.repository.ts';
import { bucketsIn, CALLS_ROOM, CAMPAIGNS_ROOM, roomName, sliceName } from './rooms.ts';

/** What changed, each thing once however often it changed. */
export type Changes = { hours: Map<string, ChangedHour>; calls: Set<string>; campaigns: Set<string> };

/**
 * Starts with no change.
 * @returns what {@link addChanges} adds to
 */
export function noChanges(): Changes {
  return { hours: new Map(), calls: new Set(), campaigns: new Set() };
}

/** One event for one room. */
export type Message = { room: string; event: SocketEvent; payload: object };

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

/** What messages are read from, and who is told of rows that they left out. */
export type MessageParts = { db: Db; tellLeftOut: (leftOut: LeftOut) => void };
/** What the pushing is made of. */
export type PushParts = MessageParts & { log: Log; audience: Audience };

/** With more waiting than this, loading again is cheaper for everyone than being told. */
const MOST_WAITING = 20_000;

/**
 * Adds what an update changed.
 * @param changes what is added to, in place
 * @param update a committed update
 */
export function addChanges(
  changes: Changes,
  update: Pick<FollowedUpdate, 'buckets' | 'calls' | 'merged' | 'campaigns'>,
): void {
  for (const hour of update.buckets)
    changes.hours.set(JSON.stringify([hour.d, hour.k, hour.at.getTime()]), hour);
  for (const id of [...update.calls, ...update.merged]) changes.calls.add(id);
  for (const key of update.campaigns ?? []) changes.campaigns.add(key);
}

/**
 * Reads the present state of what changed.
 * @param parts the database, and who is told of rows left out
 * @param changes what changed
 * @param isJoined whether anyone is in a room; what nobody sees is not read
 * @returns one message a changed bucket, call or campaign, all true at one sequence
 * @throws DatabaseAway where the database cannot be asked
 */
export async function messagesOf(
  { db, tellLeftOut }: MessageParts,
  changes: Changes,
  isJoined: (room: string) => boolean,
): Promise<Message[]> {
  const buckets = new Map<string, BucketName>();
  const campaigns = isJoined(CAMPAIGNS_ROOM) ? changes.campaigns : new Set<string>();
  for (const hour of changes.hours.values()) {
    for (const bucket of bucketsIn(hour)) {
      const room = roomName(bucket);
      if (isJoined(room)) buckets.set(`${room} ${bucket.atMs}`, bucket);
    }
  }
  const calls = isJoined(CALLS_ROOM) ? [...changes.calls] : [];
  if (buckets.size === 0 && calls.length === 0 && campaigns.size === 0) return [];
  return atOneMoment(db, async (snapshot) => {
    const { sequence, at } = snapshot.moment;
    const asOfMs = at?.getTime() ?? null;
    const [changedBuckets, changedCalls, changedCampaigns] = await Promise.all([
      bucketsNamed(snapshot, [...buckets.values()]),
      calls.length === 0 ? [] : callsNamed(snapshot, calls),
      campaigns.size === 0 ? [] : campaignsNamed(snapshot, [...campaigns]),
    ]);
    tellLeftOut(snapshot.moment.leftOut);
    return [
      ...changedBuckets.map((bucket): Message => {
        const { view, window, slice, atMs, revision } = bucket;
        const payload = {
          ...{ sequence, view, window, slice: sliceName(slice), at: new Date(atMs).toISOString(), revision },
          bucket: bucketRow(bucket, asOfMs),
        };
        return { room: roomName(bucket), event: 'view_update', payload };
      }),
      ...changedCalls.map((call): Message => {
        return { room: CALLS_ROOM, event: 'call_update', payload: { ...call, sequence } };
      }),
      ...changedCampaigns.map((campaign): Message => {
        return { room: CAMPAIGNS_ROOM, event: 'campaign_update', payload: { ...campaign, sequence } };
      }),
    ];
  });
}

/** The pushing, and the order that answers to single clients keep with it. */
export type Push = UpdateListener & {
  /**
   * Reads and answers while no push is being read: what a client is told then never goes back behind what it was told before.
   * Answers to several clients run side by side.
   * @param answer reads at a moment and sends
   */
  inTurn<T>(answer: () => Promise<T>): Promise<T>;
};

/**
 * Makes the pushing: an update is sent at once; what is committed while a read runs gathers, and goes out after it as one.
 * @param parts database, log and audience
 * @returns what the follower tells of updates, and the turn of answers
 */
export function createPush({ db, log, audience, tellLeftOut }: PushParts): Push {
  let waiting = noChanges();
  let flushing: Promise<void> | null = null;
  const answering = new Set<Promise<unknown>>();

  const flush = async (): Promise<void> => {
    while (waiting.hours.size > 0 || waiting.calls.size > 0) {
      await Promise.allSettled([...answering]);
      const taken = waiting;
      waiting = noChanges();
      try {
        const messages = await messagesOf({ db, tellLeftOut }, taken, (room) => audience.isJoined(room));
        for (const message of messages) audience.send(message);
        if (messages.length > 0) audience.sent();
      } catch (error) {
        log.warn({ err: error }, 'reading what changed');
        // It stays due: the next update, a second away at most where the projector lives, tries again.
        for (const [key, hour] of taken.hours) waiting.hours.set(key, hour);
        for (const id of taken.calls) waiting.calls.add(id);
        for (const key of taken.campaigns) waiting.campaigns.add(key);
        break;
      }
    }
    flushing = null;
  };
  const lost = (): void => {
    waiting = noChanges();
    audience.resync();
  };

  return {
    lost,
    updated(update) {
      addChanges(waiting, update);
      if (waiting.hours.size + waiting.calls.size > MOST_WAITING) {
        waiting = noChanges();
        audience.cutOff();
      } else if (waiting.hours.size + waiting.calls.size > 0) flushing ??= flush();
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
