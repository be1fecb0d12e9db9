/** One text for one content: JSON with its keys in order and without what changes from reading to reading. Pure. */
import { createHash } from 'node:crypto';

/** Whether a field says nothing lasting; told the names on the way to it, its own last; elements of a list add no name. */
export type IsVolatile = (path: readonly string[]) => boolean;

/**
 * Writes a value canonically.
 * @param value what JSON may hold, nested no deeper than `DEEPEST`; instants become ISO 8601
 * @param isVolatile fields that are left out; none where absent
 * @returns compact JSON, the same for equal contents however their keys were ordered
 */
export function canonicalJson(value: unknown, isVolatile: IsVolatile = () => false): string {
  return JSON.stringify(canonical(value, { path: [], isVolatile }));
}

/** SHA-256 of a text, as hex. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

type Walk = { path: readonly string[]; isVolatile: IsVolatile };

function canonical(value: unknown, walk: Walk): unknown {
  if (Array.isArray(value)) return value.map((one) => canonical(one, walk));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value)
    .map(([name, inner]: [string, unknown]) => ({ name, inner, path: [...walk.path, name] }))
    .filter(({ path }) => !walk.isVolatile(path))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(
    entries.map(({ name, inner, path }) => [name, canonical(inner, { ...walk, path })]),
  );
}
