/** `stale-calls` with a running projector: a silent call stops being active, once, and what is heard later undoes it. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { RANK, type Facts, type StoredEvent, type TailedEvent } from '../../ingest/contract.ts';
import { audit } from '../../jobs/audit/job.ts';
import { createStaleCallsJob } from '../../jobs/stale-calls.ts';
import type { StoredCall } from '../../projector/documents.ts';
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
const HOUR_MS = 3_600_000;
const job = createStaleCallsJob(() => 4);

let world: World;
let tails: ReturnType<typeof openTails>;
beforeEach(async () => {
  world = await openWorld();
  tails = openTails(world, ['views']);
});
afterEach(async () => {
  await tails[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const run = (...words: string[]) => byHand(world.db, job, words);
const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS);
const own = () => world.db.collection<StoredEvent>('events').find({ provider: 'callviews' }).toArray();
const callOf = (id: string) => world.db.collection<StoredCall>('calls').findOne({ _id: `twilio:${id}` });

function leg(id: string, status: 'queued' | 'ringing' | 'in_progress' | 'ended', at: Date): TailedEvent {
  const groups: Facts['groups'] = {
    status: { rank: RANK.status[status], value: status },
    startedAt: { rank: RANK.startedAt.legStated, value: hoursAgo(30) },
    ...(status === 'in_progress' && {
      connection: { rank: RANK.connection.inProgress, value: 'in_progress' as const },
    }),
    ...(status === 'ended' && {
      connection: { rank: RANK.connection.legCompleted, value: 'answered_unknown' as const },
      durationMs: { rank: RANK.durationMs.leg, value: 60_000 },
    }),
  };
  return eventOf({
    provider: 'twilio',
    partId: `twilio:${id}`,
    eventAt: at,
    facts: { witness: 'leg', groups },
  });
}

async function heard(...events: TailedEvent[]): Promise<void> {
  await appendEvents(world.db, events);
  await settled();
}

async function settled(): Promise<void> {
  await waitUntilCaughtUp(world.db, PATIENCE_MS);
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
}

describe('a call that nobody ended', () => {
  test('is given up after hours of silence, once; others stay as they are', async () => {
    const calls = [
      leg('CA1', 'ringing', hoursAgo(6)),
      leg('CA1', 'in_progress', hoursAgo(5)),
      leg('CA2', 'in_progress', hoursAgo(3)),
      leg('CA3', 'ended', hoursAgo(9)),
      leg('CA4', 'queued', hoursAgo(8)),
    ];
    await heard(...calls);
    expect(await run('--hours', '4')).toEqual({
      result: 'done',
      printed: '2 calls given up, silent for 4 h and more',
    });
    await settled();
    expect(await callOf('CA1')).toMatchObject({
      status: 'ended',
      connection: 'unknown',
      endReason: 'given_up',
      endedAt: null,
      lastEventAt: calls[1]?.eventAt,
      providers: ['twilio'],
    });
    expect(await callOf('CA2')).toMatchObject({ status: 'in_progress', connection: 'in_progress' });
    expect(await callOf('CA3')).toMatchObject({ status: 'ended', endReason: null });
    expect(await callOf('CA4')).toMatchObject({ status: 'ended', endReason: 'given_up' });
    const start = hoursAgo(30).toISOString();
    expect((await byHand(world.db, audit, ['--hour', start])).result).toBe('done');

    expect((await run('--hours', '4')).printed).toBe('0 calls given up, silent for 4 h and more');
    expect(await own()).toHaveLength(2);
  });

  test('is given up by one event, though two jobs judge it before the views know', async () => {
    await heard(leg('CA1', 'in_progress', hoursAgo(5)));
    await tails[Symbol.asyncDispose]();
    const runs = await Promise.all([run('--hours', '4'), run('--hours', '4'), run('--hours', '4')]);
    expect(runs.map(({ result }) => result)).toEqual(['done', 'done', 'done']);
    expect(await own()).toMatchObject([{ type: 'call.given_up', partId: 'twilio:CA1', flags: [] }]);
    tails = openTails(world, ['views']);
    await settled();
  });

  test('ends as its sender tells when that comes after all, and is active again when it is heard of', async () => {
    await heard(leg('CA1', 'in_progress', hoursAgo(7)), leg('CA2', 'in_progress', hoursAgo(7)));
    await run('--hours', '4');
    await settled();
    await heard(leg('CA1', 'ended', hoursAgo(6)), leg('CA2', 'in_progress', hoursAgo(5)));
    expect(await callOf('CA1')).toMatchObject({
      status: 'ended',
      connection: 'answered_unknown',
      durationMs: 60_000,
      endReason: null,
    });
    expect(await callOf('CA2')).toMatchObject({ status: 'in_progress', endReason: null });
    // Silent again, it is given up again: that is another judgement.
    await run('--hours', '4');
    await settled();
    expect(await callOf('CA2')).toMatchObject({ status: 'ended', endReason: 'given_up' });
    expect(await own()).toHaveLength(3);
  });

  test('is left alone while the log holds a later event that the views do not have', async () => {
    await heard(leg('CA1', 'in_progress', hoursAgo(5)));
    await tails[Symbol.asyncDispose]();
    await appendEvents(world.db, [leg('CA1', 'ended', hoursAgo(4.5))]);
    expect((await run('--hours', '4')).printed).toBe('0 calls given up, silent for 4 h and more');
    tails = openTails(world, ['views']);
    await settled();
    expect(await callOf('CA1')).toMatchObject({ status: 'ended', endReason: null });
  });
});
