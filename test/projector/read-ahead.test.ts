/** Reading ahead of the consumer: behind a backlog only, and never a position that runs ahead of what was taken. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TailedEvent } from '../../ingest/contract.ts';
import { readAhead } from '../../projector/read-ahead.ts';
import { EVENT_FIELDS, tail, tokenOfNow, type TailBatch } from '../../projector/tail.ts';
import { anyEvent, scopedEvent } from '../support/events.ts';
import { appendEvents } from '../support/log-writer.ts';
import { openWorld } from '../support/world.ts';

/** A reader of three batches and then an error, which notes what is asked of it. */
function reader(noted: string[]): AsyncGenerator<number, never> {
  async function* read(): AsyncGenerator<number, never> {
    try {
      for (let batch = 1; batch <= 3; batch += 1) {
        noted.push(`read ${batch}`);
        // Asked for, it comes later.
        await sleep(1);
        yield batch;
      }
      throw new Error('the stream broke');
    } finally {
      noted.push('closed');
    }
  }
  return read();
}

/** Takes batches, each for a while, and notes it. */
async function take(batches: AsyncGenerator<number, never>, noted: string[], atMost = 9): Promise<void> {
  for await (const batch of batches) {
    noted.push(`taking ${batch}`);
    await sleep(20);
    noted.push(`taken ${batch}`);
    if (batch === atMost) return;
  }
}

describe('a batch ahead', () => {
  test('is read while one is taken where more waits behind that, and afterwards where not', async () => {
    const noted: string[] = [];
    const taking = take(
      readAhead(reader(noted), (batch) => batch === 1),
      noted,
    );
    await expect(taking).rejects.toThrow('the stream broke');
    expect(noted).toEqual([
      ...['read 1', 'read 2', 'taking 1', 'taken 1'],
      ...['taking 2', 'taken 2', 'read 3', 'taking 3', 'taken 3', 'closed'],
    ]);
  });

  test('that fails is heard of once the one before is taken', async () => {
    const noted: string[] = [];
    const taking = take(
      readAhead(reader(noted), () => true),
      noted,
    );
    await expect(taking).rejects.toThrow('the stream broke');
    expect(noted.slice(-3)).toEqual(['closed', 'taking 3', 'taken 3']);
  });

  test('closes its reader with a consumer that stops, and nothing is left unhandled', async () => {
    const noted: string[] = [];
    await take(
      readAhead(reader(noted), () => true),
      noted,
      3,
    );
    expect(noted.at(-1)).toBe('taken 3');
    expect(noted).toContain('closed');
    const early: string[] = [];
    await take(
      readAhead(reader(early), () => true),
      early,
      1,
    );
    expect(early).toEqual(['read 1', 'read 2', 'taking 1', 'taken 1', 'closed']);
  });
});

test('the tail says which batches were cut, and each position covers its own events', async () => {
  await using world = await openWorld();
  const events = world.db.collection<TailedEvent>('events');
  const log = { events, fields: EVENT_FIELDS, limit: () => 4 };
  const token = await tokenOfNow(log);
  const ten = fc.sample(anyEvent, { numRuns: 10, seed: 3 }).map((one, n) => scopedEvent(one, n));
  await appendEvents(world.db, ten);
  const seen: TailBatch[] = [];
  for await (const batch of tail(log, { kind: 'tail', token, logAt: null })) {
    // The next is read meanwhile.
    await sleep(30);
    seen.push(batch);
    if (seen.length === 3) break;
  }
  expect(seen.map(({ items, isCut }) => [items.length, isCut])).toEqual([
    [4, true],
    [4, true],
    [2, false],
  ]);
  // From each position on, exactly what came after it.
  for (const [index, { position }] of seen.slice(0, 2).entries()) {
    if (position.kind !== 'tail') throw new Error('no position of the tail');
    for await (const { items } of tail(log, position)) {
      expect(items[0]?.event._id).toEqual(seen[index + 1]?.items[0]?.event._id);
      break;
    }
  }
}, 30_000);
