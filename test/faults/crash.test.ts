/** Rows 3 and 4 of the fault table: the projector killed (-9) at each of its steps and at random moments, under load. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TailedEvent } from '../../ingest/contract.ts';
import type { Checkpoint, StoredUpdate } from '../../projector/documents.ts';
import { PROJECTOR_STEPS } from '../../projector/steps.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { anyEvent, scopedEvent } from '../support/events.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { appendEvents } from '../support/log-writer.ts';
import { startProcess, type RunningProcess } from '../support/processes.ts';
import { openWorld, type World } from '../support/world.ts';

const SEED = 20261124;
const EVENTS_A_BEAT = 6;
const BEAT_MS = 20;

/** Keeps appending random histories of many calls until stopped; says how many events there are. */
function load(world: World): { stop(): Promise<number> } {
  const sample = fc.sample(anyEvent, { numRuns: 2_000, seed: SEED });
  const state = { running: true, appended: 0 };
  const done = (async () => {
    for (let beat = 0; state.running; beat++) {
      const batch: TailedEvent[] = [];
      for (let n = 0; n < EVENTS_A_BEAT; n++) {
        const index = beat * EVENTS_A_BEAT + n;
        const event = sample[index % sample.length];
        if (event !== undefined) batch.push(scopedEvent(event, Math.floor(index / 5)));
      }
      await appendEvents(world.db, batch).catch((error: unknown) => {
        if (!(error instanceof Error && error.message.includes('E11000'))) throw error;
      });
      await sleep(BEAT_MS);
    }
    return world.db.collection('events').countDocuments();
  })();
  return {
    stop() {
      state.running = false;
      return done;
    },
  };
}

function projector(world: World, crashAt?: string): RunningProcess {
  const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database, LOG_LEVEL: 'warn' };
  return startProcess({ name: 'projector', env, ...(crashAt !== undefined && { crashAt }) });
}

async function expectSequenceWithoutGaps(world: World): Promise<void> {
  const ids = (
    await world.db.collection<StoredUpdate>('updates').find().sort({ _id: 1 }).project({ _id: 1 }).toArray()
  ).map((update) => update._id as number);
  expect(ids).toEqual(ids.map((_, index) => index + 1));
  const checkpoint = await world.db.collection<Checkpoint>('checkpoints').findOne({ _id: 'views' });
  expect(checkpoint?.sequence).toBe(ids.length);
}

describe('a projector killed at any moment', () => {
  test('at each named step and at 20 random moments under load: the views equal a recount of the log', async () => {
    await using world = await openWorld();
    const writing = load(world);
    const rounds: string[] = [];
    for (const step of PROJECTOR_STEPS) {
      // A page of catch-up is read only at the very first start, on an empty checkpoint.
      if (step === 'catch_up_page_read')
        await world.db.collection<Checkpoint>('checkpoints').deleteMany({ sequence: 0 });
      await using running = projector(
        world,
        step === 'lease_taken' || step === 'catch_up_page_read' ? step : `${step}:3`,
      );
      const { signal } = await running.ended;
      expect([step, signal]).toEqual([step, 'SIGKILL']);
      rounds.push(step);
    }
    let random = SEED;
    for (let round = 0; round < 20; round++) {
      random = (random * 48_271) % 2_147_483_647;
      await using running = projector(world);
      await sleep(500 + (random % 1_300));
      running.child.kill('SIGKILL');
      await running.ended;
    }
    const total = await writing.stop();
    await using last = projector(world);
    await waitUntilCaughtUp(world.db, 20_000);
    await expectSequenceWithoutGaps(world);
    expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
    expect(total).toBeGreaterThan(500);
    last.child.kill('SIGTERM');
    expect(await last.ended).toEqual({ code: 0, signal: null });
  }, 240_000);
});
