/** What the status says of the upkeep where the server will not, or cannot, tell: null for a refusal, an error for an absence. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readUpkeep } from '../../api/repositories/upkeep.repository.ts';
import type { ReplicaSet } from '../../ops/mongod/start.ts';
import { startSet } from '../faults/sets.ts';
import { openWorld, type World } from '../support/world.ts';

let set: ReplicaSet;
let world: World;
beforeAll(async () => {
  // Of its own: a server has one fail point for commands.
  set = await startSet(1, { testCommands: 'on' });
  world = await openWorld(set.uri);
}, 60_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await set.stop();
});

async function readWhile(failing: { namespace: string; errorCode: number }) {
  const admin = world.client.db('admin');
  const data = { ...failing, failCommands: ['find', 'aggregate'], appName: world.database };
  await admin.command({ configureFailPoint: 'failCommand', mode: 'alwaysOn', data });
  try {
    return await readUpkeep(world.db);
  } finally {
    await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
  }
}

test('an oplog that may not be read is null, and the rest is told', async () => {
  const told = await readWhile({ namespace: 'local.oplog.rs', errorCode: 13 });
  expect(told).toMatchObject({ runwaySeconds: null, variantsOfDay: 0, rejected: 0 });
});

test('a day that is too long to be counted in time is null, and the rest is told', async () => {
  const told = await readWhile({ namespace: `${world.database}.events`, errorCode: 50 });
  expect(told).toMatchObject({ runwaySeconds: { views: null, text: null }, variantsOfDay: null });
});

test('a server that goes away meanwhile is an error, not a null', async () => {
  await expect(readWhile({ namespace: 'local.oplog.rs', errorCode: 11_600 })).rejects.toThrow();
  await expect(readWhile({ namespace: `${world.database}.events`, errorCode: 11_600 })).rejects.toThrow();
});
