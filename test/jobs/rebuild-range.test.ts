/** A range rebuilt in place: everything in it that is not what the log says is made so, while events come, and nothing else is touched. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RANK } from '../../ingest/contract.ts';
import { rebuild } from '../../jobs/rebuild/job.ts';
import type { StoredCall, StoredUpdate } from '../../projector/documents.ts';
import type { BucketId } from '../../projector/views/view.ts';
import { HOUR_MS } from '../../projector/windows.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { anyEvent, eventOf, scopedEvent } from '../support/events.ts';
import { appendEvents } from '../support/log-writer.ts';
import { openTails } from '../support/tails.ts';
import { openWorld, type World } from '../support/world.ts';
import { byHand } from './by-hand.ts';

type Counted = { _id: BucketId; revision: number; calls: number; q?: object };

const PATIENCE_MS = 60_000;
const RANGE = { from: '2026-11-01T00:00Z', to: '2026-11-04T00:00Z' };

const run = ({ db }: World, { from, to }: typeof RANGE) =>
  byHand(db, rebuild, ['range', '--from', from, '--to', to]);

function someEvents(seed: number, scope: number) {
  const events = fc.sample(anyEvent, { numRuns: 150, seed });
  return events.map((event, index) => scopedEvent(event, scope + Math.floor(index / 5)));
}

async function project({ db }: World, seed: number): Promise<void> {
  await appendEvents(db, someEvents(seed, 0));
  await waitUntilCaughtUp(db, PATIENCE_MS);
}

async function callsOf({ db }: World): Promise<StoredCall[]> {
  const started = { callId: { $exists: true }, startedAt: { $type: 'date' as const } };
  return db.collection<StoredCall>('calls').find(started).sort({ _id: 1 }).toArray();
}

/** Each way in which a version can be wrong, on calls and buckets of their own. */
async function spoil(world: World): Promise<number> {
  const { db } = world;
  const [lost, longer, moved, joined, ...others] = await callsOf(world);
  const joining = others.find((call) => call._id !== joined?._id);
  if (!lost || !longer || !moved || !joined || !joining) throw new Error('too few calls');
  const calls = db.collection<{ _id: string }>('calls');
  await calls.deleteOne({ _id: lost._id });
  await calls.updateOne({ _id: longer._id }, { $set: { durationMs: 1, title: 'spoiled' } });
  const later = new Date((moved.startedAt?.getTime() ?? 0) + 30 * HOUR_MS);
  await calls.updateOne({ _id: moved._id }, { $set: { startedAt: later } });
  // Two calls that nothing joins, kept as one.
  const marker: object = { mergedInto: joined._id, revision: 1 };
  await calls.replaceOne({ _id: joining._id }, marker);
  const aliases = [...joined.aliases, ...joining.aliases];
  await calls.updateOne(
    { _id: joined._id },
    { $set: { aliases, parts: [...joined.parts, ...joining.parts] } },
  );
  const nowhere = 'standard:default:nowhere';
  const bogus = { ...longer, _id: nowhere, callId: nowhere, aliases: [nowhere] };
  await calls.insertOne(bogus);
  const hourly = db.collection<Counted>('outcome_hourly');
  const [gone, more] = await hourly.find({ calls: { $gt: 0 } }).toArray();
  if (!gone || !more) throw new Error('too few buckets');
  await hourly.deleteOne({ _id: gone._id });
  await hourly.updateOne({ _id: more._id }, { $inc: { calls: 2, 'q.1.calls': 2 } });
  const nobody = { d: 'agent' as const, k: 'nobody', at: more._id.at };
  await hourly.insertOne({ _id: nobody, revision: 1, calls: 4, q: { 0: { calls: 4 } } });
  const daily = db.collection<Counted>('duration_daily');
  const day = await daily.findOne({ calls: { $gt: 0 } });
  await daily.updateOne({ _id: day?._id ?? nobody }, { $inc: { calls: 3 } });
  return db.collection('updates').countDocuments({ 'buckets.0': { $exists: true } });
}

test('whatever is wrong in the range is made right and told; a second run finds nothing', async () => {
  await using world = await openWorld();
  await using _ = openTails(world, ['views']);
  await project(world, 1);
  const before = await spoil(world);
  expect(await storedViews(world.db)).not.toBe(await expectedViews(world.db));
  const mended = await run(world, RANGE);
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
  expect(mended.result).toBe('done');
  expect(mended.printed).toMatch(/^72 hours held against the log: [5-9] calls and \d+ buckets mended$/m);
  // Newest first.
  const hours = [...mended.printed.matchAll(/^ {2}(\S+Z): /gm)].map(([, at]) => at);
  expect(hours).toEqual([...hours].sort().reverse());
  const updates = world.db.collection<StoredUpdate>('updates').find({ 'buckets.0': { $exists: true } });
  const told = (await updates.sort({ _id: 1 }).toArray()).slice(before);
  expect(told.length).toBeGreaterThan(0);
  expect(told.flatMap(({ buckets }) => buckets.map(({ k }) => k))).toContain('nobody');
  expect((await run(world, RANGE)).printed).toBe(
    '72 hours held against the log: 0 calls and 0 buckets mended',
  );
});

test('hours outside the range are left alone', async () => {
  await using world = await openWorld();
  await using _ = openTails(world, ['views']);
  await project(world, 2);
  await spoil(world);
  const spoiled = await storedViews(world.db);
  await run(world, { from: '2026-09-01T00:00Z', to: '2026-09-03T00:00Z' });
  expect(await storedViews(world.db)).toBe(spoiled);
});

test('events that come meanwhile are in once, whoever folds them first', async () => {
  await using world = await openWorld();
  await using _ = openTails(world, ['views']);
  await project(world, 3);
  await spoil(world);
  const more = someEvents(4, 20);
  const coming = (async () => {
    for (const event of more) await appendEvents(world.db, [event]);
  })();
  await run(world, RANGE);
  await coming;
  await waitUntilCaughtUp(world.db, PATIENCE_MS);
  // What was spoiled and came to another hour meanwhile is mended by another run.
  await run(world, RANGE);
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
});

test('events that are in the log and not yet in the views are told with the calls they belong to', async () => {
  await using world = await openWorld();
  {
    await using _ = openTails(world, ['views']);
    await project(world, 5);
  }
  const startedAt = { rank: RANK.startedAt.legStated, value: new Date('2026-11-02T01:30:00Z') };
  const waiting = eventOf({ partId: 'twilio:CA-waiting', facts: { witness: 'leg', groups: { startedAt } } });
  await appendEvents(world.db, [waiting]);
  await run(world, RANGE);
  expect((await callsOf(world)).map(({ callId }) => callId)).toContain('twilio:CA-waiting');
  expect(await world.db.collection<StoredUpdate>('updates').countDocuments({ events: waiting._id })).toBe(1);
});

test('a range that is none is refused with the reason', async () => {
  await using world = await openWorld();
  const refused = async (...words: string[]) =>
    (await byHand(world.db, rebuild, ['range', ...words])).printed;
  expect(await refused()).toBe('range needs --from, and may have --to');
  expect(await refused('--from', '2026-11-02', '--to', '2026-11-01')).toBe(
    'the range holds no hour: --from is not before --to',
  );
});
