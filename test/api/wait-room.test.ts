/** `after` and `wait`: a reader sees its own event, or is told in time that it is not there yet. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Db } from 'mongodb';
import { eventId, plant, positionOf } from './planted-events.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let db: Db;

beforeEach(async () => {
  database = await openDatabase();
  db = database.db;
  await commit(db, 1, { calls: [call('a')], events: [eventId('first')] });
  api = await openApi(db, { nowMs: Date.parse('2026-03-10T12:00:00Z') });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type Answer = {
  data: { outcomes: { totalCalls: number }[]; freshness: { reached?: boolean; sequence: number } };
};
const DAY = 'startDate=2026-03-10&endDate=2026-03-10';

async function ask(query: string) {
  const began = performance.now();
  const response = await fetch(`${api.url}/api/db/analytics/outcomes?${DAY}${query}`);
  const { data } = (await response.json()) as Answer;
  return {
    status: response.status,
    reached: data.freshness.reached,
    header: response.headers.get('callviews-reached'),
    calls: data.outcomes[0]?.totalCalls,
    tookMs: performance.now() - began,
  };
}

test('an event that is in is reached at once; without after nothing is said of it', async () => {
  expect(await ask(`&after=${positionOf('first')}`)).toMatchObject({
    status: 200,
    reached: true,
    header: 'true',
  });
  expect(await ask('')).toMatchObject({ reached: undefined, header: null });
});

test('an event that comes while a reader waits wakes it, and the answer holds it', async () => {
  const asked = ask(`&after=${positionOf('late')}&wait=5000`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await commit(db, 2, { calls: [call('b')], events: [eventId('other'), eventId('late')] });
  const answer = await asked;
  expect(answer).toMatchObject({ status: 200, reached: true, calls: 2 });
  expect(answer.tookMs).toBeLessThan(4_500);
});

test('many who wait for the same event and for others are woken each by its own', async () => {
  const waiting = ['x', 'x', 'y', 'never'].map((name) => ask(`&after=${positionOf(name)}&wait=2500`));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await commit(db, 2, { events: [eventId('x')] });
  await commit(db, 3, { calls: [call('b')], events: [eventId('y')] });
  const answers = await Promise.all(waiting);
  expect(answers.map((one) => one.reached)).toEqual([true, true, true, false]);
});

test('an event that does not come is told as not reached when the wait is over', async () => {
  const answer = await ask(`&after=${positionOf('never')}&wait=300`);
  expect(answer).toMatchObject({ status: 200, reached: false, header: 'false', calls: 1 });
  expect(answer.tookMs).toBeGreaterThan(290);
  // Who waits for nothing is answered before one who came first and names no wait.
  const order: string[] = [];
  const waiting = ask(`&after=${positionOf('never')}`).then(() => order.push('as long as usual'));
  await ask(`&after=${positionOf('never')}&wait=0`).then(() => order.push('not at all'));
  await waiting;
  expect(order).toEqual(['not at all', 'as long as usual']);
});

test('a parked event is in no number: it is not reached, though its commit covers it', async () => {
  await commit(db, 2, { events: [eventId('bad')] });
  await db
    .collection('parked')
    .insertOne({ _id: eventId('bad') as never, sequence: 2, parkedAt: new Date(), error: 'x' });
  expect(await ask(`&after=${positionOf('bad')}&wait=0`)).toMatchObject({ reached: false });
});

describe('an event that no held update names', () => {
  test('is in when the projector has long been beyond it, by a later event or by being idle', async () => {
    await plant(db, 'old', { receivedAt: new Date('2026-03-09T08:00:00Z') });
    await plant(db, 'newer', { receivedAt: new Date('2026-03-10T09:00:00Z') });
    await commit(db, 2, { events: [eventId('newer')] });
    expect(await ask(`&after=${positionOf('old')}&wait=0`)).toMatchObject({ reached: true });
    await commit(db, 3, { at: new Date('2026-03-10T12:00:01Z') });
    expect(await ask(`&after=${positionOf('old')}&wait=0`)).toMatchObject({ reached: true });
  });

  test('is not in when it is newer than what the projector has reached', async () => {
    await plant(db, 'newer', { receivedAt: new Date('2026-03-10T09:00:00Z') });
    await plant(db, 'ahead', { receivedAt: new Date('2026-03-10T09:05:00Z') });
    await commit(db, 2, { at: new Date('2026-03-10T15:00:00Z'), events: [eventId('newer')] });
    expect(await ask(`&after=${positionOf('ahead')}&wait=0`)).toMatchObject({ reached: false });
  });
});

test('what was missed wakes those who wait too', async () => {
  const asked = ask(`&after=${positionOf('late')}&wait=5000`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await commit(db, 9, { events: [eventId('late')] });
  expect(await asked).toMatchObject({ reached: true });
});

test.each([
  ['after=nonsense', 'Invalid after: use the Callviews-Position of an answer to a webhook'],
  ['after=', 'Invalid after: use the Callviews-Position of an answer to a webhook'],
  [`after=${positionOf('x')}&wait=5001`, 'Invalid wait: must be a whole number of ms, 0 to 5000'],
  [`after=${positionOf('x')}&wait=-1`, 'Invalid wait: must be a whole number of ms, 0 to 5000'],
  [`after=${positionOf('x')}&wait=1e3`, 'Invalid wait: must be a whole number of ms, 0 to 5000'],
  ['wait=100', 'wait needs after: the position of the event to wait for'],
])('%s is refused with a sentence', async (query, error) => {
  const response = await fetch(`${api.url}/api/db/analytics/outcomes?${query}`);
  expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([400, error]);
});
