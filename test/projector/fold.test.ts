import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TailedEvent } from '../../ingest/contract.ts';
import { publish } from '../faults/rounds.ts';
import { anyEvent } from '../support/events.ts';
import { canonicalText, foldAll } from '../support/memory-views.ts';

/** `npm run prove` raises it. */
const RUNS = Number(process.env.FOLD_RUNS ?? 2_000);
const history = fc.array(anyEvent, { minLength: 1, maxLength: 24 });
/** A history, the same events shuffled and some repeated, and where to cut the second into batches. */
const twice = history.chain((events) =>
  fc.record({
    events: fc.constant(events),
    again: fc
      .tuple(fc.shuffledSubarray(events, { minLength: events.length }), fc.shuffledSubarray(events))
      .map(([all, some]) => [...all, ...some]),
    cuts: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 48 }),
  }),
);

function cut(events: readonly TailedEvent[], sizes: readonly number[]): TailedEvent[][] {
  const batches: TailedEvent[][] = [];
  for (let from = 0, index = 0; from < events.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    batches.push(events.slice(from, from + size));
    from += size;
  }
  return batches;
}

describe('the fold', () => {
  test(
    'any order, repetition and batch cuts give the same calls and views',
    () => {
      fc.assert(
        fc.property(twice, ({ events, again, cuts }) => {
          expect(canonicalText(foldAll(cut(again, cuts)))).toBe(canonicalText(foldAll([events])));
        }),
        { numRuns: RUNS },
      );
      publish(`${RUNS} random histories in any order`, { rows: [28, 29, 31], rounds: 1 });
    },
    30_000 + RUNS * 100,
  );

  test('no cell is ever negative, and every hour is the sum of its quarters and every day of its hours', () => {
    fc.assert(
      fc.property(history, (events) => {
        const { buckets } = foldAll(cut(events, [1, 3]));
        const days = new Map<string, number>();
        for (const [key, cells] of buckets) {
          const [view, window, dimension, slice, at] = JSON.parse(key) as string[];
          for (const [path, count] of cells) {
            if (count < 0 && !path.includes('scoreSum')) throw new Error(`${key} ${path} is ${count}`);
            const day = `${view}|${dimension}|${slice}|${at?.slice(0, 10)}|`;
            const quarters = path.startsWith('q.') ? `quarter|${path.slice(4)}` : `hour|${path}`;
            if (window === 'daily') {
              days.set(`${day}quarter|${path}`, (days.get(`${day}quarter|${path}`) ?? 0) - count);
              days.set(`${day}hour|${path}`, (days.get(`${day}hour|${path}`) ?? 0) - count);
            } else days.set(day + quarters, (days.get(day + quarters) ?? 0) + count);
          }
        }
        for (const [key, difference] of days)
          if (difference !== 0) throw new Error(`${key} differs by ${difference}`);
      }),
      { numRuns: 300 },
    );
  });

  test('every call with a start is counted exactly once, and an id belongs to one call', () => {
    fc.assert(
      fc.property(history, (events) => {
        const { calls, buckets } = foldAll(cut(events, [2]));
        const counted = [...calls.values()].filter((call) => call.startedAt !== null).length;
        let total = 0;
        for (const [key, cells] of buckets)
          if (key.startsWith('["duration","daily","all"')) total += cells.get('calls') ?? 0;
        expect(total).toBe(counted);
        const ids = [...calls.values()].flatMap((call) => call.aliases);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 500 },
    );
  });
});
