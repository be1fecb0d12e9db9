/** A version built beside the one in use, on a real replica set with a running projector: what it holds, and what is written to it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Binary } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent, TailedEvent } from '../../ingest/contract.ts';
import type { Checkpoint, Lease } from '../../projector/documents.ts';
import { alone, type Workshop } from '../../projector/rebuild/alone.ts';
import { buildVersion } from '../../projector/rebuild/build.ts';
import { dropVersions, flipTo } from '../../projector/rebuild/versions.ts';
import { readPointer, type Pointer } from '../../projector/version.ts';
import { startLogLoad } from '../faults/log-load.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { anyEvent, eventOf, scopedEvent } from '../support/events.ts';
import { appendEvents, storedEvent } from '../support/log-writer.ts';
import { openTails } from '../support/tails.ts';
import { openWorld, type World } from '../support/world.ts';

const PATIENCE_MS = 60_000;
const WATCH = { began: () => undefined, advanced: () => undefined, ended: () => undefined };

const byOne = <T>({ client, db }: World, work: (workshop: Workshop) => Promise<T>, workers = 0): Promise<T> =>
  alone({ client, db, workers, signal: new AbortController().signal }, work);

const build = (world: World, { workers = 2, factsVersion = 0 } = {}) =>
  byOne(world, (workshop) => buildVersion({ ...workshop, factsVersion }, WATCH), workers);
const flip = (world: World, version: number | null) => byOne(world, (place) => flipTo(place, version));
const drop = (world: World, version?: number) => byOne(world, (place) => dropVersions(place, version));

/** Random histories of many calls, five events each; `spread` puts the events of a call far apart in the log. */
function histories(count: number, seed: number, spread = false): TailedEvent[] {
  const calls = Math.ceil(count / 5);
  return fc
    .sample(anyEvent, { numRuns: count, seed })
    .map((event, index) => scopedEvent(event, spread ? index % calls : Math.floor(index / 5)));
}

async function project(world: World, events: readonly TailedEvent[]): Promise<void> {
  await appendEvents(world.db, events);
  await waitUntilCaughtUp(world.db, PATIENCE_MS);
}

async function expectAllRight(world: World, versions: readonly number[]): Promise<void> {
  for (const version of versions)
    expect([version, await storedViews(world.db, version)]).toEqual([
      version,
      await expectedViews(world.db, version),
    ]);
}

const pointerOf = ({ db }: World): Promise<Pointer> => readPointer(db.collection('pointers'));

describe('a version built beside the one in use', () => {
  test('equals it byte for byte, and both stay right as events come: after the build, the flip, the way back', async () => {
    await using world = await openWorld();
    await using _ = openTails(world, ['views']);
    await project(world, histories(600, 1));
    const writing = startLogLoad(world, 2);
    expect((await build(world)).version).toBe(2);
    await writing.stop();
    await waitUntilCaughtUp(world.db, PATIENCE_MS);
    await expectAllRight(world, [1, 2]);
    await flip(world, 2);
    await project(world, histories(200, 3));
    await expectAllRight(world, [1, 2]);
    await flip(world, null);
    await project(world, histories(200, 4));
    await expectAllRight(world, [1, 2]);
    expect((await pointerOf(world)).version).toBe(1);
  });

  test('is exact where four workers meet in the same calls, by links across the pieces of the log', async () => {
    await using world = await openWorld();
    await using _ = openTails(world, ['views']);
    await project(world, histories(1_200, 5, true));
    await build(world, { workers: 4 });
    expect(await storedViews(world.db, 2)).toBe(await storedViews(world.db, 1));
    await expectAllRight(world, [2]);
  });

  test('reads bodies again where the stored facts are too old, and so does the projector that writes it on', async () => {
    await using world = await openWorld();
    await using _ = openTails(world, ['views']);
    await world.db.collection<StoredEvent>('events').insertMany([misread('early')]);
    await waitUntilCaughtUp(world.db, PATIENCE_MS);
    await build(world, { factsVersion: 2 });
    const { body: __, ...kept } = misread('kept');
    const bodyGone = { at: new Date(), why: 'retention' as const };
    await world.db.collection<StoredEvent>('events').insertMany([misread('late'), { ...kept, bodyGone }]);
    await waitUntilCaughtUp(world.db, PATIENCE_MS);
    const goals = async (name: string) =>
      world.db
        .collection(name)
        .find({ callId: { $exists: true } })
        .sort({ _id: 1 })
        .project({ _id: 0, goal: 1 })
        .toArray();
    // By id: early, kept, late.
    const [failure, success] = [{ goal: 'failure' }, { goal: 'success' }];
    expect(await goals('calls')).toEqual([failure, failure, failure]);
    expect(await goals('calls_v2')).toEqual([success, failure, success]);
    await expectAllRight(world, [1, 2]);
  });

  test('is not joined before the version in use has come as far as the log that was scanned', async () => {
    await using world = await openWorld();
    {
      await using _ = openTails(world, ['views']);
      await project(world, histories(50, 11));
    }
    await appendEvents(world.db, histories(50, 12));
    const building = build(world).then(() => 'joined');
    const built = async (): Promise<string> => {
      while ((await world.db.collection('sentiment_daily_v2').countDocuments()) === 0) await sleep(20);
      // Long enough for several attempts.
      await sleep(1_000);
      return 'waiting';
    };
    expect(await Promise.race([building, built()])).toBe('waiting');
    await using _ = openTails(world, ['views']);
    expect(await building).toBe('joined');
    await expectAllRight(world, [1, 2]);
  });

  test('that cannot take an event is given up; the event still reaches the numbers that people see', async () => {
    await using world = await openWorld();
    await using _ = openTails(world, ['views']);
    await project(world, histories(50, 6));
    await build(world);
    const never = { $jsonSchema: { required: ['never'] } };
    await world.db.command({ collMod: 'calls_v2', validator: never, validationLevel: 'strict' });
    await project(world, histories(50, 7));
    await expectAllRight(world, [1]);
    expect(await world.db.collection('parked').countDocuments()).toBe(0);
    const { versions } = await pointerOf(world);
    expect(versions).toMatchObject([
      { version: 1, state: 'followed' },
      { version: 2, state: 'given_up' },
    ]);
    await expect(flip(world, 2)).rejects.toThrow('version 2 is given_up, not followed');
    // The next rebuild forgets it.
    expect((await build(world)).version).toBe(3);
    await expectAllRight(world, [1, 3]);
  });
});

test('a rebuild that died in its turn between two commits holds the projector up no longer than its lease', async () => {
  await using world = await openWorld();
  await using _ = openTails(world, ['views']);
  await project(world, histories(20, 13));
  await using dead = world.client.startSession();
  dead.startTransaction();
  const turn = { $inc: { sequence: 1 } };
  const checkpoints = world.db.collection<Checkpoint>('checkpoints');
  while (
    (await checkpoints.updateOne({ _id: 'views' }, turn, { session: dead }).catch(() => null)) === null
  ) {
    await dead.abortTransaction();
    dead.startTransaction();
  }
  const session = dead.id?.id ?? null;
  const lease = { _id: 'rebuild', holder: 'dead', epoch: 1, expiresAt: new Date(0), session };
  await world.db.collection<Lease>('leases').insertOne(lease);
  await appendEvents(world.db, histories(20, 14));
  // The server would end it after 10 s.
  await waitUntilCaughtUp(world.db, 8_000);
});

describe('dropping', () => {
  test('takes the old version away for good, never the one in use, and no number is given twice', async () => {
    await using world = await openWorld();
    await using _ = openTails(world, ['views']);
    await project(world, histories(100, 8));
    await build(world);
    await flip(world, 2);
    await expect(drop(world, 2)).rejects.toThrow('version 2 is in use');
    await expect(build(world)).rejects.toThrow('version 1 is still followed');
    expect(await drop(world)).toEqual([1]);
    await expect(flip(world, null)).rejects.toThrow('there is no version to go back to');
    expect(await world.db.collection('calls').countDocuments()).toBe(0);
    await project(world, histories(100, 9));
    expect((await build(world)).version).toBe(3);
    await flip(world, 3);
    await drop(world);
    const names = (await world.db.listCollections().toArray()).map(({ name }) => name);
    expect(names.filter((name) => name.endsWith('_v2'))).toEqual([]);
    await project(world, histories(100, 10));
    await expectAllRight(world, [3]);
    const sequences = await world.db
      .collection('updates')
      .find()
      .sort({ _id: 1 })
      .map(({ _id }) => Number(_id))
      .toArray();
    expect(sequences).toEqual(sequences.map((__, index) => index + 1));
  });
});

/** An event whose stored facts are not what its body says. */
function misread(id: string): StoredEvent {
  const at = '2026-11-02T10:00:00Z';
  const data = { call_id: id, started_at: at, connection: 'answered_human', goal: 'success' };
  const body = Buffer.from(JSON.stringify({ type: 'call.completed', timestamp: at, data }));
  const startedAt = { rank: 2, value: new Date(at) };
  const goal = { rank: 1, value: { goal: 'failure' as const } };
  const partId = `standard:default:${id}`;
  const stored = storedEvent(eventOf({ partId, facts: { witness: 'report', groups: { startedAt, goal } } }));
  return { ...stored, body: new Binary(body) };
}
