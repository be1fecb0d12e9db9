/** A page comes back after a refusal that says when, spread by chance, and not after one that says nothing. */
import { expect, jest, test } from '@jest/globals';
import { createReturn, returnsInMs } from '../../api/dashboard/return.ts';

const first = (chance: number) => ({ chance, failures: 0 });

test('as long as it was told, and up to two seconds more', () => {
  const data = { status: 429, retryAfterSeconds: 3 };
  expect([returnsInMs(data, first(0)), returnsInMs(data, first(0.5))]).toEqual([3_000, 4_000]);
});

test('spread over twice as long each time, a minute at most', () => {
  const data = { error: 'Too many requests', retryAfterSeconds: 1 };
  const waits = [0, 1, 2, 5, 9].map((failures) => returnsInMs(data, { chance: 1, failures }));
  expect(waits).toEqual([3_000, 5_000, 9_000, 61_000, 61_000]);
});

test('not where no time was given: without a good key, or by an error of the network', () => {
  expect(returnsInMs({ status: 401, retryAfterSeconds: null }, first(0))).toBeNull();
  const others = [undefined, 'xhr poll error', null].map((data) => returnsInMs(data, first(0)));
  expect(others).toEqual([null, null, null]);
});

test('what was granted is forgotten', () => {
  jest.useFakeTimers();
  try {
    const { after, granted } = createReturn(() => 0.5);
    const acts: string[] = [];
    const refused = (name: string) => after({ retryAfterSeconds: 0 }, () => acts.push(name));
    refused('first');
    refused('second');
    granted();
    refused('third');
    jest.advanceTimersByTime(1_000);
    expect(acts).toEqual(['first', 'third']);
    jest.advanceTimersByTime(1_000);
    expect(acts).toEqual(['first', 'third', 'second']);
  } finally {
    jest.useRealTimers();
  }
});
