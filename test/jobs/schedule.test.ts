/** The clock of the jobs on a real replica set: one run at a time, missed runs caught up once, skips and failures on record. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Job, JobParts } from '../../jobs/job.ts';
import { createJobsMetrics } from '../../jobs/metrics.ts';
import { runOnce, startSchedule, type JobRecord } from '../../jobs/schedule.ts';
import { createLog } from '../../ops/process/log.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
let parts: JobParts;
beforeEach(async () => {
  world = await openWorld();
  parts = {
    db: world.db,
    log: createLog('test', 'silent'),
    metrics: createJobsMetrics(['sweep']),
    signal: new AbortController().signal,
    print: () => undefined,
  };
});
afterEach(() => world[Symbol.asyncDispose]());

const records = () => world.db.collection<JobRecord>('jobs');
const recordOf = () => records().findOne({ _id: 'sweep' });

function sweep(run: Job['run'], schedule = '0 0 1 1 *'): Job {
  return { name: 'sweep', summary: 'a job for a test', schedule, run };
}

test('two processes at the same time run a job once, and the skip is on record', async () => {
  let runs = 0;
  const slow = sweep(async () => {
    runs += 1;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return 'done';
  });
  await Promise.all([runOnce(records(), slow, parts), runOnce(records(), slow, parts)]);
  expect(runs).toBe(1);
  expect(await recordOf()).toMatchObject({ runs: 1, skips: 1, failures: 0, lastError: null });
  await runOnce(records(), slow, parts);
  expect(await recordOf()).toMatchObject({ runs: 2, skips: 1 });
});

test('a run that throws gives the lease up and leaves what went wrong on record', async () => {
  const broken = sweep(() => Promise.reject(new Error('no broom')));
  await runOnce(records(), broken, parts);
  expect(await recordOf()).toMatchObject({
    runs: 1,
    failures: 1,
    lastError: 'no broom',
    lastSuccessAt: null,
  });
  await runOnce(
    records(),
    sweep(() => Promise.resolve('done')),
    parts,
  );
  const mended = await recordOf();
  expect(mended).toMatchObject({ runs: 2, failures: 1, lastError: null });
  expect(mended?.lastSuccessAt).toBeInstanceOf(Date);
});

test('a run whose process died is taken over once its lease has run out', async () => {
  await runOnce(
    records(),
    sweep(() => Promise.resolve('done')),
    parts,
  );
  await records().updateOne({ _id: 'sweep' }, { $set: { expiresAt: new Date(Date.now() + 60_000) } });
  await runOnce(
    records(),
    sweep(() => Promise.resolve('done')),
    parts,
  );
  expect(await recordOf()).toMatchObject({ runs: 1, skips: 1 });
  await records().updateOne({ _id: 'sweep' }, { $set: { expiresAt: new Date(Date.now() - 1) } });
  await runOnce(
    records(),
    sweep(() => Promise.resolve('done')),
    parts,
  );
  expect(await recordOf()).toMatchObject({ runs: 2, skips: 1 });
});

test('what was missed while no process ran is caught up once at the start, what was not is left alone', async () => {
  let runs = 0;
  const yearly = sweep(() => {
    runs += 1;
    return Promise.resolve('done');
  });
  for (const expected of [1, 1]) {
    const schedule = await startSchedule([yearly], parts);
    await schedule.stop();
    expect(runs).toBe(expected);
  }
  await records().updateOne({ _id: 'sweep' }, { $set: { lastStartedAt: new Date('2020-01-01') } });
  const schedule = await startSchedule([yearly], parts);
  await schedule.stop();
  expect(runs).toBe(2);
});
