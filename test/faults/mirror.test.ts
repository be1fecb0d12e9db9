/** Rows 5 and 44 of the fault table, short: one round of each kind of churn under a mirror client; `full/mirror` has the many. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CHURNS, openChurned, type Churned } from './mirror-churn.ts';
import { publish, seedOf } from './rounds.ts';

const SEED = 20261128;
const ROWS = { network: [44], api: [5], projector: [44] };

let churned: Churned;
beforeAll(async () => {
  churned = await openChurned(seedOf(SEED));
}, 60_000);
afterAll(async () => churned[Symbol.asyncDispose]());

test.each(CHURNS)(
  'after churn of the %s the client shows what GET answers within 5 s, and nothing went back',
  async (churn) => {
    const sameAfterMs = await churned.round(churn, 1_000);
    expect(churned.mirror.told.updates).toBeGreaterThan(0);
    const proved = { rows: ROWS[churn], rounds: 1, seed: seedOf(SEED) };
    publish(`mirror, ${churn}`, proved, { sameAfterMs, ...churned.mirror.told });
  },
  60_000,
);
