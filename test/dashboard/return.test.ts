/** A page comes back after a refusal that says when, spread by chance, and not after one that says nothing. */
import { expect, test } from '@jest/globals';
import { returnsInMs } from '../../api/dashboard/return.ts';

test('as long as it was told, and up to two seconds more', () => {
  const data = { status: 429, retryAfterSeconds: 3 };
  expect([returnsInMs(data, 0), returnsInMs(data, 0.5)]).toEqual([3_000, 4_000]);
});

test('not where no time was given: without a good key, or by an error of the network', () => {
  expect(returnsInMs({ status: 401, retryAfterSeconds: null }, 0)).toBeNull();
  expect([undefined, 'xhr poll error', null].map((data) => returnsInMs(data, 0))).toEqual([null, null, null]);
});
