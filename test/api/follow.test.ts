/** The start of following: nothing that is committed between the first answer and the open stream is left out. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createFollower } from '../../api/follow.ts';
import { call, commit, openDatabase, SILENT } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeEach(async () => {
  database = await openDatabase();
  await commit(database.db, 1, { calls: [call('a')] });
});
afterEach(() => database[Symbol.asyncDispose]());

/** A follower that is run until it has told of so much. */
function follower() {
  const one = createFollower({ db: database.db, log: SILENT, nowMs: () => performance.now() });
  const told: (number | 'lost')[] = [];
  one.listen({ updated: ({ _id }) => told.push(_id), lost: () => told.push('lost') });
  const runUntil = async (count: number): Promise<void> => {
    const ending = new AbortController();
    const running = one.run(ending.signal);
    while (told.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    ending.abort();
    await running;
  };
  return { ...one, told, runUntil };
}

test('what is committed after the beginning and before the stream is open is handed out', async () => {
  const { begin, runUntil, told, freshness } = follower();
  await begin();
  expect(freshness().sequence).toBe(1);
  await commit(database.db, 2, { calls: [call('b')] });
  await runUntil(1);
  expect(told).toEqual([2]);
});

test('where nobody noted the beginning, what was answered before counts for nothing', async () => {
  const { runUntil, told } = follower();
  await commit(database.db, 2, { calls: [call('b')] });
  await runUntil(1);
  expect(told).toEqual(['lost']);
});
