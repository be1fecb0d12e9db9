/** Formats: the reader's language and zone, and a dash for what nobody knows. */
import { describe, expect, test } from '@jest/globals';
import { createFormats, runningClock } from '../../api/dashboard/format.ts';

const at = Date.UTC(2026, 10, 24, 14, 3, 11);
const london = createFormats('en-GB', 'Europe/London');
const berlin = createFormats('de-DE', 'Europe/Berlin');

describe('formats', () => {
  test('numbers follow the reader', () => {
    expect(london.count(1204)).toBe('1,204');
    expect(berlin.count(1204)).toBe('1.204');
    expect(london.percent(84.25)).toBe('84.3%');
    expect(london.score(0.214)).toBe('+0.21');
  });

  test('what is not known is a dash and never a zero', () => {
    expect([london.count(null), london.percent(null), london.length(null), london.score(null)]).toEqual([
      '–',
      '–',
      '–',
      '–',
    ]);
    expect(london.percent(0)).toBe('0.0%');
  });

  test('lengths carry two units at most', () => {
    expect(london.length(7_400)).toBe('7s');
    expect(london.length(192_000)).toBe('3m 12s');
    expect(london.length(3_840_000)).toBe('1h 4m');
  });

  test('a length never shows sixty of a unit', () => {
    expect(london.length(59_600)).toBe('1m 0s');
    expect(london.length(3_599_700)).toBe('1h 0m');
  });

  test('hours and days stand in the zone that is asked for', () => {
    expect(london.clock(at)).toBe('14:03:11');
    expect(berlin.clock(at)).toBe('15:03:11');
    const berlinDay = Date.UTC(2026, 10, 23, 23);
    expect(berlin.span(berlinDay, berlinDay + 86_400_000, 'day')).toMatch(/24\. Nov/);
    expect(berlin.span(Date.UTC(2026, 10, 24, 13), Date.UTC(2026, 10, 24, 14), 'hour')).toContain(
      '14:00 – 15:00',
    );
    expect(london.span(Date.UTC(2026, 10, 23), Date.UTC(2026, 10, 30), 'week')).toBe('23 Nov – 29 Nov');
    expect(london.span(Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1), 'month')).toBe('Nov 2026');
  });

  test('a day that is cut short is told by its hours', () => {
    expect(london.span(at, at + 3_600_000, 'day')).toContain('14:03 – 15:03');
  });

  test('midnight is labelled by its day', () => {
    expect(london.tick(Date.UTC(2026, 10, 24, 0), 'hour')).toBe('24 Nov');
    expect(berlin.tick(Date.UTC(2026, 10, 24, 0), 'hour')).toBe('01:00');
  });

  test('a change is told with its sign', () => {
    expect([
      london.change(0.123, 'share'),
      london.change(-2.7, 'points'),
      london.change(null, 'share'),
    ]).toEqual(['+12%', '-2.7 pp', '–']);
  });

  test('how long ago is told in the coarsest unit that fits', () => {
    expect(london.ago(at - 5_000, at)).toBe('5 sec ago');
    expect(london.ago(at - 3 * 60_000, at)).toBe('3 min ago');
    expect(london.ago(at - 2 * 3_600_000, at)).toBe('2 hr ago');
  });

  test('a running clock counts up and never below nothing', () => {
    expect(runningClock(7_999)).toBe('0:07');
    expect(runningClock(723_000)).toBe('12:03');
    expect(runningClock(3_723_000)).toBe('1:02:03');
    expect(runningClock(-5)).toBe('0:00');
  });
});
