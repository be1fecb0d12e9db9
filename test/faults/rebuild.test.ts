/** Row 42 of the fault table: a rebuild under load, killed (-9) at each of its steps and at random, flipped, taken back, dropped. */
import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease, StoredUpdate } from '../../projector/documents.ts';
import { REBUILD_STEPS } from '../../projector/rebuild/steps.ts';
import { readPointer } from '../../projector/version.ts';
import type { BucketId } from '../../projector/views/view.ts';
import { startJob } from '../jobs/job-process.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { openWorld, type World } from '../support/world.ts';
import { startLogLoad, startProjector } from './log-load.ts';
import { openReader, truthAt, type Told } from './rebuild-readers.ts';
import { publish, roundsOf, seedOf } from './rounds.ts';

const SEED = 20261125;
/** Four events each 20 ms: 200 a second. */
const BEAT_MS = 20;
const RANDOM_KILLS = 1;
const PLANTED = 1_000;
/** Answers that are held against a recount: spread over all that were told, and those next to each flip. */
const CHECKED = 8;
const PATIENCE_MS = 60_000;

/** In the order in which runs die. The first turn of a run begins a version, the second joins it; of a run that finds one ready, the first flips. */
const KILLS = [
  ...['version_begun', 'calls_folded:2', 'calls_built', 'day_counted', 'buckets_built', 'updates_followed'],
  ...['turn_taken:2', 'joined', 'turn_taken', 'flipped'],
];

/** A plain run kills at half of them, from each part of a rebuild one. */
const KILLED_BY_DEFAULT = ['calls_folded:2', 'buckets_built', 'updates_followed', 'joined', 'flipped'];
const kills = KILLS.filter((step) => roundsOf(1) > 1 || KILLED_BY_DEFAULT.includes(step));

const settings = ({ uri, database }: World) => ({
  MONGODB_URI: uri,
  MONGODB_DATABASE: database,
  LOG_LEVEL: 'warn',
});
const crashing = (world: World, at: string) => ({
  ...settings(world),
  NODE_OPTIONS: '--import ./test/faults/crash-at.js',
  CRASH_AT: at,
});

const versionInUse = async ({ db }: World): Promise<number> =>
  (await readPointer(db.collection('pointers'))).version;

/** One cell too many in each view of the version in use: whoever reads of two versions at once cannot help but show it. */
async function plant({ db }: World, count: number): Promise<void> {
  for (const name of ['duration_daily', 'outcome_daily', 'sentiment_daily']) {
    const all = { _id: { d: 'all' as const, k: null, at: new Date('2026-11-01T00:00:00Z') } };
    const buckets = db.collection<{ _id: BucketId; calls: number }>(name);
    const planted = await buckets.updateOne(all, { $inc: { calls: count } });
    expect(planted.modifiedCount).toBe(1);
  }
}

/** Waits for a commit with events: the numbers go on, whatever died. */
async function expectFresh({ db }: World): Promise<void> {
  const updates = db.collection<StoredUpdate>('updates');
  const last = await updates.find().sort({ _id: -1 }).limit(1).next();
  const since = last?._id ?? 0;
  const until = performance.now() + PATIENCE_MS;
  while ((await updates.countDocuments({ _id: { $gt: since }, 'events.0': { $exists: true } })) === 0) {
    expect(performance.now()).toBeLessThan(until);
    await sleep(20);
  }
}

/** As if its lease had run out, so that no round waits for that. */
async function forgetDead({ db }: World): Promise<void> {
  await db.collection<Lease>('leases').updateOne({ _id: 'rebuild' }, { $set: { expiresAt: new Date(0) } });
}

async function expectTrue(world: World, told: readonly Told[]): Promise<void> {
  const flips = await world.db.collection<StoredUpdate>('updates').find({ all: true }).toArray();
  const beside = flips.flatMap(({ _id }) => [
    told.findLast(({ sequence }) => sequence < _id),
    told.find(({ sequence }) => sequence >= _id),
  ]);
  const spread = told.filter((_, index) => index % Math.ceil(told.length / CHECKED) === 0);
  const checked = [...spread, ...beside].filter((one) => one !== undefined);
  expect(checked).toEqual(
    await truthAt(
      world.db,
      checked.map(({ sequence }) => sequence),
      PLANTED,
    ),
  );
  const sequences = told.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
}

test(
  'a rebuild under 200 events/s, killed at every step and at random, shows readers nothing but true answers',
  async () => {
    await using world = await openWorld();
    await using _ = startProjector(world);
    const seed = seedOf(SEED);
    const writing = startLogLoad(world, seed, BEAT_MS);
    await expectFresh(world);
    await sleep(1_000);
    await plant(world, PLANTED);
    const reading = openReader(world.db);
    let random = seed;
    for (let round = 0; round < roundsOf(RANDOM_KILLS); round++) {
      random = (random * 48_271) % 2_147_483_647;
      const job = startJob(settings(world), 'rebuild', '--hold');
      await sleep(800 + (random % 1_200));
      job.child.kill('SIGKILL');
      await job.ended;
      await forgetDead(world);
    }
    for (const step of kills) {
      const { code, printed } = await startJob(crashing(world, step), 'rebuild').ended;
      expect([step, code, printed]).toEqual([step, null, printed]);
      await forgetDead(world);
      await expectFresh(world);
    }
    expect(await versionInUse(world)).toBeGreaterThan(1);
    const back = await startJob(settings(world), 'rebuild', 'rollback').ended;
    expect([back.code, await versionInUse(world)]).toEqual([0, 1]);
    await expectFresh(world);
    const { last } = await readPointer(world.db.collection('pointers'));
    await startJob(settings(world), 'rebuild', 'flip', String(last)).ended;
    await expectFresh(world);
    const told = await reading.stop();
    await writing.stop();
    await waitUntilCaughtUp(world.db, PATIENCE_MS);
    await expectTrue(world, told);
    await plant(world, -PLANTED);
    const expected = await expectedViews(world.db);
    expect(await storedViews(world.db, 1)).toBe(expected);
    expect(await storedViews(world.db, last)).toBe(expected);
    const rounds = kills.length + roundsOf(RANDOM_KILLS);
    publish(
      'rebuild killed at each step and at random',
      { rows: [42], rounds, seed },
      { answers: told.length },
    );
  },
  600_000 * roundsOf(1),
);

test('every step of a rebuild is among those it is killed at', () => {
  const named = KILLS.map((kill) => kill.split(':')[0]);
  expect(REBUILD_STEPS.filter((step) => !named.includes(step))).toEqual([]);
});
