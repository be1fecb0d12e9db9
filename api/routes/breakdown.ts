/** The top keys of a dimension by a metric, with what all others, calls without a key, and all calls come to. */
import { z } from 'zod';
import { COUNT, TIMEFRAME } from '../shapes/common.ts';
import { METRIC, RANKED_ROW } from '../shapes/rows.ts';
import { DIMENSIONS, type Dimension } from '../../projector/contract.ts';
import { METRICS, rankingOf, VIEW_OF, type Metric } from '../ranking.ts';
import { rangeOf } from '../range.ts';
import { quoted, Refusal } from '../refusal.ts';
import { readByKey } from '../repositories/key.repository.ts';
import {
  COMMON,
  delivered,
  endsOf,
  EXAMPLE_RANGE,
  fileName,
  slicesAsked,
  timeframeOf,
  type Common,
} from './common.ts';
import { route, type Route, type RouteParts } from './route.ts';
import type { Answer } from './finish.ts';

const MOST_NAMED = 100;
/** The dimensions that have keys. */
const NAMED = DIMENSIONS.filter((one): one is Exclude<Dimension, 'all'> => one !== 'all');
const topText = `must be a whole number, 1 to ${MOST_NAMED}`;

const breakdown = route({
  isKept: true,
  path: '/api/db/analytics/breakdown/:dimension',
  data: z.strictObject({
    timeframe: TIMEFRAME,
    dimension: z.enum(NAMED),
    metric: METRIC,
    keys: COUNT,
    top: z.array(RANKED_ROW),
    withoutKey: RANKED_ROW,
    other: RANKED_ROW.nullable(),
    totals: RANKED_ROW,
  }),
  example: { dimension: 'agent', metric: 'successRate', top: '5', ...EXAMPLE_RANGE },
  failureText: 'Error retrieving breakdown analytics',
  input: z.strictObject({
    ...COMMON,
    dimension: z.string().meta({ enum: NAMED }),
    metric: z.enum(METRICS, `must be one of: ${METRICS.join(', ')}`).default('calls'),
    top: z
      .string()
      .regex(/^\d{1,3}$/, topText)
      .transform(Number)
      .refine((top) => top >= 1 && top <= MOST_NAMED, topText)
      .default(10),
  }),
  answer: ({ dimension, metric, top, ...common }, parts) =>
    delivered(common, parts, () =>
      ranked({ dimension: dimensionNamed(dimension), metric, top }, common, parts),
    ),
});

/** The routes of this file. */
export const BREAKDOWN_ROUTES: readonly Route[] = [breakdown];

type Asked = { dimension: Exclude<Dimension, 'all'>; metric: Metric; top: number };

async function ranked(asked: Asked, common: Common, { db, context }: RouteParts): Promise<Answer> {
  const { dimension, metric, top } = asked;
  const range = rangeOf('day', common, context());
  const { byKey, totals, ...read } = await readByKey(db, {
    ...{ view: VIEW_OF[metric], dimension, filters: slicesAsked(common), range },
  });
  // A call counts under every provider that reported it.
  const ranking = rankingOf({ byKey, totals }, { metric, top, overlaps: dimension === 'provider' });
  const timeframe = timeframeOf(range);
  const { other, withoutKey } = ranking;
  const rows = [...ranking.top, withoutKey, ...(other === null ? [] : [other]), ranking.totals];
  const table = { name: fileName(`${dimension}-${metric}`, timeframe), rows, like: ranking.totals };
  return { ...read, body: { timeframe, dimension, metric, ...ranking }, ...endsOf(range), table };
}

function dimensionNamed(text: string): Exclude<Dimension, 'all'> {
  const dimension = NAMED.find((one) => one === text);
  if (dimension !== undefined) return dimension;
  throw new Refusal(`Invalid dimension: ${quoted(text)}. Valid values are: ${NAMED.join(', ')}`);
}
