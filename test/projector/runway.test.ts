/** The oplog runway: reckoned, read from a real server, and the real loss of history that it warns of, mended without a hand. */
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Timestamp } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TailedEvent } from '../../ingest/contract.ts';
import { startReplicaSet } from '../../ops/mongod/start.ts';
import { createLog } from '../../ops/process/log.ts';
import type { Checkpoint } from '../../projector/documents.ts';
import { placeSeconds, readRunways, runwaySeconds } from '../../projector/runway.ts';
import { watchRunway } from '../../projector/watch-runway.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { anyEvent, scopedEvent } from '../support/events.ts';
import { appendEvents } from '../support/log-writer.ts';
import { startProcess } from '../support/processes.ts';
import { openTails } from '../support/tails.ts';
import { openWorld, type World } from '../support/world.ts';

// Beside other suites on a busy machine a test may take many times its few seconds.
jest.setTimeout(120_000);

const PATIENCE_MS = 60_000;
const MB = 1024 * 1024;

const someEvents = (count: number, seed: number): TailedEvent[] =>
  fc
    .sample(anyEvent, { numRuns: count, seed })
    .map((event, index) => scopedEvent(event, seed * 1_000 + (index % 9)));

describe('the runway', () => {
  const full = { firstSeconds: 1_000, lastSeconds: 5_000, bytes: 100, mostBytes: 100 };

  test.each([
    ['of a place at the end is all that the oplog spans', full, 5_000, 4_000],
    ['shrinks by what the place is behind', full, 2_000, 1_000],
    ['is below 0 once the place has left', full, 900, -100],
    ['of an oplog that is a quarter full is what it will span', { ...full, bytes: 25 }, 4_000, 15_000],
    ['of an oplog beyond its size is what is there', { ...full, bytes: 110 }, 5_000, 4_000],
  ])('%s', (_what, oplog, place, seconds) => {
    expect(runwaySeconds(oplog, place)).toBe(seconds);
  });

  const at = new Date(9_000_000);
  const logAt = (t: number) => new Timestamp({ t, i: 1 });
  const tailing = (t: number | null) => ({
    kind: 'tail' as const,
    token: {},
    logAt: t === null ? null : logAt(t),
  });
  test.each([
    ['all taken: it moves with each sign of life', tailing(100), null, 9_000],
    ['stopped, and events came after', tailing(100), 9_500, 9_000],
    ['behind: it stands at the last event taken', tailing(8_000), 8_001, 8_000],
    ['nothing taken yet of what is there', tailing(null), 8_000, 8_000],
    ['before any start', null, null, null],
  ])('counts from the place of a tail: %s', (_what, position, next, seconds) => {
    expect(placeSeconds({ position, at }, next === null ? null : logAt(next))).toBe(seconds);
  });

  test('is read from a server, for each tail that has a place', async () => {
    await using world = await openWorld();
    expect(await readRunways(world.db)).toEqual({ views: null, text: null });
    await using _tails = openTails(world, ['views']);
    await appendEvents(world.db, someEvents(5, 1));
    await waitUntilCaughtUp(world.db, PATIENCE_MS);
    // The last of the first start's scan and the first place on the stream are two commits.
    let runways = await readRunways(world.db);
    for (; runways.views === null; runways = await readRunways(world.db)) await sleep(50);
    expect(runways.views).toBeGreaterThanOrEqual(0);
    expect(runways.text).toBeNull();
  });

  test('is not told, and that is said once, where the oplog may not be read', async () => {
    await using world = await openWorld();
    const refusal = { failCommands: ['find'], namespace: 'local.oplog.rs', errorCode: 13 };
    const data = { ...refusal, appName: world.database };
    const admin = world.client.db('admin');
    await admin.command({ configureFailPoint: 'failCommand', mode: 'alwaysOn', data });
    try {
      const told: (number | null)[] = [];
      const lines: string[] = [];
      const log = createLog('test', 'info', { write: (line) => void lines.push(line) });
      const stopping = new AbortController();
      const { signal } = stopping;
      const watching = watchRunway({ db: world.db, log, found: (_, seconds) => told.push(seconds), signal });
      while (lines.length === 0) await sleep(20);
      stopping.abort();
      await watching;
      expect(told).toEqual([null, null]);
      expect(lines.join('')).toContain('the oplog runway is not measured');
    } finally {
      await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
    }
  });
});

/** Writes until the oldest entry of the oplog is later than the projector's place, as a foreign flood would in time. */
async function rollOver(world: World, placeSeconds: number): Promise<void> {
  const filler = world.client.db('filler').collection('flood');
  const oplog = world.client.db('local').collection<{ ts: Timestamp }>('oplog.rs');
  for (const until = performance.now() + PATIENCE_MS; ;) {
    await filler.insertMany(Array.from({ length: 8 }, () => ({ text: 'x'.repeat(MB / 4) })));
    const [first] = await oplog.find().sort({ $natural: 1 }).limit(1).toArray();
    if (first !== undefined && first.ts.t > placeSeconds) return;
    if (performance.now() > until) throw new Error('the oplog did not roll over');
    await sleep(200);
  }
}

test('a projector that was down for longer than a tiny oplog holds has exact totals after its start, without a hand', async () => {
  const binary = process.env.CALLVIEWS_TEST_MONGOD_BINARY;
  if (binary === undefined) throw new Error('no mongod: run through `npm test`, which finds one');
  const own = await startReplicaSet({ nodes: 1, binary, oplogSizeMb: 1, checkpointSeconds: 1 });
  await using _set = { [Symbol.asyncDispose]: () => own.stop() };
  await using world = await openWorld(own.uri);
  const start = () =>
    startProcess({
      name: 'projector',
      env: { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database },
    });
  const placeOf = async (): Promise<number> => {
    const checkpoint = await world.db.collection<Checkpoint>('checkpoints').findOne({ _id: 'views' });
    return Math.floor((checkpoint?.at.getTime() ?? 0) / 1_000);
  };

  const before = start();
  await before.said('lease taken');
  await appendEvents(world.db, someEvents(60, 2));
  await waitUntilCaughtUp(world.db, PATIENCE_MS);
  await before[Symbol.asyncDispose]();
  const counted = await storedViews(world.db);
  await appendEvents(world.db, someEvents(60, 3));
  await rollOver(world, await placeOf());
  await appendEvents(world.db, someEvents(60, 4));
  expect(await storedViews(world.db)).toBe(counted);

  await using after = start();
  expect(await after.said('history lost: reading the log again')).toMatchObject({ code: 286 });
  await waitUntilCaughtUp(world.db, PATIENCE_MS);
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
  // And from then on by the stream again.
  await appendEvents(world.db, someEvents(20, 5));
  await waitUntilCaughtUp(world.db, PATIENCE_MS);
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
  await after.said('the oplog runway is short');
}, 150_000);
