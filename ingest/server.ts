/** Ingest's HTTP server: the hot webhook route straight on node:http, everything else through Koa. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import Koa from 'koa';
import type { Db } from 'mongodb';
import { closeServer } from '../ops/process/http.ts';
import { addressOf } from './address.ts';
import { writeAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import { BODY_LIMITS, createBodies } from './body.ts';
import type { BodyLimits } from './body.ts';
import type { Endpoint, Endpoints } from './endpoints.ts';
import { rowOf } from './fates.ts';
import type { CommitLimits } from './group-commit.ts';
import { createKeepParts } from './keeper.ts';
import type { IngestObserver } from './observe.ts';
import { methodsOf, receive } from './receive.ts';
import { createFlood } from './flood.ts';
import type { FloodLimits } from './flood.ts';
import { createProofs } from './proofs.ts';
import { createRejected } from './rejected.ts';
import type { RejectedLimits } from './rejected.ts';
import type { RejectedDelivery } from './rejected-delivery.ts';
import { createShares } from './shares.ts';
import type { Shares } from './shares.ts';
import { createSpool, SPOOL_FOLDER, SPOOL_LIMITS } from './spool.ts';
import type { SpoolLimits } from './spool.ts';

/** What ingest is built from. */
export type IngestParts = {
  db: Db;
  endpoints: Endpoints;
  observer: IngestObserver;
  /** Address that senders use, without path; null for the server's own address. */
  publicUrl: string | null;
  /** Whether recordings are kept; left out, they are only measured. */
  storeAudio?: boolean;
  /** Folder of temporary files for large bodies; left out, one of the system's. */
  spoolFolder?: string;
  limits?: Partial<IngestLimits>;
};

/** The bounds of each part; those left out are its own. */
export type IngestLimits = {
  body: BodyLimits;
  commit: CommitLimits;
  spool: SpoolLimits;
  flood: FloodLimits;
  rejected: RejectedLimits;
  sockets: number;
};

/** Ingest, built and not yet listening. */
export type Ingest = {
  server: Server;
  /** Whether another event may be taken in. */
  hasRoom: () => boolean;
  /** Stops accepting, lets every accepted request be answered, and resolves when nothing is left to write. */
  stop: () => Promise<void>;
};

/**
 * Sockets: a flood must not take all memory. Headers: senders need under 2 KB, and who sends none within the time is let go at
 * the next look. Request: above the longest time a body has, which is cut short where the body is read. Keep-alive above
 * balancers' usual 60 s.
 */
const SERVER = {
  maxConnections: 1_000,
  headersTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  requestTimeout: 130_000,
  keepAliveTimeout: 65_000,
};

/**
 * Builds ingest.
 * @param parts database, endpoints, bounds and who is told of its work
 */
export function createIngest(parts: IngestParts): Ingest {
  const { db, endpoints, observer, limits = {} } = parts;
  const keeping = createKeepParts({
    db,
    observer,
    storeAudio: parts.storeAudio ?? false,
    isAnswering: true,
    ...(limits.commit !== undefined && { limits: limits.commit }),
    onFlush: (documents) => {
      observer.flushed(documents);
      observer.queued(room.depth(), spool.bytes());
    },
  });
  const { commit, room } = keeping;
  const bodyLimits = limits.body ?? BODY_LIMITS;
  const spoolLimits = limits.spool ?? SPOOL_LIMITS;
  const shares = createShares({
    sockets: limits.sockets ?? SERVER.maxConnections,
    bodyBytes: bodyLimits.allBytes,
    spoolBytes: spoolLimits.totalBytes,
  });
  const spool = createSpool(parts.spoolFolder ?? SPOOL_FOLDER, shares, spoolLimits);
  const proofs = createProofs(db, observer.failed);
  const rejected = createRejected({
    collection: db.collection<RejectedDelivery>('rejected'),
    isProved: proofs.isProved,
    ...(limits.rejected !== undefined && { limits: limits.rejected }),
    onLost: observer.lost,
  });
  const receiving = {
    ...keeping,
    rejected,
    proofs,
    flood: createFlood(limits.flood),
    spool,
    shares,
    observer,
    bodyLimits,
    readBody: createBodies(bodyLimits, shares),
    publicUrl: () => parts.publicUrl ?? own,
  };
  let stopping = false;

  async function handleWebhook(exchange: Exchange, endpoint: Endpoint): Promise<void> {
    const began = performance.now();
    let answer: Answer;
    try {
      answer = await receive(receiving, exchange.request, endpoint);
    } catch (error) {
      observer.failed('receiving a webhook', error);
      answer = { fate: 'failed' };
    }
    observer.decided(endpoint.provider.name, answer.fate);
    observer.queued(room.depth(), spool.bytes());
    if (rowOf(answer.fate).status === 200) observer.acknowledged(performance.now() - began);
    const empty = endpoint.provider.emptyAnswer;
    writeAnswer(exchange, answer, { empty, closing: stopping, methods: methodsOf(endpoint) });
  }

  const cold = createCold(observer).callback();
  const server = createServer(SERVER, (request, response) => {
    const endpoint = endpoints(request.url ?? '');
    if (endpoint === null) void cold(request, response);
    else void handleWebhook({ request, response }, endpoint);
  });
  server.maxConnections = limits.sockets ?? SERVER.maxConnections;
  server.on('connection', (socket) => admit(socket, shares, observer));
  /** Kept, since a server that has stopped listening has no address, and still has requests to answer. */
  let own = '';
  server.once('listening', () => (own = ownAddress(server)));

  return {
    server,
    hasRoom: room.hasRoom,
    stop: async () => {
      stopping = true;
      await closeServer(server);
      await Promise.all([commit.idle(), rejected.idle(), proofs.idle()]);
    },
  };
}

/** An address has so many connections at most; one more is closed before it is read. */
function admit(socket: Socket, shares: Shares, observer: IngestObserver): void {
  const address = addressOf(socket);
  if (shares.take(address, 'sockets', 1)) {
    socket.once('close', () => shares.give(address, 'sockets', 1));
  } else {
    observer.crowded();
    socket.destroy();
  }
}

type Exchange = { request: IncomingMessage; response: ServerResponse };

/** Everything that is no webhook. */
function createCold(observer: IngestObserver): Koa {
  const app = new Koa();
  app.silent = true;
  app.on('error', (error: unknown) => observer.failed('answering a request', error));
  app.use((context) => {
    observer.decided(null, 'not_found');
    context.status = 404;
    context.body = { success: false, error: 'Not found', timestamp: new Date().toISOString() };
  });
  return app;
}

/** The address the server listens on, for senders on the same machine. */
function ownAddress(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('ingest does not listen on a port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
