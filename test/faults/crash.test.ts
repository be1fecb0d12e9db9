/** Rows 3 and 4 of the fault table: the projector killed (-9) at each of its steps and at random moments, under load. */
import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Checkpoint } from '../../projector/documents.ts';
import { PROJECTOR_STEPS } from '../../projector/steps.ts';
import { openWorld } from '../support/world.ts';
import { expectExact, expireLeases, startLogLoad, startProjector } from './log-load.ts';
import { publish, roundsOf, seedOf } from './rounds.ts';

const SEED = 20261124;
/** Beside those at the steps: about twenty kills in a plain run. */
const RANDOM_KILLS = 10;

describe('a projector killed at any moment', () => {
  test(
    'at each named step and at random moments under load: the views equal a recount of the log',
    async () => {
      const seed = seedOf(SEED);
      await using world = await openWorld();
      const writing = startLogLoad(world, seed);
      for (let round = 0; round < roundsOf(1); round++) {
        for (const step of PROJECTOR_STEPS) {
          // A page of catch-up is read only at the very first start, on an empty checkpoint.
          if (step === 'catch_up_page_read') {
            if (round > 0) continue;
            await world.db.collection<Checkpoint>('checkpoints').deleteMany({ sequence: 0 });
          }
          const isEarly = step === 'lease_taken' || step === 'catch_up_page_read';
          await using running = startProjector(world, isEarly ? step : `${step}:3`);
          const { signal } = await running.ended;
          expect([step, signal]).toEqual([step, 'SIGKILL']);
          await expireLeases(world);
        }
      }
      const atSteps = roundsOf(1) * (PROJECTOR_STEPS.length - 1) + 1;
      let random = seed;
      for (let round = 0; round < roundsOf(RANDOM_KILLS); round++) {
        random = (random * 48_271) % 2_147_483_647;
        await using running = startProjector(world);
        // During its start, and in the midst of its work.
        if (round % 2 === 1) await running.said('lease taken');
        await sleep(random % 1_500);
        running.child.kill('SIGKILL');
        await running.ended;
        await expireLeases(world);
      }
      const total = await writing.stop();
      await using last = startProjector(world);
      const { tookMs } = await expectExact(world, 30_000 + roundsOf(1) * 10_000);
      expect(total).toBeGreaterThan(500);
      last.child.kill('SIGTERM');
      expect(await last.ended).toEqual({ code: 0, signal: null });
      publish('projector killed at each step', { rows: [3], rounds: atSteps });
      publish(
        'projector killed at random',
        { rows: [4], rounds: roundsOf(RANDOM_KILLS), seed },
        { total, tookMs },
      );
    },
    120_000 + roundsOf(1) * 120_000,
  );
});
