/** What a run of `reconcile` says at its end: a table for people, gauges for Prometheus. */
import type { JobsMetrics } from '../metrics.ts';
import type { Coverage, Gap } from './coverage.ts';
import { RECONCILE_RESULTS } from './results.ts';
import type { Tally } from './tally.ts';
import type { Vendor } from './vendor-api.ts';

const COLUMNS = RECONCILE_RESULTS.filter((result) => result !== 'active');
const NAMES: Readonly<Record<Gap, string>> = {
  calls_without_end: 'calls started 4 h ago or more, without an end',
  conversations_without_audio: 'conversations with audio of which no recording came',
  sequence_holes: "callbacks skipped in Twilio's sequences",
};

/**
 * The counts of the walks.
 * @param tallies by vendor
 * @returns lines of a table, its head first
 */
export function tallyTable(tallies: readonly (readonly [Vendor, Tally])[]): string[] {
  const rows = tallies.map(([vendor, tally]) => [
    vendor,
    ...COLUMNS.map((result) => String(tally.of(result))),
  ]);
  return aligned([['', ...COLUMNS], ...rows]);
}

/**
 * The gaps of the log.
 * @param coverage as counted
 * @returns lines of a table
 */
export function coverageTable(coverage: readonly Coverage[]): string[] {
  return aligned(coverage.map(({ gap, found, among }) => [NAMES[gap], String(found), `of ${among}`]));
}

/** Publishes the gaps as of now. */
export function publishCoverage(metrics: JobsMetrics, coverage: readonly Coverage[]): void {
  for (const { gap, found } of coverage) metrics.handles.coverageGaps.set({ gap }, found);
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
}
