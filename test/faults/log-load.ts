/** A log that grows while the projector is tormented: random histories of many calls, and what must hold of the views at the end. */
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TailedEvent } from '../../ingest/contract.ts';
import type { Checkpoint, Lease, StoredUpdate } from '../../projector/documents.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { anyEvent, scopedEvent } from '../support/events.ts';
import { appendEvents } from '../support/log-writer.ts';
import { startProcess, type RunningProcess } from '../support/processes.ts';
import type { World } from '../support/world.ts';

const EVENTS_A_BEAT = 4;
const BEAT_MS = 30;

/** A load under way. */
export type LogLoad = {
  /** Appends nothing more; resolves with the number of events in the log. Throws what an append threw. */
  stop(): Promise<number>;
};

/**
 * Keeps appending until stopped, each event once, and again where the database was away.
 * @param world a prepared database
 * @param seed of the histories
 * @param beatMs how often four events are appended
 */
export function startLogLoad(world: World, seed: number, beatMs = BEAT_MS): LogLoad {
  const sample = fc.sample(anyEvent, { numRuns: 2_000, seed });
  const state = { running: true };
  const done = (async () => {
    for (let beat = 0; state.running; beat++) {
      const batch: TailedEvent[] = [];
      for (let n = 0; n < EVENTS_A_BEAT; n++) {
        const index = beat * EVENTS_A_BEAT + n;
        const event = sample[index % sample.length];
        if (event !== undefined) batch.push(scopedEvent(event, Math.floor(index / 5)));
      }
      await appendWhenever(world, batch, () => state.running);
      await sleep(beatMs);
    }
    return world.db.collection('events').countDocuments();
  })();
  // Told by `stop`, which may come much later.
  done.catch(() => undefined);
  return {
    stop() {
      state.running = false;
      return done;
    },
  };
}

async function appendWhenever(world: World, batch: TailedEvent[], isWanted: () => boolean): Promise<void> {
  for (;;) {
    try {
      await appendEvents(world.db, batch);
      return;
    } catch (error) {
      // A repeated event, of chance or of a write that landed unacknowledged, is in the log already.
      if (error instanceof Error && error.message.includes('E11000')) return;
      if (!isWanted()) return;
      await sleep(100);
    }
  }
}

/**
 * Starts the projector as a process.
 * @param world whose database
 * @param crashAt where it is to be killed
 */
export function startProjector(world: World, crashAt?: string): RunningProcess {
  const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database };
  return startProcess({ name: 'projector', env, ...(crashAt !== undefined && { crashAt }) });
}

/**
 * Ends the leases of those that were killed, as five seconds would: the next one leads at once, and ends their transactions.
 * @param world whose database
 */
export async function expireLeases(world: World): Promise<void> {
  await world.db.collection<Lease>('leases').updateMany({}, { $set: { expiresAt: new Date(0) } });
}

/**
 * Expects that every event is in the views, that these equal the recount byte for byte, and that no sequence number is missing.
 * @param world whose database
 * @param patienceMs how long the projector may need
 * @returns how long it needed
 */
export async function expectExact(world: World, patienceMs: number): Promise<{ tookMs: number }> {
  const { tookMs } = await waitUntilCaughtUp(world.db, patienceMs);
  const ids = (
    await world.db.collection<StoredUpdate>('updates').find().sort({ _id: 1 }).project({ _id: 1 }).toArray()
  ).map((update) => update._id as number);
  expect(ids).toEqual(ids.map((_, index) => index + 1));
  const checkpoint = await world.db.collection<Checkpoint>('checkpoints').findOne({ _id: 'views' });
  expect(checkpoint?.sequence).toBeGreaterThanOrEqual(ids.length);
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
  return { tookMs };
}

/**
 * Expects that each event of the log was committed once, and no update written over by one that came late. Holds where nothing was
 * scanned while events came, since a scan begins before what was taken.
 * @param world whose database, caught up
 */
export async function expectEachOnce(world: World): Promise<void> {
  const updates = await world.db.collection<StoredUpdate>('updates').find().sort({ _id: 1 }).toArray();
  const committed = updates.flatMap(({ events }) => events.map(String));
  expect(committed.length).toBe(new Set(committed).size);
  expect(committed.length).toBe(await world.db.collection('events').countDocuments());
  const times = updates.map(({ at }) => at.getTime());
  expect(times).toEqual([...times].sort((a, b) => a - b));
}
