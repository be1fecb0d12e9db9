/**
 * Reads fields of answers that nobody has checked yet: every number and text of the page passes here first. Names are checked by the
 * compiler against the document where the object has a type of it, values are checked here. Pure.
 */

/** A JSON object of unknown content. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether a value is a JSON object.
 * @param value anything
 * @returns false for null and arrays
 */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A number, or null where there is none.
 * @param fields the object
 * @param name of the field
 * @returns null for anything but a finite number
 */
export function numberIn<T extends object>(fields: T, name: keyof T & string): number | null {
  const value: unknown = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/**
 * A text, or null where there is none.
 * @param fields the object
 * @param name of the field
 * @returns null for anything but a non-empty string
 */
export function textIn<T extends object>(fields: T, name: keyof T & string): string | null {
  const value: unknown = fields[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/**
 * An instant given as ISO text.
 * @param fields the object
 * @param name of the field
 * @returns ms since 1970, or null where it is none
 */
export function instantIn<T extends object>(fields: T, name: keyof T & string): number | null {
  const text = textIn(fields, name);
  const ms = text === null ? NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/**
 * The objects of a list.
 * @param value anything
 * @returns null where it is no array; members that are no objects are left out
 */
export function listOf<T extends object>(value: readonly T[] | null | undefined): T[] | null;
export function listOf(value: unknown): Fields[] | null;
export function listOf(value: unknown): Fields[] | null {
  return Array.isArray(value) ? value.filter(isFields) : null;
}

/**
 * The texts of a list.
 * @param value anything
 * @returns empty where it is no array; members that are no texts are left out
 */
export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Said of an answer that is no envelope or lacks what it must hold (text fixed for callers). */
export const INVALID_ANSWER = 'Invalid data format from API';

/**
 * An object that must be there.
 * @param value as the document types it
 * @returns the same
 * @throws Error with {@link INVALID_ANSWER} where an answer lacks it
 */
export function fieldsIn<T extends object>(value: T): T {
  if (!isFields(value)) throw new Error(INVALID_ANSWER);
  return value;
}
