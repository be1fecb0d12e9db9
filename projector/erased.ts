/** What an erasure leaves of a call: every part without words and telephone numbers, whenever they came. Pure. */
import type { Group, GroupValues } from '../ingest/contract.ts';
import type { Part, Register } from './parts.ts';

/** The fields of facts that hold words or telephone numbers of people, by group. */
export const PERSONAL = {
  route: ['fromNumber', 'toNumber'],
  wording: ['summary', 'title'],
  ending: ['endReason'],
} as const satisfies { [G in Group]?: readonly (keyof GroupValues[G])[] };

/**
 * The parts as they may be stored: blanked where any of them was told of an erasure. A blanked register keeps its order, so that
 * no lesser statement takes its place.
 * @param parts all parts of one call
 * @returns the same list where nothing was erased
 */
export function afterErasure(parts: Part[]): Part[] {
  if (!parts.some(({ groups }) => groups.erasure !== undefined)) return parts;
  return parts.map((part) => ({ ...part, groups: blanked(part.groups) }));
}

/**
 * Whether a call is erased with its count.
 * @param parts all parts of the call
 */
export function isUncounted(parts: readonly Part[]): boolean {
  return parts.some(({ groups }) => groups.erasure?.value.keepCount === false);
}

function blanked(groups: Part['groups']): Part['groups'] {
  const next: Record<string, Register<unknown>> = { ...groups };
  for (const [group, fields] of Object.entries(PERSONAL)) {
    const register = next[group];
    if (register === undefined) continue;
    const kept = Object.entries(register.value as object).filter(
      ([field]) => !(fields as readonly string[]).includes(field),
    );
    next[group] = { by: register.by, value: Object.fromEntries(kept) };
  }
  return next;
}
