/** The rows of an analytics answer: a span of time and numbers under the names that the API gives them. Pure. */
import type { PathIn } from './document.ts';
import { INVALID_ANSWER, instantIn, isFields, listOf, type Fields } from './fields.ts';

/** One period: instants in ms since 1970, the end exclusive; `isOpen` while it is not over; its numbers stand in `fields`. */
export type Row = { startMs: number; endMs: number; isOpen: boolean; fields: Fields };
/** One number a period, null for a gap. */
export type Column = (number | null)[];

/**
 * Reads the rows of an answer.
 * @param list as the answer holds it
 * @returns the rows in order
 * @throws Error with {@link INVALID_ANSWER} where one is no row: half an answer is not shown as a whole one
 */
export function rowsIn(list: unknown): Row[] {
  const rows = listOf(list)?.map(rowOf);
  if (rows === undefined || !Array.isArray(list) || rows.length !== list.length)
    throw new Error(INVALID_ANSWER);
  return rows;
}

/**
 * A number inside of fields.
 * @param fields the object
 * @param path such as `sentiment.positive`
 * @returns null where there is none
 */
export function numberAt<T extends object>(fields: T, path: PathIn<T>): number | null {
  const held = path.split('.').reduce<unknown>((one, name) => (isFields(one) ? one[name] : null), fields);
  return typeof held === 'number' && Number.isFinite(held) ? held : null;
}

/**
 * One column as shares of another, in percent.
 * @param part how many
 * @param whole of how many
 * @returns 0 to 100; a gap where either is one, or the whole is 0
 */
export function shares(part: Column, whole: Column): Column {
  return part.map((value, index) => {
    const base = whole[index] ?? null;
    return value === null || base === null || base === 0 ? null : (value / base) * 100;
  });
}

/**
 * Stacks columns: each is raised by those before it.
 * @param columns equally long, the lowest first
 * @returns running sums in the same order; a gap in one is a gap in all above it
 */
export function stacked(columns: readonly Column[]): Column[] {
  const raised: Column[] = [];
  for (const column of columns) {
    const below = raised.at(-1);
    raised.push(
      column.map((value, index) => {
        const base = below === undefined ? 0 : (below[index] ?? null);
        return value === null || base === null ? null : value + base;
      }),
    );
  }
  return raised;
}

/**
 * A column laid beside another, period by period.
 * @param values numbers of other periods, in order
 * @param length how many slots there are
 * @returns as many slots, gaps where there are fewer values; nothing but gaps where nothing is known
 */
export function beside(values: readonly (number | null)[] | null, length: number): Column {
  return Array.from({ length }, (_, index) => values?.[index] ?? null);
}

/**
 * Which slots get a label, so that labels keep their distance.
 * @param slots how many there are
 * @param room how many labels have room
 * @param offset the slot that must be among them if any is, such as the first midnight
 * @returns indexes, ascending
 */
export function labelled(slots: number, room: number, offset = 0): number[] {
  const steps = [1, 2, 3, 4, 6, 12, 24, 48, 72, 168, 336, 720];
  const step = steps.find((each) => slots / each <= Math.max(1, room)) ?? slots;
  return Array.from({ length: slots }, (_, index) => index).filter((index) => (index - offset) % step === 0);
}

/**
 * Sums a column.
 * @param column numbers and gaps
 * @returns null where all is gap
 */
export function totalOf(column: Column): number | null {
  return column.reduce<number | null>((sum, value) => (value === null ? sum : (sum ?? 0) + value), null);
}

function rowOf(fields: Fields): Row {
  const startMs = instantIn(fields, 'start');
  const endMs = instantIn(fields, 'end');
  if (startMs === null || endMs === null) throw new Error(INVALID_ANSWER);
  return { startMs, endMs, isOpen: fields.complete === false, fields };
}
