/** The page's one socket: running calls as they change, campaigns, and the word that numbers of the slice on show have changed. */
import { io } from 'socket.io-client';
import { API_BASE_URL } from './api-base.ts';
import { askAll, askCall, askList, askReplay, askView, refusalIn, roomOf, type PageSocket } from './asks.ts';
import { liveCall, type LiveCall } from './calls.ts';
import { isFields, listOf, numberIn, textIn } from './fields.ts';
import type { Connection } from './freshness.ts';
import { createReplayPoint } from './replay-point.ts';
import { createReturn } from './return.ts';

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

const VIEWS = ['duration', 'outcome', 'sentiment'] as const;

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
  const later = createReturn(chance);
  const hearOf = (callId: string): void => {
    const { id } = socket;
    const isWanted = (): boolean => socket.connected && socket.id === id && followed.has(callId);
    if (!isWanted()) return;
    askCall(socket, callId).then(
      (answer) => followed.get(callId)?.(answer),
      (error: unknown) => {
        if (!isWanted()) return;
        // Until it is answered the call is shown as HTTP gives it.
        followed.get(callId)?.(null);
        later.after(refusalIn(error), () => hearOf(callId));
      },
    );
  };
  const point = createReplayPoint();
  /** What was granted on this connection, for this slice. */
  let granted = new Set<string>();
  const seen = (payload: unknown): void => point.seen(sequenceOf(payload));
  /** Joins what is on show; false where it was broken off or overtaken by another: that one tells how it went. */
  const join = async (attempt: number): Promise<boolean> => {
    const from = point.from();
    const heard = (ask: () => Promise<unknown>) => async () => seen(await ask());
    const views = VIEWS.map((view) => [view, heard(() => askView(socket, view, slice))] as const);
    const asks = {
      calls: heard(() => askList(socket, 'subscribe:calls')),
      campaigns: heard(() => askList(socket, 'subscribe:campaigns')),
      ...Object.fromEntries(views),
    };
    await askAll(asks, granted);
    if (point.isUnderWay(attempt) && from > 0) await askReplay(socket, from);
    return point.isUnderWay(attempt);
  };
  const joined = (): void => {
    later.granted();
    if (point.succeeded() === 'reload') listener.onResync();
    listener.onConnection('live');
    listener.onNumbers();
  };
  const rejoin = (): void => {
    if (!socket.connected) return;
    const attempt = point.begin();
    join(attempt).then(
      (isWhole) => {
        if (isWhole) joined();
      },
      (error: unknown) => {
        if (!point.isUnderWay(attempt)) return;
        listener.onRefused(error instanceof Error ? error.message : 'Live updates did not start');
        later.after(refusalIn(error), () => point.isUnderWay(attempt) && rejoin());
      },
    );
  };

  socket.on('connect', () => {
    granted = new Set();
    rejoin();
    for (const callId of followed.keys()) hearOf(callId);
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    point.broke();
    listener.onConnection('reconnecting');
    if (!socket.active) later.after(error.data, () => socket.connect());
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
      granted = new Set();
      rejoin();
    },
    askActive() {
      // Refused or not answered: the next time it is.
      if (socket.connected) askList(socket, 'get:active_calls').catch(() => undefined);
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

function sequenceOf(value: unknown): number {
  return isFields(value) ? (numberIn(value, 'sequence') ?? 0) : 0;
}
