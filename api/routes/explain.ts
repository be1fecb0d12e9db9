/** Any number down to its events: a bucket of a view, the calls in it, what each adds and what each was made of. */
import { z } from 'zod';
import { WINDOWS } from '../../projector/contract.ts';
import { bucketRow } from '../combine.ts';
import { readExplained, type Explained } from '../repositories/explain.repository.ts';
import { instantAsked, roomAsked, sliceName } from '../rooms.ts';
import { delivered, WAITING } from './common.ts';
import { CURSOR, cursorOf, cursorText, limitUpTo } from './cursors.ts';
import { route, type Route } from './route.ts';

const explain = route({
  path: '/api/db/analytics/explain',
  holds: [
    'view',
    'window',
    'slice',
    'at',
    'revision',
    'bucket',
    'cells',
    'sum',
    'sumEqualsBucket',
    'factsVersions',
    'calls',
    'eventsComplete',
    'nextCursor',
  ],
  failureText: 'Error retrieving the explanation',
  input: z.strictObject({
    view: z.string().optional(),
    window: z.string().optional(),
    slice: z.string().optional(),
    at: z.string().optional(),
    limit: limitUpTo(100, 20),
    cursor: CURSOR,
    ...WAITING,
  }),
  answer: ({ limit, cursor, at, ...asked }, parts) =>
    delivered(asked, parts, async () => {
      const { view, window, slice } = roomAsked(asked);
      const lengthMs = WINDOWS[window];
      const atMs = Math.floor(instantAsked('at', at) / lengthMs) * lengthMs;
      const name = { view, window, slice, atMs };
      const explained = await readExplained(parts.db, name, { limit, after: cursorOf(cursor) });
      const { moment, revision, nested, next, calls, cells, sum, factsVersions, eventsComplete } = explained;
      const body = {
        ...{ view, window, slice: sliceName(slice), at: new Date(atMs).toISOString(), revision },
        bucket: bucketRow({ ...name, cells: nested }, moment.at?.getTime() ?? null),
        ...{ cells, sum, sumEqualsBucket: isSame(explained), factsVersions },
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
