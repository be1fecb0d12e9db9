/** Ranges and periods, in zones whose clocks do odd things. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spansOf, zoneNamed, type Period } from '../../api/periods.ts';
import { periodNamed, rangeOf, spansIn, type RangeQuery } from '../../api/range.ts';

const NOW = Date.parse('2026-11-23T17:20:00Z');
const UTC = { nowMs: NOW, timeZone: 'UTC' };

const iso = (ms: number): string => new Date(ms).toISOString().replace('.000', '');

function rows(period: Period, query: RangeQuery): string[] {
  return spansIn(period, rangeOf(period, query, UTC)).map(
    ({ label, startMs, endMs }) => `${label} ${iso(startMs)} ${(endMs - startMs) / 60_000}`,
  );
}

describe('days', () => {
  test('the day the clocks go forward has 23 hours, the day they go back has 25', () => {
    const timeZone = 'Europe/Berlin';
    expect(rows('day', { startDate: '2026-03-28', endDate: '2026-03-30', timeZone })).toEqual([
      '2026-03-28 2026-03-27T23:00:00Z 1440',
      '2026-03-29 2026-03-28T23:00:00Z 1380',
      '2026-03-30 2026-03-29T22:00:00Z 1440',
    ]);
    expect(rows('day', { startDate: '2026-10-25', endDate: '2026-10-25', timeZone })).toEqual([
      '2026-10-25 2026-10-24T22:00:00Z 1500',
    ]);
  });

  test('a day without a midnight starts at its first instant', () => {
    expect(
      rows('day', { startDate: '2018-11-04', endDate: '2018-11-04', timeZone: 'America/Sao_Paulo' }),
    ).toEqual(['2018-11-04 2018-11-04T03:00:00Z 1380']);
  });

  test('quarter-hour offsets make days that start at a quarter', () => {
    expect(
      rows('day', { startDate: '2026-01-01', endDate: '2026-01-01', timeZone: 'Asia/Kathmandu' }),
    ).toEqual(['2026-01-01 2025-12-31T18:15:00Z 1440']);
  });
});

describe('hours', () => {
  test('a repeated hour differs by its offset, a skipped one is not there', () => {
    const timeZone = 'Europe/Berlin';
    const labels = (startDate: string) =>
      rows('hour', { startDate, endDate: startDate, timeZone }).map((row) => row.split(' ')[0]);
    const back = labels('2026-10-25');
    expect(back).toHaveLength(25);
    expect(back.slice(1, 5)).toEqual([
      '2026-10-25T01:00:00+02:00',
      '2026-10-25T02:00:00+02:00',
      '2026-10-25T02:00:00+01:00',
      '2026-10-25T03:00:00+01:00',
    ]);
    const forward = labels('2026-03-29');
    expect(forward).toHaveLength(23);
    expect(forward.slice(1, 3)).toEqual(['2026-03-29T01:00:00+01:00', '2026-03-29T03:00:00+02:00']);
  });

  test('a change by half an hour starts an hour of its own', () => {
    const timeZone = 'Australia/Lord_Howe';
    const around = (date: string) => rows('hour', { startDate: date, endDate: date, timeZone }).slice(1, 4);
    expect(around('2026-10-04')).toEqual([
      '2026-10-04T01:00:00+10:30 2026-10-03T14:30:00Z 60',
      '2026-10-04T02:30:00+11:00 2026-10-03T15:30:00Z 30',
      '2026-10-04T03:00:00+11:00 2026-10-03T16:00:00Z 60',
    ]);
    expect(around('2026-04-05')).toEqual([
      '2026-04-05T01:00:00+11:00 2026-04-04T14:00:00Z 60',
      '2026-04-05T01:30:00+10:30 2026-04-04T15:00:00Z 30',
      '2026-04-05T02:00:00+10:30 2026-04-04T15:30:00Z 60',
    ]);
  });

  test('ends move outward to the quarter-hour and cut the first and the last row, not their labels', () => {
    const query = {
      startDate: '2026-11-23T10:20:00Z',
      endDate: '2026-11-23T12:31:00+01:00',
      timeZone: 'Asia/Kathmandu',
    };
    expect(rows('hour', query)).toEqual([
      '2026-11-23T16:00:00+05:45 2026-11-23T10:15:00Z 60',
      '2026-11-23T17:00:00+05:45 2026-11-23T11:15:00Z 30',
    ]);
    expect(rows('hour', { ...query, timeZone: 'UTC' })).toEqual([
      '2026-11-23T10:00:00+00:00 2026-11-23T10:15:00Z 45',
      '2026-11-23T11:00:00+00:00 2026-11-23T11:00:00Z 45',
    ]);
  });
});

test('weeks start on Monday and months on their first, whatever their lengths', () => {
  expect(rows('week', { startDate: '2025-12-29', endDate: '2026-01-11' })).toEqual([
    '2025-12-29 2025-12-29T00:00:00Z 10080',
    '2026-01-05 2026-01-05T00:00:00Z 10080',
  ]);
  expect(rows('month', { startDate: '2026-01-31', endDate: '2026-03-01' })).toEqual([
    '2026-01 2026-01-31T00:00:00Z 1440',
    '2026-02 2026-02-01T00:00:00Z 40320',
    '2026-03 2026-03-01T00:00:00Z 1440',
  ]);
});

describe('left-out dates', () => {
  test.each([
    ['hour', '2026-11-22T18:00:00Z', '2026-11-23T18:00:00Z', 24],
    ['day', '2026-10-25T00:00:00Z', '2026-11-24T00:00:00Z', 30],
    ['week', '2026-09-07T00:00:00Z', '2026-11-30T00:00:00Z', 12],
    ['month', '2025-12-01T00:00:00Z', '2026-12-01T00:00:00Z', 12],
  ] as const)('without dates a range of %s ends with the current one', (period, from, to, count) => {
    const range = rangeOf(period, {}, UTC);
    expect([iso(range.fromMs), iso(range.toMs)]).toEqual([from, to]);
    expect([range.startDate, range.endDate]).toEqual([null, null]);
    expect(spansIn(period, range)).toHaveLength(count);
  });

  test('with one date the range has the same length', () => {
    const from = rangeOf('day', { startDate: '2026-03-01' }, UTC);
    expect([iso(from.fromMs), iso(from.toMs)]).toEqual(['2026-03-01T00:00:00Z', '2026-03-31T00:00:00Z']);
    const to = rangeOf('week', { endDate: '2026-03-01' }, UTC);
    expect([iso(to.fromMs), iso(to.toMs)]).toEqual(['2025-12-08T00:00:00Z', '2026-03-02T00:00:00Z']);
  });
});

test.each<[RangeQuery, string]>([
  [{ startDate: 'yesterday' }, 'Invalid startDate: yesterday. Use a date'],
  [{ startDate: '' }, 'Invalid startDate: . Use a date'],
  [{ startDate: '2026-02-30' }, 'Invalid startDate: 2026-02-30. Use a date'],
  [{ endDate: '2026-01-01T25:00:00Z' }, 'Invalid endDate: 2026-01-01T25:00:00Z. Use a date'],
  [{ endDate: '2026-01-01T10:00:00' }, 'A date-time needs an offset, such as Z or +01:00'],
  [{ startDate: '2026-01-01T10:00:00 01:00' }, 'write + as %2B'],
  [{ startDate: '2014-12-31' }, 'Dates must lie between 2015-01-01 and a year from now'],
  [{ endDate: '2027-12-01' }, 'Dates must lie between 2015-01-01 and a year from now'],
  [{ startDate: '2027-11-24' }, 'Invalid startDate: 2027-11-24. Dates must lie between 2015-01-01'],
  [{ endDate: '2015-01-01T00:00:00Z' }, 'Invalid endDate: 2015-01-01T00:00:00Z. Dates must lie between'],
  [{ startDate: '2026-03-02', endDate: '2026-03-01' }, 'startDate must lie before endDate'],
  [
    { startDate: '2026-03-02T00:00:00Z', endDate: '2026-03-02T00:00:00Z' },
    'startDate must lie before endDate',
  ],
  [{ timeZone: 'Mars/Base' }, 'Invalid timeZone: Mars/Base. Use an IANA name'],
  [{ timeZone: '+01:00' }, 'Invalid timeZone: +01:00'],
])('%j is refused: %s', (query, text) => {
  expect(() => rangeOf('day', query, UTC)).toThrow(text);
});

test('an unknown period is refused with the list of valid ones', () => {
  expect(() => periodNamed('Day')).toThrow('Invalid period: Day. Valid values are: hour, day, week, month');
});

test('more than 10,000 periods are refused, 10,000 are not', () => {
  const hours = (count: number) => ({
    startDate: '2020-01-01T00:00:00Z',
    endDate: new Date(Date.UTC(2020, 0, 1, count)).toISOString(),
  });
  expect(rows('hour', hours(10_000))).toHaveLength(10_000);
  expect(() => rows('hour', hours(10_001))).toThrow('more than 10000 periods of a hour');
  expect(() => rows('hour', { startDate: '2015-01-01', endDate: '2026-01-01' })).toThrow('more than 10000');
});

test('the periods of a range cover it without gaps, each beginning with its own label', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Asia/Beirut',
    'Pacific/Chatham',
  ];
  const quarter = fc.integer({ min: Date.UTC(2015, 1, 1) / 900_000, max: Date.UTC(2026, 1, 1) / 900_000 });
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom('hour', 'day', 'week', 'month'),
      quarter,
      fc.integer({ min: 1, max: 4 * 24 * 70 }),
      (timeZone, period, from, length) => {
        const stretch = { fromMs: from * 900_000, toMs: (from + length) * 900_000, timeZone };
        const spans = spansOf(period, stretch);
        expect(spans[0]?.startMs).toBe(stretch.fromMs);
        expect(spans.at(-1)?.endMs).toBe(stretch.toMs);
        for (const [index, span] of spans.entries()) {
          expect(span.endMs).toBeGreaterThan(span.startMs);
          if (index > 0) expect(span.startMs).toBe(spans[index - 1]?.endMs);
        }
        expect(new Set(spans.map((span) => span.label)).size).toBe(spans.length);
      },
    ),
    { numRuns: 200 },
  );
});

test('zones are known by their IANA names in any case', () => {
  expect(zoneNamed('europe/berlin')).toBe('Europe/Berlin');
  expect(zoneNamed('2026-01-01T00:00Z[Europe/Berlin]')).toBeNull();
});
