/** Answers that are not as they should be: one row, none, nulls, words and values that nobody has heard of. Nothing throws, nothing is made up. */
import { describe, expect, test } from '@jest/globals';
import { actionsFor } from '../../api/dashboard/campaign-load.ts';
import { activeIn, inserted, joined, latestIn, liveCall, withCalls } from '../../api/dashboard/calls.ts';
import { factsOf } from '../../api/dashboard/facts.ts';
import { createFormats, instant, NOTHING, runningClock } from '../../api/dashboard/format.ts';
import { heatOf } from '../../api/dashboard/heat.ts';
import { METRICS, valueOver, type Metric } from '../../api/dashboard/metrics.ts';
import { waitingBy } from '../../api/dashboard/queued.ts';
import { labelled, rowsIn } from '../../api/dashboard/rows.ts';
import { isEmpty, labelsOf, numbersOf } from '../../api/dashboard/series.ts';
import { arrivedLines, freshLines, rightLines, type Status } from '../../api/dashboard/status-lines.ts';
import { namedIn, standingOf, wordFor } from '../../api/dashboard/wording.ts';

const formats = createFormats('en-GB', 'UTC');
const row = (fields: object) => ({ start: '2026-03-10T10:00:00Z', end: '2026-03-10T11:00:00Z', ...fields });
/** What a JSON parser, or a server of another version, may give in place of a number. */
const NO_NUMBERS = [undefined, NaN, Infinity, -Infinity] as number[];

test.each(NO_NUMBERS)('%p is written as nothing known', (value) => {
  const { count, compact, percent, score, money, length, clock, dayAndTime, full, ago } = formats;
  const texts = [count, compact, percent, score, money, length].map((write) => write(value));
  expect([count, percent, score, money, length].map((write) => write(null))).toEqual(Array(5).fill(NOTHING));
  expect(new Set([...texts, formats.change(value, 'share'), formats.change(value, 'points')])).toEqual(
    new Set([NOTHING]),
  );
  const times = [clock(value), dayAndTime(value), full(value), ago(value, 0), runningClock(value)];
  const spans = [formats.tick(value, 'hour'), formats.span(value, 0, 'day'), formats.span(0, value, 'month')];
  expect(new Set([...times, ...spans])).toEqual(new Set([NOTHING]));
  expect(instant(value)).toBe('');
});

test.each(['constructor', '__proto__', 'toString', 'never_heard_of'])(
  'the word %s has no name here',
  (word) => {
    expect(namedIn({ known: 'Known' }, word)).toBeNull();
    expect(wordFor(word)).toBe(word.replaceAll('_', ' '));
    expect(actionsFor(word)).toEqual([]);
  },
);

describe('every number of the page', () => {
  const names = Object.keys(METRICS) as (keyof typeof METRICS)[];
  test.each(names)('%s of no row, of an empty one and of nulls is none', (name) => {
    const metric: Metric = METRICS[name];
    const nulls = Object.fromEntries([metric.over, ...metric.under].map(({ of }) => [of, null]));
    expect([[], [{}], [nulls], [{}, nulls]].map((rows) => valueOver(metric, rows))).toEqual([
      ...[null, null, null, null],
    ]);
    expect(numbersOf(name, rowsIn([row(nulls)]))).toEqual({ values: [null], total: null });
  });
});

test('one row, none, and as many as an answer can have', () => {
  expect([isEmpty([]), isEmpty(rowsIn([row({ totalCalls: 1 })]))]).toEqual([true, false]);
  expect(heatOf([]).most).toBe(0);
  expect(heatOf(rowsIn([row({ period: 'yesterday', totalCalls: 3 }), row({ totalCalls: 3 })])).most).toBe(0);
  expect(labelsOf(rowsIn([row({ positive: null })]))).toMatchObject({ positive: 0, labelled: 0, total: 0 });
  expect([labelled(0, 8), labelled(1, 8), labelled(1, 0)]).toEqual([[], [0], [0]]);
  expect(labelled(10_000, 8).length).toBeLessThanOrEqual(14);
});

describe('calls', () => {
  const strange = {
    callId: 'x',
    goal: 'partly',
    sentiment: 7,
    status: 'parked',
    startedAt: 'soon',
    durationMs: '9',
  };
  test('what is no text, no number and no instant is unknown, a word not known here stays', () => {
    expect(liveCall(strange)).toMatchObject({
      ...{
        goal: 'partly',
        sentiment: null,
        status: 'parked',
        startedAtMs: null,
        durationMs: null,
        providers: [],
      },
    });
    expect([null, 'x', [], {}, { callId: 7 }].map(liveCall)).toEqual([null, null, null, null, null]);
  });

  test('one whose state is not known runs for nobody, and one without a start is not the latest', () => {
    const call = liveCall(strange);
    const calls = withCalls(new Map(), call === null ? [] : [call]);
    expect([activeIn(calls), latestIn(calls, 5)]).toEqual([[], []]);
  });

  test('100,000 in a list stay in order as one is told anew and one comes', () => {
    const call = (n: number) => ({ callId: `c${n}`, startedAtMs: n, revision: 1 }) as never;
    const list = Array.from({ length: 100_000 }, (_, n) => call(100_000 - n));
    const { known, fresh } = joined(list, [call(200_000), call(50_000)]);
    const next = inserted(known, fresh);
    expect([next.length, next[0], next[1], next.at(-1)]).toEqual([
      ...[100_001, call(200_000), call(100_000), call(1)],
    ]);
  });

  test('facts of other shapes are told as they are, and none of nothing', () => {
    const facts = factsOf({ goal: 'partly', durationMs: NaN, sentiment: null }, [
      {},
      { groups: null, providers: 'x' },
    ]);
    expect(facts.map(({ field, saidBy }) => [field, saidBy])).toEqual([
      ['durationMs', []],
      ['goal', []],
    ]);
    expect(factsOf({}, [])).toEqual([]);
  });
});

test('what waits adds up, also of a campaign that counted fewer than are queued', () => {
  const counted = (key: string, queuedCalls: number) =>
    ({ id: key, key, name: key, counters: { queuedCalls } }) as never;
  const calls = ['a', 'a', null, 'unset'].map((campaignId) => ({ campaignId }));
  expect(
    waitingBy([counted('a', 5), counted('b', 0)], calls).map((one) => [one.name, one.calls, one.numbers]),
  ).toEqual([
    ['a', 2, 3],
    ['No campaign', 1, 0],
    ['unset', 1, 0],
  ]);
  expect(waitingBy([counted('a', 1)], calls)[0]?.numbers).toBe(0);
});

test('a status that knows nothing says so, line by line', () => {
  const status = {
    ...{
      projector: { asOf: null, behindMs: null, sequence: null, version: 1, epoch: null, reading: null },
    },
    ...{
      lagMs: null,
      followed: { stale: false },
      text: { asOf: null },
      runwaySeconds: null,
      log: { lastReceivedAt: 'soon' },
    },
    ...{ lastAudit: null, parked: null, rules: { facts: null, sentiment: { by: 'local', version: '1' } } },
    ...{ quarantined: null, rejected: null, variantsOfDay: null, reconciled: null },
  } as unknown as Status;
  const lines = [freshLines, rightLines, arrivedLines].flatMap((told) => told(status, formats, 0));
  expect(lines.filter(({ value, note }) => /undefined|null|NaN/.test(value + note))).toEqual([]);
  expect(lines.length).toBeGreaterThan(10);
});

test.each([
  ['queued', 'in_progress', 'Queued'],
  ['ringing', null, 'Ringing'],
  ['in_progress', 'in_progress', 'In progress'],
  ['ended', 'busy', 'Busy'],
  [null, 'answered_human', 'Answered'],
  ['ended', null, null],
])('a call that is %s and %s is told as %s', (status, connection, word) => {
  expect(standingOf({ status, connection })).toBe(word);
});
