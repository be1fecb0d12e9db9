/** From committed changes to what clients are sent: reads the present state of whatever changed in the rooms that are joined. */
import type { Db } from 'mongodb';
import type { Log } from '../ops/process/log.ts';
import type { ChangedHour } from '../projector/contract.ts';
import { bucketRow } from './combine.ts';
import type { FollowedUpdate, UpdateListener } from './follow.ts';
import type { SocketEvent } from './metrics.ts';
import { callsNamed } from './repositories/call.repository.ts';
import { campaignsNamed } from './repositories/campaign.repository.ts';
import { atOneMoment } from './repositories/snapshot.ts';
import { bucketsNamed, type BucketName } from './repositories/view.repository.ts';
import { bucketsIn, CALLS_ROOM, CAMPAIGNS_ROOM, roomName, sliceName } from './rooms.ts';

/** What changed, each thing once however often it changed. */
export type Changes = { hours: Map<string, ChangedHour>; calls: Set<string> };

/** One event for one room. */
export type Message = { room: string; event: SocketEvent; payload: object };

/** Whom pushes go to. */
export type Audience = {
  isJoined(room: string): boolean;
  send(message: Message): void;
  /** Tells everyone to load again. */
  resync(): void;
};

/** What the pushing is made of. */
export type PushParts = { db: Db; log: Log; audience: Audience };

/** With more waiting than this, loading again is cheaper for everyone than being told. */
const MOST_WAITING = 20_000;

/**
 * Adds what an update changed.
 * @param changes what is added to, in place
 * @param update a committed update
 */
export function addChanges(
  changes: Changes,
  update: Pick<FollowedUpdate, 'buckets' | 'calls' | 'merged'>,
): void {
  for (const hour of update.buckets)
    changes.hours.set(JSON.stringify([hour.d, hour.k, hour.at.getTime()]), hour);
  for (const id of [...update.calls, ...update.merged]) changes.calls.add(id);
}

/**
 * Reads the present state of what changed.
 * @param db the database
 * @param changes what changed
 * @param isJoined whether anyone is in a room; what nobody sees is not read
 * @returns one message a changed bucket, call or campaign, all true at one sequence
 * @throws DatabaseAway where the database cannot be asked
 */
export async function messagesOf(
  db: Db,
  changes: Changes,
  isJoined: (room: string) => boolean,
): Promise<Message[]> {
  const buckets = new Map<string, BucketName>();
  const campaigns = new Set<string>();
  for (const hour of changes.hours.values()) {
    if (hour.d === 'campaign' && hour.k !== null && isJoined(CAMPAIGNS_ROOM)) campaigns.add(hour.k);
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

/**
 * Makes the pushing: an update is sent at once; what is committed while a read runs gathers, and goes out after it as one.
 * @param parts database, log and audience
 * @returns what the follower tells of updates
 */
export function createPush({ db, log, audience }: PushParts): UpdateListener {
  let waiting: Changes = { hours: new Map(), calls: new Set() };
  let isFlushing = false;

  const flush = async (): Promise<void> => {
    isFlushing = true;
    while (waiting.hours.size > 0 || waiting.calls.size > 0) {
      const taken = waiting;
      waiting = { hours: new Map(), calls: new Set() };
      try {
        const messages = await messagesOf(db, taken, (room) => audience.isJoined(room));
        for (const message of messages) audience.send(message);
      } catch (error) {
        log.warn({ err: error }, 'reading what changed');
        // It stays due: the next update, a second away at most where the projector lives, tries again.
        waiting = {
          hours: new Map([...taken.hours, ...waiting.hours]),
          calls: new Set([...taken.calls, ...waiting.calls]),
        };
        break;
      }
    }
    isFlushing = false;
  };
  const lost = (): void => {
    waiting = { hours: new Map(), calls: new Set() };
    audience.resync();
  };

  return {
    lost,
    updated(update) {
      addChanges(waiting, update);
      if (waiting.hours.size + waiting.calls.size > MOST_WAITING) lost();
      else if (!isFlushing) void flush();
    },
  };
}
