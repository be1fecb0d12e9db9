/** Reads fields of answers that nobody has checked yet: every number and text of the page passes here first. Pure. */

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
export function numberIn(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/**
 * A text, or null where there is none.
 * @param fields the object
 * @param name of the field
 * @returns null for anything but a non-empty string
 */
export function textIn(fields: Fields, name: string): string | null {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/**
 * An instant given as ISO text.
 * @param fields the object
 * @param name of the field
 * @returns ms since 1970, or null where it is none
 */
export function instantIn(fields: Fields, name: string): number | null {
  const text = textIn(fields, name);
  const ms = text === null ? NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/**
 * The objects of a list.
 * @param value anything
 * @returns null where it is no array; members that are no objects are left out
 */
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
