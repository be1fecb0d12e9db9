/** What every analytics route may be asked alike: range, zone, filters, form, and to wait for an event first. */
import { z } from 'zod';
import type { Slice } from '../../projector/contract.ts';
import { FORMATS } from '../formats.ts';
import { PERIODS } from '../periods.ts';
import type { Range } from '../range.ts';
import { Refusal } from '../refusal.ts';
import type { RouteParts } from './route.ts';
import type { Answer } from './finish.ts';

/** The longest that a reader may wait for an event, in ms. */
const LONGEST_WAIT_MS = 5_000;
/** The wait of those who name none: twice what an event takes on a busy day. */
const USUAL_WAIT_MS = 1_000;

/** A slice's value; empty means the calls that have none. */
const key = (what: string) =>
  z
    .string()
    .max(500, 'is too long')
    .optional()
    .meta({ description: `Only calls of this ${what}; empty for those without one` });
const waitText = `must be a whole number of ms, 0 to ${LONGEST_WAIT_MS}`;

/** Waiting for an event: its position, and for how long. */
export const WAITING = {
  after: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/, 'use the Callviews-Position of an answer to a webhook')
    .transform((text) => Buffer.from(text, 'base64url'))
    .optional()
    .meta({
      description: 'The Callviews-Position of an answer to a webhook: what it changed is in the answer',
    }),
  wait: z
    .string()
    .regex(/^\d{1,4}$/, waitText)
    .transform(Number)
    .refine((ms) => ms <= LONGEST_WAIT_MS, waitText)
    .optional()
    .meta({ description: `How long to wait for it, in ms, ${LONGEST_WAIT_MS} at most` }),
};

/** The filters; their names as parameters. */
export const FILTERS = {
  agentId: key('agent'),
  campaignId: key('campaign'),
  provider: key('provider'),
  direction: key('direction'),
  language: key('language'),
};

/** A range that examples ask for. */
export const EXAMPLE_RANGE = { startDate: '2026-03-09', endDate: '2026-03-15', timeZone: 'Europe/Berlin' };

/** A period as asked for; the range says which there are, in its own words. */
export const PERIOD = z.string().meta({ enum: [...PERIODS] });

/** Range and zone. */
export const RANGE = {
  startDate: z
    .string()
    .optional()
    .meta({ description: 'An ISO date, or a date-time with offset, between 2015 and a year from now' }),
  endDate: z
    .string()
    .optional()
    .meta({ description: 'A date, which is then included, or a date-time, which is not' }),
  timeZone: z.string().optional().meta({ description: 'An IANA zone, such as Europe/Berlin' }),
};

/** All common parameters. */
export const COMMON = {
  ...RANGE,
  ...FILTERS,
  ...WAITING,
  fill: z
    .enum(['true', 'false'], 'must be true or false')
    .default('true')
    .meta({ description: 'Whether periods without calls are listed' }),
  format: z.enum(FORMATS, `must be one of: ${FORMATS.join(', ')}`).default('json'),
};
/** The common parameters as checked. */
export type Common = z.output<z.ZodObject<typeof COMMON>>;

const SLICES = [
  ['agentId', 'agent'],
  ['campaignId', 'campaign'],
  ['provider', 'provider'],
  ['direction', 'direction'],
  ['language', 'language'],
] as const;

/**
 * The slices asked for.
 * @param given the filters, an empty one meaning the calls without a value
 * @returns one slice a filter
 */
export function slicesAsked(given: Partial<Pick<Common, keyof typeof FILTERS>>): Slice[] {
  return SLICES.flatMap(([parameter, dimension]) => {
    const text = given[parameter];
    return text === undefined ? [] : [{ dimension, key: text === '' ? null : text }];
  });
}

/**
 * The range as an answer names it.
 * @param range a checked range
 * @returns dates as given, the instants they came to, and the zone
 */
export function timeframeOf({ startDate, endDate, fromMs, toMs, timeZone }: Range) {
  return {
    startDate,
    endDate,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    timeZone,
  };
}

/**
 * Where an answer ends.
 * @param range a checked range
 * @returns its end, and from when on the same query may mean another range; ms since 1970
 */
export function endsOf({ toMs, movesAtMs }: Range): { toMs: number; movesAtMs: number } {
  return { toMs, movesAtMs };
}

/**
 * What a file of rows is called.
 * @param subject what the rows are
 * @param timeframe the range they cover
 * @returns a name without ending, of letters, digits and hyphens only
 */
export function fileName(subject: string, { from, to }: { from: string; to: string }): string {
  return `${subject}-${from}-${to}`.replace(/:00\.000Z/g, 'Z').replace(/[^A-Za-z0-9-]/g, '');
}

/**
 * Answers in the form asked for, after the event that was asked for.
 * @param asked the common parameters
 * @param parts what waits
 * @param answer makes the answer
 * @returns the answer with its form, and whether it holds the event
 */
export async function delivered(
  asked: Pick<Common, 'after' | 'wait'> & Partial<Pick<Common, 'format'>>,
  { waitRoom }: Pick<RouteParts, 'waitRoom'>,
  answer: () => Promise<Answer>,
): Promise<Answer> {
  const { after, wait, format = 'json' } = asked;
  if (after === undefined) {
    if (wait !== undefined) throw new Refusal('wait needs after: the position of the event to wait for');
    return { ...(await answer()), format };
  }
  const sequence = await waitRoom.reached(after, wait ?? USUAL_WAIT_MS);
  const answered = await answer();
  return { ...answered, format, reached: sequence !== null && sequence <= answered.moment.sequence };
}
