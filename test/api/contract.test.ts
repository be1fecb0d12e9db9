/** Every route in every status: what is answered is what the published document says, read with the document's own schemas. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { request } from 'node:http';
import { createApiKey } from '../../api/keys.ts';
import { templateOf } from '../../api/openapi.ts';
import { FILE_ROUTES, READ_ROUTES, WRITE_ROUTES } from '../../api/routes/index.ts';
import type { StoredCampaign } from '../../api/schema.ts';
import type { Scope } from '../../api/scopes.ts';
import { DOCUMENT, faultOf } from './document.ts';
import { plantRecording } from './planted-speech.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let away: Awaited<ReturnType<typeof openApi>>;
let nobody: MongoClient;
let campaign: string;
const keys: Record<string, string> = {};
const SCOPES: Scope[] = ['read', 'pii', 'campaigns', 'metrics', 'admin'];

beforeAll(async () => {
  database = await openDatabase();
  await commit(database.db, 1, {
    calls: [call('a', { campaignId: 'spring' }), call('b', { campaignId: 'autumn' })],
  });
  const make = async (name: string, scopes: Scope[]) =>
    (keys[name] = (await createApiKey(database.db, { name, scopes })).key);
  await make('all', SCOPES);
  await make('none', ['admin']);
  await make('busy', SCOPES);
  await make('plain', ['read']);
  api = await openApi(database.db, { nowMs: Date.parse('2026-03-12T12:00:00Z') });
  nobody = new MongoClient('mongodb://127.0.0.1:1/?replicaSet=none', { serverSelectionTimeoutMS: 100 });
  away = await openApi(nobody.db('none'), { begins: false });
  const made = await ask({ method: 'POST', path: '/api/db/campaigns', key: 'all', body: { name: 'x' } });
  campaign = (JSON.parse(made.text) as { data: { campaign: { id: string } } }).data.campaign.id;
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await away[Symbol.asyncDispose]();
  await nobody.close();
  await database[Symbol.asyncDispose]();
});

type Ask = {
  method?: string;
  path: string;
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
  url?: string;
  localAddress?: string;
};
type Got = { status: number; headers: Record<string, unknown>; text: string };

function ask({
  method = 'GET',
  path,
  key,
  body,
  headers = {},
  url = api.url,
  localAddress,
}: Ask): Promise<Got> {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/csv' : 'application/json';
  const sent = {
    ...(key !== undefined && { authorization: `Bearer ${keys[key] ?? key}` }),
    ...(body !== undefined && { 'content-type': type }),
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const asked = request(
      url + path,
      { method, headers: sent, ...(localAddress !== undefined && { localAddress }) },
      (response) => {
        let answered = '';
        response.setEncoding('utf8').on('data', (piece: string) => (answered += piece));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: answered }),
        );
      },
    );
    asked.on('error', reject).end(text);
  });
}

/** Holds an answer against the document. */
function check(route: { path: string; method?: string }, { status, text, headers }: Got): void {
  const response = DOCUMENT.paths[templateOf(route.path)]?.[(route.method ?? 'GET').toLowerCase()]?.responses;
  expect([route.path, status, response?.[status] !== undefined]).toEqual([route.path, status, true]);
  const asked = { method: route.method ?? 'GET', url: route.path.replaceAll(':', '') };
  expect(faultOf({ ...asked, status, type: String(headers['content-type']), text })).toBeNull();
}

/** A request that is answered, for each route. */
const QUERIES: Record<string, string> = {
  '/api/db/analytics/explain': '?view=outcome&window=hourly&at=2026-03-10T10:00:00Z',
  '/api/db/transcripts/search': '?q=hello',
  '/api/db/campaigns/compare': '?ids=spring,autumn',
};
function goodPath(path: string): string {
  const filled = path
    .replace(':period', 'day')
    .replace(':dimension', 'agent')
    .replace('/campaigns/:id', `/campaigns/${campaign}`)
    .replace(':id', 'a');
  return filled + (QUERIES[path] ?? '');
}
const withMore = (path: string, more: string) => path + (path.includes('?') ? '&' : '?') + more;
const READS = READ_ROUTES.map((one) => [one.path, one] as const);
const WRITES = WRITE_ROUTES.map((one) => [`${one.method} ${one.path}`, one] as const);

test('the document names every route that is mounted, each operation once, and what it needs', async () => {
  expect(JSON.parse((await ask({ path: '/api/openapi.json' })).text)).toEqual(DOCUMENT);
  expect(DOCUMENT.openapi).toBe('3.1.0');
  const operations = Object.entries(DOCUMENT.paths).flatMap(([path, all]) =>
    Object.entries(all).map(([method, one]) => ({ path, method, one })),
  );
  expect(operations).toHaveLength(READ_ROUTES.length + FILE_ROUTES.length + WRITE_ROUTES.length);
  expect(new Set(operations.map(({ one }) => one.operationId)).size).toBe(operations.length);
  for (const { path, one } of operations) {
    const inPath = one.parameters
      .filter((parameter) => parameter.in === 'path')
      .map(({ name }) => `{${name}}`);
    expect(inPath.sort()).toEqual((path.match(/\{\w+\}/g) ?? []).sort());
  }
  expect(JSON.stringify(DOCUMENT)).not.toMatch(/127\.0\.0\.1|mongodb/);
});

test('the page names every path, without script', async () => {
  const { status, text, headers } = await ask({ path: '/docs' });
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  for (const path of Object.keys(DOCUMENT.paths)) expect(text).toContain(path);
  expect(text).not.toContain('<script');
  const { etag } = (await ask({ path: '/api/openapi.json' })).headers;
  expect((await ask({ path: '/api/openapi.json', headers: { 'if-none-match': String(etag) } })).status).toBe(
    304,
  );
});

describe.each(READS)('%s', (path, route) => {
  test('200 and 304', async () => {
    const good = await ask({ path: goodPath(path), key: 'all' });
    check(route, good);
    expect(good.status).toBe(200);
    const headers = { 'if-none-match': String(good.headers.etag) };
    // What changes at every moment may be another answer; whatever it is, it is as documented.
    const again = await ask({ path: goodPath(path), key: 'all', headers });
    check(route, again);
    if (route.isKept) expect(again.status).toBe(304);
  });

  test('400, 401, 403, 404, 405 and 503', async () => {
    const expected: [number, Ask][] = [
      [400, { path: withMore(goodPath(path), 'nonsense=1'), key: 'all' }],
      [401, { path: goodPath(path) }],
      [403, { path: goodPath(path), key: 'none' }],
      [503, { path: goodPath(path), url: away.url }],
    ];
    if (path.includes('/:id')) {
      const nowhere = path.replace(':id', 'nobody');
      expected.push([404, { path: nowhere, key: 'all' }]);
    }
    for (const [status, asked] of expected) {
      const got = await ask(asked);
      check(route, got);
      expect([asked.path, got.status]).toEqual([asked.path, status]);
      if (status === 503) expect(got.headers['retry-after']).toBe('2');
    }
    const method = ['PUT', 'PATCH'].find(
      (one) => !WRITE_ROUTES.some((known) => known.path === path && known.method === one),
    );
    const other = await ask({
      method: method ?? '',
      path: goodPath(path).split('?')[0] ?? '',
      key: 'all',
      body: {},
    });
    expect(other.status).toBe(405);
    check(route, other);
  });
});

describe.each(WRITES)('%s', (_, route) => {
  const { method, path, kind, scope } = route;
  const asked = (): Ask => ({
    method,
    path: goodPath(path),
    key: 'all',
    ...(kind !== null && { body: kind === 'text/csv' ? '+4930111111' : { name: 'y', key: keys.all } }),
  });
  test('400, 401, 403, 415 and 503', async () => {
    const headers = { 'if-match': '"999"' };
    const expected: [number, Ask][] = [
      [400, { ...asked(), path: withMore(goodPath(path), 'nonsense=1'), headers }],
      [403, { ...asked(), headers: { ...headers, origin: 'https://evil.example' } }],
    ];
    const { key: __, ...keyless } = asked();
    if (scope !== null)
      expected.push(
        [401, { ...keyless, headers }],
        [403, { ...asked(), key: 'none', headers }],
        [503, { ...keyless, headers, url: away.url }],
      );
    if (kind !== null)
      expected.push([415, { ...asked(), headers: { ...headers, 'content-type': 'text/plain' } }]);
    if (path.includes(':id')) {
      expected.push([412, { ...asked(), ...(method === 'PATCH' && { body: { name: 'z' } }), headers }]);
      const nowhere = path.replace(':id', 'nobody');
      expected.push([
        404,
        { ...asked(), ...(method === 'PATCH' && { body: { name: 'z' } }), path: nowhere, headers },
      ]);
    }
    for (const [status, one] of expected) {
      const got = await ask(one);
      check(route, got);
      expect([method, one.path, got.status]).toEqual([method, one.path, status]);
    }
  });
});

test('what is done is answered as documented, and an act out of turn is 409', async () => {
  const of = (method: string, path: string) => {
    const route = WRITE_ROUTES.find((one) => one.method === method && one.path === path);
    if (route === undefined) throw new Error(`no route ${method} ${path}`);
    return route;
  };
  const act = async (
    method: string,
    path: string,
    { status, ...more }: Partial<Ask> & { status: number },
  ) => {
    const got = await ask({ method, path: goodPath(path), key: 'all', ...more });
    check(of(method, path), got);
    expect([method, path, got.status]).toEqual([method, path, status]);
  };
  const at = (revision: number) => ({ headers: { 'if-match': `"${revision}"` } });
  const one = '/api/db/campaigns/:id';
  await act('POST', '/api/db/campaigns', { status: 201, body: { name: 'made', key: 'spring' } });
  await act('PATCH', one, { status: 200, body: { name: 'z' }, ...at(1) });
  await act('PUT', `${one}/targets`, { status: 200, body: '+4930111111', ...at(2) });
  await act('POST', `${one}/pause`, { status: 409, ...at(3) });
  await act('POST', `${one}/start`, { status: 200, ...at(3) });
  await act('DELETE', one, { status: 409, ...at(4) });
  await act('POST', `${one}/cancel`, { status: 200, ...at(4) });
  await act('DELETE', one, { status: 200, ...at(5) });
  await act('POST', '/api/session', { status: 200, body: { key: keys.all } });
  await act('DELETE', '/api/session', { status: 200 });
});

test.each(WRITES)('%s in a state that does not allow it is 409', async (_, route) => {
  const { method, path } = route;
  if (path === '/api/session') return;
  const made = path === '/api/db/campaigns';
  // What is over is not changed; what runs is not deleted; a key is of one campaign.
  const status = method === 'DELETE' ? 'running' : 'completed';
  await database.db.collection('campaigns').deleteMany({ key: 'taken' });
  await database.db.collection<StoredCampaign>('campaigns').insertOne({
    ...{
      _id: `taken_${method}`,
      key: 'taken',
      name: 'x',
      status,
      revision: 1,
      agentId: null,
      provider: null,
    },
    ...{ scheduledAt: null, goals: [], targets: 0, targetSet: null, startedAt: null, endedAt: null },
    ...{ createdAt: new Date(), updatedAt: new Date() },
  });
  const got = await ask({
    ...{ method, path: path.replace(':id', `taken_${method}`), key: 'all', headers: { 'if-match': '"1"' } },
    ...(method === 'PUT' && { body: '+4930111111' }),
    ...(method === 'PATCH' && { body: { name: 'z' } }),
    ...(made && { body: { name: 'z', key: 'taken' } }),
  });
  check(route, got);
  expect([path, got.status]).toEqual([path, 409]);
});

test.each(WRITES)('%s by another method is 405, and says which there are', async (_, { path }) => {
  const mounted = [...WRITE_ROUTES.filter((one) => one.path === path).map(({ method }) => method as string)];
  const method = ['PUT', 'POST', 'PATCH', 'DELETE'].find((one) => !mounted.includes(one));
  const got = await ask({ method: method ?? 'PUT', path: goodPath(path), key: 'all', body: {} });
  expect([path, got.status]).toEqual([path, 405]);
  expect(JSON.parse(got.text)).toMatchObject({ success: false, error: expect.any(String) });
  for (const one of mounted) expect(String(got.headers.allow)).toContain(one);
});

test.each([...READ_ROUTES, ...FILE_ROUTES, ...WRITE_ROUTES].map(({ path }) => path))(
  '%s by a method that no route has is 405',
  async (path) => {
    const got = await ask({ method: 'TRACE', path: goodPath(path), key: 'all' });
    expect([got.status, JSON.parse(got.text)]).toMatchObject([405, { success: false }]);
  },
);

test('a body that is too long is 413', async () => {
  for (const [method, path, body] of [
    ['POST', '/api/db/campaigns', { name: 'x'.repeat(3_000_000) }],
    ['POST', '/api/session', { key: 'x'.repeat(3_000_000) }],
    ['PATCH', '/api/db/campaigns/:id', { name: 'x'.repeat(3_000_000) }],
  ] as const) {
    const got = await ask({ method, path: goodPath(path), key: 'all', body, headers: { 'if-match': '"1"' } });
    check({ path, method }, got);
    expect([path, got.status]).toEqual([path, 413]);
  }
});

describe('the sound of a recording', () => {
  const sha256 = 'c'.repeat(64);
  const path = `/api/db/calls/a/recording/${sha256}`;
  beforeAll(() => plantRecording(database.db, 'a', sha256));
  test.each<[number, Partial<Ask>]>([
    [200, {}],
    [206, { headers: { range: 'bytes=0-9' } }],
    [304, { headers: { 'if-none-match': `"${sha256}"` } }],
    [401, { key: '' }],
    [403, { key: 'plain' }],
    [404, { path: `/api/db/calls/b/recording/${sha256}` }],
    [405, { method: 'PUT', body: {} }],
    [416, { headers: { range: 'bytes=9999999-' } }],
    [503, { key: '' }],
  ])('%i', async (status, more) => {
    const { key = 'all', ...rest } = more;
    const url = status === 503 ? away.url : api.url;
    const got = await ask({ path, url, ...(key !== '' && { key }), ...rest });
    expect([status, got.status]).toEqual([status, status]);
    if (status >= 300 && status !== 304) expect(JSON.parse(got.text)).toMatchObject({ success: false });
    if (status === 206)
      expect([got.text.length, got.headers['content-range']]).toEqual([10, 'bytes 0-9/2000']);
  });
});

test('whoever asks too often is 429 on every route, as documented, and another is not', async () => {
  // Refused for what is asked, which costs all the same; then what is left over.
  const times = (n: number, path: string) =>
    Promise.all(Array.from({ length: n }, () => ask({ path, key: 'busy' })));
  const spend = async () => {
    await times(40, '/api/db/transcripts/search');
    await times(20, '/api/db/analytics/real-time?x=1');
  };
  const all: { path: string; method?: string; kind?: string | null }[] = [...READ_ROUTES, ...WRITE_ROUTES];
  for (const route of all) {
    const { path, method = 'GET', kind } = route;
    const body = kind === 'text/csv' ? '+4930111111' : kind ? {} : undefined;
    const once = () =>
      ask({
        method,
        path: goodPath(path),
        key: 'busy',
        headers: { 'if-match': '"1"' },
        ...(body !== undefined && { body }),
      });
    const burst = async () => {
      const all = await Promise.all(Array.from({ length: 15 }, once));
      return all.find(({ status }) => status === 429) ?? all[0];
    };
    let got = await once();
    for (let n = 0; got.status !== 429 && n < 40; n += 1) {
      await spend();
      got = (await burst()) ?? got;
    }
    check(route, got);
    expect([method, path, got.status, Number(got.headers['retry-after']) >= 1]).toEqual([
      method,
      path,
      429,
      true,
    ]);
  }
  expect((await ask({ path: '/api/db/status', key: 'all' })).status).toBe(200);
}, 60_000);

test('wrong keys from one address are 429 with a time to come back; a good key there and other addresses are not', async () => {
  const wrong = (localAddress: string) => ask({ path: '/api/db/status', key: 'cv_wrong', localAddress });
  let got = await wrong('127.0.0.1');
  for (let n = 0; got.status === 401 && n < 200; n += 1) got = await wrong('127.0.0.1');
  expect([got.status, Number(got.headers['retry-after']) >= 1]).toEqual([429, true]);
  expect((await ask({ path: '/api/db/status', key: 'all' })).status).toBe(200);
  expect((await wrong('127.0.0.2')).status).toBe(401);
});
