/** The typed client against a real server: what the types say is there is there, and a refusal comes as the server's own text. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApiClient, type ApiClient, type Shape } from '../../api/dashboard/client.ts';
import { call, commit, openApi, openDatabase } from '../api/planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let client: ApiClient;
beforeAll(async () => {
  database = await openDatabase();
  await commit(database.db, 1, { calls: [call('standard:a', { agentId: 'agent_1' })] });
  api = await openApi(database.db, { nowMs: Date.parse('2026-03-10T12:00:00Z') });
  client = createApiClient(api.url);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

test('rows come with their types', async () => {
  const { data } = await client.GET('/api/db/analytics/duration/{period}', {
    params: { path: { period: 'hour' }, query: { startDate: '2026-03-10', fill: 'false' } },
  });
  const rows: Shape<'DurationRow'>[] = data?.data.stats ?? [];
  expect(
    rows.map(({ period, totalCalls, p99DurationSeconds }) => [period, totalCalls, p99DurationSeconds]),
  ).toEqual([['2026-03-10T10:00:00+00:00', 1, expect.closeTo(60, -0.5)]]);
  expect(data?.data.freshness.sequence).toBe(1);
});

test('a name in a path is encoded, and a call is found by it', async () => {
  const { data } = await client.GET('/api/db/calls/{id}', { params: { path: { id: 'standard:a' } } });
  expect([data?.data.call.agentId, data?.data.call.fromNumber]).toEqual(['agent_1', '…5678']);
});

test('a refusal is the text of the server', async () => {
  const { error, response } = await client.GET('/api/db/calls/{id}', { params: { path: { id: 'nobody' } } });
  expect([response.status, error]).toMatchObject([
    404,
    { success: false, error: 'No call is known by this id' },
  ]);
});
