/**
 * Row 25 of the fault table, at the worst instant: a connection is reset right before a command is written. The driver then
 * throws what the operating system said, not an error of its own; it is no fault of the request, nor of the event.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DatabaseAway, whileThere } from '../../api/repositories/snapshot.ts';
import { commitBatch, isPassing, type Writer } from '../../projector/commit.ts';
import type { TailBatch } from '../../projector/tail.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { batchOf } from '../support/batches.ts';
import { anyEvent, scopedEvent } from '../support/events.ts';
import { appendEvents } from '../support/log-writer.ts';
import { openWorld, testUri } from '../support/world.ts';
import { openWriter } from '../support/writer.ts';
import { openProxy } from './proxy.ts';
import { publish } from './rounds.ts';

/** The one server of the test run, with everything that this test does going through a proxy. */
async function openBehindProxy() {
  const proxy = await openProxy(Number(new URL(testUri()).port));
  const world = await openWorld(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`);
  return { proxy, world };
}

/** Other connections of the pool were reset as well: the driver hears of it in the next turn of the event loop. */
const heard = async (): Promise<void> => {
  await nextTurn();
  await nextTurn();
};

test('a read whose connection is reset as it is sent is told as the database being away, not as a fault of ours', async () => {
  const { proxy, world } = await openBehindProxy();
  await using _proxy = proxy;
  await using _world = world;
  const calls = world.db.collection('calls');
  const cut = async () => {
    proxy.reset();
    return calls.findOne();
  };
  await calls.findOne();
  const plain: unknown = await cut().catch((error: unknown) => error);
  await heard();
  expect(plain).toMatchObject({ syscall: 'write', code: 'ECONNRESET' });
  await calls.findOne();
  const told: unknown = await whileThere(cut).catch((error: unknown) => error);
  await heard();
  expect(told).toBeInstanceOf(DatabaseAway);
  publish('a read reset as it is sent', { rows: [25], rounds: 2 });
});

test('an event whose commit is reset once, twice or three times is not parked: the same batch goes in after the storm', async () => {
  const { proxy, world } = await openBehindProxy();
  await using _proxy = proxy;
  await using _world = world;
  const writer = await openWriter(world, 1);
  const events = fc.sample(anyEvent, { numRuns: 3, seed: 4 });
  let gusts = 0;
  const storm = (): void => {
    if (gusts-- > 0) proxy.reset();
  };
  subscribe('callviews:step:checkpoint_matched', storm);
  try {
    for (const [index, event] of events.entries()) {
      const batch = [scopedEvent(event, index)];
      await appendEvents(world.db, batch);
      gusts = index + 1;
      const failures = await commitUntilIn(writer, batchOf(batch));
      expect(await world.db.collection('parked').countDocuments()).toBe(0);
      expect(failures.length).toBeGreaterThan(0);
      expect(failures.filter((error) => !isPassing(error))).toEqual([]);
    }
  } finally {
    unsubscribe('callviews:step:checkpoint_matched', storm);
  }
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
  await writer.session.endSession();
  publish('commits reset as they are sent', { rows: [25], rounds: 1 + 2 + 3 });
});

/** As the tail does: with the same batch again, once an error has passed. */
async function commitUntilIn(writer: Writer, batch: TailBatch): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (let isIn = false; !isIn && failures.length < 10;) {
    isIn = await commitBatch(writer, batch, () => undefined).then(
      () => true,
      (error: unknown) => failures.push(error) === 0,
    );
    await heard();
  }
  return failures;
}
