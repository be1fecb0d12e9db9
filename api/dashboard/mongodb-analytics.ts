/** The two analytics calls whose names and answers are fixed for users of the client: counts and success rates by period. */
import { INVALID_ANSWER, isFields, listOf, numberIn, textIn } from './fields.ts';
import { RefusedError, request, type Query } from './request.ts';

/**
 * What to ask for; absent fields are not sent. Dates are ISO, `resolution` is `hour`, `day`, `week` or `month`; `further` are
 * parameters of the API as they stand, such as `timeZone` or `agentId`.
 */
export type AnalyticsFilters = {
  timeframe?: { start_date?: string; end_date?: string; resolution?: string };
  resolution?: string;
  further?: Query;
};
/** Success with the rows, or failure with a text for people. These functions never throw. */
export type AnalyticsResult<Row> = { success: true; data: Row[] } | { success: false; error: string };
/** Calls of one period. */
export type ConversationCount = { date: string; count: number };
/** Success rate of one period, 0 to 100; null where no call was decided. */
export type SuccessRate = { date: string; success: number | null };

/**
 * Calls by period, from `GET /api/db/analytics/duration/:period`.
 * @param filters time frame and resolution (default `day`)
 * @returns one entry a period, in the order of the answer
 */
export async function fetchConversationAnalytics(
  filters: AnalyticsFilters = {},
): Promise<AnalyticsResult<ConversationCount>> {
  const params = { period: resolutionOf(filters) ?? 'day' };
  return asked('Failed to fetch conversation analytics', async () => {
    const { data } = await request('/api/db/analytics/duration/{period}', {
      params,
      query: datesOf(filters),
    });
    return rowsIn(data.stats, (row) => {
      const date = textIn(row, 'period');
      const count = numberIn(row, 'totalCalls');
      return date === null || count === null ? null : { date, count };
    });
  });
}

/**
 * Success rates by period, from `GET /api/db/analytics/outcomes`.
 * @param filters time frame and resolution
 * @returns one entry a period, in the order of the answer
 */
export async function fetchSuccessRateAnalytics(
  filters: AnalyticsFilters = {},
): Promise<AnalyticsResult<SuccessRate>> {
  return asked('Failed to fetch success rate data', async () => {
    const query = { ...datesOf(filters), period: resolutionOf(filters) };
    const { data } = await request('/api/db/analytics/outcomes', { query });
    return rowsIn(data.outcomes, (row) => {
      const date = textIn(row, 'date');
      return date === null ? null : { date, success: numberIn(row, 'successRate') };
    });
  });
}

async function asked<Row>(failure: string, ask: () => Promise<Row[]>): Promise<AnalyticsResult<Row>> {
  try {
    return { success: true, data: await ask() };
  } catch (error) {
    if (error instanceof RefusedError) return { success: false, error: `${failure}: ${error.message}` };
    return { success: false, error: messageOf(error) };
  }
}

/** By shape, not by `instanceof`: errors of another realm are errors too. */
function messageOf(error: unknown): string {
  return isFields(error)
    ? (textIn(error, 'message') ?? 'An unknown error occurred')
    : 'An unknown error occurred';
}

function rowsIn<T extends object, Row>(told: readonly T[], read: (row: T) => Row | null): Row[] {
  const list = listOf(told);
  const rows = list?.map(read).filter((row) => row !== null) ?? [];
  if (list === null || rows.length !== told.length) throw new Error(INVALID_ANSWER);
  return rows;
}

/** Callers have written the resolution beside the time frame as well as in it; both are read. */
function resolutionOf(filters: AnalyticsFilters): string | undefined {
  return filters.timeframe?.resolution ?? filters.resolution;
}

function datesOf({ timeframe, further }: AnalyticsFilters): Query {
  return { startDate: timeframe?.start_date, endDate: timeframe?.end_date, ...further };
}
