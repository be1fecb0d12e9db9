/** The chain of the audit log: whole under several writers at once, and whatever is changed or taken out of it is found. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { actsHead, verifyActs } from '../../api/act-chain.ts';
import { createAuditLog } from '../../api/audit-log.ts';
import type { StoredAct } from '../../api/schema.ts';
import { openViewer } from '../../api/scopes.ts';
import { auditLog } from '../../jobs/audit-log.ts';
import { byHand } from '../jobs/by-hand.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
const clients: MongoClient[] = [];
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(async () => {
  await world.db.collection('audit_log').deleteMany({});
  await world.db.collection('audits').deleteMany({});
});
afterAll(async () => {
  for (const one of clients) await one.close();
  await world[Symbol.asyncDispose]();
});

const acts = () => world.db.collection<StoredAct>('audit_log');

/** Acts of some writers at once, each with a connection of its own, as processes have them. */
async function written({ writers, each }: { writers: number; each: number }): Promise<void> {
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const client = await new MongoClient(world.uri).connect();
      clients.push(client);
      const log = createAuditLog(client.db(world.database));
      for (let done = 0; done < each; done += 5)
        await Promise.all(
          Array.from({ length: 5 }, (__, n) =>
            log.note(openViewer(`writer ${writer}`), { act: 'export', subject: `${writer}-${done + n}` }),
          ),
        );
    }),
  );
}

test('several writers at once make one chain, with every act in it once, and each writer’s in its order', async () => {
  await written({ writers: 4, each: 50 });
  const all = await acts().find().sort({ _id: 1 }).toArray();
  expect(all.map(({ _id }) => _id)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
  for (let writer = 0; writer < 4; writer += 1) {
    const own = all.filter(({ address }) => address === `writer ${writer}`).map(({ subject }) => subject);
    expect(own).toEqual(Array.from({ length: 50 }, (_, n) => `${writer}-${n}`));
  }
  expect(await verifyActs(world.db)).toMatchObject({ acts: 200, head: { number: 200 }, firstBreak: null });
  const { result, printed } = await byHand(world.db, auditLog, []);
  expect([result, printed]).toEqual([
    'done',
    expect.stringMatching(/^200 acts.* act 200 has the hash [0-9a-f]{64}$/),
  ]);
});

test.each<[string, () => Promise<unknown>, { number: number; why: string }]>([
  [
    'a field is changed',
    () => acts().updateOne({ _id: 7 }, { $set: { subject: 'nothing' } }),
    { number: 7, why: 'changed' },
  ],
  [
    'a time is changed',
    () => acts().updateOne({ _id: 1 }, { $set: { at: new Date(0) } }),
    { number: 1, why: 'changed' },
  ],
  ['an act is taken out', () => acts().deleteOne({ _id: 5 }), { number: 5, why: 'missing' }],
  ['the first is taken out', () => acts().deleteOne({ _id: 1 }), { number: 1, why: 'missing' }],
  ['the end is cut off', () => acts().deleteMany({ _id: { $gt: 8 } }), { number: 9, why: 'missing' }],
  [
    'the last is changed',
    () => acts().updateOne({ _id: 10 }, { $set: { address: 'x' } }),
    { number: 10, why: 'changed' },
  ],
])('where %s, the job says where the chain breaks', async (_, tamper, found) => {
  await written({ writers: 1, each: 10 });
  const seen = await actsHead(world.db);
  await world.db
    .collection('audits')
    .insertOne({ at: new Date(), hours: [], buckets: 0, drift: 0, differences: [], actsHead: seen });
  expect((await byHand(world.db, auditLog, [])).result).toBe('done');
  await tamper();
  const { result, printed } = await byHand(world.db, auditLog, []);
  expect([result, printed]).toEqual([
    'failed',
    expect.stringContaining(`broken: act ${found.number} is ${found.why}`),
  ]);
});

test('where the database is away an act is not noted, and the chain goes on afterwards', async () => {
  const client = await new MongoClient(world.uri, { serverSelectionTimeoutMS: 200 }).connect();
  const log = createAuditLog(client.db(world.database));
  await log.note(openViewer('x'), { act: 'export', subject: 'a' });
  await client.close();
  await written({ writers: 1, each: 5 });
  expect(await verifyActs(world.db)).toMatchObject({ acts: 6, firstBreak: null });
});
