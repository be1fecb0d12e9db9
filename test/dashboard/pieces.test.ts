/** Small pure parts of the page: heat map, CSV, marked text, the window of a long list, facts and their witnesses. */
import { describe, expect, test } from '@jest/globals';
import { inserted, joined } from '../../api/dashboard/calls.ts';
import { csvOf } from '../../api/dashboard/csv.ts';
import { factsOf } from '../../api/dashboard/facts.ts';
import { depthOf, heatOf } from '../../api/dashboard/heat.ts';
import { foundIn, piecesAt } from '../../api/dashboard/marks.ts';
import { rowsIn } from '../../api/dashboard/rows.ts';
import { windowOf } from '../../api/dashboard/window.ts';

describe('heat map', () => {
  const hour = (period: string, totalCalls: number) => ({
    ...{ period, totalCalls, start: new Date(period).toISOString(), end: new Date(period).toISOString() },
  });
  test('hours fall where the zone’s wall shows them, a repeated one into the same cell', () => {
    const rows = rowsIn([
      hour('2026-10-25T02:00:00+02:00', 3),
      hour('2026-10-25T02:00:00+01:00', 4),
      hour('2026-10-26T09:00:00+01:00', 1),
    ]);
    const { days, most } = heatOf(rows);
    expect(days[6]?.[2]).toEqual({ calls: 7, hours: 2 });
    expect(days[0]?.[9]).toEqual({ calls: 1, hours: 1 });
    expect(days[0]?.[10]).toEqual({ calls: 0, hours: 0 });
    expect(most).toBe(7);
  });
  test('one call is seen, none is not', () => {
    expect([depthOf(0, 900), depthOf(1, 900), depthOf(900, 900), depthOf(0, 0)]).toEqual([0, 1, 5, 0]);
  });
});

test('CSV: quotes, line breaks, gaps, and no formulas', () => {
  expect(
    csvOf(
      ['a', 'b,c'],
      [
        ['say "x"\n', null],
        ['=1+1', -2.5],
      ],
    ),
  ).toBe('a,"b,c"\r\n"say ""x""\n",\r\n\'=1+1,-2.5\r\n');
});

describe('marked text', () => {
  test('pieces make the text again, hits apart', () => {
    const text = 'a<b>Hit</b> hit';
    const pieces = piecesAt(text, foundIn(text, 'HIT'));
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.filter(({ isHit }) => isHit).map((piece) => piece.text)).toEqual(['Hit', 'hit']);
  });
  test('offsets that lie outside or overlap are passed over', () => {
    expect(
      piecesAt('abc', [
        { start: 1, end: 9 },
        { start: 0, end: 2 },
        { start: 1, end: 3 },
        { start: 2, end: 2 },
      ]),
    ).toEqual([
      { text: 'ab', isHit: true },
      { text: 'c', isHit: false },
    ]);
  });
  test('what is typed is no pattern', () => {
    expect(foundIn('a.b (c) [d', '.')).toHaveLength(1);
    expect(foundIn('anything', '(')).toEqual([]);
    expect(foundIn('anything', '  ')).toEqual([]);
  });
});

test.each([
  [0, 0],
  [1, 0],
  [100_000, 0],
  [100_000, 1_800_000],
  [100_000, 3_600_000],
])(
  'a window over %i rows scrolled to %i px covers what is in sight, and the heights add up',
  (count, topPx) => {
    const seen = { topPx, heightPx: 800, rowPx: 36 };
    const { first, end, abovePx, belowPx } = windowOf(seen, count);
    expect(abovePx + belowPx + (end - first) * 36).toBe(count * 36);
    const lastInSight = Math.min(count, Math.ceil((topPx + 800) / 36));
    expect(first).toBeLessThanOrEqual(Math.max(0, Math.min(Math.floor(topPx / 36), count)));
    expect(end).toBeGreaterThanOrEqual(Math.min(count, lastInSight));
    expect(end - first).toBeLessThan(100);
  },
);

test('a newer first page brings new calls apart and known ones up to date, never back', () => {
  const call = (callId: string, revision: number) => ({ callId, revision }) as never;
  const { known, fresh } = joined([call('a', 5), call('b', 5)], [call('c', 6), call('a', 7), call('b', 4)]);
  expect(known).toEqual([call('a', 7), call('b', 5)]);
  expect(fresh).toEqual([call('c', 6)]);
});

test('calls that arrive stand where the API lists them', () => {
  const call = (callId: string, startedAtMs: number | null) => ({ callId, startedAtMs }) as never;
  const list = inserted(
    [call('b', 9), call('a', 5), call('z', null)],
    [call('c', 9), call('x', 1), call('y', 10)],
  );
  expect(list.map(({ callId }) => callId)).toEqual(['y', 'c', 'b', 'a', 'x', 'z']);
});

test('a fact names who says it, and who says otherwise', () => {
  const facts = factsOf(
    {
      goal: 'success',
      durationMs: 5_000,
      startedAt: '2026-11-23T10:00:00.000Z',
      sentiment: null,
      connection: 'unknown',
    },
    [
      {
        witness: 'conversation',
        providers: ['elevenlabs'],
        groups: { goal: { goal: 'success' }, durationMs: 5_000 },
      },
      {
        witness: 'leg',
        providers: ['twilio'],
        groups: { goal: { goal: 'failure' }, startedAt: '2026-11-23T10:00:00Z' },
      },
    ],
  );
  expect(facts.map(({ field }) => field)).toEqual(['startedAt', 'durationMs', 'goal']);
  expect(facts[2]).toMatchObject({
    saidBy: ['conversation of elevenlabs'],
    otherwise: [{ value: 'failure', by: 'leg of twilio' }],
  });
  expect(facts[0]?.saidBy).toEqual(['leg of twilio']);
});
