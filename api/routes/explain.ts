/** Any number down to its events: a bucket of a view, the calls in it, what each adds and what each was made of. */
import { z } from 'zod';
import { VIEW_NAMES, WINDOW_NAMES, WINDOWS } from '../../projector/contract.ts';
import { bucketRow } from '../combine.ts';
import { readExplained, type Explained } from '../repositories/explain.repository.ts';
import { CONTRIBUTOR } from '../shapes/calls.ts';
import { CELLS, COUNT, CURSOR_TEXT, INSTANT } from '../shapes/common.ts';
import { DURATION_ROW, OUTCOME_ROW, SENTIMENT_ROW } from '../shapes/rows.ts';
import { instantAsked, roomAsked, sliceName } from '../rooms.ts';
import { delivered, WAITING } from './common.ts';
import { CURSOR, cursorOf, cursorText, limitUpTo } from './cursors.ts';
import { route, type Route } from './route.ts';

const explain = route({
  path: '/api/db/analytics/explain',
  data: z.strictObject({
    view: z.enum(VIEW_NAMES),
    window: z.enum(WINDOW_NAMES),
    slice: z.string(),
    at: INSTANT,
    revision: COUNT.nullable(),
    bucket: z.union([DURATION_ROW, OUTCOME_ROW, SENTIMENT_ROW]),
    cells: CELLS,
    sum: CELLS.nullable(),
    sumEqualsBucket: z.boolean().nullable(),
    factsVersions: z.record(z.string(), COUNT).nullable(),
    sentimentVersions: z.record(z.string(), COUNT).nullable(),
    calls: z.array(CONTRIBUTOR),
    eventsComplete: z.boolean(),
    nextCursor: CURSOR_TEXT,
  }),
  example: { view: 'outcome', window: 'hourly', slice: 'agent:agent_1', at: '2026-03-10T10:00:00Z' },
  failureText: 'Error retrieving the explanation',
  input: z.strictObject({
    view: z
      .string()
      .optional()
      .meta({ enum: [...VIEW_NAMES] }),
    window: z
      .string()
      .optional()
      .meta({ enum: [...WINDOW_NAMES] }),
    slice: z.string().optional().meta({ description: '`all`, or a dimension and its key: `agent:agent_1`' }),
    at: z.string().optional().meta({ description: 'An instant in the bucket' }),
    limit: limitUpTo(100, 20),
    cursor: CURSOR,
    ...WAITING,
  }),
  answer: ({ limit, cursor, at, ...asked }, parts, { numbers }) =>
    delivered(asked, parts, async () => {
      const { view, window, slice } = roomAsked(asked);
      const lengthMs = WINDOWS[window];
      const atMs = Math.floor(instantAsked('at', at) / lengthMs) * lengthMs;
      const name = { view, window, slice, atMs };
      const page = { limit, after: cursorOf(cursor), numbers };
      const explained = await readExplained(parts.db, name, page);
      const {
        moment,
        revision,
        nested,
        next,
        calls,
        cells,
        sum,
        factsVersions,
        sentimentVersions,
        eventsComplete,
      } = explained;
      const body = {
        ...{ view, window, slice: sliceName(slice), at: new Date(atMs).toISOString(), revision },
        bucket: bucketRow({ ...name, cells: nested }, moment.at?.getTime() ?? null),
        ...{ cells, sum, sumEqualsBucket: isSame(explained), factsVersions, sentimentVersions },
        ...{ calls, eventsComplete, nextCursor: cursorText(next) },
      };
      const { emptyBecause } = explained;
      return { body, moment, toMs: atMs + lengthMs, source: 'calls', emptyBecause };
    }),
});

/** The routes of this file. */
export const EXPLAIN_ROUTES: readonly Route[] = [explain];

/** Null where the calls were too many to be added up. */
function isSame({ cells, sum }: Explained): boolean | null {
  return sum === null ? null : JSON.stringify(cells) === JSON.stringify(sum);
}
