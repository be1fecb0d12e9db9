/** The list of calls by its cursor, both ways, while calls come in at every place of it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openApi, openDatabase } from './planted.ts';
import { plantMany, walk } from './walk.ts';

const COUNT = 20_000;
let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
beforeAll(async () => {
  database = await openDatabase();
  await plantMany(database.db, COUNT);
  api = await openApi(database.db);
}, 60_000);
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

test.each(['startedAt', '-startedAt'] as const)(
  `${COUNT} calls by %s: none skipped, none repeated, and of those that come some are met`,
  async (sort) => {
    const found = await walk(api.url, database.db, { count: COUNT, limit: 200, sort });
    expect(found).toMatchObject({ skipped: 0, repeated: 0 });
    expect(found.pages).toBeGreaterThan(COUNT / 200);
    expect(found.came).toBeGreaterThan(0);
  },
  120_000,
);
