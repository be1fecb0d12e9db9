/** The audit on a real replica set: silent where all is right, under load too; loud for one wrong cell and for a call never folded. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Timestamp } from 'mongodb';
import type { TailedEvent } from '../../ingest/contract.ts';
import { auditHour } from '../../jobs/audit/audit.ts';
import { audit } from '../../jobs/audit/job.ts';
import { JOBS } from '../../jobs/index.ts';
import type { JobParts } from '../../jobs/job.ts';
import { createJobsMetrics } from '../../jobs/metrics.ts';
import { createLog } from '../../ops/process/log.ts';
import { commitBatch, type Writer } from '../../projector/commit.ts';
import { batchOf } from '../support/batches.ts';
import { anyEvent, eventOf, scopedEvent } from '../support/events.ts';
import { appendEvents } from '../support/log-writer.ts';
import { openWorld, type World } from '../support/world.ts';
import { openWriter } from '../support/writer.ts';

const HOUR_MS = 3_600_000;
const FIRST_HOUR_MS = Date.parse('2026-11-01T22:00:00Z');
const HOURS = Array.from({ length: 8 }, (_, index) => FIRST_HOUR_MS + index * HOUR_MS);

const logAt = (fromNow: number) => new Timestamp({ t: Math.floor(Date.now() / 1_000) + fromNow, i: 1 });
const whole = (hourMs: number) => ({ hourMs, quarters: [0, 1, 2, 3] });

let world: World;
let writer: Writer;
beforeEach(async () => {
  world = await openWorld();
  writer = await openWriter(world, 1);
});
afterEach(async () => {
  await writer.session.endSession();
  await world[Symbol.asyncDispose]();
});

const histories = (count: number, seed: number): TailedEvent[] =>
  fc.sample(anyEvent, { numRuns: count, seed }).map((event, index) => scopedEvent(event, index % 40));

async function project(events: readonly TailedEvent[]): Promise<void> {
  await commitBatch(writer, batchOf(events), () => undefined);
}

async function auditAll() {
  const audited = [];
  for (const hourMs of HOURS) audited.push(await auditHour(world.db, whole(hourMs)));
  return audited.map((one) => {
    if (one === null) throw new Error('nothing could be said');
    return one;
  });
}

function partsOf(printed: string[]): JobParts {
  return {
    db: world.db,
    log: createLog('test', 'silent'),
    metrics: createJobsMetrics(JOBS.map((job) => job.name)),
    signal: new AbortController().signal,
    print: (line) => void printed.push(line),
  };
}

describe('an audit', () => {
  test('finds every bucket of every hour right after many calls were folded in many commits', async () => {
    const events = histories(600, 7);
    await appendEvents(world.db, events);
    for (let from = 0; from < events.length; from += 83) await project(events.slice(from, from + 83));
    const audited = await auditAll();
    expect(audited.flatMap((one) => one.differences)).toEqual([]);
    expect(audited.reduce((sum, one) => sum + one.buckets, 0)).toBeGreaterThan(300);
  });

  test('raises no false alarm for events that are in the log and not yet in the views', async () => {
    const events = histories(400, 8);
    await project(events.slice(0, 200));
    await appendEvents(world.db, events);
    expect((await auditAll()).flatMap((one) => one.differences)).toEqual([]);
  });

  test('says nothing before the projector has started', async () => {
    expect(await auditHour(world.db, whole(FIRST_HOUR_MS))).toBeNull();
  });

  test('finds a cell that is wrong by one in an hourly bucket, tells of it, counts and keeps it, and fails', async () => {
    const events = histories(200, 9);
    await appendEvents(world.db, events);
    await project(events);
    const at = new Date(FIRST_HOUR_MS);
    const planted = await world.db
      .collection<{ _id: object }>('outcome_hourly')
      .updateOne({ _id: { d: 'all', k: null, at } }, { $inc: { 'goal.failure': 1 } });
    expect(planted.modifiedCount).toBe(1);
    const printed: string[] = [];
    const parts = partsOf(printed);
    expect(await audit.run(parts, { hour: at })).toBe('failed');
    // Once against the log, and once more in the day, which is no longer the sum of its hours.
    expect(printed.join('\n')).toMatch(
      /outcome_hourly all:null 2026-11-01T22:00:00.000Z goal.failure: \d+, should be \d+/,
    );
    expect(printed.join('\n')).toContain('outcome_daily all:null 2026-11-01T00:00:00.000Z');
    const drift = await parts.metrics.registry.getSingleMetricAsString('callviews_audit_drift_total');
    expect(drift).toMatch(/audit_drift_total 2$/m);
    expect(await world.db.collection('audits').findOne()).toMatchObject({
      drift: 2,
      differences: [
        { view: 'outcome', window: 'hourly', at },
        { view: 'outcome', window: 'daily' },
      ],
    });
  });

  test('finds a bucket that should not be there', async () => {
    const events = histories(50, 10);
    await appendEvents(world.db, events);
    await project(events);
    const _id = { d: 'agent', k: 'nobody', at: new Date(FIRST_HOUR_MS) };
    await world.db
      .collection<{ _id: object; revision: number; calls: number }>('sentiment_hourly')
      .insertOne({ _id, revision: 1, calls: 1 });
    const audited = await auditHour(world.db, whole(FIRST_HOUR_MS));
    expect(audited?.differences).toContainEqual(
      expect.objectContaining({
        view: 'sentiment',
        window: 'hourly',
        key: 'nobody',
        expected: null,
        found: 1,
      }),
    );
  });

  test('finds a call that was passed by: well behind the projector in the log, in no update', async () => {
    const events = histories(60, 11).map((event) => ({ ...event, logAt: logAt(-3_600) }));
    const [passed, ...rest] = events.filter((event) => event.facts?.groups.startedAt !== undefined);
    if (passed === undefined) throw new Error('no event with a start');
    await appendEvents(world.db, [passed, ...rest]);
    await project([...rest, { ...eventOf({ facts: null }), logAt: logAt(0) }]);
    expect((await auditAll()).flatMap((one) => one.differences).length).toBeGreaterThan(0);
  });

  test('raises no false alarm after a long stop, when no update is held any more and new events wait', async () => {
    const events = histories(120, 12);
    const old = events.slice(0, 60).map((event) => ({ ...event, logAt: logAt(-200_000) }));
    await appendEvents(world.db, [...old, ...events.slice(60)]);
    await project(old);
    await world.db.collection('updates').deleteMany({});
    expect((await auditAll()).flatMap((one) => one.differences)).toEqual([]);
  });
});
