/** The demo's proof: every bucket read back over the public HTTP API and held against the recount of the simulator's ledger. */
import type { Db } from 'mongodb';
import {
  recount,
  rowIdOf,
  rowKey,
  WINDOW_MS,
  type Row,
  type RowId,
  type View,
  type Window,
} from '../simulator/recount.ts';
import type { Truth } from '../simulator/planned.ts';

/** What the comparison found: how many buckets on each side, the total calls of each, how many of them were scored here, and what differs. */
export type Comparison = {
  buckets: number;
  ledgerCalls: number;
  viewCalls: number;
  locallyScored: number;
  differences: { row: string; expected: unknown; found: unknown }[];
};

type StoredId = { d: RowId['dimension']; k: string | null; at: Date };
type Shown = Record<string, unknown> & { start: string };

/** Which path a view is read from, and where its rows stand in the answer. */
const ANSWERS: Record<View, { path(period: string): string; rows: string }> = {
  duration: { path: (period) => `duration/${period}?`, rows: 'stats' },
  outcome: { path: (period) => `outcomes?period=${period}&`, rows: 'outcomes' },
  sentiment: { path: (period) => `sentiment?period=${period}&`, rows: 'series' },
};
const PERIODS: Record<Window, string> = { hourly: 'hour', daily: 'day' };
const PARAMETERS = {
  agent: 'agentId',
  campaign: 'campaignId',
  provider: 'provider',
  direction: 'direction',
  language: 'language',
};

/**
 * Reads every bucket of every view, window and slice, and compares.
 * @param where address of the API, and every slice and instant that is stored, so that what should not be there is asked for too
 * @param truths what should be seen of each call
 * @param progress told the share that is done, 0 to 1
 * @returns counts and differences; an empty list of differences means that all agree, both ways
 */
export async function compareWithLedger(
  { api, stored }: { api: string; stored: readonly RowId[] },
  truths: Truth[],
  progress: (share: number) => void,
): Promise<Comparison> {
  const expected = recount(truths);
  const found = new Map<string, Shown>();
  const slices = new Map<string, RowId>();
  const ids = [...[...expected.keys()].map(rowIdOf), ...stored];
  for (const id of ids) slices.set(JSON.stringify([id.view, id.window, id.dimension, id.key]), id);
  const range = rangeOf(ids);
  let done = 0;
  for (const slice of slices.values()) {
    for (const row of await readSlice(api, slice, range)) {
      const total = Number(row.totalCalls ?? row.total ?? 0);
      if (total > 0) found.set(rowKey({ ...slice, at: new Date(row.start) }), row);
    }
    progress(++done / slices.size);
  }
  const differences = [...new Set([...expected.keys(), ...found.keys()])].flatMap((name) => {
    const difference = differenceOf(expected.get(name), found.get(name));
    return difference === null ? [] : [{ row: name, ...difference }];
  });
  return {
    buckets: expected.size,
    ledgerCalls: totalOf(expected),
    viewCalls: totalOf(found),
    locallyScored: truths.filter((truth) => truth.startedAt !== null && truth.locallyScored).length,
    differences,
  };
}

/**
 * Every bucket that is stored with anything in it.
 * @param db the demo's database
 * @returns their names
 */
export async function storedRows(db: Db): Promise<RowId[]> {
  const rows: RowId[] = [];
  for (const view of Object.keys(ANSWERS) as View[]) {
    for (const window of Object.keys(PERIODS) as Window[]) {
      const ids = db
        .collection<{ _id: StoredId; calls: number }>(`${view}_${window}`)
        .find({ calls: { $gt: 0 } });
      for await (const { _id } of ids.project<{ _id: StoredId }>({ _id: 1 }))
        rows.push({ view, window, dimension: _id.d, key: _id.k, at: _id.at });
    }
  }
  return rows;
}

async function readSlice(api: string, slice: RowId, range: { from: Date; to: Date }): Promise<Shown[]> {
  const { path, rows } = ANSWERS[slice.view];
  const query = new URLSearchParams({
    startDate: range.from.toISOString(),
    endDate: range.to.toISOString(),
    fill: 'false',
  });
  if (slice.dimension !== 'all') query.set(PARAMETERS[slice.dimension], slice.key ?? '');
  const response = await fetch(`${api}/api/db/analytics/${path(PERIODS[slice.window])}${query.toString()}`);
  const body = (await response.json()) as {
    success: boolean;
    error?: string;
    data?: Record<string, Shown[]>;
  };
  if (!body.success)
    throw new Error(`reading ${JSON.stringify(slice)}: ${response.status} ${body.error ?? ''}`);
  return body.data?.[rows] ?? [];
}

/** Whole days around all buckets, so that no first or last row is cut. */
function rangeOf(ids: readonly RowId[]): { from: Date; to: Date } {
  const times = ids.map(({ at }) => at.getTime());
  const day = WINDOW_MS.daily;
  const [least, greatest] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  return {
    from: new Date(Math.floor(least / day) * day),
    to: new Date((Math.floor(greatest / day) + 1) * day),
  };
}

/** Fields of the ledger's row that the API's row does not have or has otherwise; null where all agree. */
function differenceOf(
  expected: Row | undefined,
  found: Shown | undefined,
): { expected: unknown; found: unknown } | null {
  if (expected === undefined || found === undefined) return { expected, found };
  for (const [field, value] of Object.entries(withLocalScores(expected, found))) {
    if (!same(value, found[field])) return { expected: { [field]: value }, found: { [field]: found[field] } };
  }
  return null;
}

/** The labels a scorer gives, and what else of a row hangs on which of them it is. */
const LABELS = ['positive', 'neutral', 'negative'];
const BY_LABEL: ReadonlySet<string> = new Set([...LABELS, 'percentages', 'averageScore']);

/**
 * The ledger knows how many calls are scored here, not how: they leave `unknown`, stand under the source `local`, and each has
 * a score and one of the labels.
 */
function withLocalScores({ locallyScored = null, ...row }: Row, found: Shown): Row {
  const scored = numberOf(locallyScored);
  if (scored === 0) return row;
  const more = LABELS.map((label) => numberOf(found[label]) - numberOf(row[label]));
  const fits = Math.min(...more) >= 0 && more.reduce((sum, one) => sum + one, 0) === scored;
  const others = Object.entries(row).filter(([field]) => !BY_LABEL.has(field));
  return {
    ...(fits ? Object.fromEntries(others) : row),
    unknown: numberOf(row.unknown) - scored,
    scoredCalls: numberOf(row.scoredCalls) + scored,
    sources: { ...(typeof row.sources === 'object' && row.sources), local: scored },
  };
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function same(expected: unknown, found: unknown): boolean {
  if (expected === null || typeof expected !== 'object') return expected === found;
  const [a, b] = [expected as Record<string, unknown>, (found ?? {}) as Record<string, unknown>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => (a[key] ?? 0) === (b[key] ?? 0));
}

function totalOf(rows: Map<string, Row | Shown>): number {
  let total = 0;
  for (const [name, row] of rows) {
    const { view, window, dimension } = rowIdOf(name);
    if (view === 'duration' && window === 'daily' && dimension === 'all') total += Number(row.totalCalls);
  }
  return total;
}
