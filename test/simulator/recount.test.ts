/** The recount adds up: hours to days, slices to all, parts of a row to its total. */
import { expect, test } from '@jest/globals';
import { planCalls } from './plan.ts';
import { recount, rowIdOf, rowKey, type Dimension, type Row, type RowId, type Window } from './recount.ts';

const baseAt = new Date('2026-11-24T12:00:00Z');
const calls = planCalls({ seed: 11, calls: 1_000, days: 5, baseAt });
const rows = recount(calls.map((call) => call.truth));

/** Sums of what can be summed in rows, per group; rates and averages are left out. */
function sumBy(
  matches: (id: RowId) => boolean,
  groupOf: (id: RowId) => string,
): Record<string, Record<string, number>> {
  const sums: Record<string, Record<string, number>> = {};
  for (const [text, row] of rows) {
    const id = rowIdOf(text);
    if (!matches(id)) continue;
    const sum = (sums[`${id.view} ${groupOf(id)}`] ??= {});
    for (const [field, value] of flat(row)) sum[field] = Math.round(((sum[field] ?? 0) + value) * 1e6) / 1e6;
  }
  return sums;
}

function flat(row: Row): [string, number][] {
  return Object.entries(row).flatMap(([field, value]): [string, number][] => {
    if (/Rate|average|percentages/.test(field) || value === null) return [];
    if (typeof value === 'number') return [[field, value]];
    return Object.entries(value).map(([name, count]) => [`${field}.${name}`, count ?? 0]);
  });
}

test('the hours of a day add up to the day', () => {
  const slice = (id: RowId): string =>
    JSON.stringify([id.dimension, id.key, id.at.toISOString().slice(0, 10)]);
  const sums = (window: Window) => sumBy((id) => id.window === window, slice);
  expect(sums('hourly')).toEqual(sums('daily'));
});

test.each<Dimension>(['agent', 'campaign', 'direction', 'language'])(
  'the slices by %s add up to all',
  (dimension) => {
    const sums = (of: Dimension) =>
      sumBy(
        (id) => id.window === 'daily' && id.dimension === of,
        (id) => id.at.toISOString(),
      );
    expect(sums(dimension)).toEqual(sums('all'));
  },
);

test('a call counts under each provider that reported it', () => {
  const sums = sumBy(
    (id) => id.window === 'daily' && id.dimension === 'provider' && id.view === 'duration',
    () => 'all',
  );
  expect(sums['duration all']?.totalCalls).toBe(
    calls.reduce((sum, call) => sum + call.truth.providers.length, 0),
  );
});

test('the parts of a row add up to its total', () => {
  for (const row of rows.values()) {
    const table = (field: string): number =>
      flat(row).reduce((sum, [name, count]) => sum + (name.startsWith(`${field}.`) ? count : 0), 0);
    const field = (name: string): number => Number(row[name]);
    if ('connection' in row) {
      expect(field('success') + field('failure') + field('unknown')).toBe(row.totalCalls);
      expect(table('connection')).toBe(row.totalCalls);
      expect(table('endedBy')).toBe(row.totalCalls);
    }
    if ('sources' in row) {
      const labelled = field('positive') + field('neutral') + field('negative') + field('mixed');
      expect(labelled + field('unknown')).toBe(row.total);
      expect(table('sources')).toBe(labelled);
    }
  }
});

test('one call makes the rows that can be worked out by hand', () => {
  const truth = {
    ...(calls[0]?.truth ?? never()),
    startedAt: new Date('2026-11-23T23:59:59Z'),
    providers: ['elevenlabs', 'twilio'],
    agentId: null,
    status: 'in_progress' as const,
    connection: 'answered_human' as const,
    durationMs: 5_000,
    costMicroUsd: 1_500,
    costCredits: null,
  };
  const one = recount([truth, { ...truth, startedAt: null }]);
  const at = new Date('2026-11-23T23:00:00Z');
  const row = (view: 'duration' | 'outcome', key: string | null) =>
    one.get(rowKey({ view, window: 'hourly', dimension: key === null ? 'agent' : 'provider', key, at }));
  expect(row('duration', null)).toEqual({
    totalCalls: 1,
    answeredCalls: 1,
    measuredCalls: 0,
    totalDurationSeconds: 0,
    averageDurationSeconds: null,
    totalCostCredits: 0,
    totalCostUsd: 0.0015,
  });
  expect(row('outcome', 'twilio')).toMatchObject({ answered: 1, answerRate: null, endedBy: {} });
  // Two windows, three views; all, agent, campaign, direction, language and two providers.
  expect(one.size).toBe(2 * 3 * 7);
});

function never(): never {
  throw new Error('the plan is empty');
}
