/** Campaigns as they are: the list with the keys that nobody set up, one with its live counters, two beside each other. */
import { z } from 'zod';
import { differenceOf } from '../headline.ts';
import { openRangeOf } from '../range.ts';
import { quoted, Refusal } from '../refusal.ts';
import { COMPARED_CAMPAIGN, COUNTED_CAMPAIGN, TARGET } from '../shapes/campaigns.ts';
import { CURSOR_TEXT, TIMEFRAME } from '../shapes/common.ts';
import { HEADLINE_CHANGE } from '../shapes/rows.ts';
import { delivered, RANGE, timeframeOf, WAITING } from './common.ts';
import { CURSOR, cursorOf, cursorText, limitUpTo } from './cursors.ts';
import type { Answer } from './finish.ts';
import { route, type Route } from './route.ts';

const list = route({
  path: '/api/db/campaigns',
  data: z.strictObject({
    campaigns: z.array(COUNTED_CAMPAIGN),
    unnamed: z.array(z.string()),
    nextCursor: CURSOR_TEXT,
  }),
  failureText: 'Error retrieving campaigns',
  cost: 5,
  input: z.strictObject({ limit: limitUpTo(100, 100), cursor: CURSOR, ...WAITING }),
  answer: ({ limit, cursor, ...waiting }, parts) =>
    delivered(waiting, parts, async (): Promise<Answer> => {
      const from = cursorOf(cursor);
      const after = from === null ? null : { createdAtMs: from.startedAtMs ?? 0, id: from.callId };
      const { moment, campaigns, unnamed, next } = await parts.campaigns.page({ limit, after });
      const isEmpty = campaigns.length + unnamed.length === 0 && after === null;
      const nextCursor = cursorText(next && { startedAtMs: next.createdAtMs, callId: next.id });
      const body = { campaigns, unnamed, nextCursor };
      return { body, moment, source: 'views', emptyBecause: isEmpty ? 'no_calls' : null };
    }),
});

const compare = route({
  path: '/api/db/campaigns/compare',
  data: z.strictObject({
    timeframe: TIMEFRAME.nullable(),
    campaigns: z.array(COMPARED_CAMPAIGN),
    difference: HEADLINE_CHANGE,
  }),
  example: { ids: 'spring,autumn' },
  failureText: 'Error comparing campaigns',
  cost: 5,
  input: z.strictObject({
    ids: z
      .string('are needed: two ids or keys of campaigns with a comma between them')
      .max(1_000, 'are too long'),
    ...RANGE,
    ...WAITING,
  }),
  answer: ({ ids, ...asked }, parts) =>
    delivered(asked, parts, async (): Promise<Answer> => {
      const both = ids.split(',').map((one) => one.trim());
      const [first, second] = both;
      if (both.length !== 2 || first === '' || second === '' || first === second)
        throw new Refusal('Invalid ids: give two different ids or keys with a comma between them');
      const range = openRangeOf(asked, parts.context());
      const { moment, found } = await parts.campaigns.compared(both, range ?? undefined);
      const known = found.map((one, index) => {
        if (one !== null) return one;
        throw new Refusal(`No campaign and no call is known by ${quoted(both[index] ?? '')}`, 404);
      });
      const [a, b] = known.map(({ numbers }) => numbers);
      // Of two found each has its numbers.
      const difference = a === undefined || b === undefined ? {} : differenceOf(b, a);
      const timeframe = range === null ? null : timeframeOf(range);
      const body = { timeframe, campaigns: known, difference };
      return { body, moment, source: 'views', ...(range !== null && { toMs: range.toMs }) };
    }),
});

const single = route({
  path: '/api/db/campaigns/:id',
  data: z.strictObject({ campaign: COUNTED_CAMPAIGN }),
  example: { id: 'campaign_1' },
  failureText: 'Error retrieving campaign',
  input: z.strictObject({ id: z.string().max(100, 'is too long'), ...WAITING }),
  answer: ({ id, ...waiting }, parts) =>
    delivered(waiting, parts, async (): Promise<Answer> => {
      const { moment, campaign } = await parts.campaigns.byId(id);
      if (campaign === null) throw new Refusal('No campaign has this id', 404);
      return { body: { campaign }, moment, source: 'views' };
    }),
});

const targets = route({
  path: '/api/db/campaigns/:id/targets',
  data: z.strictObject({ targets: z.array(TARGET), nextCursor: CURSOR_TEXT }),
  example: { id: 'campaign_1', limit: '20' },
  failureText: 'Error retrieving target numbers',
  input: z.strictObject({
    id: z.string().max(100, 'is too long'),
    limit: limitUpTo(200, 50),
    cursor: CURSOR,
    ...WAITING,
  }),
  answer: ({ id, limit, cursor, ...waiting }, parts, { numbers }) =>
    delivered(waiting, parts, async (): Promise<Answer> => {
      const after = cursorOf(cursor)?.callId ?? null;
      const { moment, page } = await parts.campaigns.targets({ id, limit, after, numbers });
      if (page === null) throw new Refusal('No campaign has this id', 404);
      const nextCursor = cursorText(page.next === null ? null : { startedAtMs: null, callId: page.next });
      return { body: { targets: page.targets, nextCursor }, moment, source: 'views' };
    }),
});

/** The routes of this file; `compare` stands before the ids, which it would be taken for. */
export const CAMPAIGN_ROUTES: readonly Route[] = [list, compare, single, targets];
