/** Calls one by one: the list with its filters, a single call with what each witness said of it, and the events behind it. */
import { z } from 'zod';
import { CALL, CALL_IN_FULL, DISAGREEMENT, EVENT, VARIANTS } from '../shapes/calls.ts';
import { CURSOR_TEXT } from '../shapes/common.ts';
import { openRangeOf } from '../range.ts';
import { Refusal } from '../refusal.ts';
import { ACTIVE_STATUSES, type CallFilters } from '../repositories/call-list.ts';
import type { Moment } from '../repositories/snapshot.ts';
import { CONNECTIONS, LABELS, STATUSES } from '../words.ts';
import { delivered, EXAMPLE_RANGE, FILTERS, RANGE, slicesAsked, WAITING } from './common.ts';
import { CURSOR, cursorOf, cursorText, limitUpTo } from './cursors.ts';
import { route, type Route, type RouteParts } from './route.ts';

/** Words that stand for several: a call was answered by whomever, or is on the line. */
const ANSWERED = Object.keys(CONNECTIONS).filter((word) => word.startsWith('answered_'));
const SORTS = { '-startedAt': 'newest', startedAt: 'oldest' } as const;

/** One word of a list. */
const oneOf = <T extends string>(words: readonly T[]) =>
  z.enum(words, `must be one of: ${words.join(', ')}`).optional();
const seconds = () =>
  z
    .string()
    .regex(/^\d{1,6}(\.\d{1,3})?$/, 'must be a number of seconds, such as 90 or 1.5')
    .transform((text) => Math.round(Number(text) * 1_000))
    .optional();

const LIST = z.strictObject({
  ...RANGE,
  ...FILTERS,
  goal: oneOf(['success', 'failure', 'unknown']),
  sentiment: oneOf([...Object.keys(LABELS), 'unknown']),
  connection: oneOf([...Object.keys(CONNECTIONS), 'answered']),
  status: oneOf([...(Object.keys(STATUSES) as (keyof typeof STATUSES)[]), 'active']),
  minDurationSeconds: seconds(),
  maxDurationSeconds: seconds(),
  // More digits would tell a whole number to whoever tries one after the other.
  number: z
    .string()
    .regex(/^\d{1,4}$/, 'must be the last digits of a number, 4 at most')
    .optional(),
  sort: z
    .enum(['-startedAt', 'startedAt'], `must be one of: ${Object.keys(SORTS).join(', ')}`)
    .default('-startedAt'),
  limit: limitUpTo(200, 50),
  cursor: CURSOR,
  ...WAITING,
});

const list = route({
  path: '/api/db/calls',
  data: z.strictObject({ calls: z.array(CALL), nextCursor: CURSOR_TEXT }),
  example: { ...EXAMPLE_RANGE, agentId: 'agent_1', goal: 'success', limit: '20' },
  failureText: 'Error retrieving calls',
  input: LIST,
  answer: (asked, parts, { numbers }) =>
    delivered(asked, parts, async () => {
      const range = openRangeOf(asked, parts.context());
      const { moment, calls, next, emptyBecause } = await parts.calls.page({
        filters: filtersOf(asked, range),
        order: SORTS[asked.sort],
        limit: asked.limit,
        after: cursorOf(asked.cursor),
        numbers,
      });
      const body = { calls, nextCursor: cursorText(next) };
      return { body, moment, source: 'calls', emptyBecause, ...(range !== null && { toMs: range.toMs }) };
    }),
});

const single = route({
  path: '/api/db/calls/:id',
  data: z.strictObject({ call: CALL_IN_FULL }),
  example: { id: 'standard:a' },
  failureText: 'Error retrieving call',
  input: z.strictObject({ id: z.string().max(500, 'is too long'), ...WAITING }),
  answer: ({ id, ...waiting }, parts, { numbers }) =>
    delivered(waiting, parts, async () => {
      const { moment, call } = await parts.calls.byId(id, numbers);
      if (call === null) throw unknownCall(moment, parts);
      return { body: { call }, moment, source: 'calls' };
    }),
});

const events = route({
  path: '/api/db/calls/:id/events',
  data: z.strictObject({
    events: z.array(EVENT),
    eventsComplete: z.boolean(),
    disagreements: z.array(DISAGREEMENT),
    variants: z.array(VARIANTS),
  }),
  example: { id: 'standard:a' },
  failureText: 'Error retrieving events',
  input: z.strictObject({ id: z.string().max(500, 'is too long'), ...WAITING }),
  answer: ({ id, ...waiting }, parts, viewer) =>
    delivered(waiting, parts, async () => {
      const { moment, told } = await parts.calls.events(id, viewer.numbers);
      if (told === null) throw unknownCall(moment, parts);
      const { callId, isWhole: eventsComplete, ...rest } = told;
      if (viewer.numbers && told.variants.length > 0)
        await parts.audit.note(viewer, { act: 'read_bodies', subject: callId });
      return { body: { ...rest, eventsComplete }, moment, source: 'calls' };
    }),
});

/** The routes of this file. */
export const CALL_ROUTES: readonly Route[] = [list, single, events];

/**
 * No call is known by an id. Of one that is stored and cannot be read, an operator is told; to the client it is none.
 * @param moment what was left out at it
 * @param parts who is told
 * @returns the refusal
 */
export function unknownCall({ leftOut }: Moment, { tellLeftOut }: Pick<RouteParts, 'tellLeftOut'>): Refusal {
  tellLeftOut(leftOut);
  return new Refusal('No call is known by this id', 404);
}

function filtersOf(asked: z.output<typeof LIST>, range: CallFilters['range']): CallFilters {
  const {
    goal,
    sentiment,
    connection,
    status,
    minDurationSeconds: leastMs,
    maxDurationSeconds: mostMs,
    number,
  } = asked;
  if (leastMs !== undefined && mostMs !== undefined && leastMs > mostMs)
    throw new Refusal('minDurationSeconds must not be greater than maxDurationSeconds');
  return {
    slices: slicesAsked(asked),
    range,
    fields: {
      ...(goal !== undefined && { goal }),
      ...(sentiment !== undefined && { sentiment: sentiment === 'unknown' ? null : sentiment }),
      ...(connection !== undefined && {
        connection: connection === 'answered' ? { $in: ANSWERED } : connection,
      }),
      ...(status !== undefined && { status: status === 'active' ? { $in: ACTIVE_STATUSES } : status }),
    },
    ...{ leastMs, mostMs, number },
  };
}
