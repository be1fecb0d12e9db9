/** The two client calls: what they ask, what they answer, and every way they fail. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  fetchConversationAnalytics,
  fetchSuccessRateAnalytics,
} from '../../api/dashboard/mongodb-analytics.ts';

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

function answering(body: unknown, status = 200) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const mock = jest.fn<typeof fetch>(() => Promise.resolve(new Response(text, { status })));
  globalThis.fetch = mock;
  return () => mock.mock.calls.map(([address]) => (typeof address === 'string' ? address : ''));
}
const ok = (data: unknown) => ({ success: true, data, timestamp: '2026-11-24T14:00:00.000Z' });

describe('fetchConversationAnalytics', () => {
  test('it asks by day without filters and sends no absent field', async () => {
    const asked = answering(ok({ stats: [{ period: '2026-11-23', totalCalls: 4 }] }));
    expect(await fetchConversationAnalytics()).toEqual({
      success: true,
      data: [{ date: '2026-11-23', count: 4 }],
    });
    expect(asked()).toEqual(['/api/db/analytics/duration/day']);
  });

  test('the resolution goes into the path, the dates into the query', async () => {
    const asked = answering(ok({ stats: [] }));
    await fetchConversationAnalytics({
      timeframe: { start_date: '2026-11-01', end_date: '2026-11-02', resolution: 'hour' },
    });
    await fetchConversationAnalytics({ resolution: 'week' });
    expect(asked()).toEqual([
      '/api/db/analytics/duration/hour?startDate=2026-11-01&endDate=2026-11-02',
      '/api/db/analytics/duration/week',
    ]);
  });

  test("a refusal carries the server's text", async () => {
    answering({ success: false, error: 'Invalid period: x' }, 400);
    expect(await fetchConversationAnalytics()).toEqual({
      success: false,
      error: 'Failed to fetch conversation analytics: Invalid period: x',
    });
  });

  test('an answer of the wrong shape is refused', async () => {
    const error = 'Invalid data format from API';
    for (const body of [ok({ stats: {} }), ok(null), ok({ stats: [{ period: 1 }] }), { stats: [] }, '<p>']) {
      answering(body);
      expect(await fetchConversationAnalytics()).toEqual({ success: false, error });
    }
  });

  test('an error keeps its message, anything else thrown has none', async () => {
    globalThis.fetch = () => Promise.reject(new Error('connection reset'));
    expect(await fetchConversationAnalytics()).toEqual({ success: false, error: 'connection reset' });
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is the case at hand
    globalThis.fetch = () => Promise.reject('boom');
    expect(await fetchConversationAnalytics()).toEqual({
      success: false,
      error: 'An unknown error occurred',
    });
  });
});

describe('fetchSuccessRateAnalytics', () => {
  test('it reads dates and rates, and a rate without a base stays null', async () => {
    const rows = [
      { date: '2026-11-22', successRate: 61.5 },
      { date: '2026-11-23', successRate: null },
    ];
    const asked = answering(ok({ outcomes: rows }));
    const filters = { timeframe: { start_date: '2026-11-22', resolution: 'day' } };
    expect(await fetchSuccessRateAnalytics(filters)).toEqual({
      success: true,
      data: [
        { date: '2026-11-22', success: 61.5 },
        { date: '2026-11-23', success: null },
      ],
    });
    expect(asked()).toEqual(['/api/db/analytics/outcomes?startDate=2026-11-22&period=day']);
  });

  test("a refusal carries the server's text, a proxy's page only its status", async () => {
    answering('Database away', 503);
    expect(await fetchSuccessRateAnalytics()).toEqual({
      success: false,
      error: 'Failed to fetch success rate data: Database away',
    });
    answering('<html></html>', 502);
    expect(await fetchSuccessRateAnalytics()).toEqual({
      success: false,
      error: 'Failed to fetch success rate data: 502',
    });
  });
});
