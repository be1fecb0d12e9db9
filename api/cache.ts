/** Answers kept for a while, in this process: one fetch for all who ask at once, errors never kept, bounded in bytes. */
import type { Log } from '../ops/process/log.ts';

/** What happens in a cache, in the words of its log lines and counters. */
export type CacheEvent = 'Hit' | 'Miss' | 'Set' | 'Invalidated' | 'Invalidated by pattern';

/** A cache of answers. */
export type Cache = {
  /**
   * The kept answer, else a fetched one. 0, false and '' are answers like others.
   * @param key name of the answer
   * @param fetchFn fetches it; while it runs, others who ask for the key wait for the same result. What it throws goes to
   *   all of them and is not kept
   * @param ttl life in seconds; 0 or less keeps nothing
   */
  getCachedData<T>(key: string, fetchFn: () => Promise<T> | T, ttl?: number): Promise<T>;
  /**
   * The kept answer within its life, or undefined: counted as a hit or not at all.
   * @param key name of the answer
   * @param isUsable whether it still holds; every one does where this is left out
   */
  held<T>(key: string, isUsable?: (value: T) => boolean): T | undefined;
  /** Whether something is held under a key, within its life or past it. */
  has(key: string): boolean;
  /** Keeps an answer that was made elsewhere, for `ttl` seconds. */
  keep(key: string, value: unknown, ttl?: number): void;
  /** Drops one answer. @returns 1 where it was held, else 0 */
  invalidateCache(key: string): number;
  /** Drops all answers whose key contains the text literally. @returns how many were held */
  invalidateCacheByPattern(pattern: string): number;
  /** Drops all answers of which something holds. @returns how many were held */
  invalidateCacheWhere(holds: (value: unknown) => boolean): number;
  /** How many answers are held, those past their life and not yet swept included. */
  size(): number;
  /** What they weigh, in bytes. */
  bytes(): number;
  /** Ends the sweeping. */
  close(): void;
};

/** What a cache is made of; `count` is told of every event; beyond `mostBytes` the answers that were not asked for longest go. */
export type CacheParts = {
  log?: Pick<Log, 'debug'>;
  count?: (event: CacheEvent) => void;
  nowMs?: () => number;
  mostBytes?: number;
};

/** Life of an answer where the caller names none. */
const DEFAULT_TTL_SECONDS = 300;
/** How often answers past their life are swept out, so that keys asked for once do not stay for ever. */
const SWEEP_MS = 60_000;
/** A month of hours with its compressed forms is some 1 MB: sixty pages of that size, thousands of the usual. */
const MOST_BYTES = 64 * 1024 * 1024;
/** The weight of an answer that does not say what it weighs: its entry, its key and a small object. */
const USUAL_BYTES = 1_024;

type Entry = { value: unknown; expiresAtMs: number; bytes: number };

/**
 * Makes an empty cache; its sweeping keeps no process alive.
 * @param parts log, counters, clock and bound, each optional. An answer with a number `bytes` weighs that much
 * @returns the cache
 */
export function createCache(parts: CacheParts = {}): Cache {
  const { log, count, nowMs = Date.now, mostBytes = MOST_BYTES } = parts;
  // In the order in which they were last asked for.
  const entries = new Map<string, Entry>();
  const fetching = new Map<string, Promise<unknown>>();
  let held = 0;
  const tell = (event: CacheEvent, facts: object): void => {
    log?.debug(facts, event);
    count?.(event);
  };
  const forget = (key: string): number => {
    held -= entries.get(key)?.bytes ?? 0;
    return entries.delete(key) ? 1 : 0;
  };
  const drop = (key: string): number => {
    // What is being fetched for this key is answered to those who wait and not kept.
    fetching.delete(key);
    return forget(key);
  };
  const keep: Cache['keep'] = (key, value, ttl = DEFAULT_TTL_SECONDS) => {
    forget(key);
    const bytes = weightOf(value) + 2 * key.length;
    if (ttl <= 0 || bytes > mostBytes) return;
    entries.set(key, { value, expiresAtMs: nowMs() + ttl * 1_000, bytes });
    held += bytes;
    for (const oldest of entries.keys()) {
      if (held <= mostBytes) break;
      forget(oldest);
    }
    tell('Set', { key, ttl });
  };
  const lookup = (key: string): Entry | null => {
    const entry = entries.get(key);
    if (entry === undefined || entry.expiresAtMs <= nowMs()) return null;
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  };
  const fetched = async (key: string, fetchFn: () => unknown, ttl: number): Promise<unknown> => {
    const running = Promise.resolve().then(fetchFn);
    fetching.set(key, running);
    try {
      const value = await running;
      if (fetching.get(key) === running) keep(key, value, ttl);
      return value;
    } finally {
      if (fetching.get(key) === running) fetching.delete(key);
    }
  };
  const sweeping = setInterval(() => {
    for (const [key, { expiresAtMs }] of entries) if (expiresAtMs <= nowMs()) forget(key);
  }, SWEEP_MS);
  sweeping.unref();

  return {
    async getCachedData<T>(
      key: string,
      fetchFn: () => Promise<T> | T,
      ttl = DEFAULT_TTL_SECONDS,
    ): Promise<T> {
      const entry = lookup(key);
      tell(entry === null ? 'Miss' : 'Hit', { key });
      const value = entry === null ? await (fetching.get(key) ?? fetched(key, fetchFn, ttl)) : entry.value;
      // Whoever stores under a key and whoever reads it are the same caller: the key names the type.
      return value as T;
    },
    held<T>(key: string, isUsable?: (value: T) => boolean): T | undefined {
      const value = lookup(key)?.value as T | undefined;
      if (value === undefined || isUsable?.(value) === false) return undefined;
      tell('Hit', { key });
      return value;
    },
    has: (key) => entries.has(key),
    keep,
    invalidateCache(key) {
      const removed = drop(key);
      tell('Invalidated', { key, removed });
      return removed;
    },
    invalidateCacheByPattern(pattern) {
      let removed = 0;
      for (const key of new Set([...entries.keys(), ...fetching.keys()]))
        if (key.includes(pattern)) removed += drop(key);
      tell('Invalidated by pattern', { pattern, removed });
      return removed;
    },
    invalidateCacheWhere(holds) {
      let removed = 0;
      for (const [key, { value }] of entries) if (holds(value)) removed += forget(key);
      if (removed > 0) tell('Invalidated by pattern', { removed });
      return removed;
    },
    size: () => entries.size,
    bytes: () => held,
    close: () => clearInterval(sweeping),
  };
}

function weightOf(value: unknown): number {
  const says =
    typeof value === 'object' && value !== null && 'bytes' in value && typeof value.bytes === 'number';
  return says ? (value.bytes as number) : USUAL_BYTES;
}
