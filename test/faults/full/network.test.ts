/** Rows 24 and 25 of the fault table: the network to the database falls silent, in both directions or one, and resets in storms. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { FLOWING } from '../proxy.ts';
import { publish, roundsOf, seedOf } from '../rounds.ts';
import { expectFresh, expectSound, openRig, wasRefused, type Rig } from './rig.ts';

const SEED = 20261128;
/** A fresh call must be answered, and in the views, within this after the network is back: a time limit may have to pass first. */
const FRESH_MS = 15_000;
/** Who waits longer than this has been told. */
const TOLD_MS = 10_000;
/** The same where nothing but a time limit of the driver can end a wait. */
const FORGOTTEN_MS = 30_000;
const STORM_MS = 10_000;
const STORMS = 4;

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
}, 60_000);
afterAll(async () => rig[Symbol.asyncDispose]());

test.each([
  ['silent for 5 s', { up: true, down: true }, 5_000],
  ['silent for 15 s', { up: true, down: true }, 15_000],
  ['deaf to us for 12 s', { up: true, down: false }, 12_000],
  ['mute for 12 s', { up: false, down: true }, 12_000],
])(
  'a network that is %s is waited for or told by 503, and everything goes on by itself',
  async (title, held, forMs) => {
    const rounds = roundsOf(1);
    const recoveries = [];
    for (let round = 0; round < rounds; round += 1) {
      await expectFresh(rig, FRESH_MS);
      const fromMs = Date.now();
      rig.proxy.hold(held);
      await sleep(forMs);
      rig.proxy.hold(FLOWING);
      recoveries.push(await expectFresh(rig, FRESH_MS));
      expect(forMs < TOLD_MS || wasRefused(rig, fromMs)).toBe(true);
      await expectSound(rig);
    }
    publish(`network ${title}`, { rows: [24], rounds }, { recoveries, read: rig.reader.told() });
  },
  120_000 * roundsOf(1),
);

test(
  'connections that the network has forgotten are given up, and everything goes on over new ones',
  async () => {
    const rounds = roundsOf(1);
    const recoveries = [];
    for (let round = 0; round < rounds; round += 1) {
      await expectFresh(rig, FRESH_MS);
      rig.proxy.forget();
      recoveries.push(await expectFresh(rig, FORGOTTEN_MS));
      await expectSound(rig);
    }
    publish('connections forgotten', { rows: [24], rounds }, { recoveries, read: rig.reader.told() });
  },
  120_000 * roundsOf(1),
);

test(
  'a storm of resets is come through: no 500, no event parked, and connections are made at a bounded rate',
  async () => {
    const seed = seedOf(SEED);
    let random = seed;
    for (let storm = 0; storm < roundsOf(STORMS); storm += 1) {
      await expectFresh(rig, FRESH_MS);
      const [before, beganMs] = [rig.proxy.accepted, Date.now()];
      let resets = 0;
      for (; Date.now() - beganMs < STORM_MS; resets += 1) {
        random = (random * 48_271) % 2_147_483_647;
        await sleep(50 + (random % 350));
        rig.proxy.reset();
      }
      const madePerSecond = ((rig.proxy.accepted - before) * 1_000) / (Date.now() - beganMs);
      const recovery = await expectFresh(rig, FRESH_MS);
      await expectSound(rig);
      // Three processes with pools of 20 at most: each reset can bring each connection back once.
      expect(madePerSecond).toBeLessThan(60 * (resets / (STORM_MS / 1_000)));
      const figures = { madePerSecond: Math.round(madePerSecond), ...recovery, read: rig.reader.told() };
      publish('reset storm', { rows: [25], rounds: resets, seed }, figures);
    }
  },
  120_000 * roundsOf(STORMS),
);
