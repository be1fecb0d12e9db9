import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  BIN_BOUNDS,
  binOf,
  LONGEST_BINNED_MS,
  percentilesMs,
  valueOfBin,
} from '../../projector/histogram.ts';

const QUANTILES = [0.5, 0.9, 0.95, 0.99, 1];

test('the table of bins is the same for ever: a rebuild must find the bins of the live views', () => {
  const sha256 = createHash('sha256').update(JSON.stringify(BIN_BOUNDS)).digest('hex');
  expect([BIN_BOUNDS.length, sha256]).toMatchInlineSnapshot(`
   [
     916,
     "5ff540e903747bf018a005569fe9941d79f41eacecd9b5f1c6d474236e1df1c8",
   ]
  `);
});

test('the value of a bin is within 1 % of every length in it that is long enough to have one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 50, max: LONGEST_BINNED_MS }), (durationMs) => {
      expect(Math.abs(valueOfBin(binOf(durationMs)) - durationMs) / durationMs).toBeLessThanOrEqual(
        0.010_000_1,
      );
    }),
  );
});

test('a length lies in the first bin whose bound is not below it, the longest in the last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: LONGEST_BINNED_MS }), (durationMs) => {
      const bin = binOf(durationMs);
      expect(BIN_BOUNDS[bin]).toBeGreaterThanOrEqual(durationMs);
      expect(BIN_BOUNDS[bin - 1]).toBeLessThan(durationMs);
    }),
  );
  expect(binOf(0)).toBe(0);
  expect(binOf(LONGEST_BINNED_MS * 9)).toBe(BIN_BOUNDS.length - 1);
});

test('percentiles are within 1 % of the exact ones by nearest rank', () => {
  const lengths = fc.array(fc.integer({ min: 50, max: 4 * 3_600_000 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(lengths, (all) => {
      const bins = new Map<number, number>([[binOf(7), 0]]);
      for (const one of all) bins.set(binOf(one), (bins.get(binOf(one)) ?? 0) + 1);
      all.sort((a, b) => a - b);
      const found = percentilesMs(bins, QUANTILES);
      for (const [index, quantile] of QUANTILES.entries()) {
        const exact = all[Math.ceil(quantile * all.length) - 1] ?? 0;
        expect(Math.abs((found[index] ?? 0) - exact) / exact).toBeLessThanOrEqual(0.010_000_1);
      }
    }),
  );
  expect(percentilesMs(new Map(), [0.5, 1])).toEqual([null, null]);
});
