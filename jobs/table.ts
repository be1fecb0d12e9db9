/** Plain tables for people: a heading, then one line a row, each column as wide as it must be. */

/**
 * Lays a table out. Numbers stand to the right, texts to the left.
 * @param heading names of the columns
 * @param rows one value a column
 * @returns its lines, the heading first
 */
export function tableOf(
  heading: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const isRight = heading.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  const widths = heading.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => String(row[column] ?? '').length)),
  );
  return [heading, ...rows].map((row) =>
    heading
      .map((_, column) => {
        const [text, width] = [String(row[column] ?? ''), widths[column] ?? 0];
        return isRight[column] === true ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
