/** Keys from the command line: a key that was printed opens the API, one that was revoked does not, and both acts are written down. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createApiKeyJob, listApiKeysJob, revokeApiKeyJob } from '../../jobs/api-keys.ts';
import { openWorld, type World } from '../support/world.ts';
import { openApi } from '../api/planted.ts';
import { byHand } from './by-hand.ts';
import { startJob } from './job-process.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

test('a key opens the api from when it is made until it is revoked', async () => {
  expect((await byHand(world.db, listApiKeysJob, [])).printed).toContain('no key was made yet');
  const made = await byHand(world.db, createApiKeyJob, [
    '--name',
    'board',
    '--scopes',
    'read,pii',
    '--days',
    '30',
  ]);
  const [key = '', told = ''] = made.printed.split('\n');
  const id = /^id ([0-9a-f]{24}): read, pii, until /.exec(told)?.[1] ?? '';
  await using api = await openApi(world.db);
  const ask = async (bearer: string): Promise<number> => {
    const headers = { authorization: `Bearer ${bearer}` };
    return (await fetch(`${api.url}/api/db/analytics/outcomes`, { headers })).status;
  };
  expect([await ask(key), await ask(`${key}x`)]).toEqual([200, 401]);
  const listed = await byHand(world.db, listApiKeysJob, []);
  expect(listed.printed).toMatch(new RegExp(`${id} +board +read,pii`));
  expect(listed.printed).not.toContain(key);
  expect(await byHand(world.db, revokeApiKeyJob, [id])).toMatchObject({ result: 'done' });
  expect(await byHand(world.db, revokeApiKeyJob, [id])).toMatchObject({ result: 'failed' });
  for (let look = 0; look < 100 && (await ask(key)) !== 401; look += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await ask(key)).toBe(401);
  const acts = await world.db.collection('audit_log').find().toArray();
  expect(acts.map(({ act, subject }) => [act as string, subject as string])).toEqual([
    ['key_created', 'board'],
    ['key_revoked', id],
  ]);
  expect(JSON.stringify(acts)).not.toContain(key);
});

test('what cannot be meant is refused with a sentence, and no key is made', async () => {
  const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database };
  const cases: [string[], string][] = [
    [[], '--name'],
    [['--name', ' '], '1 to 100 characters'],
    [['--name', 'a', '--scopes', 'read,everything'], 'only these: read, pii'],
    [['--name', 'a', '--days', '0'], '1 to 9999 days'],
  ];
  for (const [words, sentence] of cases) {
    const { code, printed } = await startJob(env, 'create-api-key', ...words).ended;
    expect([code, printed]).toEqual([1, expect.stringContaining(sentence)]);
  }
  expect(await world.db.collection('api_keys').countDocuments()).toBe(0);
}, 60_000);
