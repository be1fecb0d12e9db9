/** The rebuild as an operator runs it: what it prints, what it mends, what it refuses. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createViewRepository } from '../../api/repositories/view.repository.ts';
import { rebuild } from '../../jobs/rebuild/job.ts';
import type { Lease, StoredUpdate } from '../../projector/documents.ts';
import type { BucketId } from '../../projector/views/view.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { anyEvent, scopedEvent } from '../support/events.ts';
import { appendEvents } from '../support/log-writer.ts';
import { openTails } from '../support/tails.ts';
import { openWorld, type World } from '../support/world.ts';
import { byHand } from './by-hand.ts';

const PATIENCE_MS = 60_000;
const AT = new Date('2026-11-01T22:00:00Z');

async function project({ db }: World, seed: number): Promise<void> {
  const events = fc.sample(anyEvent, { numRuns: 200, seed });
  await appendEvents(
    db,
    events.map((event, index) => scopedEvent(event, Math.floor(index / 5))),
  );
  await waitUntilCaughtUp(db, PATIENCE_MS);
}

async function spoil({ db }: World, name: string): Promise<void> {
  const buckets = db.collection<{ _id: BucketId; goal: { failure: number } }>(name);
  const spoiled = await buckets.updateOne(
    { _id: { d: 'all', k: null, at: AT } },
    { $inc: { 'goal.failure': 1 } },
  );
  expect(spoiled.modifiedCount).toBe(1);
}

const run = ({ db }: World, ...words: string[]) => byHand(db, rebuild, words);

test('a wrong cell is printed and mended, the way back brings it again, and every answer says a later revision', async () => {
  await using world = await openWorld();
  await using _ = openTails(world, ['views']);
  await project(world, 1);
  await spoil(world, 'outcome_hourly');
  const held = await run(world, '--hold', '--hours', '2');
  expect(held.result).toBe('done');
  expect(held.printed).toMatch(/^version 2: \d+ events, \d+ calls, \d+ buckets in .* since sequence \d+$/m);
  expect(held.printed).toMatch(
    /^ {2}outcome_hourly all:null 2026-11-01T22:00:00.000Z goal.failure (\d+) → \d+$/m,
  );
  expect(held.printed).toContain('1 buckets differ; ');
  expect(held.printed).toContain('recounted from the log, 0 differ');
  expect(held.printed).toContain('version 2 is followed and not shown');
  expect(await storedViews(world.db)).not.toBe(await expectedViews(world.db));
  // What is ready is gone on with, not built again.
  const flipped = await run(world, '--hours', '2');
  expect(flipped.printed).toContain('version 2 is ready since an earlier run');
  const [, sequence = ''] = /version 2 is in use since sequence (\d+)/.exec(flipped.printed) ?? [];
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
  const updates = world.db.collection<StoredUpdate>('updates');
  expect(
    await updates
      .find({ all: true })
      .map(({ _id }) => _id)
      .toArray(),
  ).toEqual([Number(sequence)]);
  const slice = { dimension: 'all', key: null } as const;
  const { buckets } = await createViewRepository(world.db).since({
    view: 'outcome',
    window: 'hourly',
    slice,
    atMs: 0,
  });
  expect(Math.min(...buckets.map(({ revision }) => revision))).toBeGreaterThanOrEqual(Number(sequence));
  expect((await run(world, 'list')).printed).toMatch(/^ +1 +followed +before[^]*^ +2 +in use/m);
  await project(world, 2);
  expect((await run(world, 'rollback')).printed).toBe('version 1 is in use again');
  expect(await storedViews(world.db)).not.toBe(await expectedViews(world.db));
  expect(await storedViews(world.db, 2)).toBe(await expectedViews(world.db));
  expect((await run(world, 'drop', '1')).printed).toBe('version 1 is in use');
  expect((await run(world, 'flip', '2')).printed).toBe('version 2 is in use');
  expect((await run(world, 'drop')).printed).toBe('dropped: version 1');
});

test('a new version that is not what the log says is told of and not shown; one at a time is built', async () => {
  await using world = await openWorld();
  await using _ = openTails(world, ['views']);
  await project(world, 3);
  await run(world, '--hold', '--hours', '1');
  await spoil(world, 'outcome_hourly_v2');
  const failed = await run(world, '--hours', '1');
  expect([failed.result, failed.printed]).toEqual([
    'failed',
    expect.stringContaining('version 2 is not shown'),
  ]);
  const lease = { holder: 'another', epoch: 1, expiresAt: new Date(Date.now() + 60_000), session: null };
  await world.db.collection<Lease>('leases').updateOne({ _id: 'rebuild' }, { $set: lease }, { upsert: true });
  expect(await run(world)).toEqual({ result: 'failed', printed: 'another rebuild is under way' });
});
