/** Each job that takes away, shows or repeats is written down before it does so, by name, without what it is about. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StoredAct } from '../../api/schema.ts';
import type { QuarantinedDelivery } from '../../ingest/contract.ts';
import { parked } from '../../jobs/parked/job.ts';
import { createQuarantineJob } from '../../jobs/quarantine/job.ts';
import { rebuild } from '../../jobs/rebuild/job.ts';
import { createRejectedJob } from '../../jobs/rejected/job.ts';
import { createRetentionJob } from '../../jobs/retention/job.ts';
import type { Job } from '../../jobs/job.ts';
import { openWorld, type World } from '../support/world.ts';
import { byHand, testSenders } from './by-hand.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const retention = createRetentionJob(() => ({ RETAIN_BODIES_DAYS: 30 }));
const quarantine = createQuarantineJob(() => testSenders());
const rejected = createRejectedJob(() => testSenders());

test.each<[string, Job, string[], Partial<StoredAct>]>([
  [
    'retention',
    retention,
    [],
    { act: 'retention', details: { bodies: expect.any(String) as unknown as string } },
  ],
  ['quarantine', quarantine, ['retry', '--all'], { act: 'quarantine', details: { verb: 'retry', ids: 0 } }],
  ['parked', parked, ['retry', '--all'], { act: 'parked', details: { verb: 'retry', events: 0 } }],
  ['rejected', rejected, ['promote'], { act: 'rejected', details: { verb: 'promote' } }],
  ['rebuild', rebuild, ['rollback'], { act: 'rebuild', details: { verb: 'rollback' } }],
])('%s', async (_, job, words, act) => {
  await world.db.collection('audit_log').deleteMany({});
  await byHand(world.db, job, words);
  const acts = await world.db.collection<StoredAct>('audit_log').find().toArray();
  expect(acts).toMatchObject([{ ...act, address: expect.stringMatching(/^job on /) }]);
});

test('looking is not written down', async () => {
  await world.db.collection('audit_log').deleteMany({});
  for (const [job, verb] of [
    [quarantine, 'list'],
    [parked, 'list'],
    [rejected, 'list'],
    [rebuild, 'list'],
  ] as const)
    await byHand(world.db, job, [verb]);
  expect(await world.db.collection<QuarantinedDelivery>('audit_log').countDocuments()).toBe(0);
});
