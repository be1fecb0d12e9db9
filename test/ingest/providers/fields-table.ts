/** Table of a sender's fields: each one taken out and each one wrong must leave exactly the facts that rest on the others. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../../ingest/facts.ts';

/** Groups of facts, by name. */
export type Groups = Facts['groups'];
/** A body as parsed, free to be changed. */
export type Body = Record<string, unknown>;

/** What may stand where a field of a kind belongs, and must count as absent. */
export const WRONG = {
  text: [null, 42, true, {}, [], '', '  '],
  word: [null, 42, true, {}, [], '', 'partial', 'constructor', '__proto__'],
  flag: [null, 1, 'true', {}, []],
  instant: [null, true, {}, [], '', 'soon', '2026-11-23T10:00:00', '2026-13-45T99:00:00Z'],
  seconds: [null, true, {}, [], '', '12 ', 1.5, 1e400, 9_007_199_254_740_993, 'twelve'],
  amount: [null, true, {}, [], '', -1, 1e400, '0.5'],
  object: [null, 42, 'text', [], true],
} as const satisfies Record<string, readonly unknown[]>;

/** One field: dotted path, what is wrong in it, and what is left of the facts without it. */
export type FieldRow = [path: string, kind: keyof typeof WRONG, left: (groups: Groups) => Groups];

/** The facts without some groups. */
export const lacks =
  (...names: (keyof Groups)[]) =>
  (groups: Groups): Groups =>
    Object.fromEntries(Object.entries(groups).filter(([name]) => !names.some((lost) => lost === name)));

/** The facts without one field of a group; the group goes with its last field. */
export const lacksField =
  (name: keyof Groups, field: string) =>
  (groups: Groups): Groups => {
    const group = groups[name] as { rank: number; value: object } | undefined;
    if (group === undefined) return groups;
    const value = Object.fromEntries(Object.entries(group.value).filter(([key]) => key !== field));
    return Object.keys(value).length === 0 ? lacks(name)(groups) : { ...groups, [name]: { ...group, value } };
  };

/** The facts with another statement in a group. */
export const becomes =
  <G extends keyof Groups>(name: G, stated: NonNullable<Groups[G]>) =>
  (groups: Groups): Groups => ({ ...groups, [name]: stated });

/** The facts unchanged. */
export const unchanged = (groups: Groups): Groups => groups;

/**
 * A body with one field set or, without a value, taken out.
 * @param body as parsed; it is copied
 * @param path dotted
 */
export function changed(body: Body, path: string, ...value: [] | [unknown]): Body {
  const copy = structuredClone(body);
  const names = path.split('.');
  let at: Body = copy;
  for (const name of names.slice(0, -1)) at = at[name] as Body;
  const last = names.at(-1) ?? '';
  if (value.length === 0) Reflect.deleteProperty(at, last);
  else at[last] = value[0];
  return copy;
}

/**
 * Registers the tests of a table.
 * @param body the whole event
 * @param rows its fields
 * @param groupsOf the facts of a body; null where it has none
 */
export function testFields(
  body: () => Body,
  rows: FieldRow[],
  groupsOf: (body: Body) => Groups | null,
): void {
  test.each(rows)('%s, absent or no %s, leaves the other facts as they are', (path, kind, left) => {
    const whole = groupsOf(body());
    expect(whole).not.toBeNull();
    const expected = left(whole ?? {});
    expect(groupsOf(changed(body(), path))).toEqual(expected);
    for (const wrong of WRONG[kind]) {
      expect([wrong, groupsOf(changed(body(), path, wrong))]).toEqual([wrong, expected]);
    }
  });
}
