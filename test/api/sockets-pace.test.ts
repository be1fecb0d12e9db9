/** How often a room is told: at once while it is quiet, ten times a second at most while it is not, and in the end the last state. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPush } from '../../api/push.ts';
import { roomName } from '../../api/rooms.ts';
import { call, commit, openDatabase, SILENT } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
  const calls = ['busy', 'quiet'].map((agentId) => call(agentId, { agentId }));
  await commit(database.db, 1, { calls });
});
afterAll(() => database[Symbol.asyncDispose]());

const roomOf = (agent: string) =>
  roomName({ view: 'outcome', window: 'hourly', slice: { dimension: 'agent', key: agent } });

test('a busy room is told at once, then each tenth of a second at most and to the end; a quiet one does not wait for it', async () => {
  const told: { room: string; atMs: number; payload: object }[] = [];
  const push = createPush({
    ...{ db: database.db, log: SILENT, tellLeftOut: () => undefined },
    followed: { among: () => [], all: () => [], hasAny: () => false, tell: () => Promise.resolve() },
    audience: {
      isJoined: (room) => room === roomOf('busy') || room === roomOf('quiet'),
      send: ({ room, payload }) => void told.push({ room, payload, atMs: performance.now() }),
      ...{ resync: () => undefined, cutOff: () => undefined, sent: () => undefined },
    },
  });
  const update = (agent: string, hour: number) =>
    push.updated({
      ...{ _id: 1, at: new Date(), calls: [], merged: [] },
      buckets: [{ d: 'agent', k: agent, at: new Date(`2026-03-10T${hour}:00:00Z`) }],
    });
  const beganMs = performance.now();
  let quietMs = Infinity;
  for (let n = 0; performance.now() - beganMs < 700; n += 1) {
    update('busy', 10);
    if (quietMs === Infinity && n > 20) {
      quietMs = performance.now();
      update('quiet', 10);
    }
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  const lastMs = performance.now();
  const of = (agent: string) => told.filter(({ room }) => room === roomOf(agent));
  for (let waited = 0; (of('busy').at(-1)?.atMs ?? 0) < lastMs; waited += 10) {
    if (waited > 5_000) throw new Error('the last change was not told within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // The first was taken after the beginning, each a pause after the one before, and none was told before it was taken.
  const early = of('busy').filter(({ atMs }, index) => atMs - beganMs < index * 100 - 1);
  expect(of('busy').length).toBeGreaterThan(1);
  expect(early).toEqual([]);
  // It was told between two tellings of the busy room, or with the next of them: never a pause later.
  const sinceQuiet = told.filter(({ atMs }) => atMs >= quietMs);
  expect(sinceQuiet.findIndex(({ room }) => room === roomOf('quiet'))).toBeLessThanOrEqual(1);
});
