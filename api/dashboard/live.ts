/** The page's one socket: running calls as they change, campaigns, and the word that numbers of the slice on show have changed. */
import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '../socket-events.ts';
import { API_BASE_URL } from './api-base.ts';
import { liveCall, type LiveCall } from './calls.ts';
import { isFields, listOf, numberIn, textIn } from './fields.ts';
import type { Connection } from './freshness.ts';
import { createReplayPoint } from './replay-point.ts';
import { returnsInMs } from './return.ts';

/** Who is told what the socket brings. */
export type LiveListener = {
  onConnection(connection: Connection): void;
  onCall(call: LiveCall): void;
  onActive(calls: LiveCall[], sequence: number): void;
  onCampaign(): void;
  /** Buckets of the slice on show have changed: what GET answers is another now. */
  onNumbers(): void;
  /** Anything on show may be wrong: load again. */
  onResync(): void;
  onRefused(text: string): void;
};
/** The socket. */
export type Live = {
  /** Follows a slice from now on, and after every break; named as rooms are, such as `agent:a1`. */
  follow(slice: string): void;
  /** Asks for the list of running calls, against whatever a push could not say. */
  askActive(): void;
  /**
   * Follows one call and what is said in it from now on, and after every break.
   * @param callId any id of the call
   * @param told given the acknowledgement, then each update, as they come
   * @returns ends it
   */
  followCall(callId: string, told: (followed: unknown) => void): () => void;
  /** Connects anew, with the cookie of a sign-in. */
  reconnect(): void;
};

/** Names and arguments are the server's own. */
type PageSocket = Socket<ServerToClient, ClientToServer>;

const VIEWS = ['duration', 'outcome', 'sentiment'] as const;
const ACKNOWLEDGED_WITHIN_MS = 10_000;
/** A server that did not answer in time is asked again, as after a refusal that says when. */
const UNANSWERED = { retryAfterSeconds: 2 };

/** A join was refused; `data` is the acknowledgement, which says when to ask again. */
class JoinRefused extends Error {
  readonly data: unknown;
  constructor(message: string, data: unknown) {
    super(message);
    this.data = data;
  }
}

/**
 * Opens the socket; it connects again by itself, for ever.
 * @param listener who is told
 * @returns what the page asks of it
 */
export function openLive(listener: LiveListener): Live {
  // WebSocket first: long polling would need sticky sessions behind a balancer.
  const options = { path: '/socket.io', transports: ['websocket', 'polling'], reconnectionDelayMax: 3_000 };
  const socket: PageSocket =
    API_BASE_URL === '' ? io(options) : io(API_BASE_URL, { ...options, withCredentials: true });
  let slice = 'all';
  const followed = new Map<string, (followed: unknown) => void>();
  const hearOf = (callId: string): void => {
    // What is refused or not answered is shown as HTTP gives it.
    acknowledged(socket, callId).then(
      (answer) => followed.get(callId)?.(answer),
      () => undefined,
    );
  };
  const point = createReplayPoint();
  const seen = (payload: unknown): void => point.seen(sequenceOf(payload));
  const asked = (event: 'subscribe:calls' | 'subscribe:campaigns') =>
    socket.timeout(ACKNOWLEDGED_WITHIN_MS).emitWithAck(event);
  const join = async (attempt: number): Promise<void> => {
    const from = point.from();
    const wholly = [asked('subscribe:calls'), asked('subscribe:campaigns')];
    for (const answer of await Promise.all([
      ...wholly,
      ...VIEWS.map((view) => subscribe(socket, view, slice)),
    ]))
      seen(accepted(answer));
    if (!point.isUnderWay(attempt)) return;
    if (from > 0) accepted(await socket.timeout(ACKNOWLEDGED_WITHIN_MS).emitWithAck('replay', { from }));
    if (!point.isUnderWay(attempt)) return;
    if (point.succeeded() === 'reload') listener.onResync();
    listener.onConnection('live');
    listener.onNumbers();
  };
  const rejoin = (): void => {
    if (!socket.connected) return;
    const attempt = point.begin();
    join(attempt).catch((error: unknown) => {
      // Broken off, or overtaken by another: that one tells how it went.
      if (!point.isUnderWay(attempt)) return;
      listener.onRefused(error instanceof Error ? error.message : 'Live updates did not start');
      const waitMs = returnsInMs(error instanceof JoinRefused ? error.data : UNANSWERED, chance());
      if (waitMs !== null) setTimeout(() => point.isUnderWay(attempt) && rejoin(), waitMs);
    });
  };

  socket.on('connect', () => {
    rejoin();
    for (const callId of followed.keys()) hearOf(callId);
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    point.broke();
    listener.onConnection('reconnecting');
    const waitMs = socket.active ? null : returnsInMs(error.data, chance());
    if (waitMs !== null) setTimeout(() => socket.connect(), waitMs);
  });
  socket.on('disconnect', (reason) => {
    point.broke();
    listener.onConnection('reconnecting');
    // The server hung up on purpose (overflow, restart): the client does not come back by itself from that one reason.
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), 1_000);
  });
  socket.on('view_update', (payload: unknown) => {
    seen(payload);
    listener.onNumbers();
  });
  socket.on('call_update', (payload: unknown) => {
    seen(payload);
    const call = liveCall(payload);
    if (call !== null) listener.onCall(call);
  });
  socket.on('active_calls', (list: unknown, truth: unknown) => {
    seen(truth);
    const calls = listOf(list)?.map(liveCall);
    if (calls !== undefined)
      listener.onActive(
        calls.filter((call) => call !== null),
        sequenceOf(truth),
      );
  });
  socket.on('followed_call_update', (update: unknown) => {
    const callId = isFields(update) ? textIn(update, 'callId') : null;
    if (callId !== null) followed.get(callId)?.(update);
  });
  socket.on('campaign_update', (payload: unknown) => {
    seen(payload);
    listener.onCampaign();
  });
  socket.on('resync', () => {
    point.forget();
    listener.onResync();
  });
  socket.on('error_update', (payload: unknown) => {
    listener.onRefused((isFields(payload) && textIn(payload, 'error')) || 'Live updates failed');
  });

  return {
    follow(next) {
      if (next === slice) return;
      if (socket.connected) for (const view of VIEWS) socket.emit('unsubscribe:view', roomOf(view, slice));
      slice = next;
      rejoin();
    },
    askActive() {
      if (socket.connected) socket.emit('get:active_calls');
    },
    followCall(callId, told) {
      followed.set(callId, told);
      if (socket.connected) hearOf(callId);
      return () => {
        followed.delete(callId);
        if (socket.connected) socket.emit('unsubscribe:call', { callId });
      };
    },
    reconnect() {
      socket.disconnect().connect();
    },
  };
}

/** From 0 to 1. */
function chance(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}

/** From now on: what was before is loaded over HTTP. */
function roomOf(view: string, slice: string) {
  return { view, window: 'hourly', slice, from: new Date().toISOString() };
}

async function subscribe(socket: PageSocket, view: string, slice: string): Promise<unknown> {
  return (await socket
    .timeout(ACKNOWLEDGED_WITHIN_MS)
    .emitWithAck('subscribe:view', roomOf(view, slice))) as unknown;
}

/** An acknowledgement that is no refusal. */
function accepted(answer: unknown): unknown {
  const refusal = isFields(answer) ? textIn(answer, 'error') : null;
  if (refusal !== null) throw new JoinRefused(refusal, answer);
  return answer;
}

async function acknowledged(socket: PageSocket, callId: string): Promise<unknown> {
  return (await socket.timeout(ACKNOWLEDGED_WITHIN_MS).emitWithAck('subscribe:call', { callId })) as unknown;
}

function sequenceOf(value: unknown): number {
  return isFields(value) ? (numberIn(value, 'sequence') ?? 0) : 0;
}
