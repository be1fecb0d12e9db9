/** Tables as CSV files: exactly the numbers that are drawn, unrounded and in no language. Pure. */

/** A cell: null is empty. */
export type Cell = string | number | null;

/** A spreadsheet takes a text that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Writes CSV (RFC 4180).
 * @param head names of the columns
 * @param rows cells
 * @returns the text, lines ended by CR LF
 */
export function csvOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows].map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
