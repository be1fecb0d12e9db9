/** Rows 7, 17 and 36 of the fault table: all is killed at once; the log is renamed or dropped with its database; five projectors run. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent } from '../../../ingest/contract.ts';
import { INGEST_SCHEMA } from '../../../ingest/schema.ts';
import { ensureSchema } from '../../../ops/process/schema.ts';
import type { Checkpoint } from '../../../projector/documents.ts';
import { PROJECTOR_SCHEMA } from '../../../projector/schema.ts';
import { expectedViews, storedViews } from '../../oracle/oracle.ts';
import { waitUntilCaughtUp } from '../../support/caught-up.ts';
import { anyEvent, scopedEvent } from '../../support/events.ts';
import { storedEvent } from '../../support/log-writer.ts';
import { openWorld, type World } from '../../support/world.ts';
import { openIngestLoad } from '../ingest-load.ts';
import { expectExact, expireLeases, startLogLoad, startProjector } from '../log-load.ts';
import { publish, roundsOf, seedOf, spread } from '../rounds.ts';
import { startSet } from '../sets.ts';
import { expectFresh, expectSound } from './rig.ts';

const SEED = 20261128;
const RATE_PER_SECOND = 60;
/** The lease of the killed projector has to run out first. */
const FRESH_MS = 20_000;
const ALL_KILLED = 4;
const CROWD = 5;
const CROWD_KILLS = 8;

test(
  'everything killed (-9) at the same instant is all there when it is started again',
  async () => {
    const [seed, rounds] = [seedOf(SEED), roundsOf(ALL_KILLED)];
    await using set = await startSet(1);
    await using world = await openWorld(set.uri);
    await using load = await openIngestLoad(world, RATE_PER_SECOND);
    const recoveries: number[] = [];
    let random = seed;
    for (let round = 0; round <= rounds; round += 1) {
      await using projector = startProjector(world);
      const running = [projector, await load.start()];
      recoveries.push((await expectFresh({ load, world }, FRESH_MS)).seenMs);
      await expectSound({ load, world, running, breaks: true });
      if (round === rounds) break;
      random = (random * 48_271) % 2_147_483_647;
      await sleep(300 + (random % 1_500));
      await Promise.all([
        set.members[0]?.kill(),
        ...running.map(async ({ child, ended }) => {
          child.kill('SIGKILL');
          await ended;
        }),
      ]);
      await set.members[0]?.restart();
    }
    publish('all killed at once', { rows: [7], rounds, seed }, { recoveredMs: spread(recoveries.slice(1)) });
  },
  60_000 + 60_000 * roundsOf(ALL_KILLED),
);

test(
  'of five projectors one writes; whichever is killed, the views stay exact and no number is missing',
  async () => {
    const [seed, rounds] = [seedOf(SEED), roundsOf(CROWD_KILLS)];
    await using world = await openWorld();
    const crowd = Array.from({ length: CROWD }, () => startProjector(world));
    try {
      await Promise.all(crowd.map((one) => one.said('ready')));
      const writing = startLogLoad(world, seed);
      let random = seed;
      for (let round = 0; round < rounds; round += 1) {
        random = (random * 48_271) % 2_147_483_647;
        await sleep(500 + (random % 1_000));
        const [killed] = crowd.splice(random % CROWD, 1);
        killed?.child.kill('SIGKILL');
        await killed?.ended;
        // Each second time as soon as it is dead, each other time after its lease.
        if (round % 2 === 0) await expireLeases(world);
        const next = startProjector(world);
        crowd.push(next);
        await next.said('ready');
      }
      const total = await writing.stop();
      const { tookMs } = await expectExact(world, 30_000);
      const epoch = (await world.db.collection<Checkpoint>('checkpoints').findOne({ _id: 'views' }))?.epoch;
      expect(crowd.map(({ child }) => child.exitCode)).toEqual(crowd.map(() => null));
      publish('one of five projectors killed', { rows: [4, 36], rounds, seed }, { total, tookMs, epoch });
    } finally {
      for (const one of crowd) await one[Symbol.asyncDispose]();
    }
  },
  120_000 + 20_000 * roundsOf(CROWD_KILLS),
);

test('a log that is renamed is told, and read from its start once it is back under its name', async () => {
  const seed = seedOf(SEED);
  await using world = await openWorld();
  await using running = startProjector(world);
  await running.said('lease taken');
  const first = startLogLoad(world, seed);
  await sleep(1_000);
  await first.stop();
  await expectExact(world, 20_000);
  await world.db.collection('events').rename('events_away');
  expect(await running.said('history lost: reading the log again')).toMatchObject({ code: 'LOG_GONE' });
  // What is written meanwhile no stream on the log's name can tell.
  const meanwhile = fc
    .sample(anyEvent, { numRuns: 20, seed })
    .map((event, n) => scopedEvent(event, 90_000 + n));
  const away = world.db.collection<StoredEvent>('events_away');
  for (const event of meanwhile) await away.insertOne(storedEvent(event)).catch(onlyDuplicates);
  await world.db.collection('events_away').rename('events');
  const second = startLogLoad(world, seed + 1);
  await sleep(1_000);
  const total = await second.stop();
  await expectExact(world, 30_000);
  expect(running.child.exitCode).toBeNull();
  publish('log renamed and back', { rows: [17], rounds: 1, seed }, { total });
}, 90_000);

test('a database that is dropped and filled again from a backup of its log ends in the same views', async () => {
  const seed = seedOf(SEED);
  await using world = await openWorld();
  await using running = startProjector(world);
  await running.said('lease taken');
  const writing = startLogLoad(world, seed);
  await sleep(1_500);
  await writing.stop();
  await expectExact(world, 20_000);
  const backup = await world.db.collection('events').find().toArray();
  const before = await storedViews(world.db);
  await world.db.dropDatabase();
  expect(await running.said('history lost: reading the log again')).toMatchObject({ code: 'LOG_GONE' });
  await restore(world, backup);
  await waitUntilCaughtUp(world.db, 30_000);
  expect(await storedViews(world.db)).toBe(before);
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
  expect(running.child.exitCode).toBeNull();
  publish('database dropped, log restored', { rows: [17], rounds: 1, seed }, { total: backup.length });
}, 90_000);

async function restore({ db }: World, events: object[]): Promise<void> {
  await ensureSchema(db, [...INGEST_SCHEMA, ...PROJECTOR_SCHEMA]);
  for (let first = 0; first < events.length; first += 500)
    await db.collection('events').insertMany(events.slice(first, first + 500));
}

/** Random events may repeat; the log takes each once. */
function onlyDuplicates(error: unknown): void {
  if (!(error instanceof Error && error.message.includes('E11000'))) throw error;
}
