/** The whole road on real parts: a signed POST goes in, pushes and answers come out, on real processes and a real client. */
import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { Delivery } from './simulator/delivery.ts';
import { createSender } from './simulator/deliver.ts';
import { deliveriesOf } from './simulator/payloads.ts';
import { planCalls } from './simulator/plan.ts';
import type { PlannedCall } from './simulator/planned.ts';
import { waitUntilCaughtUp } from './support/caught-up.ts';
import { openRoad, SECRETS } from './support/road.ts';
import { openWorld } from './support/world.ts';

type Push = { event: string; payload: Record<string, unknown> };

async function connect(apiUrl: string, from: Date): Promise<{ socket: Socket; pushes: Push[] }> {
  const socket = io(apiUrl, { transports: ['websocket'], forceNew: true });
  const pushes: Push[] = [];
  for (const event of ['call_update', 'view_update', 'active_calls']) {
    socket.on(event, (payload: Record<string, unknown>) => {
      pushes.push({ event, payload });
    });
  }
  socket.emit('subscribe:calls');
  for (const view of ['duration', 'outcome', 'sentiment']) {
    for (const window of ['hourly', 'daily']) {
      await socket.emitWithAck('subscribe:view', { view, window, slice: 'all', from: from.toISOString() });
    }
  }
  return { socket, pushes };
}

async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  withinMs = 10_000,
): Promise<T> {
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(10);
  }
  throw new Error(`waited ${withinMs} ms in vain for ${what}`);
}

/** The parts of the four answers that these tests look at. */
type Answer = {
  stats: Record<string, unknown>[];
  outcomes: Record<string, unknown>[];
  distribution: Record<string, unknown>;
  [field: string]: unknown;
};

async function get(apiUrl: string, path: string): Promise<Answer> {
  const response = await fetch(`${apiUrl}/api/db/analytics/${path}`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { data: Answer }).data;
}

/** A call of which a telephone leg and a conversation tell, with each one's deliveries. */
function joinedCall(baseAt: Date): { call: PlannedCall; leg: Delivery[]; conversation: Delivery[] } {
  const planned = planCalls({ seed: 7, calls: 200, days: 1, baseAt });
  const call = planned.find(
    (one) =>
      one.scenario === 'joined' &&
      one.conversations.length === 1 &&
      one.childLegs.length === 0 &&
      one.truth.connection === 'answered_human',
  );
  if (call === undefined) throw new Error('the plan has no such call');
  const all = deliveriesOf(call, baseAt);
  return {
    call,
    leg: all.filter((one) => one.path.startsWith('/webhooks/twilio')),
    conversation: all.filter((one) => one.path.startsWith('/webhooks/elevenlabs')),
  };
}

describe('the road', () => {
  test('a signed webhook becomes pushes on a live socket and rows in all four answers', async () => {
    await using world = await openWorld();
    await using road = await openRoad(world);
    const baseAt = new Date();
    const { call, leg, conversation } = joinedCall(baseAt);
    const startedAt = call.truth.startedAt ?? baseAt;
    const day = new Date(Math.floor(startedAt.getTime() / 86_400_000) * 86_400_000);
    const { socket, pushes } = await connect(road.apiUrl, day);
    const sender = createSender({ url: road.ingestUrl, secrets: SECRETS, concurrency: 1 });
    for (const delivery of [...leg, ...conversation]) {
      expect((await sender.deliver(delivery)).answer.status).toBe(200);
    }
    const seconds = (call.truth.durationMs ?? 0) / 1_000;
    await until('the ended call', () =>
      pushes.find(
        ({ event, payload }) =>
          event === 'call_update' && payload.callId === call.truth.callId && payload.status === 'ended',
      ),
    );
    await waitUntilCaughtUp(world.db, 10_000);
    const hour = new Date(Math.floor(startedAt.getTime() / 3_600_000) * 3_600_000).toISOString();
    const range = `startDate=${day.toISOString()}&endDate=${new Date(day.getTime() + 86_400_000).toISOString()}&fill=false`;
    const duration = await get(road.apiUrl, `duration/hour?${range}`);
    expect(duration.stats).toEqual([
      expect.objectContaining({ start: hour, totalCalls: 1, totalDurationSeconds: seconds }),
    ]);
    // What the socket showed last is what GET answers.
    const [row] = duration.stats;
    await until('the same row on the socket', () => {
      const last = pushes.findLast(
        ({ event, payload }) =>
          event === 'view_update' && payload.view === 'duration' && payload.window === 'hourly',
      );
      return JSON.stringify(last?.payload.bucket) === JSON.stringify(row) ? true : undefined;
    });
    const outcomes = await get(road.apiUrl, `outcomes?period=hour&${range}`);
    expect(outcomes.outcomes).toEqual([expect.objectContaining({ totalCalls: 1, [call.truth.goal]: 1 })]);
    const sentiment = await get(road.apiUrl, `sentiment?${range}`);
    expect(sentiment.distribution).toMatchObject({ total: 1, [call.truth.sentiment ?? 'unknown']: 1 });
    const realTime = await get(road.apiUrl, 'real-time');
    expect(realTime).toMatchObject({ activeCallCount: 0, recentCalls: [{ callId: call.truth.callId }] });
    socket.close();
    sender.close();
  }, 60_000);

  test('what ingest acknowledged is in the first answer that waits for it', async () => {
    await using world = await openWorld();
    await using road = await openRoad(world);
    const { conversation } = joinedCall(new Date());
    const sender = createSender({ url: road.ingestUrl, secrets: SECRETS, concurrency: 1 });
    let last: string | undefined;
    for (const delivery of conversation) last = (await sender.deliver(delivery)).answer.position ?? last;
    const asked = await fetch(
      `${road.apiUrl}/api/db/analytics/outcomes?period=day&fill=false&after=${last ?? ''}&wait=5000`,
    );
    expect(await asked.json()).toMatchObject({
      data: { outcomes: [{ totalCalls: 1 }], freshness: { reached: true } },
    });
    sender.close();
  }, 60_000);

  test.each(['the leg first', 'the conversation first'])(
    'a leg and a conversation become one call, counted once at every moment: %s',
    async (order) => {
      await using world = await openWorld();
      await using road = await openRoad(world);
      const { call, leg, conversation } = joinedCall(new Date());
      const sender = createSender({ url: road.ingestUrl, secrets: SECRETS, concurrency: 1 });
      const totals: number[] = [];
      const updates = world.db.collection<{ events: unknown[] }>('updates');
      let sent = 0;
      for (const delivery of order === 'the leg first'
        ? [...leg, ...conversation]
        : [...conversation, ...leg]) {
        await sender.deliver(delivery);
        sent += 1;
        await until('the event in the views', async () => {
          const applied = await updates.aggregate([{ $unwind: '$events' }, { $count: 'n' }]).next();
          return applied?.n === sent ? true : undefined;
        });
        const buckets = await world.db.collection('duration_daily').find({ '_id.d': 'all' }).toArray();
        totals.push(
          buckets.reduce((total, bucket) => total + ((bucket.calls as number | undefined) ?? 0), 0),
        );
      }
      expect(new Set(totals.slice(1))).toEqual(new Set([1]));
      const calls = await world.db
        .collection('calls')
        .find({ callId: { $exists: true } })
        .toArray();
      expect(calls.map((one) => one.callId as string)).toEqual([call.truth.callId]);
      expect(calls[0]?.providers).toEqual(['elevenlabs', 'twilio']);
      sender.close();
    },
    60_000,
  );

  test('with the projector stopped under load and started again, totals become exact and pushes arrive', async () => {
    await using world = await openWorld();
    await using road = await openRoad(world);
    const baseAt = new Date();
    const planned = planCalls({ seed: 11, calls: 60, days: 1, baseAt });
    const deliveries = planned.flatMap((call) => deliveriesOf(call, baseAt));
    const { socket, pushes } = await connect(road.apiUrl, new Date(baseAt.getTime() - 2 * 86_400_000));
    const sender = createSender({ url: road.ingestUrl, secrets: SECRETS, concurrency: 4 });
    const third = Math.floor(deliveries.length / 3);
    for (const delivery of deliveries.slice(0, third)) await sender.deliver(delivery);
    road.projector.child.kill('SIGTERM');
    await road.projector.ended;
    for (const delivery of deliveries.slice(third))
      expect((await sender.deliver(delivery)).answer.status).toBe(200);
    const before = pushes.length;
    road.start('projector');
    const counted = planned.filter((call) => call.truth.startedAt !== null).length;
    await until('all calls', async () => {
      const rows = (await get(road.apiUrl, 'duration/day?fill=false')).stats;
      return rows.reduce((total, row) => total + Number(row.totalCalls), 0) === counted ? true : undefined;
    });
    await until('a push after the restart', () => (pushes.length > before ? true : undefined));
    socket.close();
    sender.close();
  }, 60_000);
});
