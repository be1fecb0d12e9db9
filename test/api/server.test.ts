/** The HTTP side around the routes: headers, the door, the dashboard's files, and a database that is away. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Router from '@koa/router';
import Koa from 'koa';
import { MongoClient, type Db } from 'mongodb';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { registerAnalyticsApiRoutes } from '../../api/routes/analytics.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let folder: string;
/** Begun first, since it takes as long as an answer may at most. */
let exhausted: ReturnType<typeof askExhausted>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dashboard-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<p>board');
  await writeFile(join(folder, 'assets', 'main-abc.js'), '1');
  database = await openDatabase();
  const starts = ['2026-03-10T08:00:00Z', '2026-03-10T09:00:00Z', '2026-03-10T10:00:00Z'];
  await commit(database.db, 1, {
    calls: [
      ...starts.map((at, index) => call(`call:${index}`, { startedAt: new Date(at) })),
      call('unstarted', { startedAt: null, status: 'queued', endedAt: null }),
    ],
  });
  api = await openApi(database.db, { dashboard: folder });
  exhausted = askExhausted();
  exhausted.catch(() => undefined);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

type Envelope = { success: boolean; error: string; timestamp: string; data: Record<string, unknown> };

async function get(path: string, init: RequestInit = {}) {
  const response = await fetch(api.url + path, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { response, text, body: (isJson ? JSON.parse(text) : null) as Envelope };
}

/** Unlike fetch, sends the Host it is told to. */
function statusFor(headers: Record<string, string>, path = '/api/db/status'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(api.url + path, { headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}

test('every answer forbids whatever is not our own', async () => {
  for (const path of ['/', '/api/db/status', '/nowhere']) {
    const { response } = await get(path);
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;font-src 'self';media-src 'self';connect-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none'",
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('what matches nothing and what is no GET fail in the same envelope', async () => {
  const nowhere = await get('/api/db/nowhere');
  expect(nowhere.response.status).toBe(404);
  expect(nowhere.body).toEqual({ success: false, error: 'Not found', timestamp: expect.any(String) });
  const post = await get('/api/db/analytics/outcomes', { method: 'POST' });
  expect([post.response.status, post.body.error]).toEqual([405, 'Method not allowed']);
  expect(post.response.headers.get('allow')).toBe('HEAD, GET');
  for (const path of ['/metrics', '/', '/calls/x', '/api/openapi.json']) {
    const { response, body } = await get(path, { method: 'PUT' });
    expect([path, response.status, body.success]).toEqual([path, 405, false]);
    expect(response.headers.get('allow')).toBe('HEAD, GET');
  }
  expect((await get('/metrics', { method: 'HEAD' })).response.status).toBe(200);
});

test('what cannot be read as a request fails in the same envelope', async () => {
  const tooLong = await get(`/api/db/status?x=${'x'.repeat(20_000)}`);
  expect([tooLong.response.status, tooLong.body]).toEqual([
    431,
    { success: false, error: expect.stringContaining('too long'), timestamp: expect.any(String) },
  ]);
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname, () => socket.write('nonsense\r\n\r\n'));
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 .*"success":false,"error":"[^"]+"/s);
});

test('the door is open to this machine by its own names, directly', async () => {
  expect(await statusFor({})).toBe(200);
  expect(await statusFor({ host: 'localhost:4000' })).toBe(200);
  expect(await statusFor({ host: 'evil.example' })).toBe(401);
  expect(await statusFor({ 'x-forwarded-for': '10.0.0.1' })).toBe(401);
  expect(await statusFor({ host: 'evil.example' }, '/metrics')).toBe(401);
});

describe('the dashboard', () => {
  test('its page is asked for each time, its files are kept for ever', async () => {
    const page = await get('/');
    expect([page.text, page.response.headers.get('cache-control')]).toEqual(['<p>board', 'no-cache']);
    const asset = await get('/assets/main-abc.js');
    expect(asset.response.headers.get('cache-control')).toContain('immutable');
    expect((await get('/../package.json')).response.status).toBe(404);
  });

  test('where it is not built, the page says how to build it', async () => {
    await using bare = await openApi(database.db);
    const response = await fetch(bare.url);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('npm run build')]);
  });
});

test('requests are counted under route templates', async () => {
  await get('/api/db/analytics/duration/day');
  const { text } = await get('/metrics');
  expect(text).toMatch(
    /callviews_http_requests_total\{route="\/api\/db\/analytics\/duration\/:period",method="GET",status="200"\} 1/,
  );
});

test('calls are listed newest first, page by page, and shown one by one with their parts', async () => {
  const seen: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await get(`/api/db/calls?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
    seen.push(...(body.data.calls as { callId: string }[]).map((one) => one.callId));
    cursor = body.data.nextCursor as string | null;
  }
  expect(seen).toEqual(['call:2', 'call:1', 'call:0', 'unstarted']);
  const { body } = await get('/api/db/calls/call%3A1');
  expect(body.data.call).toMatchObject({
    callId: 'call:1',
    fromNumber: '…5678',
    parts: [{ id: 'call:1', groups: { route: { fromNumber: '…5678' } } }],
  });
  expect(JSON.stringify(body)).not.toContain('12345678');
});

test.each([
  ['/api/db/calls/none', 404, 'No call is known by this id'],
  ['/api/db/calls?limit=0', 400, 'Invalid limit: must be a whole number, 1 to 200'],
  ['/api/db/calls?cursor=zzz', 400, 'Invalid cursor: use the nextCursor of an earlier answer'],
  [
    '/api/db/calls?colour=red',
    400,
    expect.stringMatching(/^Unknown parameter: colour\. Known are: startDate, .*limit, cursor/),
  ],
])('%s is %d', async (path, status, error) => {
  const { response, body } = await get(path);
  expect([response.status, body.error]).toEqual([status, error]);
});

test('the status names the last commit and what waits', async () => {
  const { body } = await get('/api/db/status');
  expect(body.data).toMatchObject({
    projector: { epoch: 1, sequence: 1, asOf: '2026-03-10T12:00:00.000Z' },
    views: expect.arrayContaining([{ view: 'outcome', window: 'daily', buckets: expect.any(Number) }]),
    quarantined: 0,
    parked: 0,
    followed: { sequence: 1 },
  });
});

test('the analytics routes mount on a bare app or router, and say which part they lack', () => {
  expect(() => registerAnalyticsApiRoutes(new Koa())).toThrow('registerAnalyticsApiRoutes needs options.db');
  expect(() => registerAnalyticsApiRoutes(new Router(), { db: database.db })).toThrow('needs options.views');
});

describe('with the database away', () => {
  test.each([
    ['duration/day', 'Error retrieving call duration analytics'],
    ['outcomes', 'Error retrieving call outcome analytics'],
    ['sentiment', 'Error retrieving sentiment analytics'],
    ['real-time', 'Error retrieving real-time analytics'],
  ])('%s is 503 with its text and a time to come back', async (path, text) => {
    const client = new MongoClient('mongodb://127.0.0.1:1/?replicaSet=none', {
      serverSelectionTimeoutMS: 100,
    });
    await using away = await openApi(client.db('none'), { begins: false });
    const response = await fetch(`${away.url}/api/db/analytics/${path}`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toEqual({ success: false, error: text, timestamp: expect.any(String) });
    await client.close();
  });

  test('an answer that waits for a free connection is given up: what is kept goes out as stale, the rest is 503', async () => {
    const { kept, fresh } = await exhausted;
    expect([kept.status, kept.headers.get('callviews-stale')]).toEqual([200, 'true']);
    expect(((await kept.json()) as Envelope).data.outcomes).toMatchObject([{ totalCalls: 3 }]);
    expect([fresh.status, fresh.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await fresh.json()).toMatchObject({ error: 'Error retrieving call outcome analytics' });
  });

  test('a fault of ours is 500 with the text of its route and nothing more', async () => {
    const fault = {
      get: () => {
        throw new Error('a detail nobody outside may see');
      },
    };
    const collection = { value: database.db.collection.bind(database.db) };
    const broken = Object.create(database.db, { client: fault, collection }) as Db;
    await using faulty = await openApi(broken, { begins: false });
    const response = await fetch(`${faulty.url}/api/db/analytics/outcomes`);
    const error = 'Error retrieving call outcome analytics';
    expect([response.status, response.headers.get('retry-after')]).toEqual([500, null]);
    expect(await response.json()).toEqual({ success: false, error, timestamp: expect.any(String) });
  });
});

test('a listed origin may read answers and is told which headers it may see; another may not', async () => {
  await using open = await openApi(database.db, { origins: ['https://friend.example'] });
  const asked = async (origin: string) => {
    const response = await fetch(`${open.url}/api/db/status`, { headers: { origin } });
    return [response.status, response.headers.get('access-control-allow-origin')];
  };
  expect(await asked('https://friend.example')).toEqual([200, 'https://friend.example']);
  expect(await asked('https://evil.example')).toEqual([200, null]);
  const file = await fetch(
    `${open.url}/api/db/analytics/outcomes?format=csv&startDate=2020-01-01&endDate=2020-01-01`,
    {
      headers: { origin: 'https://friend.example' },
    },
  );
  const exposed = file.headers.get('access-control-expose-headers')?.toLowerCase().split(',');
  const own: string[] = [];
  file.headers.forEach((_, name) => name.startsWith('callviews-') && own.push(name));
  expect(own).toContain('callviews-empty-because');
  expect(exposed).toEqual(expect.arrayContaining([...own, 'repr-digest', 'content-disposition', 'etag']));
  const preflight = await fetch(`${open.url}/api/db/status`, {
    method: 'OPTIONS',
    headers: { origin: 'https://friend.example', 'access-control-request-method': 'GET' },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
    204,
    'GET,HEAD',
  ]);
});

/** Two answers of an api whose every connection is taken and stays so; one of them was given before. */
async function askExhausted() {
  const uri = process.env.CALLVIEWS_TEST_MONGODB_URI ?? '';
  // As many as the follower's stream and one reader take; nobody is refused for waiting in the queue.
  await using client = new MongoClient(uri, { maxPoolSize: 2, appName: 'exhausted' });
  const db = client.db(database.db.databaseName);
  await using busy = await openApi(db);
  const ask = (day: string): Promise<Response> =>
    fetch(`${busy.url}/api/db/analytics/outcomes?startDate=2026-03-${day}&endDate=2026-03-${day}`);
  await (await ask('10')).arrayBuffer();
  const holding = [1, 2].map(() =>
    db
      .collection('calls')
      .findOne({ $where: 'sleep(60000) || true' })
      .catch(() => null),
  );
  const inWork = [
    { $currentOp: {} },
    { $match: { appName: 'exhausted', 'command.filter.$where': { $exists: true } } },
  ];
  const admin = database.db.client.db('admin');
  while ((await admin.aggregate(inWork, { readConcern: 'local' }).toArray()).length < 2)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const [kept, fresh] = await Promise.all([ask('10'), ask('11')]);
  await client.close();
  await Promise.all(holding);
  return { kept, fresh };
}
