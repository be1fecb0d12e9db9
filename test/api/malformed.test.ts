/** Stored rows of another shape than they should have: left out, named, counted, and the answer does not fail. And the status. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isBucket, isCall } from '../../api/malformed.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
const NOW = Date.parse('2026-03-10T12:00:00Z');
const BROKEN = { bypassDocumentValidation: true } as const;

beforeAll(async () => {
  database = await openDatabase();
  const { db } = database;
  await commit(db, 1, { calls: [call('good', { agentId: 'x' }), call('bad', { agentId: 'y' })] });
  await db
    .collection('calls')
    .updateOne({ callId: 'bad' }, { $set: { fromNumber: { a: 1 }, durationMs: 'long' } }, BROKEN);
  for (const name of ['outcome_hourly', 'outcome_daily'])
    await db.collection(name).updateOne({ '_id.k': 'y' }, { $set: { calls: 'many' } }, BROKEN);
  api = await openApi(db, { nowMs: NOW });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type Data = Record<string, unknown> & { freshness: { leftOut?: { rows: number; names: string[] } } };

async function get(path: string) {
  const response = await fetch(api.url + path);
  const { data } = (await response.json()) as { data: Data };
  return { status: response.status, data };
}

const DAY = 'startDate=2026-03-10&endDate=2026-03-10';

test('a broken bucket is left out of its slice and named; others hold no such word', async () => {
  const broken = await get(`/api/db/analytics/outcomes?${DAY}&agentId=y`);
  expect(broken.status).toBe(200);
  expect(broken.data.freshness.leftOut).toEqual({
    rows: 1,
    names: [expect.stringMatching(/^outcome_daily .*"agent".*"y".*2026-03-10T00:00/)],
  });
  expect(broken.data.outcomes).toMatchObject([{ totalCalls: 0 }]);
  const well = await get(`/api/db/analytics/outcomes?${DAY}&agentId=x`);
  expect(well.data.freshness.leftOut).toBeUndefined();
});

test('a file says how many rows were left out', async () => {
  const response = await fetch(`${api.url}/api/db/analytics/outcomes?${DAY}&agentId=y&format=csv`);
  expect([response.status, response.headers.get('callviews-left-out')]).toEqual([200, '1']);
});

test('a broken call is left out of lists, of counts, and of its own page, which is 404', async () => {
  const list = await get('/api/db/calls');
  expect(list.data.calls).toMatchObject([{ callId: 'good' }]);
  expect(list.data.freshness.leftOut).toEqual({ rows: 1, names: ['calls "bad"'] });
  const counted = await get(`/api/db/analytics/outcomes?${DAY}&direction=inbound&provider=standard`);
  expect(counted.data).toMatchObject({ outcomes: [{ totalCalls: 1 }], freshness: { leftOut: { rows: 1 } } });
  expect((await get('/api/db/analytics/real-time')).data).toMatchObject({
    recentCalls: [{ callId: 'good' }],
  });
  expect((await fetch(`${api.url}/api/db/calls/bad`)).status).toBe(404);
  const at = '2026-03-10T10:00:00Z';
  const explained = await get(`/api/db/analytics/explain?view=outcome&window=hourly&at=${at}`);
  expect(explained.data).toMatchObject({ calls: [{ callId: 'good' }], sumEqualsBucket: false });
});

test('each is counted, at every answer', async () => {
  const metrics = async () => (await fetch(`${api.url}/metrics`)).text();
  const counted = async () => Number(/malformed_rows_total (\d+)/.exec(await metrics())?.[1]);
  const before = await counted();
  const path = `/api/db/analytics/outcomes?${DAY}&agentId=y`;
  await get(path);
  await get(path);
  expect(await counted()).toBe(before + 2);
});

describe('what is well-formed', () => {
  const id = { d: 'all', k: null, at: new Date(NOW) };
  test.each<[boolean, unknown]>([
    [true, { _id: id, revision: 1, calls: 2, goal: { success: 1 }, q: { 0: { calls: 2 } } }],
    [false, { _id: { ...id, at: 'now' }, revision: 1 }],
    [false, { _id: id, revision: 1, calls: NaN }],
    [false, { _id: id, revision: 1, goal: { success: { deep: 1 } } }],
    [false, { _id: id, revision: 1, goal: [1] }],
    [false, { _id: id, revision: 1, q: { 0: { calls: null } } }],
    [false, null],
  ])('%j of a bucket', (expected, bucket) => expect(isBucket(bucket)).toBe(expected));

  test.each<[boolean, object]>([
    [true, {}],
    [true, { startedAt: null, parts: undefined }],
    [false, { callId: 1 }],
    [false, { startedAt: '2026' }],
    [false, { durationMs: 'long' }],
    [false, { providers: 'twilio' }],
    [false, { parts: [{ id: 'x', groups: { route: null } }] }],
    [false, { connection: null }],
  ])('%j in a call: %j', (expected, fields) => expect(isCall({ ...call('a'), ...fields })).toBe(expected));
});

test('the status tells the last audit, the lag, the rules and what waits; the quarantine is a gauge too', async () => {
  const { db } = database;
  const hours = [{ at: new Date(NOW), sequence: 1, buckets: 7 }];
  const audit = { hours, buckets: 7, differences: [] };
  await db.collection('audits').insertMany([
    { ...audit, at: new Date(NOW - 60_000), drift: 1 },
    { ...audit, at: new Date(NOW), drift: 0 },
  ]);
  await db.collection('quarantine').insertOne({ x: 1 }, BROKEN);
  let data: Data = { freshness: {} };
  for (let waited = 0; data.lastAudit == null && waited < 10_000; waited += 200) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    ({ data } = await get('/api/db/status'));
  }
  expect(data).toMatchObject({
    projector: { sequence: 1, asOf: '2026-03-10T12:00:00.000Z' },
    text: { asOf: null },
    rules: { facts: null, sentiment: { by: expect.stringContaining('vader'), version: 1 } },
    lastAudit: {
      ...{ at: new Date(NOW).toISOString(), buckets: 7, drift: 0, hours: 1, runsLookedAt: 2 },
      ...{ runsWithDrift: 1, lastDriftAt: new Date(NOW - 60_000).toISOString() },
    },
    quarantined: 1,
    parked: 0,
    lagMs: expect.any(Number),
  });
  expect(await (await fetch(`${api.url}/metrics`)).text()).toContain('callviews_quarantine_depth 1\n');
});
