/** Answers kept for a while, in this process: one fetch for all who ask at once, errors never kept. */
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
  /** Drops one answer. @returns 1 where it was held, else 0 */
  invalidateCache(key: string): number;
  /** Drops all answers whose key contains the text literally. @returns how many were held */
  invalidateCacheByPattern(pattern: string): number;
  /** How many answers are held, those past their life and not yet swept included. */
  size(): number;
  /** Ends the sweeping. */
  close(): void;
};

/** What a cache is made of; `count` is told of every event. */
export type CacheParts = {
  log?: Pick<Log, 'debug'>;
  count?: (event: CacheEvent) => void;
  nowMs?: () => number;
};

/** Life of an answer where the caller names none. */
const DEFAULT_TTL_SECONDS = 300;
/** How often answers past their life are swept out, so that keys asked for once do not stay for ever. */
const SWEEP_MS = 60_000;

type Entry = { value: unknown; expiresAtMs: number };

/**
 * Makes an empty cache; its sweeping keeps no process alive.
 * @param parts log, counters and clock, each optional
 * @returns the cache
 */
export function createCache({ log, count, nowMs = Date.now }: CacheParts = {}): Cache {
  const entries = new Map<string, Entry>();
  const fetching = new Map<string, Promise<unknown>>();
  const tell = (event: CacheEvent, facts: object): void => {
    log?.debug(facts, event);
    count?.(event);
  };
  const drop = (key: string): number => {
    // What is being fetched for this key is answered to those who wait and not kept.
    fetching.delete(key);
    return entries.delete(key) ? 1 : 0;
  };
  const fetched = async (key: string, fetchFn: () => unknown, ttl: number): Promise<unknown> => {
    const running = Promise.resolve().then(fetchFn);
    fetching.set(key, running);
    try {
      const value = await running;
      if (fetching.get(key) === running && ttl > 0) {
        entries.set(key, { value, expiresAtMs: nowMs() + ttl * 1_000 });
        tell('Set', { key, ttl });
      }
      return value;
    } finally {
      if (fetching.get(key) === running) fetching.delete(key);
    }
  };
  const sweeping = setInterval(() => {
    for (const [key, { expiresAtMs }] of entries) if (expiresAtMs <= nowMs()) entries.delete(key);
  }, SWEEP_MS);
  sweeping.unref();

  return {
    async getCachedData<T>(
      key: string,
      fetchFn: () => Promise<T> | T,
      ttl = DEFAULT_TTL_SECONDS,
    ): Promise<T> {
      const entry = entries.get(key);
      const isHit = entry !== undefined && entry.expiresAtMs > nowMs();
      tell(isHit ? 'Hit' : 'Miss', { key });
      const value = isHit ? entry.value : await (fetching.get(key) ?? fetched(key, fetchFn, ttl));
      // Whoever stores under a key and whoever reads it are the same caller: the key names the type.
      return value as T;
    },
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
    size: () => entries.size,
    close: () => clearInterval(sweeping),
  };
}
