/** What the runs of `npm run prove` have shown so far, a line each in `rounds.ndjson`, and the table that is made of it. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { FaultRow } from './row.ts';
import { FAULT_ROWS } from './rows.ts';

/** One line: these rounds of these rows held in a run of a commit. */
export type ProvedLine = {
  at: string;
  commit: string;
  suite: string;
  title: string;
  rows: number[];
  rounds: number;
  nodes: number;
  seed?: number;
};

const RECORD = new URL('rounds.ndjson', import.meta.url);
/** Every line so far. */
export function readRecord(): ProvedLine[] {
  if (!existsSync(RECORD)) return [];
  const lines = readFileSync(RECORD, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as ProvedLine);
}

/** Adds what a run has shown. */
export function appendRecord(lines: readonly ProvedLine[]): void {
  for (const line of lines) appendFileSync(RECORD, `${JSON.stringify(line)}\n`);
}

/**
 * The table as text.
 * @param rows of the table
 * @param record every line so far
 */
function tableOf(rows: readonly FaultRow[], record: readonly ProvedLine[]): string {
  const cells = rows.map((row) => cellsOf(row, record));
  const total = record.reduce((sum, { rounds }) => sum + rounds, 0);
  return [
    '# Faults, and what has been shown of them',
    '',
    'Made from `test/prove/rows.ts` and `test/prove/rounds.ndjson`, which `npm run prove` adds to: not written by hand. A round is one injected',
    'fault, or one passing run of the tests of a row that inject none by number; after it the views equal the recount of the log, or',
    `the log equals the sender’s ledger. Rounds so far, over all runs and seeds: ${total}. An empty cell is not shown yet. “Red at” is`,
    'the commit whose protection was taken out to see the test fail; where it is empty, that was before commits were noted here.',
    '',
    '| # | fault | what must hold | rounds | nodes | last seed | last commit | seen red with | red at | tests |',
    '| - | - | - | - | - | - | - | - | - | - |',
    ...cells.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n');
}

function cellsOf(
  { row, fault, must, suites, seenRed, redAt }: FaultRow,
  record: readonly ProvedLine[],
): string[] {
  const lines = record.filter(({ rows }) => rows.includes(row));
  const last = lines.at(-1);
  const nodes = [...new Set(lines.map((line) => line.nodes))].sort((a, b) => a - b);
  return [
    ...[String(row), fault, must],
    last === undefined ? '' : String(lines.reduce((sum, { rounds }) => sum + rounds, 0)),
    nodes.join(', '),
    String(lines.findLast(({ seed }) => seed !== undefined)?.seed ?? ''),
    last?.commit ?? '',
    seenRed ?? '',
    redAt ?? '',
    suites.map((suite) => `\`${suite}\``).join(', '),
  ];
}

/** The table as it stands by the rows and the record of now. */
export function faultTable(): string {
  return tableOf(FAULT_ROWS, readRecord());
}
