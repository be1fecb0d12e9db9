/** The audit's own count against the fold: whatever histories come, both reach the same cells by different ways. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TailedEvent } from '../../ingest/contract.ts';
import { countInto, type Cells } from '../../jobs/audit/recount.ts';
import { anyEvent, eventOf, scopedEvent } from '../support/events.ts';
import { foldAll } from '../support/memory-views.ts';

const HOUR_MS = 3_600_000;

/** Hourly buckets of the fold, zeros and empty ones left out, in the recount's form. */
function folded(events: readonly TailedEvent[], hourMs: number): Record<string, Record<string, number>> {
  const buckets: Record<string, Record<string, number>> = {};
  for (const [name, cells] of foldAll([events]).buckets) {
    const [view, window, dimension, key, at] = JSON.parse(name) as [
      string,
      string,
      string,
      string | null,
      string,
    ];
    if (window !== 'hourly' || Date.parse(at) !== hourMs) continue;
    const held = [...cells].filter(([cell, count]) => count !== 0 && cell.startsWith('q.'));
    if (held.length > 0) buckets[JSON.stringify([view, dimension, key])] = Object.fromEntries(held);
  }
  return buckets;
}

function recounted(events: readonly TailedEvent[], hourMs: number): Record<string, Record<string, number>> {
  const buckets = new Map<string, Cells>();
  // In uneven pieces: every call is in one of them, whole.
  for (const [fromMs, toMs] of [
    [hourMs, hourMs + 700_000],
    [hourMs + 700_000, hourMs + HOUR_MS],
  ] as const)
    countInto(buckets, events, { fromMs, toMs });
  return Object.fromEntries([...buckets].map(([bucket, cells]) => [bucket, Object.fromEntries(cells)]));
}

test('the recount of any history of many calls equals its fold, hour by hour', () => {
  const history = fc.array(fc.tuple(anyEvent, fc.nat(3)), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(history, (told) => {
      const events = told.map(([event, call]) => scopedEvent(event, call));
      for (let hour = 0; hour < 7; hour++) {
        const hourMs = Date.parse('2026-11-01T22:00:00Z') + hour * HOUR_MS;
        expect(recounted(events, hourMs)).toEqual(folded(events, hourMs));
      }
    }),
    { numRuns: 400, seed: 20261124 },
  );
});

test.each([0, 1, 2, 50, 51, 999, 1_000, 61_000, 3_599_999, 86_400_000])(
  'a length of %d ms falls into the same bin both ways',
  (durationMs) => {
    const startedAt = new Date('2026-11-02T10:00:00Z');
    const event = eventOf({
      facts: {
        witness: 'report',
        groups: {
          status: { rank: 3, value: 'ended' },
          startedAt: { rank: 1, value: startedAt },
          durationMs: { rank: 1, value: durationMs },
          connection: { rank: 1, value: 'answered_human' },
        },
      },
    });
    expect(recounted([event], startedAt.getTime())).toEqual(folded([event], startedAt.getTime()));
  },
);
