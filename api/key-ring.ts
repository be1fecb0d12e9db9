/** The keys that are good, held in memory: a request is judged without asking the database, a revoked key is refused within seconds. */
import type { Db } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../ops/process/log.ts';
import { hashOf, isKeyShaped, isSameHash, keysIn } from './keys.ts';
import { inTime } from './repositories/snapshot.ts';
import type { StoredApiKey } from './schema.ts';

/** A key that is good. */
export type Holder = { id: string; scopes: StoredApiKey['scopes'] };

/** The keys in memory. */
export type KeyRing = {
  /**
   * Sees to it that keys are known, and anew where they are old or this one is not among them.
   * @param key the key that is asked about, null where there is none
   * @throws DatabaseAway where keys were never known; later what is known stays good while the database is away
   */
  ready(key: string | null): Promise<void>;
  /** Whether what is known is recent enough to be judged by at once. */
  isRecent(): boolean;
  /** Who holds a key; null where it is unknown, revoked or past its life. */
  holder(key: string): Holder | null;
  /** Whether any key was ever made, revoked ones included. */
  hasAny(): boolean;
};

/** What the ring is made of; `nowMs` is the present in ms since 1970. */
export type KeyRingParts = { db: Db; log: Pick<Log, 'warn'>; nowMs: () => number };

/** A request older than this asks for the keys anew, and is judged by those that are known. */
const RENEW_AFTER_MS = 2_000;
/** What is older is not judged by while the database can be asked: so long a revoked key may live on. */
const RECENT_MS = 5_000;
/** Beside the time that the answer itself may take. */
const MOST_MS = 2_000;
/** Unknown keys bring no more reads than this. */
const LEAST_BETWEEN_MS = 500;

type Known = { byHash: Map<string, StoredApiKey>; atMs: number };

/**
 * Makes an empty ring.
 * @param parts database, log and clock
 * @returns the ring
 */
export function createKeyRing({ db, log, nowMs }: KeyRingParts): KeyRing {
  let known: Known | null = null;
  let reading: Promise<void> | null = null;
  const used = new Set<StoredApiKey>();

  const read = async (): Promise<void> => {
    const stored = await inTime(() => keysIn(db).find({}, { readConcern: 'majority' }).toArray(), MOST_MS);
    known = { byHash: new Map(stored.map((key) => [key.sha256, key])), atMs: performance.now() };
    const ids = [...used].map(({ _id }) => _id);
    used.clear();
    if (ids.length === 0) return;
    await keysIn(db)
      .updateMany({ _id: { $in: ids } }, { $set: { lastUsedAt: new Date(nowMs()) } })
      .catch((error: unknown) => log.warn({ err: error }, 'noting which keys were used'));
  };
  const ageMs = (): number => (known === null ? Infinity : performance.now() - known.atMs);
  /** One read for all who ask meanwhile; who brings an unknown key waits until the next may be. */
  const renew = (): Promise<void> => {
    const waitMs = Math.max(0, LEAST_BETWEEN_MS - ageMs());
    reading ??= sleep(waitMs)
      .then(read)
      .finally(() => (reading = null));
    return reading;
  };

  return {
    async ready(key) {
      const isUnknown = key !== null && isKeyShaped(key) && known?.byHash.has(hashOf(key)) !== true;
      if (ageMs() < RECENT_MS && !isUnknown) return;
      try {
        await renew();
      } catch (error) {
        if (known === null) throw error;
        log.warn({ err: error }, 'reading the keys: those known before stay good');
      }
    },
    isRecent() {
      if (ageMs() > RENEW_AFTER_MS)
        renew().catch((error: unknown) => log.warn({ err: error }, 'reading the keys'));
      return ageMs() < RECENT_MS;
    },
    holder(key) {
      if (!isKeyShaped(key)) return null;
      const hash = hashOf(key);
      const stored = known?.byHash.get(hash);
      if (stored === undefined || !isSameHash(stored.sha256, hash) || stored.revokedAt !== null) return null;
      if (stored.expiresAt !== null && stored.expiresAt.getTime() <= nowMs()) return null;
      used.add(stored);
      return { id: stored._id.toHexString(), scopes: stored.scopes };
    },
    hasAny: () => (known?.byHash.size ?? 0) > 0,
  };
}
