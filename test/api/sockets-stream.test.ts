/** The one change stream of an api process breaks: what changed meanwhile is pushed, or everyone is told to load again, and it goes on. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { io as connect, type Socket } from 'socket.io-client';
import { createCampaignWrites } from '../../api/repositories/campaign-write.repository.ts';
import { startSet } from '../faults/sets.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let set: Awaited<ReturnType<typeof startSet>>;
let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let sequence = 0;
let socket: Socket;
let heard: { key: string; name: string | null; sequence: number }[];
let resyncs: number;

beforeAll(async () => {
  // Of its own: a server has one fail point for commands.
  set = await startSet(1, { testCommands: 'on' });
  database = await openDatabase(set.uri);
  await next();
  api = await openApi(database.db, { nowMs: Date.parse('2026-03-12T12:00:00Z') });
}, 60_000);
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await set.stop();
});
beforeEach(async () => {
  heard = [];
  resyncs = 0;
  socket = connect(api.url, { transports: ['websocket'], reconnection: false });
  socket.on('campaign_update', (campaign: (typeof heard)[number]) => heard.push(campaign));
  socket.on('resync', () => (resyncs += 1));
  await socket.emitWithAck('subscribe:campaigns');
});
afterEach(() => void socket.close());

const next = (...calls: ReturnType<typeof call>[]) => commit(database.db, (sequence += 1), { calls });

/** Fails the next getMore commands, and the openings of streams, so often. */
async function failing(times: number, errorCode: number): Promise<void> {
  const data = { failCommands: ['getMore'], errorCode };
  const mode = { times };
  await database.db.client.db('admin').command({ configureFailPoint: 'failCommand', mode, data });
}

test('it goes on where it was: what a campaign became meanwhile is pushed, and nobody loads again', async () => {
  const writes = createCampaignWrites(database.db);
  const { _id: id } = await writes.create({ name: 'Spring', key: 'spring' });
  await until(() => heard.length > 0);
  // Beyond what the driver goes on after by itself: the stream ends, and is opened again.
  await failing(6, 11_601);
  await writes.change(id, 1, { name: 'Spring 2' });
  await until(() => heard.some(({ name }) => name === 'Spring 2'));
  expect(resyncs).toBe(0);
});

test('where its history is gone everyone loads again, and it goes on from now', async () => {
  await failing(1, 286);
  await until(() => resyncs > 0);
  await next(call('a', { campaignId: 'summer' }));
  await until(() => heard.some(({ key, sequence: at }) => key === 'summer' && at === sequence));
  expect(resyncs).toBe(1);
});

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 10) {
    if (waited > 8_000) throw new Error('it did not come to pass within 8 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
