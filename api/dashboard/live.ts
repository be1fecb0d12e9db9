/** The page's one socket: subscribes to what is on show, hands on each change, and after a break asks for what it missed. */
import { io, type Socket } from 'socket.io-client';
import { API_BASE_URL } from './api-base.ts';
import { liveCall, type LiveCall } from './calls.ts';
import { isFields, textIn } from './fields.ts';
import type { Connection } from './freshness.ts';
import type { Range } from './range.ts';
import {
  activeList,
  sequenceOf,
  subscribed,
  VIEW_NAMES,
  viewUpdate,
  type ActiveList,
  type BucketChange,
  type ViewName,
} from './updates.ts';

/** Who is told what the socket brings. */
export type LiveListener = {
  onConnection(connection: Connection): void;
  onBuckets(changes: readonly BucketChange[]): void;
  onCall(call: LiveCall): void;
  onActive(list: ActiveList): void;
  /** Numbers on show may be wrong: load again. */
  onResync(): void;
  /** Something was pushed: it had been committed moments before. */
  onPush(): void;
  onRefused(text: string): void;
};
/** The socket, once connected. */
export type Live = {
  /** Follows a range from now on, and after every break. */
  follow(range: Range): void;
  /** Asks for the list of running calls, against whatever a push could not say. */
  askActive(): void;
};

const ACKNOWLEDGED_WITHIN_MS = 10_000;

/**
 * Opens the socket; it connects again by itself, for ever.
 * @param listener who is told
 * @returns what the page asks of it
 */
export function openLive(listener: LiveListener): Live {
  // WebSocket first: long polling would need sticky sessions behind a balancer.
  const options = { path: '/socket.io', transports: ['websocket', 'polling'], reconnectionDelayMax: 5000 };
  const socket = API_BASE_URL === '' ? io(options) : io(API_BASE_URL, options);
  let range: Range | null = null;
  let lastSequence = 0;
  const seen = (sequence: number): void => {
    lastSequence = Math.max(lastSequence, sequence);
  };

  const join = async (): Promise<void> => {
    const joined = range;
    if (joined === null || !socket.connected) return;
    // Replay starts at what was seen before the break, not at what the acknowledgements below bring.
    const missedFrom = lastSequence;
    socket.emit('subscribe:calls');
    const answers = await Promise.all(VIEW_NAMES.map((view) => subscribe(socket, view, joined)));
    if (range !== joined) return;
    for (const { view, answer } of answers) {
      const buckets = subscribed(view, answer);
      if ('refused' in buckets) {
        listener.onRefused(buckets.refused);
        return;
      }
      seen(sequenceOf(answer));
      listener.onBuckets(buckets);
    }
    if (missedFrom > 0) socket.emit('replay', { from: missedFrom });
    listener.onConnection('live');
  };
  const rejoin = (): void => {
    join().catch(() => listener.onRefused('Live updates did not start'));
  };

  socket.on('connect', rejoin);
  socket.on('disconnect', () => listener.onConnection('reconnecting'));
  socket.on('connect_error', () => listener.onConnection('reconnecting'));
  // The server hung up on purpose (overflow, restart): the client does not come back by itself from that one reason.
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') socket.connect();
  });
  socket.on('view_update', (payload: unknown) => {
    seen(sequenceOf(payload));
    const change = range === null ? null : viewUpdate(payload, range.window);
    if (change !== null) listener.onBuckets([change]);
    listener.onPush();
  });
  socket.on('call_update', (payload: unknown) => {
    seen(sequenceOf(payload));
    const call = liveCall(payload);
    if (call !== null) listener.onCall(call);
    listener.onPush();
  });
  socket.on('active_calls', (list: unknown, truth: unknown) => {
    seen(sequenceOf(truth));
    const active = activeList(list, truth);
    if (active !== null) listener.onActive(active);
  });
  socket.on('resync', () => {
    lastSequence = 0;
    listener.onResync();
  });
  socket.on('error_update', (payload: unknown) => {
    listener.onRefused((isFields(payload) && textIn(payload, 'error')) || 'Live updates failed');
  });

  return {
    follow(next) {
      if (range !== null && range.window !== next.window && socket.connected) leave(socket, range);
      range = next;
      rejoin();
    },
    askActive() {
      if (socket.connected) socket.emit('get:active_calls');
    },
  };
}

function roomOf(view: ViewName, range: Range): Record<string, string> {
  return { view, window: range.window, slice: 'all', from: new Date(range.fromMs).toISOString() };
}

async function subscribe(
  socket: Socket,
  view: ViewName,
  range: Range,
): Promise<{ view: ViewName; answer: unknown }> {
  const answer: unknown = await socket
    .timeout(ACKNOWLEDGED_WITHIN_MS)
    .emitWithAck('subscribe:view', roomOf(view, range));
  return { view, answer };
}

function leave(socket: Socket, range: Range): void {
  for (const view of VIEW_NAMES) socket.emit('unsubscribe:view', roomOf(view, range));
}
