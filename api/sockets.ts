/** The Socket.IO side: rooms, who may join them, and the pushes that committed updates send into them. */
import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Access, Asker } from './access.ts';
import type { Follower } from './follow.ts';
import type { Message, Send } from './messages.ts';
import { SOCKET_EVENTS, type ApiMetrics } from './metrics.ts';
import { createPush, type Push } from './push.ts';
import { Refusal, retryAfterSeconds } from './refusal.ts';
import { CALLS_ROOM, CAMPAIGNS_ROOM } from './rooms.ts';
import type { ConnectRefusal } from './socket-events.ts';
import { answerClient, type SubscriptionParts } from './subscriptions.ts';

/** What the sockets are made of. */
export type SocketParts = Omit<SubscriptionParts, 'inTurn' | 'mayAsk'> & {
  follower: Pick<Follower, 'listen'>;
  access: Access;
  origins: readonly string[];
  metrics?: ApiMetrics;
};

/** The sockets. Emitting before `initSocketServer` is logged and does nothing. */
export type Sockets = {
  /** Serves `/socket.io` on an HTTP server, once. */
  initSocketServer(server: HttpServer): Server;
  emitToRoom(event: string, data: unknown, room: string): void;
  emitCallUpdate(call: object): void;
  emitCampaignUpdate(campaign: object): void;
};

/** A client is noticed to be gone within 15 s; what clients send is short. */
const LIMITS = { pingInterval: 10_000, pingTimeout: 5_000, maxHttpBufferSize: 16_384 };

/** How often a connected client's key is looked at. */
const CHECKED_EACH_MS = 60_000;
/** A connection is some tens of KB for as long as it lasts. */
const CONNECT_COST = 5;
/** A client that leaves this much unread does not keep up; the longest answer is a third of it. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;

/**
 * Makes the sockets; nothing is served yet.
 * @param parts what they work with
 * @returns the sockets
 */
export function createSockets(parts: SocketParts): Sockets {
  const { log, access, origins, metrics } = parts;
  let io: Server | null = null;
  const waitingBytes = new WeakMap<Socket, () => number>();

  const counted = (event: string): void => {
    const known = SOCKET_EVENTS.find((one) => one === event);
    if (known !== undefined) metrics?.handles.emits.inc({ event: known });
  };
  const emitToRoom = (event: string, data: unknown, room: string): void => {
    if (io === null) {
      log.warn({ event, room }, 'Socket.IO not initialized');
      return;
    }
    io.to(room).emit(event, data);
    counted(event);
  };
  /** What it is owed will not be sent: it loads again, and comes back when it can. */
  const cutOff = (socket: Socket): void => {
    log.info({ socket: socket.id, waitingBytes: waitingBytes.get(socket)?.() }, 'socket cut off');
    socket.emit('resync');
    counted('resync');
    socket.disconnect(true);
  };
  /** Whoever's key is no longer good goes; while nobody can be asked, they stay. */
  const stay = async (socket: Socket): Promise<void> => {
    try {
      if (await access.isGood(askerOf(socket))) return;
    } catch (error) {
      log.warn({ err: error }, 'checking the keys of sockets');
      return;
    }
    socket.emit('error_update', {
      ...{ error: 'The key is no longer good', retryAfterSeconds: null },
      event: 'disconnect',
    });
    counted('error_update');
    socket.disconnect(true);
  };
  const connected = (socket: Socket, { inTurn }: Push): void => {
    metrics?.handles.sockets.inc();
    waitingBytes.set(socket, countWaiting(socket));
    log.debug({ socket: socket.id, transport: socket.conn.transport.name }, 'socket connected');
    socket.on('disconnect', (reason) => {
      metrics?.handles.sockets.dec();
      log.debug({ socket: socket.id, reason }, 'socket disconnected');
    });
    const mayAsk = (cost: number) => access.admit(askerOf(socket), { scope: 'read', cost });
    const send: Send = (event, ...data) => {
      socket.emit(event, ...data);
      counted(event);
    };
    const tell = ({ event, payload }: Message): void => {
      socket.emit(event, payload);
      counted(event);
    };
    answerClient({ ...parts, inTurn, mayAsk }, socket, { send, tell });
  };

  return {
    emitToRoom,
    emitCallUpdate: (call) => emitToRoom('call_update', call, CALLS_ROOM),
    emitCampaignUpdate: (campaign) => emitToRoom('campaign_update', campaign, CAMPAIGNS_ROOM),
    initSocketServer(server) {
      if (io !== null) throw new Error('the sockets are served already');
      const served = new Server(server, {
        ...LIMITS,
        path: '/socket.io',
        // Long polling needs sticky sessions behind a balancer.
        transports: ['websocket', 'polling'],
        perMessageDeflate: false,
        serveClient: false,
        cors: { origin: [...origins], methods: ['GET', 'POST'], credentials: true },
        // CORS says who may read an answer; only this refuses a WebSocket from a foreign page.
        allowRequest: ({ headers }, decide) => decide(null, access.isFriendlyOrigin(headers)),
      });
      io = served;
      served.use((socket, next) => {
        access.admit(askerOf(socket), { scope: 'read', cost: CONNECT_COST }).then(
          () => next(),
          (error: unknown) => next(refusedConnection(error)),
        );
      });
      const checking = setInterval(() => {
        for (const socket of served.sockets.sockets.values()) void stay(socket);
      }, CHECKED_EACH_MS);
      checking.unref();
      server.once('close', () => clearInterval(checking));
      const push = createPush({
        db: parts.db,
        tellLeftOut: parts.tellLeftOut,
        followed: parts.followed,
        log,
        audience: {
          isJoined: (room) => served.sockets.adapter.rooms.has(room),
          send: ({ event, payload, room }) => emitToRoom(event, payload, room),
          resync: () => {
            served.emit('resync');
            counted('resync');
          },
          cutOff: () => {
            for (const socket of served.sockets.sockets.values()) cutOff(socket);
          },
          sent: () => {
            for (const socket of served.sockets.sockets.values())
              if ((waitingBytes.get(socket)?.() ?? 0) > MOST_WAITING_BYTES) cutOff(socket);
          },
        },
      });
      parts.follower.listen(push);
      served.on('connection', (socket) => connected(socket, push));
      return served;
    },
  };
}

/** Why nobody was let in, in the form in which the library sends it on. */
function refusedConnection(error: unknown): Error & { data: ConnectRefusal } {
  const { message, status } = error instanceof Refusal ? error : new Refusal('Error checking the key', 503);
  return Object.assign(new Error(message), { data: { status, retryAfterSeconds: retryAfterSeconds(error) } });
}

/** Counts what was sent to a client and its connection has not taken yet. */
function countWaiting(socket: Socket): () => number {
  let waiting = 0;
  socket.conn.on('packetCreate', ({ data }: { data?: unknown }) => {
    waiting += typeof data === 'string' ? data.length : 0;
  });
  socket.conn.on('flush', () => (waiting = 0));
  return () => waiting;
}

/** Who is connected: by the key it sends itself, else by what its first request brought. */
function askerOf({ handshake }: Socket): Asker {
  const key: unknown = handshake.auth.key;
  return {
    headers: handshake.headers,
    address: handshake.address,
    key: typeof key === 'string' ? key : undefined,
  };
}
