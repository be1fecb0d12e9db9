/** How long a tail may stand still before its place leaves the server's oplog and the log must be read again: read and reckoned. */
import type { Db, Document, Timestamp } from 'mongodb';
import type { TailedEvent } from '../ingest/contract.ts';
import type { Checkpoint } from './documents.ts';

/** The oplog: its first and last entry in seconds since 1970, how many bytes it holds, and how many it may hold. */
export type Oplog = { firstSeconds: number; lastSeconds: number; bytes: number; mostBytes: number };

/** Whose place is looked at. */
export const TAILS = ['views', 'text'] as const;
/** One of {@link TAILS}. */
export type Tail = (typeof TAILS)[number];

/**
 * Seconds until a place leaves the oplog if writing goes on as it did: what a full oplog spans, less how far the place is
 * behind its end. One that is not full yet spans what it would at the rate so far.
 * @param oplog as it is
 * @param placeSeconds the place, in seconds since 1970
 * @returns below 0 where the place has left
 */
export function runwaySeconds(oplog: Oplog, placeSeconds: number): number {
  const span = oplog.lastSeconds - oplog.firstSeconds;
  const whole = span * Math.max(1, oplog.mostBytes / Math.max(1, oplog.bytes));
  return Math.round(whole - (oplog.lastSeconds - placeSeconds));
}

/**
 * The time a tail's token stands at, without looking into the token: that of its last move where nothing had come by then that
 * it did not take, else that of the last event it took.
 * @param checkpoint the tail's mark
 * @param next log time of the first event after those that were taken; null where there is none
 * @returns seconds since 1970; null while the log is scanned, when only the server knows the place
 */
export function placeSeconds(
  { position, at }: Pick<Checkpoint, 'position' | 'at'>,
  next: Timestamp | null,
): number | null {
  if (position?.kind !== 'tail') return null;
  const movedSeconds = Math.floor(at.getTime() / 1_000);
  if (next === null || next.t >= movedSeconds) return movedSeconds;
  return position.logAt?.t ?? next.t;
}

/**
 * Reads both runways.
 * @param db the database
 * @returns seconds by tail; null for one that has no place on the stream
 * @throws the server's refusal where `local` may not be read
 */
export async function readRunways(db: Db): Promise<Record<Tail, number | null>> {
  const oplog = await readOplog(db);
  const [views, text] = await Promise.all(TAILS.map((tail) => readRunway(db, oplog, tail)));
  return { views: views ?? null, text: text ?? null };
}

async function readOplog(db: Db): Promise<Oplog> {
  const entries = db.client.db('local').collection<{ ts: Timestamp }>('oplog.rs', {
    readConcern: { level: 'local' },
  });
  const end = (natural: 1 | -1) =>
    entries
      .find({}, { projection: { ts: 1 } })
      .sort({ $natural: natural })
      .limit(1)
      .next();
  const [first, last, stats] = await Promise.all([
    end(1),
    end(-1),
    entries.aggregate<{ storageStats: Document }>([{ $collStats: { storageStats: {} } }]).next(),
  ]);
  if (first === null || last === null || stats === null) throw new Error('this server has no oplog to read');
  const { size, maxSize } = stats.storageStats;
  return {
    firstSeconds: first.ts.t,
    lastSeconds: last.ts.t,
    bytes: Number(size),
    mostBytes: Number(maxSize),
  };
}

async function readRunway(db: Db, oplog: Oplog, tail: Tail): Promise<number | null> {
  const checkpoint = await db.collection<Checkpoint>('checkpoints').findOne({ _id: tail });
  if (checkpoint?.position?.kind !== 'tail') return null;
  const { logAt } = checkpoint.position;
  const next = await db
    .collection<TailedEvent>('events')
    .find(logAt === null ? {} : { logAt: { $gt: logAt } }, { projection: { logAt: 1 } })
    .sort({ logAt: 1 })
    .limit(1)
    .next();
  const place = placeSeconds(checkpoint, next?.logAt ?? null);
  return place === null ? null : runwaySeconds(oplog, place);
}
