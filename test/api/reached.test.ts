/** The numbers of a campaign that were called: carried on from commit to commit, they are what counting anew gives. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ObjectId } from 'mongodb';
import { reachedTargets } from '../../api/repositories/reached.ts';
import { atOneMoment, type Snapshot } from '../../api/repositories/snapshot.ts';
import type { StoredTarget } from '../../api/schema.ts';
import type { Checkpoint, MergedCall, StoredCall, StoredUpdate } from '../../projector/documents.ts';
import { createRandom } from '../simulator/random.ts';
import { call, openDatabase } from './planted.ts';

const CAMPAIGN = { _id: 'c1', key: 'spring', targetSet: 'set-1' };
/** Half of them are the campaign's. */
const NUMBERS = Array.from({ length: 40 }, (_, n) => `+49300000${String(n).padStart(4, '0')}`);
const KEYS = ['spring', 'autumn', null];

let database: Awaited<ReturnType<typeof openDatabase>>;
let sequence = 0;

beforeAll(async () => {
  database = await openDatabase();
  const targets = NUMBERS.filter((_, n) => n % 2 === 0).map((number) => ({
    ...{ _id: new ObjectId(), campaignId: CAMPAIGN._id, set: CAMPAIGN.targetSet, number },
  }));
  await database.db.collection<StoredTarget>('campaign_targets').insertMany(targets);
});
afterAll(() => database[Symbol.asyncDispose]());

function stored(id: string, campaignId: string | null, toNumber: string | null): StoredCall {
  return {
    _id: id,
    revision: 1,
    parts: [{ id, groups: {} }] as never,
    ...call(id, { campaignId, toNumber }),
  };
}

/** Replaces calls and says so, as a commit of the projector does. */
async function commit(calls: (StoredCall | MergedCall)[], said: Partial<StoredUpdate> = {}): Promise<void> {
  const { db } = database;
  sequence += 1;
  const ids = calls.map(({ _id }) => _id);
  const before = await db
    .collection<StoredCall>('calls')
    .find({ _id: { $in: ids } })
    .toArray();
  const campaigns = [...before, ...calls].flatMap((one) => ('callId' in one ? (one.campaignId ?? []) : []));
  const update = { _id: sequence, at: new Date(), events: [], buckets: [], merged: [] as string[] };
  await using session = db.client.startSession();
  await session.withTransaction(async () => {
    for (const one of calls)
      await db
        .collection<StoredCall | MergedCall>('calls')
        .replaceOne({ _id: one._id }, one, { upsert: true, session });
    await db
      .collection<StoredUpdate>('updates')
      .insertOne(
        { ...update, calls: ids.slice(1), merged: ids.slice(0, 1), campaigns, ...said },
        { session },
      );
    await db
      .collection<Checkpoint>('checkpoints')
      .updateOne(
        { _id: 'views' },
        { $set: { epoch: 1, sequence, position: null, at: new Date() } },
        { upsert: true, session },
      );
  });
}

async function anew({ session, collection }: Snapshot): Promise<number> {
  const calls = await collection<StoredCall>('calls')
    .find({ campaignId: CAMPAIGN.key }, { session })
    .toArray();
  const numbers = new Set(calls.map(({ toNumber }) => toNumber ?? ''));
  return [...numbers].filter((number) => NUMBERS.indexOf(number) % 2 === 0).length;
}

const both = async (snapshot: Snapshot) => ({
  carried: await reachedTargets(snapshot, CAMPAIGN),
  anew: await anew(snapshot),
});

test('after any commits, in any order of snapshots', async () => {
  const random = createRandom(20261128, 'reached');
  const change = () =>
    Array.from({ length: random.whole(1, 5) }, () => {
      const id = `call-${random.whole(1, 60)}`;
      if (random.chance(0.15)) return { _id: id, mergedInto: 'call-0', revision: 1 };
      return stored(id, random.pick(KEYS), random.pick([...NUMBERS, null]));
    }).filter(({ _id }, n, all) => all.findIndex((one) => one._id === _id) === n);
  const seen = new Set<number>();
  for (let round = 0; round < 80; round += 1) {
    const kind = random.pick(['told', 'told', 'told', 'everything', 'gone', 'older'] as const);
    if (kind === 'everything') await commit(change(), { calls: [], merged: [], campaigns: [], all: true });
    else await commit(change());
    if (kind === 'gone') {
      await database.db.collection<StoredUpdate>('updates').deleteOne({ _id: sequence });
      await commit(change());
    }
    if (kind === 'older') {
      // Read at, before a commit that a later snapshot is asked about first.
      await atOneMoment(database.db, async (older) => {
        await anew(older);
        await commit(change());
        const newer = await atOneMoment(database.db, both);
        expect(newer.carried).toBe(newer.anew);
        const then = await both(older);
        expect(then.carried).toBe(then.anew);
      });
    }
    const now = await atOneMoment(database.db, both);
    expect(now.carried).toBe(now.anew);
    seen.add(now.anew);
    const side = await Promise.all([both, both].map((read) => atOneMoment(database.db, read)));
    for (const one of side) expect(one.carried).toBe(one.anew);
  }
  expect(seen.size).toBeGreaterThan(5);
});

test('what no commit touched is not read again', async () => {
  const { db } = database;
  const many = Array.from({ length: 500 }, (_, n) => stored(`more-${n}`, 'spring', NUMBERS[n % 40] ?? null));
  await commit(many);
  await atOneMoment(db, both);
  await commit([stored('one-more', 'spring', NUMBERS[0] ?? null)]);
  await db.command({ profile: 2 });
  await atOneMoment(db, (snapshot) => reachedTargets(snapshot, CAMPAIGN));
  await db.command({ profile: 0 });
  const read = await db
    .collection('system.profile')
    .find({ ns: `${db.databaseName}.calls`, op: { $in: ['query', 'command'] } })
    .toArray();
  expect(read).toHaveLength(1);
  expect(read[0]?.docsExamined).toBe(1);
});
