/** Rows 9, 10 and 13 of the fault table for the projector: its database is killed, steps down, comes back; the views stay exact. */
import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWorld } from '../support/world.ts';
import { expectExact, startLogLoad, startProjector } from './log-load.ts';
import { publish, roundsOf, seedOf } from './rounds.ts';
import { ask, soundSet, startSet } from './sets.ts';

const SEED = 20261125;
const ROUND_MS = 60_000;
const PATIENCE_MS = 30_000;

test(
  'one node, killed and started again under load',
  async () => {
    const [seed, rounds] = [seedOf(SEED), roundsOf(1)];
    await using set = await startSet(1);
    await using world = await openWorld(set.uri);
    await using running = startProjector(world);
    await running.said('lease taken');
    const writing = startLogLoad(world, seed);
    for (let round = 0; round < rounds; round += 1) {
      await sleep(1_000);
      await set.members[0]?.kill();
      await sleep(200 + (round % 4) * 700);
      await set.members[0]?.restart();
    }
    await sleep(1_000);
    const total = await writing.stop();
    const { tookMs } = await expectExact(world, PATIENCE_MS);
    expect(running.child.exitCode).toBeNull();
    publish('one node killed under the projector', { rows: [13], rounds, seed }, { total, tookMs });
  },
  60_000 + roundsOf(1) * ROUND_MS,
);

test(
  'three nodes, whose primary steps down and is killed in turn under load',
  async () => {
    const [seed, rounds] = [seedOf(SEED), roundsOf(1)];
    await using set = await startSet(3);
    await using world = await openWorld(set.uri);
    await using running = startProjector(world);
    await using standby = startProjector(world);
    await running.said('ready');
    await standby.said('ready');
    const writing = startLogLoad(world, seed);
    for (let round = 0; round < rounds; round += 1) {
      await sleep(1_000);
      const steppingDown = await soundSet(set);
      await ask(steppingDown, { replSetStepDown: 4, secondaryCatchUpPeriodSecs: 0, force: true });
      await sleep(2_000);
      const killed = await soundSet(set);
      await killed.kill();
      await sleep(2_000);
      await killed.restart();
      await soundSet(set);
    }
    const total = await writing.stop();
    const { tookMs } = await expectExact(world, PATIENCE_MS);
    expect([running.child.exitCode, standby.child.exitCode]).toEqual([null, null]);
    publish(
      'primary stepped down under two projectors',
      { rows: [9, 36], rounds, nodes: 3, seed },
      { total, tookMs },
    );
    publish(
      'primary killed under two projectors',
      { rows: [10, 36], rounds, nodes: 3, seed },
      { total, tookMs },
    );
  },
  60_000 + roundsOf(1) * ROUND_MS,
);
