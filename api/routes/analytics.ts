/** The four answers that the product began with: durations, outcomes, sentiment, and the present. */
import { z } from 'zod';
import type { Slice } from '../../projector/contract.ts';
import { addCells, distributionOf, rowsOf, type Row } from '../combine.ts';
import { periodNamed, rangeOf, spansIn, type Range } from '../range.ts';
import { Refusal } from '../refusal.ts';
import { readPresent } from '../repositories/present.repository.ts';
import { mountRoutes, route, type Answer, type Mountable, type Route, type RouteParts } from './route.ts';

/** A slice's value; empty means the calls that have none. */
const key = () => z.string().max(500, 'is too long').optional();

/** What every view may be asked: a range, a zone, one slice, and whether periods without calls are listed. */
const COMMON = {
  startDate: z.string().optional(),
  endDate: z.string().optional(),
  timeZone: z.string().optional(),
  agentId: key(),
  campaignId: key(),
  provider: key(),
  direction: key(),
  language: key(),
  fill: z.enum(['true', 'false'], 'must be true or false').default('true'),
};
type Common = z.output<z.ZodObject<typeof COMMON>>;

const SLICES = [
  ['agentId', 'agent'],
  ['campaignId', 'campaign'],
  ['provider', 'provider'],
  ['direction', 'direction'],
  ['language', 'language'],
] as const;

const duration = route({
  path: '/api/db/analytics/duration/:period',
  failureText: 'Error retrieving call duration analytics',
  input: z.strictObject({ ...COMMON, period: z.string() }),
  answer: async ({ period, ...common }, parts) => {
    const { rows, ...answer } = await rowsAsked('duration', { period, common }, parts);
    return { ...answer, body: { period, timeframe: answer.timeframe, stats: rows } };
  },
});

const outcomes = route({
  path: '/api/db/analytics/outcomes',
  failureText: 'Error retrieving call outcome analytics',
  input: z.strictObject({ ...COMMON, period: z.string().default('day') }),
  answer: async ({ period, ...common }, parts) => {
    const { rows, ...answer } = await rowsAsked('outcome', { period, common }, parts);
    return { ...answer, body: { timeframe: answer.timeframe, outcomes: rows } };
  },
});

const sentiment = route({
  path: '/api/db/analytics/sentiment',
  failureText: 'Error retrieving sentiment analytics',
  input: z.strictObject({ ...COMMON, period: z.string().optional() }),
  answer: async ({ period, ...common }, parts) => {
    if (period !== undefined) {
      const { rows, total, ...answer } = await rowsAsked('sentiment', { period, common }, parts);
      const body = { timeframe: answer.timeframe, distribution: distributionOf(total), series: rows };
      return { ...answer, body };
    }
    const range = rangeOf('day', common, parts.context());
    const spans = [{ label: '', startMs: range.fromMs, endMs: range.toMs }];
    const { cells, moment } = await parts.views.read({ view: 'sentiment', slice: sliceOf(common), spans });
    const body = { timeframe: timeframeOf(range), distribution: distributionOf(cells[0] ?? {}) };
    return { body, moment, toMs: range.toMs, source: 'views' };
  },
});

const realTime = route({
  path: '/api/db/analytics/real-time',
  failureText: 'Error retrieving real-time analytics',
  input: z.strictObject({}),
  answer: async (_, { db }): Promise<Answer> => {
    const { present, moment } = await readPresent(db);
    const untagged = { timestamp: moment.at?.toISOString() ?? null };
    return { body: present, untagged, moment, source: 'calls' };
  },
});

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
    cache: part(options.cache, 'cache'),
    follower: part(options.follower, 'follower'),
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
  const slice = sliceOf(common);
  const range = rangeOf(period, common, context());
  const spans = spansIn(period, range);
  const { cells, moment } = await views.read({ view, slice, spans });
  const rows = rowsOf(view, { spans, cells, asOfMs: moment.at?.getTime() ?? null });
  const total = {};
  for (const one of cells) addCells(total, one);
  return {
    rows: common.fill === 'true' ? rows : rows.filter((row) => callsIn(row) > 0),
    total,
    timeframe: timeframeOf(range),
    moment,
    toMs: range.toMs,
    source: 'views' as const,
  };
}

function callsIn(row: Row): number {
  return 'total' in row ? row.total : row.totalCalls;
}

function timeframeOf({ startDate, endDate, fromMs, toMs, timeZone }: Range) {
  return {
    startDate,
    endDate,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    timeZone,
  };
}

/** The slice asked for: at most one filter. */
function sliceOf(common: Common): Slice {
  const given = SLICES.filter(([parameter]) => common[parameter] !== undefined);
  if (given.length > 1) {
    const names = given.map(([parameter]) => parameter).join(' and ');
    throw new Refusal(`${names} cannot be combined: give one filter at a time`);
  }
  const [filter] = given;
  if (filter === undefined) return { dimension: 'all', key: null };
  return { dimension: filter[1], key: common[filter[0]] || null };
}
