/** One batch, one transaction, on a real replica set: what is in together, what is refused, what is passed by. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TailedEvent } from '../../ingest/contract.ts';
import { Fenced } from '../../projector/checkpoint.ts';
import { commitBatch, type Committed, type Writer } from '../../projector/commit.ts';
import type { ParkedEvent, StoredUpdate } from '../../projector/documents.ts';
import type { TailBatch } from '../../projector/tail.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { batchOf } from '../support/batches.ts';
import { anyEvent, eventOf, scopedEvent } from '../support/events.ts';
import { appendEvents } from '../support/log-writer.ts';
import { openWorld, type World } from '../support/world.ts';
import { openWriter } from '../support/writer.ts';

function someEvents(count: number, seed: number): TailedEvent[] {
  return fc.sample(anyEvent, { numRuns: count, seed }).map((event, index) => scopedEvent(event, index % 7));
}

async function commitAll(writer: Writer, batch: TailBatch): Promise<Committed[]> {
  const commits: Committed[] = [];
  await commitBatch(writer, batch, (commit) => commits.push(commit));
  return commits;
}

/** Makes the server fail commands of this database's clients, as often as told. */
async function failCommand(world: World, mode: object | string, fault: object): Promise<void> {
  await world.client.db('admin').command({
    configureFailPoint: 'failCommand',
    mode,
    ...(mode !== 'off' && { data: { ...fault, appName: world.database } }),
  });
}

describe('a batch', () => {
  test('goes in whole: views, calls, checkpoint and update carry the same sequence', async () => {
    await using world = await openWorld();
    const writer = await openWriter(world, 1);
    const events = someEvents(60, 1);
    await appendEvents(world.db, events);
    expect(await commitAll(writer, batchOf(events))).toMatchObject([{ sequence: 1, events: 60, parked: 0 }]);
    const update = await world.db.collection<StoredUpdate>('updates').findOne({ _id: 1 });
    expect(update?.events).toHaveLength(60);
    expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
    await writer.session.endSession();
  });

  test('folded a second time changes no number', async () => {
    await using world = await openWorld();
    const writer = await openWriter(world, 1);
    const events = someEvents(40, 2);
    await appendEvents(world.db, events);
    await commitAll(writer, batchOf(events));
    const before = await storedViews(world.db);
    await commitAll(writer, batchOf([...events].reverse()));
    expect(await storedViews(world.db)).toBe(before);
    await writer.session.endSession();
  });

  test('of a writer with an older epoch is refused, and nothing of it is written', async () => {
    await using world = await openWorld();
    const old = await openWriter(world, 1);
    const successor = await openWriter(world, 2);
    const events = someEvents(10, 3);
    await expect(commitAll(old, batchOf(events))).rejects.toBeInstanceOf(Fenced);
    expect(await world.db.collection('calls').countDocuments()).toBe(0);
    expect(await world.db.collection('updates').countDocuments()).toBe(0);
    await commitAll(successor, batchOf(events));
    expect(await world.db.collection('updates').countDocuments()).toBe(1);
    await Promise.all([old.session.endSession(), successor.session.endSession()]);
  });

  test('with an event that cannot be folded parks that event alone; the others go in', async () => {
    await using world = await openWorld();
    const writer = await openWriter(world, 1);
    const good = someEvents(9, 4);
    // A start that is no date: the fold has nothing it could count with.
    const facts = { witness: 'report', groups: { startedAt: { rank: 2, value: 'yesterday' } } };
    const bad = eventOf({ partId: 'standard:default:bad', facts: facts as never });
    const commits = await commitAll(writer, batchOf([...good.slice(0, 4), bad, ...good.slice(4)]));
    expect(commits.reduce((sum, commit) => sum + commit.parked, 0)).toBe(1);
    const parked = await world.db.collection<ParkedEvent>('parked').find().toArray();
    expect(parked.map((one) => one._id.toString('hex'))).toEqual([bad._id.toString('hex')]);
    await appendEvents(world.db, good);
    expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
    await writer.session.endSession();
  });

  test.each([
    ['the connection breaks at the commit', { failCommands: ['commitTransaction'], closeConnection: true }],
    ['the server shuts down at the commit', { failCommands: ['commitTransaction'], errorCode: 91 }],
    [
      'the majority is not heard of in time',
      {
        failCommands: ['commitTransaction'],
        writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
      },
    ],
  ])('is applied once where its outcome is unknown: %s', async (_what, fault) => {
    await using world = await openWorld();
    const writer = await openWriter(world, 1);
    const events = someEvents(30, 5);
    await appendEvents(world.db, events);
    await failCommand(world, { times: 2 }, fault);
    let commits: Committed[] = [];
    try {
      // A majority may know of the commit only once the server has synced, which this fault does not wait for.
      for (let tries = 0; tries < 50 && commits.length === 0; tries++) {
        commits = await commitAll(writer, batchOf(events)).catch(() => []);
        if (commits.length === 0) await sleep(50);
      }
    } finally {
      await failCommand(world, 'off', fault);
    }
    // The writer itself knows that it is in: who did not know would hand in the same batch for ever.
    expect(commits).toMatchObject([{ sequence: 1, events: 30, parked: 0 }]);
    expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
    const ids = (await world.db.collection<StoredUpdate>('updates').find().toArray()).map(
      (update) => update._id,
    );
    expect(ids).toEqual([1]);
    await writer.session.endSession();
  });

  test.each([189, 10107, 11601, 11602])(
    'is kept whole and nothing of it parked while the set answers with code %d; it goes in afterwards',
    async (errorCode) => {
      await using world = await openWorld();
      const writer = await openWriter(world, 1);
      const events = someEvents(20, 6);
      await appendEvents(world.db, events);
      const fault = { failCommands: ['findAndModify', 'find'], errorCode };
      await failCommand(world, { times: 3 }, fault);
      await expect(commitAll(writer, batchOf(events))).rejects.toMatchObject({ code: errorCode });
      await failCommand(world, 'off', fault);
      expect(await commitAll(writer, batchOf(events))).toMatchObject([{ events: 20, parked: 0 }]);
      expect(await world.db.collection('parked').countDocuments()).toBe(0);
      expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
      await writer.session.endSession();
    },
  );

  test('is not taken for in when a smaller batch of before lands late under the same number', async () => {
    await using world = await openWorld();
    const events = someEvents(20, 7);
    await appendEvents(world.db, events);
    const given = await openWriter(world, 1);
    const late = await openWriter(world, 1);
    await commitAll(late, batchOf(events.slice(0, 5)));
    await expect(commitAll(given, batchOf(events))).rejects.toThrow();
    const fresh = await openWriter(world, 1);
    expect(await commitAll(fresh, batchOf(events))).toMatchObject([{ sequence: 2, events: 20 }]);
    expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
    await Promise.all([given, late, fresh].map(({ session }) => session.endSession()));
  });
});
