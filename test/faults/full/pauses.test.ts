/** Rows 19 and 50 of the fault table: the database stands still as a whole, and a projector's event loop is blocked past its lease. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Checkpoint } from '../../../projector/documents.ts';
import { startProcess } from '../../support/processes.ts';
import { openWorld } from '../../support/world.ts';
import { expectEachOnce, expectExact, startLogLoad, startProjector } from '../log-load.ts';
import { publish, roundsOf, seedOf } from '../rounds.ts';
import { expectFresh, expectSound, openRig, wasRefused, type Rig } from './rig.ts';

const SEED = 20261128;
const FRESH_MS = 15_000;
/** Who waits longer than this has been told. */
const TOLD_MS = 10_000;
/** Longer than the lease of 5 s and the beat of the one that stands by. */
const BUSY_MS = 8_000;

describe('a database that stands still', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await openRig();
  }, 60_000);
  afterAll(async () => rig[Symbol.asyncDispose]());

  test.each([2_000, 5_000, 15_000])(
    'for %d ms is waited for or told by 503, and everything goes on by itself',
    async (forMs) => {
      const [member] = rig.set.members;
      for (let round = 0; round < roundsOf(1); round += 1) {
        await expectFresh(rig, FRESH_MS);
        const fromMs = Date.now();
        await member?.kill('SIGSTOP');
        await sleep(forMs);
        await member?.kill('SIGCONT');
        const recovery = await expectFresh(rig, FRESH_MS);
        expect(forMs < TOLD_MS || wasRefused(rig, fromMs)).toBe(true);
        await expectSound(rig);
        publish(`database frozen for ${forMs} ms`, { rows: [19], rounds: 1 }, recovery);
      }
    },
    120_000 * roundsOf(1),
  );
});

describe('a projector whose event loop is blocked past its lease', () => {
  test.each([
    'batch_read',
    'transaction_open',
    'checkpoint_matched',
    'update_written',
    'commit_sent',
    'committed',
  ])(
    'at %s is stood in for, and writes nothing twice when it wakes',
    async (step) => {
      const seed = seedOf(SEED);
      await using world = await openWorld();
      const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database };
      const block = { NODE_OPTIONS: '--import ./test/faults/crash-at.js', BLOCK_AT: `${step}:20:${BUSY_MS}` };
      await using blocked = startProcess({ name: 'projector', env: { ...env, ...block } });
      await blocked.said('lease taken');
      await using standby = startProjector(world);
      await standby.said('ready');
      const writing = startLogLoad(world, seed);
      await blocked.said('busy');
      await standby.said('lease taken');
      await sleep(BUSY_MS);
      const total = await writing.stop();
      const { tookMs } = await expectExact(world, 30_000);
      await expectEachOnce(world);
      const checkpoint = await world.db.collection<Checkpoint>('checkpoints').findOne({ _id: 'views' });
      expect(checkpoint?.epoch).toBe(2);
      expect([blocked.child.exitCode, standby.child.exitCode]).toEqual([null, null]);
      publish(`projector blocked at ${step}`, { rows: [37, 50], rounds: 1, seed }, { total, tookMs });
    },
    90_000,
  );
});
