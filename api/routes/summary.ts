/** The headline numbers of a range beside those of the range before it. */
import { z } from 'zod';
import { TIMEFRAME } from '../shapes/common.ts';
import { HEADLINE, HEADLINE_CHANGE, PREVIOUS_TIMEFRAME } from '../shapes/rows.ts';
import { differenceOf, headlineOf } from '../headline.ts';
import { previousOf, rangeOf } from '../range.ts';
import { VIEW_NAMES, type NestedCells } from '../../projector/contract.ts';
import type { ViewAnswer } from '../repositories/view.repository.ts';
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

const summary = route({
  isKept: true,
  path: '/api/db/analytics/summary',
  data: z.strictObject({
    timeframe: TIMEFRAME,
    previousTimeframe: PREVIOUS_TIMEFRAME,
    current: HEADLINE,
    previous: HEADLINE,
    difference: HEADLINE_CHANGE,
  }),
  example: EXAMPLE_RANGE,
  failureText: 'Error retrieving summary analytics',
  input: z.strictObject(COMMON),
  answer: (common, parts) => delivered(common, parts, () => summaryAsked(common, parts)),
});

/** The routes of this file. */
export const SUMMARY_ROUTES: readonly Route[] = [summary];

async function summaryAsked(common: Common, { views, context }: RouteParts): Promise<Answer> {
  const range = rangeOf('day', common, context());
  const before = previousOf(range);
  const spans = [
    { label: 'previous', startMs: before.fromMs, endMs: before.toMs },
    { label: 'current', startMs: range.fromMs, endMs: range.toMs },
  ];
  const { cells, emptyBecause, ...read } = await views.read({
    ...{ views: VIEW_NAMES, filters: slicesAsked(common), spans },
  });
  const previous = headlineOf(cellsAt(cells, 0));
  const current = headlineOf(cellsAt(cells, 1));
  const difference = differenceOf(current, previous);
  const timeframe = timeframeOf(range);
  const body = {
    timeframe,
    previousTimeframe: {
      from: new Date(before.fromMs).toISOString(),
      to: new Date(before.toMs).toISOString(),
    },
    ...{ current, previous, difference },
  };
  const rows = Object.entries({ current, previous, difference }).map(([of, row]) => ({ of, ...row }));
  const table = { name: fileName('summary', timeframe), rows, like: { of: '', ...current } };
  return { ...read, body, ...endsOf(range), table, emptyBecause };
}

function cellsAt(cells: ViewAnswer['cells'], span: number): Record<keyof ViewAnswer['cells'], NestedCells> {
  return {
    duration: cells.duration[span] ?? {},
    outcome: cells.outcome[span] ?? {},
    sentiment: cells.sentiment[span] ?? {},
  };
}
