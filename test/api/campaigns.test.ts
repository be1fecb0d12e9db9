/** Campaigns over HTTP: set up, moved from state to state, based on the revision that was seen, with targets and live counters. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ObjectId } from 'mongodb';
import { ACTIONS, statusAfter, targetsIn, type Action } from '../../api/campaigns.ts';
import { CAMPAIGN_STATUSES, type StoredCampaign } from '../../api/schema.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  database = await openDatabase();
  const of = { campaignId: 'spring', direction: 'outbound' } as const;
  await commit(database.db, 1, {
    calls: [
      call('a', { ...of, toNumber: '+4930111111' }),
      call('b', { ...of, toNumber: '+4930222222', goal: 'failure' }),
      call('c', { ...of, toNumber: '+4930222222', status: 'queued', startedAt: null, endedAt: null }),
      call('d', { ...of, campaignId: 'autumn', status: 'in_progress', endedAt: null }),
    ],
  });
  api = await openApi(database.db, { nowMs: Date.parse('2026-03-12T12:00:00Z') });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type Campaign = {
  id: string;
  key: string;
  status: string;
  revision: number;
  targets: number;
  counters?: object;
};
type Data = Record<string, unknown> & { campaign: Campaign };

async function ask(
  method: string,
  path: string,
  {
    body,
    revision,
    type = 'application/json',
    headers = {},
  }: {
    body?: unknown;
    revision?: number;
    type?: string;
    headers?: Record<string, string>;
  } = {},
) {
  const response = await fetch(`${api.url}/api/db/campaigns${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': type }),
      ...(revision !== undefined && { 'if-match': `"${revision}"` }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const { data, error } = (await response.json()) as { data: Data; error: string };
  return { status: response.status, etag: response.headers.get('etag'), data, error };
}
const created = async (fields: object = {}) =>
  (await ask('POST', '', { body: { name: 'A campaign', ...fields } })).data.campaign;

test('a campaign is set up, read, listed beside keys that nobody set up, edited and deleted', async () => {
  const made = await ask('POST', '', { body: { name: 'Spring', key: 'spring', goals: ['sell'] } });
  expect([made.status, made.etag]).toEqual([201, '"1"']);
  expect(made.data.campaign).toMatchObject({
    key: 'spring',
    status: 'draft',
    revision: 1,
    goals: ['sell'],
    targets: 0,
  });
  const { id } = made.data.campaign;
  expect((await ask('GET', `/${id}`)).data.campaign).toMatchObject({ id, name: 'Spring' });
  expect((await ask('GET', '')).data).toMatchObject({ campaigns: [{ id }], unnamed: ['autumn'] });
  const edited = await ask('PATCH', `/${id}`, { revision: 1, body: { name: 'Spring 2', agentId: 'x' } });
  expect(edited.data.campaign).toMatchObject({
    name: 'Spring 2',
    agentId: 'x',
    revision: 2,
    goals: ['sell'],
  });
  expect((await ask('DELETE', `/${id}`, { revision: 2 })).data).toEqual({ deleted: id });
  expect((await ask('GET', `/${id}`)).status).toBe(404);
});

test("a key is one campaign's; without one it is the id", async () => {
  const { id, key } = await created();
  expect(key).toBe(id);
  expect(await ask('POST', '', { body: { name: 'B', key } })).toMatchObject({
    status: 409,
    error: 'Another campaign has this key',
  });
});

test('a change that is based on an older revision is 412, one based on none is refused; of two at once one wins', async () => {
  const { id } = await created();
  expect((await ask('PATCH', `/${id}`, { body: { name: 'x' } })).error).toContain('Send If-Match');
  expect((await ask('POST', `/${id}/start`)).status).toBe(400);
  const both = await Promise.all(
    [1, 2].map((n) => ask('PATCH', `/${id}`, { revision: 1, body: { name: `n${n}` } })),
  );
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  const csv = { revision: 2, type: 'text/csv', body: '+4930111111' };
  const uploads = await Promise.all([1, 2].map(() => ask('PUT', `/${id}/targets`, csv)));
  expect(uploads.map(({ status }) => status).sort()).toEqual([200, 412]);
  expect(await database.db.collection('campaign_targets').countDocuments({ campaignId: id })).toBe(1);
});

describe('states', () => {
  test('each act is for its states and for no other', () => {
    const allowed = (action: Action) =>
      CAMPAIGN_STATUSES.filter((status) => {
        try {
          return statusAfter(status, action) === ACTIONS[action].to;
        } catch {
          return false;
        }
      });
    expect(Object.fromEntries((Object.keys(ACTIONS) as Action[]).map((one) => [one, allowed(one)]))).toEqual({
      start: ['draft', 'scheduled'],
      pause: ['running'],
      resume: ['paused'],
      complete: ['running', 'paused'],
      cancel: ['draft', 'scheduled', 'running', 'paused'],
    });
  });

  test('a campaign goes from draft to its end, and an act out of turn is 409', async () => {
    const scheduledAt = '2026-04-01T09:00:00+02:00';
    const made = await created({ scheduledAt });
    const { id } = made;
    let { status, revision } = made;
    expect(status).toBe('scheduled');
    const steps: [string, number, string?][] = [
      ['pause', 409],
      ['start', 200, 'running'],
      ['start', 409],
      ['pause', 200, 'paused'],
      ['resume', 200, 'running'],
      ['complete', 200, 'completed'],
      ['cancel', 409],
    ];
    for (const [act, expected, after] of steps) {
      const done = await ask('POST', `/${id}/${act}`, { revision });
      expect([act, done.status]).toEqual([act, expected]);
      if (after !== undefined) ({ status, revision } = done.data.campaign);
      if (after !== undefined) expect(status).toBe(after);
    }
    expect((await ask('PATCH', `/${id}`, { revision, body: { name: 'late' } })).status).toBe(409);
    expect(
      (await ask('PUT', `/${id}/targets`, { revision, type: 'text/csv', body: '+4930111111' })).status,
    ).toBe(409);
    const running = await created();
    await ask('POST', `/${running.id}/start`, { revision: 1 });
    expect((await ask('DELETE', `/${running.id}`, { revision: 2 })).status).toBe(409);
    expect((await ask('PATCH', `/${running.id}`, { revision: 2, body: { key: 'other' } })).status).toBe(409);
    await ask('POST', `/${running.id}/cancel`, { revision: 2 });
  });
});

test('target numbers are listed page by page, and a cursor of numbers that were replaced is refused', async () => {
  const id = (await ask('POST', '', { body: { name: 'Listed' } })).data.campaign.id;
  const body = 'number\n+4930333333\n+4930111111\n+4930222222\n';
  await ask('PUT', `/${id}/targets`, { revision: 1, type: 'text/csv', body });
  const first = await ask('GET', `/${id}/targets?limit=2`);
  expect(first.data).toMatchObject({ targets: ['…1111', '…2222'], nextCursor: expect.any(String) });
  const rest = `/${id}/targets?limit=2&cursor=${String(first.data.nextCursor)}`;
  expect((await ask('GET', rest)).data).toMatchObject({ targets: ['…3333'], nextCursor: null });
  await ask('PUT', `/${id}/targets`, { revision: 2, type: 'text/csv', body: '+4930444444' });
  expect((await ask('GET', rest)).status).toBe(400);
  expect((await ask('GET', '/nobody/targets')).status).toBe(404);
});

test('counters are those of its calls, and targets without a call wait while it runs', async () => {
  const { id } = await created({ key: 'spring' });
  const body =
    'name;number\r\nA;+49 (30) 111-111\r\nB;"+4930222222"\r\nC;+4930333333\r\nC;+4930333333\r\nD;+4930444444\r\n';
  const stored = await ask('PUT', `/${id}/targets`, { revision: 1, type: 'text/csv', body });
  expect(stored.data).toMatchObject({ stored: 4, duplicates: 1, campaign: { targets: 4, revision: 2 } });
  const counters = async () => (await ask('GET', `/${id}`)).data.campaign.counters;
  expect(await counters()).toMatchObject({
    ...{ totalCalls: 2, answeredCalls: 2, success: 1, failure: 1, successRate: 50 },
    ...{ activeCalls: 0, queuedCalls: 1, totalCostUsd: 0.04, sentiment: { positive: 2 } },
  });
  await ask('POST', `/${id}/start`, { revision: 2 });
  // What a write that broke off left behind counts for nothing.
  const left = { _id: new ObjectId(), campaignId: id, set: 'left', number: '+4930111111' };
  await database.db.collection('campaign_targets').insertOne(left);
  // Two numbers that nobody called yet, and a call that is queued.
  expect(await counters()).toMatchObject({ queuedCalls: 3 });
  const response = await fetch(`${api.url}/api/db/analytics/real-time`);
  expect(((await response.json()) as { data: object }).data).toMatchObject({
    queuedCalls: 3,
    activeCallCount: 1,
  });
  const replaced = await ask('PUT', `/${id}/targets`, {
    revision: 3,
    type: 'text/csv',
    body: '+4930111111\n',
  });
  expect(replaced.data).toMatchObject({ stored: 1 });
  expect(await counters()).toMatchObject({ queuedCalls: 1 });
});

test('two campaigns stand beside each other, by id or key, over a range', async () => {
  const { status, data } = await ask('GET', '/compare?ids=spring,autumn');
  expect(status).toBe(200);
  expect(data).toMatchObject({
    timeframe: null,
    campaigns: [
      { key: 'spring', numbers: { totalCalls: 2 } },
      { id: null, key: 'autumn', numbers: { totalCalls: 1 } },
    ],
    difference: { totalCalls: -1 },
  });
  const none = await ask('GET', '/compare?ids=spring,autumn&startDate=2026-03-11&endDate=2026-03-11');
  expect(none.data).toMatchObject({ campaigns: [{ numbers: { totalCalls: 0 } }, {}] });
  expect((await ask('GET', '/compare?ids=spring,nobody')).status).toBe(404);
  for (const ids of ['spring', 'spring,spring', 'a,b,c', ','])
    expect((await ask('GET', `/compare?ids=${ids}`)).status).toBe(400);
});

test('all are listed page by page, however many there are and whatever is set up meanwhile', async () => {
  const campaigns = database.db.collection<StoredCampaign>('campaigns');
  const { id } = await created({ name: 'like' });
  const like = await campaigns.findOne({ _id: id });
  // Three of each second, so that their ids decide too.
  const many = Array.from({ length: 101 }, (_, n) => ({
    ...(like as StoredCampaign),
    ...{ _id: `page-${n}`, key: `page-${n}`, createdAt: new Date(1_000 * Math.floor(n / 3)) },
  }));
  await campaigns.insertMany(many);
  type Page = { campaigns: Campaign[]; nextCursor: string | null };
  const seen: string[] = [];
  let query = '';
  for (let pages = 0; pages < 9; pages += 1) {
    const page = (await ask('GET', query)).data as unknown as Page;
    seen.push(...page.campaigns.map((one) => one.id));
    if (page.nextCursor === null) break;
    query = `?limit=40&cursor=${page.nextCursor}`;
    await created({ name: 'meanwhile' });
  }
  expect(seen.filter((one) => one.startsWith('page-'))).toHaveLength(101);
  expect(new Set(seen).size).toBe(seen.length);
  await campaigns.deleteMany({ _id: /^page-/ });
});

test.each<[string, object]>([
  ['no name', {}],
  ['an empty name', { name: ' ' }],
  ['a name that is no text', { name: { $ne: 1 } }],
  ['a field that does not exist', { name: 'a', revision: 7 }],
  ['an instant without offset', { name: 'a', scheduledAt: '2026-04-01T09:00:00' }],
  ['an instant that does not exist', { name: 'a', scheduledAt: '2026-13-01T09:00:00Z' }],
  ['a day that does not exist', { name: 'a', scheduledAt: '2026-02-30T09:00:00Z' }],
  ['goals that are no list', { name: 'a', goals: 'sell' }],
  ['a list', []],
])('%s is refused', async (_, body) => {
  expect((await ask('POST', '', { body })).status).toBe(400);
});

test('a write of another kind, from a foreign page, to nowhere, or with parameters is refused', async () => {
  expect((await ask('POST', '', { body: '{"name":"a"}', type: 'text/plain' })).status).toBe(415);
  const headers = { origin: 'https://evil.example' };
  expect((await ask('POST', '', { body: { name: 'a' }, headers })).status).toBe(403);
  expect((await ask('PATCH', '/none', { revision: 1, body: { name: 'a' } })).status).toBe(404);
  expect((await ask('PATCH', '/none', { revision: 1, body: {} })).status).toBe(400);
  expect((await ask('POST', '?x=1', { body: { name: 'a' } })).status).toBe(400);
  expect((await ask('DELETE', '')).status).toBe(405);
});

test.each<[string, string, string | null]>([
  ['a plain list', '+4930111111\n+4930111112', null],
  ['a mark at its start', '\uFEFFphone\n+4930111111', null],
  ['nothing', '\n\n', 'holds no numbers'],
  ['a header alone', 'number\n', 'holds no numbers'],
  ['a national number', '030 111111', '1 of 1 numbers are not in E.164'],
  [
    'one wrong line of three',
    'number\n+4930111111\nabc\n+0123456789',
    '2 of 3 numbers are not in E.164 form (+, country code, number, such as +4930123456): lines 3, 4',
  ],
  ['a formula', '=1+1', 'lines 1'],
  ['too many digits', '+1234567890123456', 'lines 1'],
  ['a header and cells before it', '\uFEFFname;"Phone"\r\n\r\n"a;b";+49 (30) 111111\r\n;;\r\n', null],
  ['one cell as long as a body may be', `"${'a'.repeat(16_000_000)}"`, 'lines 1'],
])('a file of %s', (_, text, error) => {
  if (error === null) expect(targetsIn(text).numbers[0]).toBe('+4930111111');
  else expect(() => targetsIn(text)).toThrow(error);
});

test('a file of nothing takes no more memory than itself, however many lines and cells it has', () => {
  for (const piece of ['\n', ' \n', ',', ',\n', 'a\n']) {
    const text = piece.repeat(2_000_000 / piece.length);
    const before = process.memoryUsage().heapUsed;
    expect(() => targetsIn(text)).toThrow('The file holds');
    // As lists of lines and cells they would be 300 MB and more.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
  }
});

test('who changes what is written down', async () => {
  const acts = await database.db.collection('audit_log').find({ act: 'campaign' }).toArray();
  const done = new Set(acts.map(({ details }) => (details as { action: string }).action));
  for (const one of ['create', 'edit', 'delete', 'targets', 'start']) expect(done).toContain(one);
  expect(JSON.stringify(acts)).not.toContain('+49');
});
