/** The connection to the replica set, with the settings that are safe: bounded waits, majority and journal, no compression. */
import { MongoClient, MongoError, type Db } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWaitsOfEnded } from './ended-connections.ts';
import type { Log } from './log.ts';

/** How long the database may take to say that it is there. */
const READY_MS = 1_000;

/** The database is not there, or is not what it must be; `code` is the runbook entry. */
export class DatabaseError extends Error {
  readonly code: 'MONGO_UNREACHABLE' | 'MONGO_NOT_REPLICA_SET';
  constructor(code: DatabaseError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An open connection; `ready` says whether the set can be written to within a second, or why not. */
export type Mongo = {
  client: MongoClient;
  db: Db;
  ready(): Promise<true | string>;
  close(): Promise<void>;
};

/** Where to connect, under which name, with how many sockets at most. */
export type MongoPlan = {
  uri: string;
  database: string;
  appName: string;
  log: Log;
  poolSize?: number;
  /** How long a start waits for the database. */
  patienceMs?: number;
};

/**
 * Connects, waiting for a while, since a database may start after us.
 * @param plan where and how
 * @returns the connection
 * @throws DatabaseError that says what is missing, without credentials
 */
export async function connectMongo(plan: MongoPlan): Promise<Mongo> {
  const client = new MongoClient(plan.uri, {
    appName: plan.appName,
    maxPoolSize: plan.poolSize ?? 20,
    serverSelectionTimeoutMS: 3_000,
    connectTimeoutMS: 3_000,
    waitQueueTimeoutMS: 2_000,
    // Longer than a change stream's wait for news; a cut connection is noticed after it.
    socketTimeoutMS: 10_000,
    heartbeatFrequencyMS: 2_000,
    compressors: 'none',
    ignoreUndefined: true,
    retryWrites: true,
    retryReads: true,
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true },
  });
  const hosts = client.options.hosts.map((address) => address.toString()).join(', ');
  const until = Date.now() + (plan.patienceMs ?? 10_000);
  for (;;) {
    try {
      await client.connect();
      const hello = await client.db('admin').command({ hello: 1 });
      if (hello.setName === undefined && hello.msg !== 'isdbgrid') {
        await client.close();
        const text = `the MongoDB server at ${hosts} is not a member of a replica set; change streams and transactions need one`;
        throw new DatabaseError('MONGO_NOT_REPLICA_SET', text);
      }
      endWaitsOfEnded(client);
      const db = client.db(plan.database);
      return { client, db, ready: () => ready(db), close: () => client.close() };
    } catch (error) {
      if (error instanceof DatabaseError) throw error;
      if (Date.now() >= until) {
        await client.close();
        const text = `no MongoDB replica set can be reached at ${hosts}; set MONGODB_URI to one that runs`;
        throw new DatabaseError('MONGO_UNREACHABLE', text, { cause: error });
      }
      plan.log.warn({ hosts }, 'waiting for the database');
      await sleep(500);
    }
  }
}

async function ready(db: Db): Promise<true | string> {
  // The driver's own limits are longer: of choosing a server, and of the socket.
  const isThere = await Promise.race([
    db.command({ ping: 1 }).then(
      () => true,
      // Why is in the driver's own log lines; whoever asks wants a sentence.
      () => false,
    ),
    sleep(READY_MS, false, { ref: false }),
  ]);
  return isThere || 'the database does not answer';
}

/** Server codes that mean "not now": no primary, shutting down, stepping down, interrupted, write conflicts, time limits. */
const PASSING_CODES = new Set([
  ...[6, 7, 50, 64, 89, 91, 112, 189, 237, 251, 262, 290, 9001],
  ...[10107, 11600, 11601, 11602, 13435, 13436],
]);
/** Errors that the driver makes of a connection or a set that is away. */
const PASSING_NAMES =
  /^(Mongo)?(Network|ServerSelection|WaitQueue|PoolCleared|PoolClosed|TopologyClosed|NotConnected|OperationTimeout)/;
const PASSING_LABELS = ['RetryableWriteError', 'TransientTransactionError', 'UnknownTransactionCommitResult'];
/** What the operating system says of a connection that is gone or cannot be made. */
const PASSING_SOCKET_CODES = new Set([
  ...['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ECONNABORTED', 'ETIMEDOUT', 'ENOTCONN'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'EAI_AGAIN'],
]);

/**
 * Whether an error means that the database is away for the moment, not that the request is wrong.
 * @param error anything thrown by the driver
 * @returns true where trying again later can help
 */
export function isUnavailable(error: unknown): boolean {
  if (isOfSocket(error)) return true;
  if (!(error instanceof MongoError)) return false;
  if (PASSING_LABELS.some((label) => error.hasErrorLabel(label))) return true;
  return PASSING_CODES.has(Number(error.code)) || PASSING_NAMES.test(error.name);
}

/**
 * The driver (7.9) passes on as it is what a write meets that waits for room in the socket, or comes right after a reset; of many
 * writes at once it makes an error of its own with the same fields and no label.
 */
function isOfSocket(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return 'syscall' in error && 'code' in error && PASSING_SOCKET_CODES.has(String(error.code));
}
