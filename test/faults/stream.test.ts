/** Rows 14 to 16 of the fault table on a real server: the change stream and the commit fail under the projector's hands, under load. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplicaSet } from '../../ops/mongod/start.ts';
import { openWorld, type World } from '../support/world.ts';
import { expectExact, startLogLoad, startProjector } from './log-load.ts';
import { publish, roundsOf, seedOf } from './rounds.ts';
import { startSet } from './sets.ts';

const SEED = 20261125;
/** How long the projector may need for all that came meanwhile. */
const PATIENCE_MS = 20_000;

let set: ReplicaSet;
beforeAll(async () => {
  // Of its own: a server has one fail point for commands.
  set = await startSet(1, { testCommands: 'on' });
}, 60_000);
afterAll(() => set.stop());

/** Makes so many of the projector's next commands fail. */
async function fail({ client }: World, times: number, how: object): Promise<void> {
  const data = { ...how, appName: 'callviews-projector' };
  await client.db('admin').command({ configureFailPoint: 'failCommand', mode: { times }, data });
}

/** Ends the open change streams on the log, as a server that is short of memory may. */
async function killCursors({ client, db }: World): Promise<number> {
  const open = await client
    .db('admin')
    .aggregate<{ cursor: { cursorId: unknown } }>([
      { $currentOp: { idleCursors: true, allUsers: true } },
      { $match: { ns: `${db.databaseName}.events`, 'cursor.tailable': true } },
    ])
    .toArray();
  const cursors = open.map(({ cursor }) => cursor.cursorId);
  if (cursors.length > 0) await db.command({ killCursors: 'events', cursors });
  return cursors.length;
}

type Fault = {
  rows: number[];
  /** Plants the failure; resolves at once. */
  inject: (world: World) => Promise<void>;
};

const streamError = (errorCode: number): Fault => ({
  rows: [16],
  // Twice: the views' stream and the text's are both read by then, in any order.
  inject: (world) => fail(world, 2, { failCommands: ['getMore'], errorCode }),
});

/** After these it goes on from what is committed. */
const FAULTS: Record<string, Fault> = {
  'getMore fails several times in a row': {
    rows: [15],
    inject: (world) => fail(world, 6, { failCommands: ['getMore'], errorCode: 11_602 }),
  },
  'the connection breaks under getMore, and under the opening after it': {
    rows: [15],
    inject: (world) => fail(world, 4, { failCommands: ['getMore', 'aggregate'], closeConnection: true }),
  },
  'the cursors are killed': {
    rows: [15],
    inject: async (world) => {
      for (let killed = 0; killed < 2;) killed += await killCursors(world);
    },
  },
  'the connection breaks at the commit': {
    rows: [14],
    inject: (world) => fail(world, 3, { failCommands: ['commitTransaction'], closeConnection: true }),
  },
  'the server shuts down at the commit': {
    rows: [14],
    inject: (world) => fail(world, 3, { failCommands: ['commitTransaction'], errorCode: 91 }),
  },
  'the majority is not heard of in time': {
    rows: [14],
    inject: (world) =>
      fail(world, 3, {
        failCommands: ['commitTransaction'],
        writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
      }),
  },
};
/** After these the log is scanned, which would also heal whatever went wrong before: they have a load of their own. */
const LOSSES: Record<string, Fault> = {
  'the history is lost (286)': streamError(286),
  'the stream ends for good (280)': streamError(280),
  'the token is refused (260)': streamError(260),
};

test(
  'whatever fails, the views equal the recount, and no hand is needed',
  async () => {
    const seed = seedOf(SEED);
    await using world = await openWorld(set.uri);
    await using running = startProjector(world);
    await running.said('lease taken');
    const torment = async (faults: typeof FAULTS, loadSeed: number): Promise<object> => {
      const writing = startLogLoad(world, loadSeed);
      for (let round = 0; round < roundsOf(1); round += 1) {
        for (const fault of Object.values(faults)) {
          await sleep(200);
          await fault.inject(world);
          await sleep(600);
        }
      }
      const total = await writing.stop();
      return { total, ...(await expectExact(world, PATIENCE_MS + roundsOf(1) * 2_000)) };
    };
    const losses = (): number => running.lines.filter((line) => line.includes('history lost')).length;
    const figures = { resumed: await torment(FAULTS, seed), scanned: {} };
    expect(losses()).toBe(0);
    figures.scanned = await torment(LOSSES, seed + 1);
    expect(running.child.exitCode).toBeNull();
    expect(losses()).toBeGreaterThanOrEqual(3);
    for (const [title, { rows }] of Object.entries({ ...FAULTS, ...LOSSES }))
      publish(title, { rows, rounds: roundsOf(1), seed }, figures);
  },
  60_000 + roundsOf(1) * 30_000,
);
