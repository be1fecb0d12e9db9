/** The summary's previous period and differences; the breakdown's order and its refusals. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { differenceOf } from '../../api/headline.ts';
import { previousOf } from '../../api/range.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  database = await openDatabase();
  const at = (text: string) => new Date(`2026-03-${text}:00Z`);
  await commit(database.db, 1, {
    calls: [
      call('a', { startedAt: at('10T10:00'), agentId: 'one', costMicroUsd: 0, costCredits: 7 }),
      call('b', { startedAt: at('10T11:00'), agentId: 'two', goal: 'failure', durationMs: 200_000 }),
      call('c', { startedAt: at('10T12:00'), agentId: 'two', sentimentScore: -0.5 }),
      call('d', { startedAt: at('10T13:00'), agentId: 'three', goal: 'unknown', costMicroUsd: 90_000 }),
      call('e', { startedAt: at('10T14:00'), campaignId: 'spring' }),
      call('f', { startedAt: at('09T10:00'), agentId: 'one', goal: 'failure' }),
    ],
  });
  api = await openApi(database.db, { nowMs: Date.parse('2026-03-11T00:00:00Z') });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type Row = { kind: string; key: string | null; value: number | null; totalCalls: number };
type Data = Record<string, unknown> & { top: Row[]; other: Row | null; keys: number };

async function get(path: string): Promise<{ status: number; error?: string; data: Data }> {
  const response = await fetch(`${api.url}/api/db/analytics/${path}`);
  return { status: response.status, ...((await response.json()) as { error?: string; data: Data }) };
}

const DAY = 'startDate=2026-03-10&endDate=2026-03-10';

describe('the previous period', () => {
  const hour = 3_600_000;
  const previous = (from: string, to: string, timeZone: string): string[] => {
    const range = {
      fromMs: Date.parse(from),
      toMs: Date.parse(to),
      timeZone,
      startDate: null,
      endDate: null,
    };
    const { fromMs, toMs } = previousOf(range);
    return [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  };

  test('is as long, and ends where this one begins', () => {
    expect(previous('2026-03-10T10:15:00Z', '2026-03-10T12:00:00Z', 'UTC')).toEqual([
      '2026-03-10T08:30:00.000Z',
      '2026-03-10T10:15:00.000Z',
    ]);
  });

  test('of whole days it is as many days, be one of them of 23 hours', () => {
    // The week in which Berlin changes its clocks, from Monday to Sunday: 167 hours, after one of 168.
    const [from = '', to = ''] = previous('2026-03-22T23:00:00Z', '2026-03-29T22:00:00Z', 'Europe/Berlin');
    expect([from, to]).toEqual(['2026-03-15T23:00:00.000Z', '2026-03-22T23:00:00.000Z']);
    expect((Date.parse(to) - Date.parse(from)) / hour).toBe(168);
  });
});

test('a summary has this period, the one before, and the differences', async () => {
  const { data } = await get(`summary?${DAY}`);
  expect(data).toMatchObject({
    timeframe: { from: '2026-03-10T00:00:00.000Z', to: '2026-03-11T00:00:00.000Z' },
    previousTimeframe: { from: '2026-03-09T00:00:00.000Z', to: '2026-03-10T00:00:00.000Z' },
    current: { totalCalls: 5, successRate: 75, totalDurationSeconds: 440, answerRate: 100 },
    previous: { totalCalls: 1, successRate: 0, totalDurationSeconds: 60 },
    difference: { totalCalls: 4, successRate: 75, totalDurationSeconds: 380, totalCostUsd: 0.13 },
    freshness: { source: 'views' },
  });
  const { data: filtered } = await get(`summary?${DAY}&agentId=one`);
  expect(filtered).toMatchObject({
    current: { totalCalls: 1 },
    difference: { totalCalls: 0, successRate: 100 },
  });
});

test('what nobody told a cost of is null, in sums and by key, and nothing costs nothing where there is no call', async () => {
  await using other = await openDatabase();
  const silent = { costMicroUsd: null, costCredits: null, startedAt: new Date('2026-03-10T10:00:00Z') };
  await commit(other.db, 1, {
    calls: [
      call('s', { ...silent, agentId: 'silent', providers: ['twilio'] }),
      call('t', { ...silent, agentId: 'credits', costCredits: 5 }),
    ],
  });
  await using one = await openApi(other.db, { nowMs: Date.parse('2026-03-11T00:00:00Z') });
  const ask = async (path: string): Promise<Data> => {
    const response = await fetch(
      `${one.url}/api/db/analytics/${path}${path.includes('?') ? '&' : '?'}${DAY}`,
    );
    return ((await response.json()) as { data: Data }).data;
  };
  expect(await ask('summary')).toMatchObject({
    current: { totalCalls: 2, totalCostUsd: null, totalCostCredits: 5 },
    previous: { totalCalls: 0, totalCostUsd: 0, totalCostCredits: 0 },
    difference: { totalCostUsd: null, totalCostCredits: 5 },
  });
  expect(await ask('summary?agentId=silent')).toMatchObject({ current: { totalCostCredits: null } });
  expect(await ask('breakdown/provider?metric=cost')).toMatchObject({
    top: [
      { key: 'standard', value: null, totalCostCredits: 5 },
      { key: 'twilio', value: null, totalCostUsd: null, totalCostCredits: null },
    ],
    withoutKey: { totalCalls: 0, value: 0 },
    totals: { value: null, totalCostCredits: 5 },
  });
});

test('a difference of what has no base is null, also in groups', () => {
  expect(differenceOf({ a: 1, b: null, c: { d: 0.3 } }, { a: null, b: 2, c: { d: 0.1 } })).toEqual({
    ...{ a: null, b: null, c: { d: 0.2 } },
  });
});

test.each([
  ['calls', ['two', 'one', 'three'], [2, 1, 1]],
  ['duration', ['two', 'one', 'three'], [260, 60, 60]],
  ['cost', ['three', 'two', 'one'], [0.09, 0.04, null]],
  ['successRate', ['one', 'two', 'three'], [100, 50, null]],
  ['answerRate', ['two', 'one', 'three'], [100, 100, 100]],
  ['sentiment', ['one', 'three', 'two'], [0.5, 0.5, 0]],
])('by %s the greatest comes first, nobody last', async (metric, keys, values) => {
  const { data } = await get(`breakdown/agent?${DAY}&metric=${metric}`);
  expect(data.top.map((row) => row.key)).toEqual(keys);
  expect(data.top.map((row) => row.value)).toEqual(values);
  expect(data).toMatchObject({ keys: 3, withoutKey: { kind: 'withoutKey', key: null } });
});

test('top says how many are named; the others are one row, and a file holds all of them', async () => {
  const { data } = await get(`breakdown/agent?${DAY}&top=1`);
  expect(data).toMatchObject({
    top: [{ key: 'two', value: 2 }],
    other: { kind: 'other', totalCalls: 2 },
    totals: { kind: 'totals', totalCalls: 5 },
  });
  const text = await (
    await fetch(`${api.url}/api/db/analytics/breakdown/agent?${DAY}&top=1&format=csv`)
  ).text();
  const kinds = text.split('\r\n').map((line) => line.split(',').slice(0, 3).join(','));
  expect(kinds).toEqual(['kind,key,value', 'top,two,2', 'withoutKey,,1', 'other,,2', 'totals,,5', '']);
});

test('providers overlap, so nothing is left over for others', async () => {
  const { data } = await get(`breakdown/provider?${DAY}`);
  expect(data).toMatchObject({ top: [{ key: 'standard', value: 5 }], other: null });
});

test.each([
  [
    'breakdown/planet',
    'Invalid dimension: planet. Valid values are: agent, campaign, provider, direction, language',
  ],
  [
    'breakdown/all',
    'Invalid dimension: all. Valid values are: agent, campaign, provider, direction, language',
  ],
  [
    'breakdown/agent?metric=joy',
    'Invalid metric: must be one of: calls, duration, successRate, answerRate, sentiment, cost',
  ],
  ['breakdown/agent?top=0', 'Invalid top: must be a whole number, 1 to 100'],
  ['breakdown/agent?top=1000000000', 'Invalid top: must be a whole number, 1 to 100'],
  ['summary?period=day', expect.stringMatching(/^Unknown parameter: period\. Known are: startDate/)],
])('%s is refused with a sentence', async (path, error) => {
  expect(await get(path)).toMatchObject({ status: 400, success: false, error });
});

test.each([
  ['outcomes', 'no_calls', 'startDate=2026-02-01&endDate=2026-02-02'],
  ['outcomes', 'no_calls', 'startDate=2026-02-01&endDate=2026-02-02&agentId=one'],
  ['outcomes', 'filtered_out', `${DAY}&agentId=nobody`],
  ['duration/day', 'filtered_out', `${DAY}&agentId=one&campaignId=spring`],
  ['sentiment', 'filtered_out', `${DAY}&agentId=nobody`],
  ['summary', 'no_calls', 'startDate=2026-02-01&endDate=2026-02-02'],
  ['breakdown/agent', 'no_calls', 'startDate=2026-02-01&endDate=2026-02-02'],
  ['breakdown/agent', 'filtered_out', `${DAY}&campaignId=nobody`],
  [
    'outcomes',
    'late',
    'startDate=2026-03-10&endDate=2026-03-10&agentId=nobody&wait=0&after=AAAAAAAAAAAAAAAAAAAAAA',
  ],
])('%s is empty because of %s', async (path, why, query) => {
  expect((await get(`${path}?${query}`)).data.emptyBecause).toBe(why);
  expect((await get(`${path}?${DAY}`)).data).not.toHaveProperty('emptyBecause');
});

test('an open range is empty for being late while the projector gives no sign of life', async () => {
  await using other = await openDatabase();
  // Committed long ago by the server's clock, with nothing since.
  await commit(other.db, 1, { at: new Date('2026-03-10T12:00:00Z') });
  await using stale = await openApi(other.db, { nowMs: Date.parse('2026-03-10T12:00:00Z') });
  for (let waited = 0; stale.follower.freshness().lagMs === null && waited < 5_000; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const ask = async (query: string): Promise<unknown> => {
    const response = await fetch(`${stale.url}/api/db/analytics/outcomes?${query}`);
    return ((await response.json()) as { data: Data }).data.emptyBecause;
  };
  expect(await ask(DAY)).toBe('late');
  expect(await ask('startDate=2026-03-01&endDate=2026-03-02')).toBe('no_calls');
});
