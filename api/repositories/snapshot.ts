/** One moment of the database: everything that an answer is made of is read at it, together with the checkpoint that names it. */
import {
  MongoCompatibilityError,
  type ClientSession,
  type Collection,
  type Db,
  type Document,
} from 'mongodb';
import { isUnavailable } from '../../ops/process/mongo.ts';
import { collectionIn, readPointer, type Checkpoint } from '../../projector/contract.ts';
import type { LeftOut } from '../malformed.ts';

/** The database cannot be asked at the moment; asking again later can help. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
  readonly code = 'DATABASE_AWAY';
  readonly retryable = true;
}

/**
 * What an answer is true at: the sequence of the last commit in it and that commit's instant, null before the first. `leftOut`:
 * stored rows that it could not read.
 */
export type Moment = { sequence: number; at: Date | null; leftOut: LeftOut };

/**
 * How to read at one moment: the moment itself, and collections bound to it with the options each read needs, those of the
 * version of calls and views that is in use then. `revision` is that of a stored call or bucket as shown: at least the
 * sequence at which this version came into use, so that none goes back where its own count is older. `db` is the database itself,
 * for what is held of it from one moment to the next.
 */
export type Snapshot = {
  db: Db;
  moment: Moment;
  session: ClientSession;
  collection<T extends Document>(name: string): Collection<T>;
  revision(stored: { revision: number }): number;
};

/** Longer than any answer takes on a machine in good health; who waits longer would ask again meanwhile. */
const MOST_MS = 5_000;

/** The server has dropped or not yet made the moment: a new attempt gets another one. */
const SNAPSHOT_GONE = new Set([239, 246]);

/**
 * Reads at one moment. The checkpoint is read first: it moves with every commit, so it names the moment, and the first read
 * fixes the moment for the others. Which version they are read of is part of that moment.
 * @param db the database
 * @param read what to read; all its finds and aggregates take `session`
 * @param mostMs how long it may take
 * @returns what `read` returns
 * @throws DatabaseAway where the database cannot be asked, or has not answered by then
 */
export async function atOneMoment<T>(
  db: Db,
  read: (snapshot: Snapshot) => Promise<T>,
  mostMs = MOST_MS,
): Promise<T> {
  return inTime(async (isOver) => {
    await using session = db.client.startSession({ snapshot: true });
    // What is no longer waited for ends with the operation that is under way.
    isOver.addEventListener('abort', () => void session.endSession(), { once: true });
    const plain = <D extends Document>(name: string): Collection<D> =>
      db.collection<D>(name, { readConcern: { level: 'snapshot' } });
    const checkpoint = await plain<Checkpoint>('checkpoints').findOne({ _id: 'views' }, { session });
    const pointer = await readPointer(plain('pointers'), session);
    const sequence = checkpoint?.sequence ?? 0;
    const leftOut: LeftOut = { rows: 0, names: [] };
    return await read({
      db,
      moment: { sequence, at: sequence === 0 ? null : (checkpoint?.at ?? null), leftOut },
      session,
      collection: (name) => plain(collectionIn(name, pointer.version)),
      revision: (stored) => Math.max(stored.revision, pointer.sequence),
    });
  }, mostMs);
}

/**
 * Runs reads that somebody waits for: each operation is bounded by itself, and many of them, one after the other, would not be.
 * @param read what to read; its signal tells that nobody waits any more
 * @param mostMs how long it may take
 * @returns what `read` returns
 * @throws DatabaseAway where the database cannot be asked, or has not answered by then
 */
export async function inTime<T>(read: (isOver: AbortSignal) => Promise<T>, mostMs = MOST_MS): Promise<T> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      over.abort();
      reject(new DatabaseAway(`the database has not answered within ${mostMs} ms`));
    }, mostMs);
  });
  try {
    return await Promise.race([whileThere(() => read(over.signal)), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs writes, and reads that nobody waits for.
 * @param act what to do
 * @returns what `act` returns
 * @throws DatabaseAway where the database cannot be asked
 */
export async function whileThere<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isUnavailable(error) && !isGone(error)) throw error;
    throw new DatabaseAway('the database cannot be asked at the moment', { cause: error });
  }
}

function isGone(error: unknown): boolean {
  // While the driver knows no member of the set it takes the set's version for 0, too old for a snapshot.
  if (error instanceof MongoCompatibilityError) return true;
  return error instanceof Error && 'code' in error && SNAPSHOT_GONE.has(Number(error.code));
}
