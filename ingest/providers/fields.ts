/** Reads single fields of a sender's body: pattern first, conversion second, and absent instead of a guess. Pure. */
import type { Facts, Group, GroupValues, Stated } from '../facts.ts';

/** Longest ids, reasons and summaries that are taken over; the body keeps the whole. */
export const LONGEST = { id: 200, language: 35, reason: 500, title: 500, summary: 4_000, type: 128 } as const;

/** An object of unknown content. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * @param value anything a sender may have put there
 * @returns the object, or an empty one where it is none
 */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** @returns whether the value is an object with named fields, neither null nor a list */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A text, cut to a length and made well-formed: a lone surrogate becomes U+FFFD.
 * @param longest characters kept
 * @returns undefined for what is no text or blank
 */
export function text(value: unknown, longest: number): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  return wellFormed(value.slice(0, longest));
}

/** A text or a number as text, for ids that senders give as either. */
export function label(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : text(value, LONGEST.id);
}

/**
 * An id that may name a part: 1 to 200 characters without control characters. Never cut, since two ids could fall together.
 * @returns undefined for anything else
 */
export function identifier(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length === 0 || value.length > LONGEST.id) return undefined;
  return /\p{Cc}/u.test(value) || wellFormed(value) !== value ? undefined : value;
}

/** A whole number, given as such or as decimal digits; undefined for blanks, fractions and what no double holds exactly. */
export function integer(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number + 0 : undefined;
}

/** A number between two ends, both included. */
export function numberWithin(value: unknown, least: number, greatest: number): number | undefined {
  return typeof value === 'number' && value >= least && value <= greatest ? value : undefined;
}

/** One of a list of words; an unknown word is absent. */
export function oneOf<T extends string>(words: readonly T[], value: unknown): T | undefined {
  return words.find((word) => word === value);
}

/** Dollars as whole millionths; undefined below 0 or above a million dollars a call. */
export function microUsd(value: unknown): number | undefined {
  const dollars = numberWithin(value, 0, 1e6);
  return dollars === undefined ? undefined : Math.round(dollars * 1e6);
}

/** Seconds since 1970 as an instant; undefined where no instant has that number. */
export function secondsAt(value: unknown): Date | undefined {
  const seconds = integer(value);
  return seconds === undefined ? undefined : valid(new Date(seconds * 1_000));
}

/** Milliseconds since 1970 as an instant; undefined where no instant has that number. */
export function millisecondsAt(value: unknown): Date | undefined {
  const milliseconds = integer(value);
  return milliseconds === undefined ? undefined : valid(new Date(milliseconds));
}

const ISO_INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/i;

/** An ISO 8601 date-time with an offset; without one the instant would be a guess. */
export function isoAt(value: unknown): Date | undefined {
  return typeof value === 'string' && ISO_INSTANT.test(value) ? valid(new Date(value)) : undefined;
}

/** The instant, shifted; undefined where either is. */
export function later(at: Date | undefined, seconds: number | undefined): Date | undefined {
  return at === undefined || seconds === undefined
    ? undefined
    : valid(new Date(at.getTime() + seconds * 1_000));
}

/** A value with the rank of its witness; undefined where there is no value or, for several fields, none of them. */
export function stated<T>(rank: number, value: T | undefined): Stated<T> | undefined {
  return value === undefined ? undefined : { rank, value };
}

/** The fields that have a value; undefined where none has. */
export function anyOf<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as T);
}

/** The groups that are stated; those without a statement are left out, not set to undefined. */
export function groupsOf(groups: { [G in Group]?: Stated<GroupValues[G]> | undefined }): Facts['groups'] {
  return anyOf<Facts['groups']>(groups) ?? {};
}

/** Round trip through UTF-8: what BSON would write anyway. */
function wellFormed(value: string): string {
  return Buffer.from(value, 'utf8').toString('utf8');
}

function valid(at: Date): Date | undefined {
  return Number.isNaN(at.getTime()) ? undefined : at;
}
