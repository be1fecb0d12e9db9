/** The shapes that every answer shares, as clients receive them: the document is made of these, and tests hold each answer against it. Pure. */
import { z } from 'zod';

/** An instant as ISO text in UTC. */
export const INSTANT = z.iso
  .datetime()
  .meta({ id: 'Instant', description: 'An instant in UTC, such as 2026-11-23T10:00:00.000Z' });
/** A number of things. */
export const COUNT = z.int().min(0);
/** A share in percent with one decimal; null where there is no base. */
export const PERCENT = z.number().min(0).max(100).nullable();
/** A length in seconds with three decimals. */
export const SECONDS = z.number().min(0);
/** Text, or null where nobody said it. */
export const TEXT = z.string().nullable();
/** A cursor for the next page, null on the last. */
export const CURSOR_TEXT = z.string().nullable();
/** Integers under dotted paths, as buckets and contributions hold them. */
export const CELLS = z
  .record(z.string(), z.int())
  .meta({ id: 'Cells', description: 'Integers by the dotted path of their cell' });

/** A range: as it was given, the instants it came to, and the zone it was read in. */
export const TIMEFRAME = z
  .strictObject({
    startDate: z.string().nullable(),
    endDate: z.string().nullable(),
    from: INSTANT,
    to: INSTANT,
    timeZone: z.string(),
  })
  .meta({ id: 'Timeframe', description: 'Dates as given, the instants they came to, and the zone' });

/** How fresh an answer is: what its body was made of. */
export const FRESHNESS = z
  .strictObject({
    sequence: COUNT,
    asOf: INSTANT.nullable(),
    complete: z.boolean(),
    openUntil: INSTANT.nullable(),
    source: z.enum(['views', 'calls']),
    reached: z.boolean().optional(),
    leftOut: z.strictObject({ rows: z.int().min(1), names: z.array(z.string()) }).optional(),
  })
  .meta({ id: 'Freshness', description: 'The last committed update in the answer, and its instant' });

/** Why an answer is empty. */
export const EMPTY_BECAUSE = z
  .enum(['no_calls', 'filtered_out', 'late', 'outside_retention'])
  .meta({ id: 'EmptyBecause' });

/** The body of every answer that is not 2xx. */
export const FAILURE = z
  .strictObject({
    success: z.literal(false),
    error: z.string().min(1),
    details: z.unknown().optional(),
    timestamp: INSTANT,
  })
  .meta({ id: 'Failure' });

/**
 * The envelope of a 2xx answer.
 * @param data what it holds
 * @returns its shape
 */
export function envelopeOf(data: z.ZodType) {
  return z.strictObject({ success: z.literal(true), data, timestamp: INSTANT });
}

/**
 * The shape of an object with one field for each word of a list.
 * @param words such as `CONNECTIONS` of `api/words.ts`
 * @param value what each field holds
 * @returns an object in which no word may be missing
 */
export function fieldsOf<W extends string, V extends z.ZodType>(
  words: Readonly<Record<W, unknown>>,
  value: V,
) {
  const names = Object.keys(words) as W[];
  return z.strictObject(Object.fromEntries(names.map((name) => [name, value])) as Record<W, V>);
}

/**
 * One of the words of a list.
 * @param words such as `CONNECTIONS` of `api/words.ts`
 * @returns its shape
 */
export function wordOf<W extends string>(words: Readonly<Record<W, unknown>>) {
  return z.enum(Object.keys(words) as [W, ...W[]]);
}
