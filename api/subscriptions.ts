/** What one connected client may ask of the socket: joining and leaving rooms, lists, and what it missed. */
import type { Db } from 'mongodb';
import type { Socket } from 'socket.io';
import type { Log } from '../ops/process/log.ts';
import { WINDOWS, type StoredUpdate } from '../projector/contract.ts';
import { bucketRow } from './combine.ts';
import type { FollowedCalls } from './followed-calls.ts';
import type { LeftOut } from './malformed.ts';
import { messagesOf, type Message, type Send } from './messages.ts';
import type { Push } from './push.ts';
import { MOST_PERIODS } from './range.ts';
import { Refusal, retryAfterSeconds } from './refusal.ts';
import type { CallRepository } from './repositories/call.repository.ts';
import { changedSince, type CampaignRepository } from './repositories/campaign.repository.ts';
import { inTime } from './repositories/snapshot.ts';
import type { ViewRepository } from './repositories/view.repository.ts';
import type { Viewer } from './scopes.ts';
import type { ClientToServer } from './socket-events.ts';
import { CALLS_ROOM, CAMPAIGNS_ROOM, instantAsked, roomAsked, roomName } from './rooms.ts';
import { createWaiting, thingsIn } from './waiting.ts';

/** What answers are made of; `nowMs` is the present in ms since 1970. */
export type SubscriptionParts = {
  db: Db;
  views: ViewRepository;
  calls: CallRepository;
  campaigns: CampaignRepository;
  nowMs: () => number;
  log: Log;
  /** Told of rows that an answer left out. */
  tellLeftOut: (leftOut: LeftOut) => void;
  /** The order that answers keep with pushes. */
  inTurn: Push['inTurn'];
  followed: FollowedCalls;
  /** Lets this client ask once more; throws a Refusal where its key is no longer good, or it asks too often. */
  mayAsk: (cost: number) => Promise<Viewer>;
};

/** Sends this client an event, or what a round would send to a room of it. */
type ToClient = { send: Send; tell: (message: Message) => void };
type Acknowledge = (answer: object) => void;
type Answerer = (payload: unknown, viewer: Viewer) => Promise<object | undefined>;

/** A page joins a handful. */
const MOST_ROOMS = 100;
/** Beyond this many updates, or things that changed in one room, loading again is quicker than being told. */
const MOST_REPLAYED = 5_000;
const MOST_THINGS = 2_000;
const MOST_CAMPAIGNS = 100;
/** As over HTTP. */
const TRANSCRIPT_COST = 5;

/**
 * Answers a client until it goes.
 * @param parts repositories and log
 * @param socket the client
 * @param toClient sends it an event
 */
export function answerClient(parts: SubscriptionParts, socket: Socket, toClient: ToClient): void {
  const { send } = toClient;
  // One after the other for one client: a later answer is never true at an earlier sequence.
  let before: Promise<unknown> = Promise.resolve();
  const on = (event: keyof ClientToServer, answer: Answerer, cost = 1): void => {
    socket.on(event, (...args: unknown[]) => {
      const acknowledge = args.findLast((one): one is Acknowledge => typeof one === 'function');
      const payload = typeof args[0] === 'function' ? undefined : args[0];
      const answering = before.then(() =>
        parts.mayAsk(cost).then((viewer) =>
          parts.inTurn(async () => {
            // It has gone meanwhile: nothing may be joined that nobody leaves.
            if (!socket.connected) return;
            const answered = await answer(payload, viewer);
            acknowledge?.(answered ?? {});
          }),
        ),
      );
      before = answering.catch((error: unknown) => {
        const text = error instanceof Refusal ? error.message : `Error answering ${event}`;
        if (!(error instanceof Refusal)) parts.log.error({ err: error, event }, 'answering a socket');
        const refused = { error: text, retryAfterSeconds: retryAfterSeconds(error) };
        if (acknowledge !== undefined) acknowledge(refused);
        else send('error_update', { ...refused, event });
      });
    });
  };
  const sendCalls = async (): Promise<{ sequence: number }> => {
    const { calls, moment } = await parts.calls.active();
    parts.tellLeftOut(moment.leftOut);
    send('active_calls', calls, { sequence: moment.sequence });
    return { sequence: moment.sequence };
  };
  const sendCampaigns = async (): Promise<{ sequence: number }> => {
    const { campaigns, moment } = await parts.campaigns.active();
    send('active_campaigns', campaigns, { sequence: moment.sequence });
    return { sequence: moment.sequence };
  };

  on('subscribe:calls', async () => {
    await socket.join(CALLS_ROOM);
    return sendCalls();
  });
  on('subscribe:campaigns', async () => {
    await socket.join(CAMPAIGNS_ROOM);
    return sendCampaigns();
  });
  on('get:active_calls', sendCalls);
  on('get:active_campaigns', sendCampaigns);
  on('subscribe:view', (payload) => joinView(parts, socket, payload));
  const leave = async (room: string): Promise<undefined> => {
    await socket.leave(room);
  };
  on('unsubscribe:calls', () => leave(CALLS_ROOM));
  on('unsubscribe:campaigns', () => leave(CAMPAIGNS_ROOM));
  on('unsubscribe:view', async (payload) => leave(roomName(roomAsked(payload))));
  const callId = (payload: unknown): string => {
    const id = fieldIn(payload, 'callId');
    if (typeof id === 'string' && id !== '') return id;
    throw new Refusal('callId must be the id of a call');
  };
  on(
    'subscribe:call',
    (payload, viewer) =>
      parts.followed.follow(
        { id: socket.id, tell: (update) => send('followed_call_update', update) },
        callId(payload),
        viewer,
      ),
    TRANSCRIPT_COST,
  );
  on('unsubscribe:call', (payload) => {
    parts.followed.leave(socket.id, callId(payload));
    return Promise.resolve(undefined);
  });
  socket.on('disconnect', () => parts.followed.drop(socket.id));
  on('replay', (payload) => replay(parts, { socket, ...toClient }, payload));
}

/** Joins first and reads then: what is committed in between comes as a push, after this answer. */
async function joinView(
  { views, nowMs, tellLeftOut }: SubscriptionParts,
  socket: Socket,
  payload: unknown,
): Promise<object> {
  const room = roomAsked(payload);
  const lengthMs = WINDOWS[room.window];
  const fromMs = Math.floor(instantAsked('from', fieldIn(payload, 'from')) / lengthMs) * lengthMs;
  if ((nowMs() - fromMs) / lengthMs > MOST_PERIODS)
    throw new Refusal(`from lies more than ${MOST_PERIODS} buckets back`);
  const name = roomName(room);
  const wasJoined = socket.rooms.has(name);
  if (!wasJoined && socket.rooms.size >= MOST_ROOMS)
    throw new Refusal(`A client may join ${MOST_ROOMS} rooms at most`);
  await socket.join(name);
  const { moment, buckets } = await views.since({ ...room, atMs: fromMs }).catch(async (error: unknown) => {
    // Whoever is told that it has not joined is not pushed to.
    if (!wasJoined) await socket.leave(name);
    throw error;
  });
  tellLeftOut(moment.leftOut);
  const asOfMs = moment.at?.getTime() ?? null;
  return {
    sequence: moment.sequence,
    buckets: buckets.map((bucket) => ({
      at: new Date(bucket.atMs).toISOString(),
      revision: bucket.revision,
      bucket: bucketRow(bucket, asOfMs),
    })),
  };
}

/** Sends the present state of what changed after a sequence in the client's rooms. */
async function replay(
  { db, tellLeftOut }: SubscriptionParts,
  { socket, send, tell }: { socket: Socket } & ToClient,
  payload: unknown,
): Promise<undefined> {
  const from =
    typeof payload === 'object' && payload !== null && 'from' in payload ? payload.from : undefined;
  if (typeof from !== 'number' || !Number.isSafeInteger(from) || from < 0)
    throw new Refusal('from must be a sequence number');
  const missed = await inTime(() =>
    db
      .collection<StoredUpdate>('updates')
      .find({ _id: { $gte: from } }, { projection: { events: 0 } })
      .sort({ _id: 1 })
      .limit(MOST_REPLAYED + 1)
      .toArray(),
  );
  // The client's last one must still be held: else what followed it may be gone, or comes from another history.
  if (
    missed.length === 0 ||
    missed.length > MOST_REPLAYED ||
    missed.some((one, index) => one._id !== from + index) ||
    missed.slice(1).some((one) => one.all === true)
  ) {
    send('resync');
    return;
  }
  const changed = createWaiting((room) => ({
    pauseMs: 0,
    most: room === CAMPAIGNS_ROOM ? MOST_CAMPAIGNS : MOST_THINGS,
  }));
  for (const update of missed.slice(1)) thingsIn(update, (room) => socket.rooms.has(room), changed.add);
  const [{ at } = { at: new Date(0) }] = missed;
  // Campaigns are written beside the projector: no update names them.
  for (const id of socket.rooms.has(CAMPAIGNS_ROOM) ? await changedSince(db, at, MOST_CAMPAIGNS + 1) : [])
    changed.add(CAMPAIGNS_ROOM, { kind: 'campaign', id });
  const things = changed.take(0);
  if (changed.count() > 0) {
    send('resync');
    return;
  }
  for (const message of await messagesOf({ db, tellLeftOut }, things)) tell(message);
}

function fieldIn(payload: unknown, name: string): unknown {
  const fields: Record<string, unknown> =
    typeof payload === 'object' && payload !== null ? { ...payload } : {};
  return fields[name];
}
