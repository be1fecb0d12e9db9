/** The four answers that the product began with: durations, outcomes, sentiment, and the present. */
import { z } from 'zod';
import { CALL } from '../shapes/calls.ts';
import { COUNT, INSTANT, TIMEFRAME } from '../shapes/common.ts';
import { DISTRIBUTION, DURATION_ROW, OUTCOME_ROW, SENTIMENT_ROW } from '../shapes/rows.ts';
import { addCells } from '../cells.ts';
import { distributionOf, rowOf, rowsOf, type Row } from '../combine.ts';
import { PERIODS } from '../periods.ts';
import { periodNamed, rangeOf, spansIn } from '../range.ts';
import { readPresent } from '../repositories/present.repository.ts';
import {
  COMMON,
  delivered,
  endsOf,
  EXAMPLE_RANGE,
  fileName,
  PERIOD,
  slicesAsked,
  timeframeOf,
  type Common,
} from './common.ts';
import { mountRoutes, route, type Mountable, type Route, type RouteParts } from './route.ts';
import type { Answer } from './finish.ts';

const duration = route({
  isKept: true,
  path: '/api/db/analytics/duration/:period',
  data: z.strictObject({ period: z.enum(PERIODS), timeframe: TIMEFRAME, stats: z.array(DURATION_ROW) }),
  example: { period: 'day', ...EXAMPLE_RANGE },
  failureText: 'Error retrieving call duration analytics',
  input: z.strictObject({ ...COMMON, period: PERIOD }),
  answer: ({ period, ...common }, parts) =>
    delivered(common, parts, async () => {
      const { rows, timeframe, ...answer } = await rowsAsked('duration', { period, common }, parts);
      return { ...answer, body: { period, timeframe, stats: rows } };
    }),
});

const outcomes = route({
  isKept: true,
  path: '/api/db/analytics/outcomes',
  data: z.strictObject({ timeframe: TIMEFRAME, outcomes: z.array(OUTCOME_ROW) }),
  example: { period: 'hour', ...EXAMPLE_RANGE },
  failureText: 'Error retrieving call outcome analytics',
  input: z.strictObject({ ...COMMON, period: PERIOD.default('day') }),
  answer: ({ period, ...common }, parts) =>
    delivered(common, parts, async () => {
      const { rows, timeframe, ...answer } = await rowsAsked('outcome', { period, common }, parts);
      return { ...answer, body: { timeframe, outcomes: rows } };
    }),
});

const sentiment = route({
  isKept: true,
  path: '/api/db/analytics/sentiment',
  data: z.strictObject({
    timeframe: TIMEFRAME,
    distribution: DISTRIBUTION,
    series: z.array(SENTIMENT_ROW).optional(),
  }),
  example: { period: 'week', ...EXAMPLE_RANGE },
  failureText: 'Error retrieving sentiment analytics',
  input: z.strictObject({ ...COMMON, period: PERIOD.optional() }),
  answer: ({ period, ...common }, parts) =>
    delivered(common, parts, async () => {
      if (period === undefined) return distributionAsked(common, parts);
      const { rows, total, timeframe, ...answer } = await rowsAsked('sentiment', { period, common }, parts);
      return { ...answer, body: { timeframe, distribution: distributionOf(total), series: rows } };
    }),
});

const realTime = route({
  path: '/api/db/analytics/real-time',
  data: z.strictObject({
    activeCallCount: COUNT,
    activeCallsComplete: z.boolean(),
    activeCampaignCount: COUNT,
    recentCalls: z.array(CALL),
    queuedCalls: COUNT,
    timestamp: INSTANT.nullable(),
  }),
  failureText: 'Error retrieving real-time analytics',
  input: z.strictObject({}),
  answer: async (_, { db }): Promise<Answer> => {
    const { present, moment } = await readPresent(db);
    const untagged = { timestamp: moment.at?.toISOString() ?? null };
    const emptyBecause = present.recentCalls.length === 0 ? 'no_calls' : null;
    return { body: present, untagged, moment, source: 'calls', emptyBecause };
  },
});

/** The head of a row that stands for its shape. */
const NO_HEAD = { period: '', start: '', end: '', complete: false };

/** The routes of this file. */
export const ANALYTICS_ROUTES: readonly Route[] = [duration, outcomes, sentiment, realTime];

/**
 * Mounts the four analytics routes.
 * @param app a Koa app or router
 * @param options what they answer from
 * @throws where a part is missing, naming it
 */
export function registerAnalyticsApiRoutes(app: Mountable, options: Partial<RouteParts> = {}): void {
  mountRoutes(app, ANALYTICS_ROUTES, {
    db: part(options.db, 'db'),
    views: part(options.views, 'views'),
    calls: part(options.calls, 'calls'),
    transcripts: part(options.transcripts, 'transcripts'),
    campaigns: part(options.campaigns, 'campaigns'),
    cache: part(options.cache, 'cache'),
    waitRoom: part(options.waitRoom, 'waitRoom'),
    follower: part(options.follower, 'follower'),
    answers: part(options.answers, 'answers'),
    access: part(options.access, 'access'),
    audit: part(options.audit, 'audit'),
    tellLeftOut: part(options.tellLeftOut, 'tellLeftOut'),
    context: part(options.context, 'context'),
  });
}

function part<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`registerAnalyticsApiRoutes needs options.${name}`);
  return value;
}

/** The rows of a view, in the answer's periods, with the sum of all of them. */
async function rowsAsked(
  view: 'duration' | 'outcome' | 'sentiment',
  { period: periodText, common }: { period: string; common: Common },
  { views, context }: RouteParts,
) {
  const period = periodNamed(periodText);
  const range = rangeOf(period, common, context());
  const spans = spansIn(period, range);
  const asked = { views: [view], filters: slicesAsked(common), spans };
  const { cells, ...read } = await views.read(asked);
  const { moment } = read;
  const all = rowsOf(view, { spans, cells: cells[view], asOfMs: moment.at?.getTime() ?? null });
  const total = {};
  for (const one of cells[view]) addCells(total, one);
  const rows = common.fill === 'true' ? all : all.filter((row) => callsIn(row) > 0);
  const timeframe = timeframeOf(range);
  const name = fileName(`${view}-${period}`, timeframe);
  const table = { name, rows, like: rowOf(view, {}, NO_HEAD) };
  return { ...read, rows, total, timeframe, ...endsOf(range), table };
}

/** The distribution over the whole range; as a file it is one row. */
async function distributionAsked(common: Common, { views, context }: RouteParts): Promise<Answer> {
  const range = rangeOf('day', common, context());
  const spans = [{ label: '', startMs: range.fromMs, endMs: range.toMs }];
  const { cells, ...answer } = await views.read({
    ...{ views: ['sentiment'], filters: slicesAsked(common), spans },
  });
  const distribution = distributionOf(cells.sentiment[0] ?? {});
  const timeframe = timeframeOf(range);
  const table = { name: fileName('sentiment', timeframe), rows: [distribution], like: distribution };
  return { ...answer, body: { timeframe, distribution }, ...endsOf(range), table };
}

function callsIn(row: Row): number {
  return 'total' in row ? row.total : row.totalCalls;
}
