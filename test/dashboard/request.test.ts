/** The page's one way of asking, against a real server: what the document says is there is there, and what it does not name is a type error. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { request as Request } from '../../api/dashboard/request.ts';
import { call, commit, openApi, openDatabase } from '../api/planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let request: typeof Request;
beforeAll(async () => {
  database = await openDatabase();
  await commit(database.db, 1, { calls: [call('standard:a', { agentId: 'agent_1' })] });
  api = await openApi(database.db, { nowMs: Date.parse('2026-03-10T12:00:00Z') });
  Object.assign(globalThis, { __API_BASE_URL__: api.url });
  ({ request } = await import('../../api/dashboard/request.ts'));
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

test('rows come with their types, and with how fresh they are', async () => {
  const { data, asOfMs, behind } = await request('/api/db/analytics/duration/{period}', {
    params: { period: 'hour' },
    query: { startDate: '2026-03-10', fill: 'false' },
  });
  expect(
    data.stats.map(({ period, totalCalls, p99DurationSeconds }) => [period, totalCalls, p99DurationSeconds]),
  ).toEqual([['2026-03-10T10:00:00+00:00', 1, expect.closeTo(60, -0.5)]]);
  expect([data.freshness.sequence, typeof asOfMs, typeof behind]).toEqual([1, 'number', 'boolean']);
});

test('a name in a path is encoded, and a call is found by it', async () => {
  const { data } = await request('/api/db/calls/{id}', { params: { id: 'standard:a' } });
  expect([data.call.agentId, data.call.fromNumber]).toEqual(['agent_1', '…5678']);
  // @ts-expect-error -- no answer has this field, and whoever reads it hears of that before the page is built
  expect(data.call.agentTitle).toBeUndefined();
});

test('a refusal is the text of the server, and of a parameter that is none the compiler tells first', async () => {
  const unknown = request('/api/db/calls/{id}', { params: { id: 'no/body' } });
  await expect(unknown).rejects.toMatchObject({ message: 'No call is known by this id', status: 404 });
  // @ts-expect-error -- the list of calls has no such parameter
  const refused = request('/api/db/calls', { query: { agent: 'agent_1' } });
  await expect(refused).rejects.toMatchObject({ status: 400 });
});
