/** The four seed routes over real HTTP on a real database. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;

const NOW = Date.parse('2026-03-10T12:00:00Z');
const ZERO_CONNECTIONS = {
  answered_human: 0,
  answered_machine: 0,
  answered_unknown: 0,
  busy: 0,
  no_answer: 0,
  canceled: 0,
  rejected: 0,
  failed: 0,
  in_progress: 0,
  unknown: 0,
};
const ZERO_ENDINGS = {
  customer: 0,
  agent: 0,
  transfer: 0,
  timeout_silence: 0,
  timeout_max: 0,
  platform_error: 0,
  telephony_error: 0,
  unknown: 0,
};
const ZERO_SOURCES = { provider: 0, endpoint_mapping: 0, operator: 0, sender: 0, local: 0 };
const FRESHNESS = {
  sequence: 2,
  asOf: '2026-03-10T12:00:00.000Z',
  complete: true,
  openUntil: null,
  source: 'views',
};

beforeAll(async () => {
  database = await openDatabase();
  await commit(database.db, 1, {
    calls: [
      call('a', { agentId: 'agent-1' }),
      call('b', {
        startedAt: new Date('2026-03-10T10:50:00Z'),
        agentId: 'agent-2',
        durationMs: 90_500,
        goal: 'failure',
        connection: 'answered_machine',
        sentiment: 'negative',
        sentimentScore: -0.25,
        costMicroUsd: 5_000,
      }),
      call('c', {
        startedAt: new Date('2026-03-10T11:10:00Z'),
        status: 'in_progress',
        connection: 'in_progress',
        goal: 'unknown',
        durationMs: null,
        endedAt: null,
        endedBy: null,
        sentiment: null,
        sentimentScore: null,
        sentimentSource: null,
        costCredits: null,
        costMicroUsd: null,
        campaignId: 'spring',
      }),
    ],
  });
  await commit(database.db, 2, {
    calls: [
      call('d', {
        startedAt: new Date('2026-03-10T11:20:00Z'),
        connection: 'busy',
        goal: 'unknown',
        durationMs: null,
        endedBy: null,
        sentiment: null,
        sentimentScore: null,
        sentimentSource: null,
      }),
    ],
  });
  api = await openApi(database.db, { nowMs: NOW });
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type Body = { success: boolean; error?: string; timestamp: string; data: Record<string, unknown> };

async function get(path: string): Promise<{ status: number; headers: Headers; body: Body }> {
  const response = await fetch(api.url + path);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

describe('durations', () => {
  test('an hour and the next are counted apart, with all fields', async () => {
    const { status, body } = await get(
      '/api/db/analytics/duration/hour?startDate=2026-03-10T10:00:00Z&endDate=2026-03-10T12:00:00Z',
    );
    expect(status).toBe(200);
    expect(body.timestamp).toMatch(/^\d{4}-.*Z$/);
    expect({ ...body, timestamp: '' }).toEqual({
      success: true,
      timestamp: '',
      data: {
        period: 'hour',
        timeframe: {
          startDate: '2026-03-10T10:00:00Z',
          endDate: '2026-03-10T12:00:00Z',
          from: '2026-03-10T10:00:00.000Z',
          to: '2026-03-10T12:00:00.000Z',
          timeZone: 'UTC',
        },
        stats: [
          {
            period: '2026-03-10T10:00:00+00:00',
            start: '2026-03-10T10:00:00.000Z',
            end: '2026-03-10T11:00:00.000Z',
            complete: true,
            totalCalls: 2,
            answeredCalls: 2,
            measuredCalls: 2,
            totalDurationSeconds: 150.5,
            averageDurationSeconds: 75.25,
            p50DurationSeconds: expect.closeTo(60, -0.1),
            p90DurationSeconds: expect.closeTo(90.5, -0.3),
            p95DurationSeconds: expect.closeTo(90.5, -0.3),
            p99DurationSeconds: expect.closeTo(90.5, -0.3),
            totalCostCredits: 20,
            totalCostUsd: 0.025,
          },
          {
            period: '2026-03-10T11:00:00+00:00',
            start: '2026-03-10T11:00:00.000Z',
            end: '2026-03-10T12:00:00.000Z',
            complete: true,
            totalCalls: 2,
            answeredCalls: 0,
            measuredCalls: 0,
            totalDurationSeconds: 0,
            averageDurationSeconds: null,
            p50DurationSeconds: null,
            p90DurationSeconds: null,
            p95DurationSeconds: null,
            p99DurationSeconds: null,
            totalCostCredits: 10,
            totalCostUsd: 0.02,
          },
        ],
        freshness: FRESHNESS,
      },
    });
  });

  test('a slice counts its own calls, and an empty value those that have none', async () => {
    const path = '/api/db/analytics/duration/day?startDate=2026-03-10&endDate=2026-03-10&agentId=';
    const counts = await Promise.all(
      ['agent-1', 'nobody', ''].map(async (agent) => {
        const { body } = await get(path + agent);
        return (body.data.stats as { totalCalls: number }[]).map((row) => row.totalCalls);
      }),
    );
    expect(counts).toEqual([[1], [0], [2]]);
  });

  test('a range that ends within an hour counts the quarter-hours it touches', async () => {
    const { body } = await get(
      '/api/db/analytics/duration/hour?startDate=2026-03-10T10:20:00Z&endDate=2026-03-10T11:15:00Z',
    );
    const rows = body.data.stats as Record<string, unknown>[];
    expect(rows.map(({ period, start, end, totalCalls }) => [period, start, end, totalCalls])).toEqual([
      ['2026-03-10T10:00:00+00:00', '2026-03-10T10:15:00.000Z', '2026-03-10T11:00:00.000Z', 1],
      ['2026-03-10T11:00:00+00:00', '2026-03-10T11:00:00.000Z', '2026-03-10T11:15:00.000Z', 1],
    ]);
  });

  test.each(['UTC', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns'])(
    'all calls are in some day of %s, whichever windows are read',
    async (zone) => {
      const { body } = await get(
        `/api/db/analytics/duration/day?startDate=2026-03-01&endDate=2026-03-20&timeZone=${zone}`,
      );
      const rows = body.data.stats as { totalCalls: number; start: string; end: string }[];
      expect(rows).toHaveLength(20);
      expect(rows.reduce((sum, row) => sum + row.totalCalls, 0)).toBe(4);
    },
  );

  test('without dates, periods without calls are listed unless fill is false', async () => {
    const filled = await get('/api/db/analytics/duration/day');
    const sparse = await get('/api/db/analytics/duration/day?fill=false');
    expect(filled.body.data.stats).toHaveLength(30);
    expect(sparse.body.data.stats).toHaveLength(1);
    expect(filled.body.data.freshness).toMatchObject({
      complete: false,
      openUntil: '2026-03-11T00:00:00.000Z',
    });
  });
});

test('outcomes have counts, rates, connections and endings', async () => {
  const { body } = await get('/api/db/analytics/outcomes?startDate=2026-03-10&endDate=2026-03-10');
  expect(body.data).toEqual({
    timeframe: {
      startDate: '2026-03-10',
      endDate: '2026-03-10',
      from: '2026-03-10T00:00:00.000Z',
      to: '2026-03-11T00:00:00.000Z',
      timeZone: 'UTC',
    },
    outcomes: [
      {
        date: '2026-03-10',
        period: '2026-03-10',
        start: '2026-03-10T00:00:00.000Z',
        end: '2026-03-11T00:00:00.000Z',
        complete: false,
        totalCalls: 4,
        success: 1,
        failure: 1,
        unknown: 2,
        successRate: 50,
        answered: 2,
        ended: 3,
        endedAnswered: 2,
        answerRate: 66.7,
        connection: { ...ZERO_CONNECTIONS, answered_human: 1, answered_machine: 1, in_progress: 1, busy: 1 },
        endedBy: { ...ZERO_ENDINGS, customer: 2, unknown: 1 },
      },
    ],
    freshness: { ...FRESHNESS, complete: false, openUntil: '2026-03-11T00:00:00.000Z' },
  });
});

test('sentiment has a distribution, and a series where a period is given', async () => {
  const distribution = {
    positive: 1,
    neutral: 0,
    negative: 1,
    mixed: 0,
    unknown: 2,
    total: 4,
    scoredCalls: 2,
    averageScore: 0.125,
    percentages: { positive: 50, neutral: 0, negative: 50, mixed: 0 },
    sources: { ...ZERO_SOURCES, provider: 2 },
  };
  const dates = 'startDate=2026-03-10&endDate=2026-03-10';
  const alone = await get(`/api/db/analytics/sentiment?${dates}`);
  expect(alone.body.data).toMatchObject({ distribution });
  expect(alone.body.data).not.toHaveProperty('series');
  const { body } = await get(`/api/db/analytics/sentiment?${dates}&period=month&fill=false`);
  expect(body.data.distribution).toEqual(distribution);
  expect(body.data.series).toEqual([
    {
      period: '2026-03',
      start: '2026-03-10T00:00:00.000Z',
      end: '2026-03-11T00:00:00.000Z',
      complete: false,
      ...distribution,
    },
  ]);
});

test('the present counts active calls and campaigns and lists the latest calls with short numbers', async () => {
  const { body } = await get('/api/db/analytics/real-time');
  const { recentCalls, ...rest } = body.data as { recentCalls: Record<string, unknown>[] };
  expect(rest).toEqual({
    activeCallCount: 1,
    activeCallsComplete: true,
    activeCampaignCount: 1,
    queuedCalls: 0,
    timestamp: '2026-03-10T12:00:00.000Z',
    freshness: { ...FRESHNESS, source: 'calls' },
  });
  expect(recentCalls.map((one) => one.callId)).toEqual(['d', 'c', 'b', 'a']);
  expect(recentCalls[0]).toMatchObject({ fromNumber: '…5678', toNumber: '…0111', revision: 2 });
  expect(recentCalls[0]).not.toHaveProperty('parts');
});

test.each([
  ['duration/fortnight', 'Invalid period: fortnight. Valid values are: hour, day, week, month'],
  ['outcomes?period=', 'Invalid period: . Valid values are: hour, day, week, month'],
  ['sentiment?period=year', 'Invalid period: year. Valid values are: hour, day, week, month'],
  ['outcomes?startDate=2026-03-02&endDate=2026-03-01', 'startDate must lie before endDate'],
  ['outcomes?startDate=2026-03-01&startDate=2026-03-02', 'Parameter startDate is given more than once'],
  ['outcomes?format=xml', 'Invalid format: must be one of: json, csv, ndjson'],
  ['outcomes?fill=yes', 'Invalid fill: must be true or false'],
  ['real-time?x=1', 'Unknown parameter: x'],
  ['duration/day?period=day', expect.stringMatching(/^Unknown parameter: period\. Known are: startDate, /)],
  ['outcomes?timeZone=Mars/Base', 'Invalid timeZone: Mars/Base. Use an IANA name, such as Europe/Berlin'],
])('%s is refused with a sentence', async (path, error) => {
  const { status, body } = await get(`/api/db/analytics/${path}`);
  expect([status, body.success, body.error]).toEqual([400, false, error]);
});

test('an answer that has not changed is 304, with its freshness in headers', async () => {
  const path = '/api/db/analytics/outcomes?startDate=2026-03-10&endDate=2026-03-10';
  const { headers } = await get(path);
  expect(headers.get('cache-control')).toBe('private, no-cache');
  expect(headers.get('callviews-as-of')).toBe('2026-03-10T12:00:00.000Z');
  expect(headers.get('callviews-lag-ms')).toMatch(/^\d+$/);
  expect(headers.get('callviews-stale')).toMatch(/^(true|false)$/);
  const etag = headers.get('etag') ?? '';
  expect(etag).toMatch(/^W\/"/);
  const answer = await new Promise<{ status: number | undefined; stale: unknown }>((resolve, reject) => {
    request(api.url + path, { headers: { 'if-none-match': etag } }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, stale: response.headers['callviews-stale'] });
    })
      .on('error', reject)
      .end();
  });
  expect(answer).toEqual({ status: 304, stale: expect.stringMatching(/true|false/) });
});
