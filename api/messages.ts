/** From what changed to what clients are sent: the present state of each thing, all read at one moment. */
import type { Db } from 'mongodb';
import { bucketRow, type Row } from './combine.ts';
import type { FollowedCall, FollowedCallUpdate } from './followed-calls.ts';
import type { LeftOut } from './malformed.ts';
import { callsNamed } from './repositories/call.repository.ts';
import { campaignsNamed, type LiveCampaign } from './repositories/campaign.repository.ts';
import { atOneMoment, type Snapshot } from './repositories/snapshot.ts';
import { bucketsNamed } from './repositories/view.repository.ts';
import { CALLS_ROOM, CAMPAIGNS_ROOM, roomName, sliceName } from './rooms.ts';
import type { ShownCall } from './shown-call.ts';
import type { ServerToClient } from './socket-events.ts';
import type { Thing, Things } from './waiting.ts';

/** What the server puts into payloads; instants become ISO text on their way. */
export type Sent = ServerToClient<{
  call: ShownCall;
  campaign: LiveCampaign;
  bucket: Row;
  spoken: FollowedCall;
  grown: FollowedCallUpdate;
}>;
/** Sends one client an event with just the arguments that it has. */
export type Send = <E extends keyof Sent>(event: E, ...data: Parameters<Sent[E]>) => void;
type MessageOf<E extends keyof Sent> = { room: string; event: E; payload: Parameters<Sent[E]>[0] };
/** One event for one room. */
export type Message = MessageOf<'view_update'> | MessageOf<'call_update'> | MessageOf<'campaign_update'>;

/** What messages are read from, and who is told of rows that they left out. */
export type MessageParts = { db: Db; tellLeftOut: (leftOut: LeftOut) => void };

/** What could not be read is read again, with all that has changed since: to give up early would be to begin ever again. */
const MOST_MS = 30_000;

/**
 * Reads the present state of what changed.
 * @param parts the database, and who is told of rows left out
 * @param things what changed
 * @returns one message a changed bucket, call or campaign, all true at one sequence
 * @throws DatabaseAway where the database cannot be asked
 */
export async function messagesOf({ db, tellLeftOut }: MessageParts, things: Things): Promise<Message[]> {
  const all = [...things.values()].flatMap((ofRoom) => [...ofRoom.values()]);
  if (all.length === 0) return [];
  return atOneMoment(
    db,
    async (snapshot) => {
      const messages = await messagesAt(snapshot, all);
      tellLeftOut(snapshot.moment.leftOut);
      return messages;
    },
    MOST_MS,
  );
}

async function messagesAt(snapshot: Snapshot, all: readonly Thing[]): Promise<Message[]> {
  const calls = all.flatMap((one) => (one.kind === 'call' ? one.id : []));
  const buckets = all.flatMap((one) => (one.kind === 'bucket' ? one.bucket : []));
  const { sequence, at } = snapshot.moment;
  const asOfMs = at?.getTime() ?? null;
  const [changedBuckets, changedCalls, changedCampaigns] = await Promise.all([
    bucketsNamed(snapshot, buckets),
    calls.length === 0 ? [] : callsNamed(snapshot, calls),
    campaignsNamed(snapshot, campaignsIn(all)),
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
}

function campaignsIn(all: readonly Thing[]): { keys: string[]; ids: string[] } {
  const campaigns = all.filter((one) => one.kind === 'campaign');
  return {
    keys: campaigns.flatMap((one) => ('key' in one ? one.key : [])),
    ids: campaigns.flatMap((one) => ('id' in one ? one.id : [])),
  };
}
