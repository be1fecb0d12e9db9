/** The rows of an answer as CSV (RFC 4180) and NDJSON: the same rows as in JSON, and the same bytes for the same rows. Pure. */
import { stringify } from 'csv-stringify/sync';

/** The forms an answer can be had in. */
export const FORMATS = ['json', 'csv', 'ndjson'] as const;
/** One of {@link FORMATS}. */
export type Format = (typeof FORMATS)[number];

/**
 * An answer's rows, all of one shape. `name` becomes the file's; `like` is a row as it would be, for the header of a table
 * without rows.
 */
export type Table = { name: string; rows: readonly object[]; like: object };

/** The media type of each form that is a file. */
export const MEDIA_TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
} as const satisfies Record<Exclude<Format, 'json'>, string>;

/**
 * Writes a table.
 * @param format which form
 * @param table its rows
 * @returns the text: with CSV a header row and CRLF after each row, nested fields under names with dots; with NDJSON one
 *   JSON text a line
 */
export function written(format: Exclude<Format, 'json'>, table: Table): string {
  return format === 'csv' ? csvOf(table) : table.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/**
 * A text that a spreadsheet would take for a formula gets a ' before it; numbers stay numbers, null is an empty field.
 */
function csvOf({ rows, like }: Table): string {
  return stringify(
    rows.map((row) => flat(row)),
    {
      header: true,
      columns: Object.keys(flat(like)),
      record_delimiter: 'windows',
      // The package looks for the whole delimiter; a line feed or a return alone ends a row for many readers too.
      quoted_match: /[\r\n]/,
      escape_formulas: true,
      cast: { boolean: String },
    },
  );
}

function flat(row: object): Record<string, unknown> {
  const fields = Object.entries(row).flatMap(([name, value]: [string, unknown]): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(flat(value)).map(([member, one]): [string, unknown] => [`${name}.${member}`, one])
      : [[name, value]],
  );
  return Object.fromEntries(fields);
}
