/** The cache's contract. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createCache, type Cache } from '../../api/cache.ts';

let cache: Cache;
let lines: unknown[][];
let counted: string[];

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  counted = [];
  const log = { debug: (...line: unknown[]) => void lines.push(line) };
  cache = createCache({ log: log as never, count: (event) => void counted.push(event) });
});
afterEach(() => {
  cache.close();
  jest.useRealTimers();
});

test.each([0, false, '', null])('%j is an answer like others', async (value) => {
  const fetch = jest.fn(() => value);
  expect([await cache.getCachedData('k', fetch), await cache.getCachedData('k', fetch)]).toEqual([
    value,
    value,
  ]);
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('an answer lives 300 s where no life is given', async () => {
  const fetch = jest.fn(() => Promise.resolve(1));
  await cache.getCachedData('k', fetch);
  jest.setSystemTime(Date.now() + 299_999);
  await cache.getCachedData('k', fetch);
  expect(fetch).toHaveBeenCalledTimes(1);
  jest.setSystemTime(Date.now() + 1);
  await cache.getCachedData('k', fetch);
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('answers past their life are swept each 60 s', async () => {
  await cache.getCachedData('short', () => 1, 10);
  await cache.getCachedData('long', () => 1, 90);
  jest.advanceTimersByTime(59_999);
  expect(cache.size()).toBe(2);
  jest.advanceTimersByTime(1);
  expect(cache.size()).toBe(1);
});

test('the sweeping ends with the cache and keeps no process alive', () => {
  expect(jest.getTimerCount()).toBe(1);
  cache.close();
  expect(jest.getTimerCount()).toBe(0);
});

test('an error goes to all who wait and is not kept', async () => {
  const fetch = jest
    .fn<() => Promise<number>>()
    .mockRejectedValueOnce(new Error('away'))
    .mockResolvedValueOnce(2);
  const both = await Promise.allSettled([cache.getCachedData('k', fetch), cache.getCachedData('k', fetch)]);
  expect(both.map((one) => one.status)).toEqual(['rejected', 'rejected']);
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(await cache.getCachedData('k', fetch)).toBe(2);
});

test('parallel misses fetch once', async () => {
  const fetch = jest.fn(() => Promise.resolve(3));
  expect(await Promise.all([1, 2, 3].map(() => cache.getCachedData('k', fetch)))).toEqual([3, 3, 3]);
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('what is invalidated while it is fetched is not kept', async () => {
  let arrive = (_: number): void => undefined;
  const slow = cache.getCachedData('k', () => new Promise<number>((resolve) => (arrive = resolve)));
  await Promise.resolve();
  cache.invalidateCache('k');
  arrive(1);
  expect(await slow).toBe(1);
  expect(await cache.getCachedData('k', () => 2)).toBe(2);
});

test('a pattern is text, not an expression, and says how many answers went', async () => {
  for (const key of ['a.b', 'a.b:1', 'axb']) await cache.getCachedData(key, () => 1);
  expect(cache.invalidateCacheByPattern('a.b')).toBe(2);
  expect(cache.invalidateCacheByPattern('a.b')).toBe(0);
  expect([cache.invalidateCache('axb'), cache.invalidateCache('axb')]).toEqual([1, 0]);
});

test('everything that happens is logged and counted in the same words', async () => {
  await cache.getCachedData('k', () => 1, 5);
  await cache.getCachedData('k', () => 1, 5);
  cache.invalidateCache('k');
  cache.invalidateCacheByPattern('k');
  expect(lines).toEqual([
    [{ key: 'k' }, 'Miss'],
    [{ key: 'k', ttl: 5 }, 'Set'],
    [{ key: 'k' }, 'Hit'],
    [{ key: 'k', removed: 1 }, 'Invalidated'],
    [{ pattern: 'k', removed: 0 }, 'Invalidated by pattern'],
  ]);
  expect(counted).toEqual(['Miss', 'Set', 'Hit', 'Invalidated', 'Invalidated by pattern']);
});

test('beyond its bytes the answers that were not asked for longest go, and one that is too large is not kept', async () => {
  const small = createCache({ mostBytes: 10_000 });
  for (const key of ['a', 'b', 'c']) small.keep(key, { bytes: 3_000 });
  small.held('a');
  small.keep('d', { bytes: 3_000 });
  expect(['a', 'b', 'c', 'd'].filter((key) => small.held(key) !== undefined)).toEqual(['a', 'c', 'd']);
  small.keep('huge', { bytes: 10_000 });
  expect([small.held('huge'), small.size()]).toEqual([undefined, 3]);
  expect(small.bytes()).toBe(9_006);
  small.keep('a', { bytes: 1_000 });
  small.invalidateCache('c');
  expect(small.bytes()).toBe(4_004);
  // What does not say its weight has one all the same.
  for (let n = 0; n < 100; n += 1) await small.getCachedData(`k${n}`, () => n);
  expect(small.bytes()).toBeLessThanOrEqual(10_000);
  small.close();
});
