/** Rows 5, 44 and 46 of the fault table at length: a mirror client through ninety rounds of a second and ten of a minute of churn. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CHURNS, openChurned, type Churned } from '../mirror-churn.ts';
import { publish, roundsOf, seedOf, spread } from '../rounds.ts';

const SEED = 20261129;

let churned: Churned;
beforeAll(async () => {
  churned = await openChurned(seedOf(SEED));
}, 60_000);
afterAll(async () => churned[Symbol.asyncDispose]());

test.each([
  ['a second', 1_000, 90],
  ['a minute', 60_000, 10],
])(
  'rounds of %s: what the client shows equals GET within 5 s after each, nothing goes back',
  async (title, forMs, byDefault) => {
    const rounds = roundsOf(byDefault);
    const tookMs: number[] = [];
    for (let n = 0; n < rounds; n += 1) {
      const churn = CHURNS[n % CHURNS.length] ?? 'network';
      tookMs.push(await churned.round(churn, forMs));
    }
    expect(tookMs).toHaveLength(rounds);
    publish(
      `mirror, ${title}`,
      { rows: [5, 44], rounds, seed: seedOf(SEED) },
      { sameAfterMs: spread(tookMs) },
    );
  },
  45 * 60_000,
);
