/** Keys: who is let in, to what, how often; and that nothing of a key is kept or logged. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { io as connect } from 'socket.io-client';
import { createApiKey, isKeyShaped, listApiKeys, revokeApiKey } from '../../api/keys.ts';
import { createLimits } from '../../api/limits.ts';
import { API_SETTINGS, mayBeOpen } from '../../api/settings.ts';
import type { Scope } from '../../api/scopes.ts';
import { loadConfig } from '../../ops/process/config.ts';
import { call, commit, openApi, openDatabase, SILENT } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
const lines: string[] = [];
const keys: Record<string, string> = {};

beforeAll(async () => {
  database = await openDatabase();
  await commit(database.db, 1, { at: new Date(), calls: [call('a')] });
  const log = SILENT.child({}, { level: 'trace' });
  const note = (...line: unknown[]) => void lines.push(JSON.stringify(line));
  Object.assign(log, { trace: note, debug: note, info: note, warn: note, error: note });
  api = await openApi(database.db, { log, origins: ['https://friend.example'] });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function made(...scopes: Scope[]): Promise<string> {
  const { key } = await createApiKey(database.db, { name: scopes.join(), scopes });
  return (keys[scopes.join()] = key);
}

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(api.url + path, { headers });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as Body) : null,
  };
}
type Body = { success: boolean; error: string; data: Record<string, unknown> };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const OUTCOMES = '/api/db/analytics/outcomes';

test('without any key this machine may ask; from the first key on nobody without one may', async () => {
  expect((await get(OUTCOMES)).status).toBe(200);
  const key = await made('read');
  let status = 200;
  for (let waited = 0; status === 200 && waited < 20_000; waited += 200) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    ({ status } = await get(OUTCOMES));
  }
  const refused = await get(OUTCOMES);
  expect([refused.status, refused.body?.error]).toEqual([401, expect.stringContaining('A key is needed')]);
  expect(refused.headers.get('www-authenticate')).toContain('Bearer');
  expect((await get(OUTCOMES, bearer(key))).status).toBe(200);
  expect((await get('/')).status).toBe(200);
});

test.each([
  ['of another kind', 'Basic YTpi'],
  ['empty', 'Bearer '],
  ['mistyped', 'Bearer cv_nonsense'],
  ['with a wrong checksum', null],
])('a key that is %s is 401', async (_, authorization) => {
  const stranger = `Bearer cv_${'A'.repeat(43)}aaaaaa`;
  const { status, body } = await get(OUTCOMES, { authorization: authorization ?? stranger });
  expect([status, body?.success]).toEqual([401, false]);
});

test('a key is let do what its scopes say and nothing else', async () => {
  const [metrics, read] = [await made('metrics'), keys.read ?? ''];
  expect((await get('/metrics', bearer(metrics))).status).toBe(200);
  const lacking = await get('/metrics', bearer(read));
  expect([lacking.status, lacking.body?.error]).toEqual([403, 'This key lacks the scope metrics']);
  expect((await get(OUTCOMES, bearer(metrics))).status).toBe(403);
  expect((await get(OUTCOMES, { ...bearer(read), host: 'evil.example' })).status).toBe(200);
});

test('a warm answer is given to a good key only', async () => {
  const path = `${OUTCOMES}?startDate=2026-03-10&endDate=2026-03-10`;
  const isWarm = () => api.cache.has(path);
  for (let n = 2; !isWarm() && n < 50; n += 1) {
    await commit(database.db, n, { at: new Date() });
    await get(path, bearer(keys.read ?? ''));
  }
  expect(isWarm()).toBe(true);
  expect((await get(path)).status).toBe(401);
  expect((await get(path, bearer(keys.metrics ?? ''))).status).toBe(403);
});

test('a revoked key and one past its life are refused', async () => {
  const { key, shown } = await createApiKey(database.db, { name: 'gone', scopes: ['read'] });
  expect((await get(OUTCOMES, bearer(key))).status).toBe(200);
  expect(await revokeApiKey(database.db, shown.id)).toBe(true);
  expect([await revokeApiKey(database.db, shown.id), await revokeApiKey(database.db, 'x')]).toEqual([
    false,
    false,
  ]);
  let status = 200;
  for (let waited = 0; status === 200 && waited < 20_000; waited += 200) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    ({ status } = await get(OUTCOMES, bearer(key)));
  }
  expect(status).toBe(401);
  const expiresAt = new Date(Date.now() - 1);
  const old = await createApiKey(database.db, { name: 'old', scopes: ['read'], expiresAt });
  expect((await get(OUTCOMES, bearer(old.key))).status).toBe(401);
});

describe('the session', () => {
  async function signIn(key: string, headers: Record<string, string> = {}) {
    return fetch(`${api.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ key }),
    });
  }

  test('a key is exchanged for a cookie that asks in its place, until it is given back', async () => {
    const response = await signIn(keys.read ?? '');
    expect([response.status, await response.json()]).toMatchObject([200, { data: { scopes: ['read'] } }]);
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    expect((await get(OUTCOMES, { cookie: cookie.split(';')[0] ?? '' })).status).toBe(200);
    const behindTls = await signIn(keys.read ?? '', { 'x-forwarded-proto': 'https' });
    expect(behindTls.headers.get('set-cookie')).toMatch(/; SameSite=Strict; Max-Age=43200; Secure$/);
    const out = await fetch(`${api.url}/api/session`, { method: 'DELETE' });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([200, expect.stringContaining('Max-Age=0')]);
  });

  test('a wrong key, another kind of body and a foreign page are refused', async () => {
    expect((await signIn('cv_wrong')).status).toBe(401);
    expect((await signIn(keys.read ?? '', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await signIn(keys.read ?? '', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await signIn(keys.read ?? '', { origin: 'https://friend.example' })).status).toBe(403);
    expect((await signIn(keys.read ?? '', { origin: api.url })).status).toBe(200);
    const strange = { method: 'POST', headers: { 'content-type': 'application/json' } };
    for (const body of ['{', '[]', '{"key":1}', '{"key":"a","more":1}', '{"key":{"$ne":1}}'])
      expect((await fetch(`${api.url}/api/session`, { ...strange, body })).status).toBe(400);
    const long = await fetch(`${api.url}/api/session`, { ...strange, body: ' '.repeat(70_000) });
    expect(long.status).toBe(413);
  });
});

describe('sockets', () => {
  function opened(auth: object): Promise<ReturnType<typeof connect>> {
    const socket = connect(api.url, { transports: ['websocket'], reconnection: false, auth });
    return new Promise((resolve, reject) =>
      socket.on('connect', () => resolve(socket)).on('connect_error', reject),
    );
  }

  test('whoever connects too often is told when to come back, whoever has no key that it is no use', async () => {
    const key = await made('read');
    const refused = async (auth: object): Promise<unknown> => {
      for (let n = 0; n < 300; n += 1) {
        const outcome = await opened(auth).catch((error: unknown) => error as Error & { data: unknown });
        if (outcome instanceof Error) return [outcome.message, outcome.data];
        outcome.close();
      }
      return 'never';
    };
    expect(await refused({ key })).toEqual([
      expect.stringMatching(/^Too many requests/),
      { status: 429, retryAfterSeconds: 1 },
    ]);
    expect(await refused({ key: 'cv_wrong' })).toEqual([
      expect.any(String),
      { status: 401, retryAfterSeconds: null },
    ]);
  });

  test('whoever joins too often is told when to ask again, and is answered then', async () => {
    const socket = await opened({ key: await made('read') });
    const ask = () => socket.emitWithAck('get:active_calls') as Promise<Record<string, unknown>>;
    let refused = await ask();
    for (let n = 0; n < 50 && refused.error === undefined; n += 1)
      refused = (await Promise.all(Array.from({ length: 100 }, ask))).at(-1) ?? refused;
    expect(refused).toEqual({
      ...{ error: expect.stringMatching(/^Too many requests/), retryAfterSeconds: 1 },
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await ask()).toEqual({ sequence: expect.any(Number) });
    socket.close();
  });

  test('a key is needed before a room is joined, and is looked at again at every ask', async () => {
    await expect(opened({})).rejects.toThrow('A key is needed');
    await expect(opened({ key: 'cv_wrong' })).rejects.toThrow('not known');
    await expect(opened({ key: keys.metrics })).rejects.toThrow('lacks the scope read');
    const { key, shown } = await createApiKey(database.db, { name: 'live', scopes: ['read'] });
    const socket = await opened({ key });
    expect(await socket.emitWithAck('subscribe:calls')).toMatchObject({ sequence: expect.any(Number) });
    await revokeApiKey(database.db, shown.id);
    let answer: { error?: string } = {};
    for (let waited = 0; answer.error === undefined && waited < 20_000; waited += 200) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      answer = (await socket.emitWithAck('get:active_calls')) as typeof answer;
    }
    expect(answer.error).toContain('not known');
    socket.close();
  });
});

test('a burst from one key is 429 with a time to come back, and another key is unaffected', async () => {
  const [busy, calm] = [await made('read', 'metrics'), keys.read ?? ''];
  let last = await get(OUTCOMES, bearer(busy));
  for (let n = 0; last.status !== 429 && n < 200; n += 1) {
    const all = await Promise.all(Array.from({ length: 100 }, () => get('/api/db/status', bearer(busy))));
    last = all.find(({ status }) => status === 429) ?? last;
  }
  expect([last.status, last.body?.error]).toEqual([429, expect.stringMatching(/^Too many requests/)]);
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(last.headers.get('ratelimit-limit')).toBe('1000');
  expect((await get(OUTCOMES, bearer(calm))).status).toBe(200);
}, 60_000);

test('whoever guesses keys is told to wait', async () => {
  let status = 401;
  for (let n = 0; status === 401 && n < 200; n += 1) ({ status } = await get(OUTCOMES, bearer(`cv_${n}`)));
  expect(status).toBe(429);
});

test('an export is written down, and of no key anything but its hash is kept or logged', async () => {
  const { key, shown } = await createApiKey(database.db, { name: 'export', scopes: ['read'] });
  expect((await get(`${OUTCOMES}?format=csv`, bearer(key))).status).toBe(200);
  const acts = await database.db.collection('audit_log').find({ act: 'export' }).toArray();
  expect(acts).toMatchObject([{ keyId: shown.id, subject: OUTCOMES, details: { format: 'csv' } }]);
  const stored = JSON.stringify([
    await database.db.collection('api_keys').find().toArray(),
    await database.db.collection('audit_log').find().toArray(),
    await listApiKeys(database.db),
    lines,
  ]);
  for (const one of [...Object.values(keys), key]) {
    expect(isKeyShaped(one)).toBe(true);
    expect(stored).not.toContain(one.slice(0, 20));
  }
  expect(JSON.stringify(await listApiKeys(database.db))).not.toMatch(/[0-9a-f]{64}/);
});

test('a budget fills again by the second, each of its own', () => {
  let nowMs = 0;
  const limits = createLimits(() => nowMs);
  const budget = { most: 2, perSecond: 1 };
  const waits = () => [limits.take('a', 1, budget).waitSeconds, limits.take('b', 1, budget).waitSeconds];
  expect([waits(), waits(), waits()]).toEqual([
    [0, 0],
    [0, 0],
    [1, 1],
  ]);
  nowMs = 1_000;
  expect([waits(), waits()]).toEqual([
    [0, 0],
    [1, 1],
  ]);
});

test('the door may be open on this machine only, and off has to be said', () => {
  const uri = { MONGODB_URI: 'mongodb://x' };
  expect(mayBeOpen({ API_HOST: '0.0.0.0', NODE_ENV: 'development' })).toBe(false);
  expect(mayBeOpen({ API_HOST: '127.0.0.1', NODE_ENV: 'production' })).toBe(false);
  expect(mayBeOpen({ API_HOST: '127.0.0.1', NODE_ENV: 'development' })).toBe(true);
  const off = { ...uri, API_AUTH: 'off', API_HOST: '0.0.0.0', NODE_ENV: 'production' };
  expect(() => loadConfig(API_SETTINGS, off)).toThrow('off is refused in production');
  expect(loadConfig(API_SETTINGS, { ...uri, API_HOST: '0.0.0.0', API_AUTH: 'required' }).API_AUTH).toBe(
    'required',
  );
});
