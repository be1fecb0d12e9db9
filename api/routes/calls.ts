/** Calls one by one: the list, newest first, and a single call with what each witness said of it. */
import { z } from 'zod';
import { Refusal } from '../refusal.ts';
import type { CallCursor } from '../repositories/call.repository.ts';
import { route, type Route } from './route.ts';

const MOST_LISTED = 200;

const list = route({
  path: '/api/db/calls',
  failureText: 'Error retrieving calls',
  input: z.strictObject({
    limit: z
      .string()
      .regex(/^\d{1,3}$/, `must be a whole number, 1 to ${MOST_LISTED}`)
      .transform(Number)
      .refine((limit) => limit >= 1 && limit <= MOST_LISTED, `must be a whole number, 1 to ${MOST_LISTED}`)
      .default(50),
    cursor: z.string().max(1_000, 'is too long').optional(),
  }),
  answer: async ({ limit, cursor }, { calls }) => {
    // One more than asked for says whether there is a next page.
    const { moment, calls: found } = await calls.page(
      limit + 1,
      cursor === undefined ? null : cursorOf(cursor),
    );
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    const nextCursor =
      last === undefined
        ? null
        : cursorText({ startedAtMs: last.startedAt?.getTime() ?? null, callId: last.callId });
    return { body: { calls: shown, nextCursor }, moment, source: 'calls' };
  },
});

const single = route({
  path: '/api/db/calls/:id',
  failureText: 'Error retrieving call',
  input: z.strictObject({ id: z.string().max(500, 'is too long') }),
  answer: async ({ id }, { calls }) => {
    const { moment, call } = await calls.byId(id);
    if (call === null) throw new Refusal('No call is known by this id', 404);
    return { body: { call }, moment, source: 'calls' };
  },
});

/** The routes of this file. */
export const CALL_ROUTES: readonly Route[] = [list, single];

const CURSOR = z.tuple([z.int().nullable(), z.string()]);

function cursorText({ startedAtMs, callId }: CallCursor): string {
  return Buffer.from(JSON.stringify([startedAtMs, callId])).toString('base64url');
}

function cursorOf(text: string): CallCursor {
  const read = CURSOR.safeParse(parsed(Buffer.from(text, 'base64url').toString()));
  if (!read.success) throw new Refusal('Invalid cursor: use the nextCursor of an earlier answer');
  const [startedAtMs, callId] = read.data;
  return { startedAtMs, callId };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no cursor; the caller says so.
    return null;
  }
}
