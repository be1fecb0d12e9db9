/** `parked` on a real replica set with a running projector: looked at without a number shown, retried by an event, counted once. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent, TailedEvent } from '../../ingest/contract.ts';
import { audit } from '../../jobs/audit/job.ts';
import { parked as job } from '../../jobs/parked/job.ts';
import { PROJECTOR_SCHEMA } from '../../projector/schema.ts';
import { claimCheckpoint } from '../../projector/checkpoint.ts';
import type { Checkpoint, ParkedEvent, StoredUpdate } from '../../projector/documents.ts';
import { reasonOf } from '../../projector/reason.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { eventOf } from '../support/events.ts';
import { appendEvents } from '../support/log-writer.ts';
import { openTails } from '../support/tails.ts';
import { openWorld, type World } from '../support/world.ts';
import { byHand } from './by-hand.ts';

// Beside other suites on a busy machine a test may take many times its few seconds.
jest.setTimeout(120_000);

const PATIENCE_MS = 30_000;
const NUMBER = '+15550100099';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const run = (...words: string[]) => byHand(world.db, job, words);
const parked = () => world.db.collection<ParkedEvent>('parked').find().toArray();

const report = (id: string): TailedEvent => {
  const facts = {
    witness: 'report' as const,
    groups: {
      status: { rank: 3, value: 'ended' as const },
      startedAt: { rank: 2, value: new Date('2026-11-02T10:00:00Z') },
      route: { rank: 1, value: { direction: 'inbound' as const, fromNumber: NUMBER } },
    },
  };
  return eventOf({ partId: `standard:default:${id}`, facts });
};

/** Makes the server refuse calls of this id for ever, as a defect would, or takes that back. */
async function refuse(id: string | null): Promise<void> {
  const schema = PROJECTOR_SCHEMA.find(({ name }) => name === 'calls')?.validator;
  const all = [
    { $jsonSchema: schema },
    ...(id === null ? [] : [{ callId: { $ne: `standard:default:${id}` } }]),
  ];
  await world.db.command({ collMod: 'calls', validator: { $and: all } });
}

async function expectViewsAsRecounted(): Promise<void> {
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
}

describe('a parked event', () => {
  test('is listed and shown without a number, stays parked while its cause stays, and is counted once after', async () => {
    await refuse('bad');
    await using _tails = openTails(world, ['views']);
    await appendEvents(world.db, [report('good'), report('bad'), report('fine')]);
    await waitUntilCaughtUp(world.db, PATIENCE_MS);
    const [first] = await parked();
    expect(first).toMatchObject({ tries: 1 });
    const id = first?._id.toString('hex') ?? '';

    const listed = await run('list');
    expect(listed.printed).toMatch(
      new RegExp(`^${id.slice(0, 16)} .* 1  standard/default  call.completed `, 'm'),
    );
    expect(listed.printed).toMatch(/1 parked$/);
    const shown = await run('show', id.slice(0, 8));
    expect(shown.printed).toContain('says      route, startedAt, status');
    expect(listed.printed + shown.printed).not.toContain(NUMBER);
    expect((await run('show', id, '--facts')).printed).toContain(NUMBER);

    const again = await run('retry', id);
    expect(again.result).toBe('failed');
    expect(again.printed).toMatch(/ 2  standard\/default .*\n0 in the views now, 1 parked again$/);
    const [second] = await parked();
    expect(second?.sequence).toBeGreaterThan(first?.sequence ?? 0);
    await expectViewsAsRecounted();

    await refuse(null);
    expect(await run('retry', '--all')).toEqual({
      result: 'done',
      printed: '1 in the views now, 0 parked again',
    });
    expect(await parked()).toEqual([]);
    await waitUntilCaughtUp(world.db, PATIENCE_MS);
    await expectViewsAsRecounted();
    const day = await world.db.collection('outcome_daily').findOne({ '_id.d': 'all' });
    expect(day).toMatchObject({ calls: 3 });
    // The commit that holds it names it: whoever waits for this event waits for that one.
    const naming = await world.db
      .collection<StoredUpdate>('updates')
      .find({ events: first?._id ?? null } as never)
      .toArray();
    expect(naming).toHaveLength(3);
    expect((await byHand(world.db, audit, ['--hour', '2026-11-02T10:00Z'])).result).toBe('done');
  });

  test('is retried by one event, whoever asks how often; without a projector that is said', async () => {
    await claimCheckpoint(world.db, 1);
    const event = report('late');
    await appendEvents(world.db, [event]);
    const parkedAt = new Date();
    await world.db
      .collection<ParkedEvent>('parked')
      .insertOne({ _id: event._id, sequence: 7, parkedAt, error: 'Error: x' });
    const ending = AbortSignal.abort();
    for (const words of [
      ['retry', '--all'],
      ['retry', event._id.toString('hex')],
    ]) {
      const { result, printed } = await byHand(world.db, job, words, ending);
      expect(result).toBe('failed');
      expect(printed).toContain('1 asked for, and not taken up yet');
    }
    const own = await world.db.collection<StoredEvent>('events').find({ provider: 'callviews' }).toArray();
    expect(own).toMatchObject([{ type: 'event.retried', facts: null, endpoint: event.endpoint }]);
    await using _tails = openTails(world, ['views']);
    await waitUntilCaughtUp(world.db, PATIENCE_MS);
    expect(await parked()).toEqual([]);
    await expectViewsAsRecounted();
  });

  test('leaves parked when a scan of the log folds it', async () => {
    const event = report('mended');
    await appendEvents(world.db, [event]);
    await world.db
      .collection<ParkedEvent>('parked')
      .insertOne({ _id: event._id, sequence: 1, parkedAt: new Date(), error: 'Error: x' });
    await using _tails = openTails(world, ['views']);
    await waitUntilCaughtUp(world.db, PATIENCE_MS);
    // The scan's end is a commit of its own.
    const checkpoints = world.db.collection<Checkpoint>('checkpoints');
    while ((await checkpoints.findOne({ _id: 'views' }))?.position?.kind !== 'tail') await sleep(20);
    expect(await parked()).toEqual([]);
    await expectViewsAsRecounted();
  });

  test('is named by enough of its id, and nothing is done without a choice', async () => {
    expect(await run('list')).toEqual({ result: 'done', printed: '0 parked' });
    expect(await run('retry')).toEqual({ result: 'failed', printed: 'retry needs ids or --all' });
    expect(await run('show', 'abcdef')).toEqual({
      result: 'failed',
      printed: 'abcdef: no such event is parked',
    });
  });
});

test('the reason of a parking quotes no value', () => {
  const dump = new TypeError(`"Anna said hello" is not valid, nor ${NUMBER} nor 'a, b' (reading 'getTime')`);
  expect(reasonOf(dump)).toBe(`TypeError: … is not valid, nor … nor … (reading 'getTime')`);
  expect(reasonOf('x'.repeat(900))).toHaveLength(500);
});
