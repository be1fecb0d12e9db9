/** The chain through `audit_log`: each entry holds the SHA-256 of the one before it, so that none can be changed or taken out unseen. */
import { createHash } from 'node:crypto';
import { MongoServerError, type Collection, type Db } from 'mongodb';
import type { StoredAct } from './schema.ts';

/** An entry before it has its place in the chain. */
export type FreshAct = Omit<StoredAct, '_id' | 'before'>;
/** The last entry: its number, and its hash in hex. */
export type ActsHead = { number: number; sha256: string };
/** Where a chain is broken, and how. */
export type Break = { number: number; why: 'missing' | 'changed' };
/** What a look at the whole chain found; `firstBreak` is null where it is whole. */
export type ChainFound = { acts: number; head: ActsHead; firstBreak: Break | null };

/** What the first entry holds in place of a hash. */
export const NO_ENTRY: ActsHead = { number: 0, sha256: '0'.repeat(64) };
/** Another process may take a number first, over and over; each time at least one of both gets on. */
const MOST_TRIES = 200;
const DUPLICATE_KEY = 11_000;
const DURABLE = { writeConcern: { w: 'majority', journal: true } } as const;
/** Entries of the chain are numbered; other ids sort elsewhere. */
const NUMBERED = { _id: { $gte: 1 } };

/**
 * Hashes an entry: all of it, in an order of its own.
 * @param act as stored
 * @returns SHA-256 in hex
 */
export function hashOfAct({ _id, at, keyId, address, act, subject, details, before }: StoredAct): string {
  const sorted = Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([_id, at.toISOString(), keyId, address, act, subject, sorted, before]);
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Makes what adds entries. Those that come while a write is under way go with the next one; the number is the entry's key, so
 * that of several processes one gets it and the others take the next.
 * @param db a prepared database
 * @returns adds one entry, durably; what it throws is the database's own error
 */
export function createActChain(db: Db): (act: FreshAct) => Promise<void> {
  const acts = actsIn(db);
  let known: ActsHead | null = null;
  let waiting: { act: FreshAct; done: () => void; failed: (error: unknown) => void }[] = [];
  let isWriting = false;

  const append = async (fresh: readonly FreshAct[]): Promise<void> => {
    let rest = fresh;
    for (let tries = 0; rest.length > 0; tries += 1) {
      known ??= await actsHead(db);
      const linked = chained(rest, known);
      try {
        await acts.insertMany(linked, DURABLE);
        rest = [];
      } catch (error) {
        if (!isTaken(error) || tries === MOST_TRIES) throw error;
        rest = rest.slice(insertedOf(error));
        known = null;
        continue;
      }
      const last = linked.at(-1);
      if (last !== undefined) known = { number: last._id, sha256: hashOfAct(last) };
    }
  };
  const write = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await append(batch.map(({ act }) => act));
        for (const { done } of batch) done();
      } catch (error) {
        // What was written is unknown: it is looked up before the next.
        known = null;
        for (const { failed } of batch) failed(error);
      }
    }
    isWriting = false;
  };
  return (act) =>
    new Promise((done, failed) => {
      waiting.push({ act, done, failed });
      if (!isWriting) void write();
    });
}

/**
 * The end of the chain.
 * @param db the database
 * @returns number and hash of the last entry
 */
export async function actsHead(db: Db): Promise<ActsHead> {
  const last = await actsIn(db).find(NUMBERED).sort({ _id: -1 }).limit(1).next();
  return last === null ? NO_ENTRY : { number: last._id, sha256: hashOfAct(last) };
}

/**
 * Looks at every entry in turn.
 * @param db the database
 * @param heads ends of the chain as they were seen before, in any order: an end that is gone is a break too
 * @returns how many entries there are, the last, and the first break
 */
export async function verifyActs(db: Db, heads: readonly ActsHead[] = []): Promise<ChainFound> {
  const seen = new Map(heads.map(({ number, sha256 }) => [number, sha256]));
  let acts = 0;
  let head = NO_ENTRY;
  for await (const act of actsIn(db).find(NUMBERED).sort({ _id: 1 }).batchSize(1_000)) {
    const sha256 = hashOfAct(act);
    const broken = (why: Break['why'], number: number): ChainFound => ({
      acts,
      head,
      firstBreak: { number, why },
    });
    if (act._id !== head.number + 1) return broken('missing', head.number + 1);
    // The entry before is not what it was when this one was written.
    if (act.before !== head.sha256) return broken('changed', head.number);
    if ((seen.get(act._id) ?? sha256) !== sha256) return broken('changed', act._id);
    acts += 1;
    head = { number: act._id, sha256 };
  }
  const furthest = Math.max(0, ...seen.keys());
  const firstBreak: Break | null =
    furthest > head.number ? { number: head.number + 1, why: 'missing' } : null;
  return { acts, head, firstBreak };
}

function actsIn(db: Db): Collection<StoredAct> {
  return db.collection<StoredAct>('audit_log');
}

function chained(fresh: readonly FreshAct[], after: ActsHead): StoredAct[] {
  let { number, sha256 } = after;
  return fresh.map((one) => {
    const stored: StoredAct = { _id: (number += 1), ...one, before: sha256 };
    sha256 = hashOfAct(stored);
    return stored;
  });
}

function isTaken(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** How many of an ordered write were taken before one was refused. */
function insertedOf(error: unknown): number {
  return error instanceof Error && 'insertedCount' in error ? Number(error.insertedCount) : 0;
}
