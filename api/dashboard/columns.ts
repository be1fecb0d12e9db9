/** Rows turned into the columns a chart draws: one slot a period, null where nothing is known, stacks as running sums. Pure. */

/** A column: one number a period, null for a gap. */
export type Column = (number | null)[];

/**
 * One column of numbers.
 * @param rows one row a period, null where none is known
 * @param read the number of a row
 * @returns null where the row or its number is missing, so that the chart shows a gap
 */
export function columnOf<R>(rows: readonly (R | null)[], read: (row: R) => number | null): Column {
  return rows.map((row) => (row === null ? null : read(row)));
}

/**
 * Stacks columns: each is raised by those before it.
 * @param columns equally long columns, the lowest first
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
 * @returns as many slots; all null where the count of periods differs, since they would stand in wrong places
 */
export function beside(values: readonly (number | null)[] | null, length: number): Column {
  if (values === null || values.length !== length) return Array.from({ length }, () => null);
  return [...values];
}

/**
 * Which slots get a label, so that labels keep their distance and stand on round hours.
 * @param starts starts of the periods, ms since 1970
 * @param labels how many labels have room
 * @param slotOf a number that grows by one a period, such as the local hour of the day
 * @returns indexes of the labelled slots
 */
export function labelled(
  starts: readonly number[],
  labels: number,
  slotOf: (startMs: number) => number,
): number[] {
  const steps = [1, 2, 3, 4, 6, 12, 24];
  const step = steps.find((each) => starts.length / each <= Math.max(1, labels)) ?? 24;
  const indexes: number[] = [];
  starts.forEach((startMs, index) => {
    if (slotOf(startMs) % step === 0) indexes.push(index);
  });
  return indexes;
}

/**
 * Sums a column.
 * @param column numbers and gaps
 * @returns null where all is gap
 */
export function totalOf(column: Column): number | null {
  return column.reduce<number | null>((sum, value) => (value === null ? sum : (sum ?? 0) + value), null);
}
