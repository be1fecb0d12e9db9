/** Warm reads over real HTTP: the same bytes and headers as cold ones, before Koa and under it, with no read of the database. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let sessions: number;
let sequence: number;
let projector = { isAlive: true };
let living: Promise<void>;

beforeAll(async () => {
  database = await openDatabase();
  sessions = 0;
  const start = database.db.client.startSession.bind(database.db.client);
  await commit(database.db, (sequence = 1), { at: new Date(), calls: [call('a', { agentId: 'x' })] });
  database.db.client.startSession = (options) => {
    // Each read of an answer is at a moment of its own.
    if (options?.snapshot === true) sessions += 1;
    return start(options);
  };
  api = await openApi(database.db, { nowMs: Date.now(), origins: ['https://friend.example'] });
  live();
  await until(() => api.follower.freshness().ageMs !== null);
});
afterAll(async () => {
  await fallSilent();
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** The signs of life of a projector, one after the other. */
function live(): void {
  const lives = { isAlive: true };
  projector = lives;
  const goesOn = (): boolean => lives.isAlive;
  living = (async () => {
    while (goesOn()) {
      await commit(database.db, (sequence += 1), { at: new Date() });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  })();
}

async function fallSilent(): Promise<void> {
  projector.isAlive = false;
  await living;
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds() && waited < 20_000; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

type Got = { status: number; headers: IncomingHttpHeaders; bytes: Buffer };

function get(path: string, headers: Record<string, string> = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    request(api.url + path, { headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: Buffer.concat(pieces),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

/** What is true only at the moment of answering. */
function lasting(headers: IncomingHttpHeaders): object {
  const { date: _d, 'callviews-as-of': _a, 'callviews-lag-ms': _l, ...rest } = headers;
  return rest;
}

const DAY = 'startDate=2026-03-10&endDate=2026-03-10';
const PATHS = [
  `/api/db/analytics/duration/hour?${DAY}`,
  `/api/db/analytics/outcomes?${DAY}&agentId=x`,
  `/api/db/analytics/outcomes?${DAY}&format=csv&period=hour`,
  `/api/db/analytics/sentiment?${DAY}&format=ndjson&period=hour`,
  `/api/db/analytics/summary?${DAY}`,
  `/api/db/analytics/breakdown/agent?${DAY}`,
  `/api/db/analytics/outcomes?${DAY}&agentId=x&direction=inbound`,
];

test.each(PATHS)(
  '%s: cold and warm, in every coding, are the same bytes under the same ETag',
  async (path) => {
    const answers = new Map<string, Got>();
    for (const coding of ['identity', 'gzip', 'br']) {
      const cold = await get(path, { 'accept-encoding': coding, origin: 'https://friend.example' });
      const before = sessions;
      const warm = await get(path, { 'accept-encoding': coding });
      const underKoa = await get(path, { 'accept-encoding': coding, origin: 'https://else.example' });
      expect(sessions).toBe(before);
      expect(warm.bytes).toEqual(cold.bytes);
      expect([warm.status, lasting(warm.headers)]).toEqual([200, lasting(underKoa.headers)]);
      expect(warm.headers.vary).toBe('Origin, Accept-Encoding');
      const held = await get(path, { 'accept-encoding': coding, 'if-none-match': warm.headers.etag ?? '' });
      expect([held.status, held.bytes.length, held.headers.etag]).toEqual([304, 0, warm.headers.etag]);
      expect(held.headers['callviews-stale']).toBe('false');
      answers.set(coding, warm);
    }
    const plain = answers.get('identity')?.bytes ?? Buffer.alloc(0);
    const [gzip, br] = [answers.get('gzip'), answers.get('br')];
    if (plain.length < 1_024) return;
    expect([gzip?.headers['content-encoding'], br?.headers['content-encoding']]).toEqual(['gzip', 'br']);
    expect(gunzipSync(gzip?.bytes ?? '')).toEqual(plain);
    expect(brotliDecompressSync(br?.bytes ?? '')).toEqual(plain);
  },
);

test('a commit that touches it makes a new answer, another does not', async () => {
  const path = `/api/db/analytics/outcomes?${DAY}&agentId=x`;
  const totals = async () => {
    const { data } = JSON.parse((await get(path)).bytes.toString()) as {
      data: { outcomes: { totalCalls: number }[]; freshness: { sequence: number } };
    };
    return { calls: data.outcomes[0]?.totalCalls, sequence: data.freshness.sequence };
  };
  await fallSilent();
  const first = await totals();
  const at = { at: new Date() };
  await commit(database.db, (sequence += 1), { ...at, calls: [call('b', { agentId: 'y' })] });
  await until(() => api.follower.freshness().sequence === sequence);
  expect(await totals()).toEqual(first);
  await commit(database.db, (sequence += 1), { ...at, calls: [call('c', { agentId: 'x' })] });
  await until(() => api.follower.freshness().sequence === sequence);
  expect(await totals()).toEqual({ calls: 2, sequence });
  live();
});

test('a hundred who ask at once cost one read', async () => {
  const before = sessions;
  const path = `/api/db/analytics/duration/day?${DAY}&direction=inbound`;
  const all = await Promise.all(Array.from({ length: 100 }, () => get(path)));
  expect(new Set(all.map(({ bytes }) => bytes.toString())).size).toBe(1);
  expect(sessions).toBe(before + 1);
});

test('who may not ask gets nothing that is kept', async () => {
  const path = `/api/db/analytics/outcomes?${DAY}`;
  await get(path);
  expect((await get(path, { 'x-forwarded-for': '10.0.0.1' })).status).toBe(401);
  expect((await get(path, { host: 'evil.example' })).status).toBe(401);
});

test('warm answers are counted under their route', async () => {
  const counted = async () => {
    const text = (await get('/metrics')).bytes.toString();
    const of = (line: RegExp): number => Number(line.exec(text)?.[1]);
    return {
      requests: of(
        /http_requests_total\{route="[^"]*breakdown\/:dimension",method="GET",status="200"\} (\d+)/,
      ),
      hits: of(/callviews_cache_hits_total (\d+)/),
      bytes: of(/callviews_cache_bytes (\d+)/),
    };
  };
  const path = `/api/db/analytics/breakdown/language?${DAY}`;
  await get(path);
  const before = await counted();
  for (let n = 0; n < 3; n += 1) await get(path);
  const after = await counted();
  expect(after).toEqual({ ...after, requests: before.requests + 3, hits: before.hits + 3 });
  expect(after.bytes).toBeGreaterThan(1_000);
});

test('a projector that falls silent is seen on what was kept while it lived: read again, and marked stale', async () => {
  const path = `/api/db/analytics/outcomes?${DAY}&fill=true`;
  expect((await get(path)).headers['callviews-stale']).toBe('false');
  expect((await get(path)).headers['callviews-stale']).toBe('false');
  await fallSilent();
  await until(() => api.follower.freshness().isStale);
  const before = sessions;
  const stale = await get(path);
  expect([stale.headers['callviews-stale'], sessions]).toEqual(['true', before + 1]);
  expect(Number(stale.headers['callviews-lag-ms'])).toBeGreaterThan(5_000);
});
