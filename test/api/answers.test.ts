/** Kept answers: given again while they are true, and at no other time. Clock and follower are played, the cache is real. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createAnswers, type Answers } from '../../api/answers.ts';
import { createCache, type Cache } from '../../api/cache.ts';
import type { Freshness } from '../../api/follow.ts';
import { allKeysOf, readsOf, type Reads } from '../../api/reads.ts';
import { DatabaseAway } from '../../api/repositories/snapshot.ts';
import { finish, type Answer } from '../../api/routes/finish.ts';
import type { ChangedHour } from '../../projector/documents.ts';

const TEN = Date.parse('2026-03-10T10:00:00Z');
const HOUR = 3_600_000;
let nowMs: number;
let now: Freshness;
let cache: Cache;
let answers: Answers;
let reads: number;

beforeEach(() => {
  nowMs = TEN + HOUR / 2;
  now = { sequence: 5, at: new Date(nowMs), ageMs: 10, lagMs: 10, isStale: false };
  reads = 0;
  cache = createCache({ nowMs: () => nowMs });
  cache.close();
  answers = createAnswers({ cache, follower: { freshness: () => now }, nowMs: () => nowMs });
});

const SPANS = [{ label: '', startMs: TEN, endMs: TEN + HOUR }];

/** An answer over the hour of ten, true at a sequence. */
function made(sequence = 5, fields: Partial<Answer> = {}) {
  reads += 1;
  const at = new Date(nowMs);
  const answer: Answer = {
    body: { read: reads },
    moment: { sequence, at, leftOut: { rows: 0, names: [] } },
    source: 'views',
    ...fields,
  };
  return finish({ reads: readsOf(['agent:x'], SPANS, at), ...answer }, { route: '/r', isStale: now.isStale });
}
function followed(sequence: number, buckets: ChangedHour[], calls: string[] = []): void {
  now = { ...now, sequence, at: new Date(nowMs) };
  answers.listener.updated({ _id: sequence, at: new Date(nowMs), buckets, calls, merged: [] });
}
const hour = (d: ChangedHour['d'], k: string | null, atMs = TEN): ChangedHour => ({
  d,
  k,
  at: new Date(atMs),
});
const ask = (fields: Partial<Answer> = {}, sequence = now.sequence) =>
  answers.answer('/a', () => Promise.resolve(made(sequence, fields)));

test('what was read once is given again, named by its own sequence and true at the last commit followed', async () => {
  const first = await ask();
  nowMs += 1_000;
  followed(6, [hour('agent', 'y'), hour('agent', 'x', TEN - HOUR), hour('all', null)], ['c']);
  const again = answers.find('/a');
  expect(reads).toBe(1);
  expect(again?.finished).toBe(first.finished);
  expect([again?.finished.moment.sequence, again?.at]).toEqual([5, new Date(nowMs)]);
});

test.each<[string, Partial<Answer>, ChangedHour]>([
  ['its slice', {}, hour('agent', 'x')],
  ['any key of its dimension', { reads: readsFor([allKeysOf('agent')]) }, hour('agent', 'new')],
  ['any call, where single calls were read', { reads: readsFor(null) }, hour('language', 'de')],
])('a commit that changes %s drops it', async (_, fields, changed) => {
  await ask(fields);
  followed(6, [changed], ['c']);
  expect(answers.find('/a')).toBeUndefined();
  expect(cache.size()).toBe(0);
});

function readsFor(slices: string[] | null): Reads {
  return readsOf(slices, SPANS, new Date(TEN));
}

describe('races', () => {
  test('a commit that overtakes a read in flight: what was read before it is not kept', async () => {
    const slow = answers.answer('/a', async () => {
      await Promise.resolve();
      followed(6, [hour('agent', 'x')]);
      return made(5);
    });
    expect((await slow).finished.moment.sequence).toBe(5);
    expect(answers.find('/a')).toBeUndefined();
  });

  test('a read that began before a commit is not joined after it', async () => {
    let arrive = (): void => undefined;
    const before = answers.answer('/a', async () => {
      await new Promise<void>((resolve) => (arrive = resolve));
      return made(5);
    });
    await Promise.resolve();
    followed(6, [hour('agent', 'x')]);
    expect((await ask()).finished.moment.sequence).toBe(6);
    arrive();
    expect((await before).finished.moment.sequence).toBe(5);
    // The earlier read ends last and must not take the place of the later one.
    expect(answers.find('/a')?.finished.moment.sequence).toBe(6);
  });

  test('a read that began before a rebuild took over is not kept', async () => {
    await answers.answer('/a', async () => {
      await Promise.resolve();
      now = { ...now, sequence: 6 };
      const none = { buckets: [], calls: [], merged: [] };
      answers.listener.lost();
      answers.listener.updated({ _id: 6, at: new Date(nowMs), ...none, all: true });
      return made(5);
    });
    expect(cache.size()).toBe(0);
  });

  test('without a sign of life for two seconds it is read again; a gap in the tail drops everything', async () => {
    await ask();
    now = { ...now, ageMs: 2_001 };
    expect(answers.find('/a')).toBeUndefined();
    now = { ...now, ageMs: 10 };
    expect(answers.find('/a')).toBeDefined();
    answers.listener.lost();
    expect([answers.find('/a'), cache.size()]).toEqual([undefined, 0]);
  });

  test('a period that ends makes another answer: by the commit after it for rows, by the clock for the range', async () => {
    await ask();
    nowMs = TEN + HOUR;
    expect(answers.find('/a')).toBeDefined();
    followed(6, []);
    expect(answers.find('/a')).toBeUndefined();
    cache.invalidateCacheByPattern('');
    nowMs = TEN + HOUR / 2;
    now = { ...now, at: new Date(nowMs) };
    await ask({ movesAtMs: TEN + HOUR });
    expect(answers.find('/a')).toBeDefined();
    nowMs = TEN + HOUR;
    expect(answers.find('/a')).toBeUndefined();
  });

  test('after an answer from a commit not followed yet, nothing older is given', async () => {
    await ask();
    answers.given(7);
    expect(answers.find('/a')).toBeUndefined();
    followed(7, []);
    expect(answers.find('/a')).toBeDefined();
  });
});

test('all who ask at once share one read, and its error', async () => {
  await Promise.all([ask(), ask(), ask()]);
  expect(reads).toBe(1);
  const failing = () => answers.answer('/b', () => Promise.reject(new Error('no')));
  const both = await Promise.allSettled([failing(), failing()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('with the database away what is kept is given, marked stale; what says why it is empty is not', async () => {
  await ask();
  await answers.answer('/empty', () => Promise.resolve(made(5, { emptyBecause: 'no_calls' })));
  now = { ...now, ageMs: 9_000, lagMs: 9_000 };
  const away = (address: string) =>
    answers.answer(address, () => Promise.reject(new DatabaseAway('the database is away')));
  expect(await away('/a')).toMatchObject({ mustBeStale: true });
  await expect(away('/empty')).rejects.toThrow(DatabaseAway);
  await expect(away('/never')).rejects.toThrow(DatabaseAway);
});

test('an answer that is empty for being late is not kept, nor one of an endless address', async () => {
  now = { ...now, isStale: true };
  await ask({ emptyBecause: 'no_calls', toMs: TEN + HOUR });
  expect(cache.size()).toBe(0);
  now = { ...now, isStale: false };
  await answers.answer(`/a?${'x'.repeat(2_000)}`, () => Promise.resolve(made()));
  expect(cache.size()).toBe(0);
});

test('an answer that left out a broken row is not kept: no commit tells when it is mended', async () => {
  await ask({ moment: { sequence: 5, at: new Date(nowMs), leftOut: { rows: 1, names: ['calls "x"'] } } });
  expect(cache.size()).toBe(0);
});
