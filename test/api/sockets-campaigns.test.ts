/** Campaigns on the sockets: as GET shows them, whoever changes them, and once a second at most. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { io as connect, type Socket } from 'socket.io-client';
import { openChanges } from '../../api/changes.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';
import { eventId } from './planted-events.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let apis: Awaited<ReturnType<typeof openApi>>[];
let sequence = 0;
let socket: Socket;
let heard: Campaign[];

type Campaign = {
  id: string | null;
  key: string;
  name: string;
  status: string;
  revision: number;
  sequence: number;
  gone?: true;
  counters: { totalCalls: number; activeCalls: number; queuedCalls: number };
};

beforeAll(async () => {
  database = await openDatabase();
  await next(call('a', { campaignId: 'spring' }));
  const nowMs = Date.parse('2026-03-12T12:00:00Z');
  apis = [await openApi(database.db, { nowMs }), await openApi(database.db, { nowMs })];
});
afterAll(async () => {
  for (const api of apis) await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  heard = [];
  socket = connect(apis[0]?.url ?? '', { transports: ['websocket'], reconnection: false });
  socket.on('campaign_update', (campaign: Campaign) => heard.push(campaign));
  await socket.emitWithAck('subscribe:campaigns');
});
afterEach(() => void socket.close());

const next = (...calls: ReturnType<typeof call>[]) => commit(database.db, (sequence += 1), { calls });

/** Asks the other process, not the one that the client is connected to. */
async function ask(method: string, path: string, revision?: number, body?: object): Promise<Campaign> {
  const response = await fetch(`${apis[1]?.url ?? ''}/api/db/campaigns${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(revision !== undefined && { 'if-match': `"${revision}"` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return ((await response.json()) as { data: { campaign: Campaign } }).data.campaign;
}

test('a campaign is listed and pushed as GET shows it, with the sequence that its counters are true at', async () => {
  const { id } = await ask('POST', '', undefined, { name: 'Spring', key: 'spring' });
  await ask('POST', `/${id}/start`, 1);
  await until(() => heard.some(({ status }) => status === 'running'));
  const listed = new Promise((resolve) => {
    socket.once('active_campaigns', (...args: unknown[]) => resolve(args));
  });
  socket.emit('get:active_campaigns');
  expect(await listed).toEqual([[await ask('GET', `/${id}`)], { sequence }]);
  await next(call('b', { campaignId: 'spring', status: 'in_progress', endedAt: null }));
  await until(() => heard.at(-1)?.counters.activeCalls === 1);
  expect(heard.at(-1)).toEqual({ ...(await ask('GET', `/${id}`)), sequence });
  expect(heard.at(-1)?.counters).toMatchObject({ totalCalls: 2, activeCalls: 1 });
});

test('a key that nobody set up has its counters in the same place', async () => {
  await next(call('u', { campaignId: 'unknown', status: 'ringing', endedAt: null }));
  await until(() => heard.length > 0);
  expect(heard[0]).toMatchObject({
    ...{ id: null, key: 'unknown', name: null, status: null, revision: 0, sequence },
    counters: { totalCalls: 1, activeCalls: 1, queuedCalls: 0 },
  });
});

test('what another process changes is pushed, to the last word that it is gone', async () => {
  const { id } = await ask('POST', '', undefined, { name: 'Autumn' });
  await until(() => heard.some((one) => one.id === id));
  await ask('PATCH', `/${id}`, 1, { name: 'Autumn 2' });
  await until(() => heard.some(({ name, revision }) => name === 'Autumn 2' && revision === 2));
  await ask('DELETE', `/${id}`, 2);
  await until(() => heard.at(-1)?.gone === true);
  expect(heard.at(-1)).toEqual({ id, gone: true, sequence });
});

test('a replay brings what was changed by hand meanwhile', async () => {
  const { id } = await ask('POST', '', undefined, { name: 'Winter' });
  await until(() => heard.some((one) => one.id === id));
  heard = [];
  await socket.emitWithAck('replay', { from: sequence });
  expect(heard).toContainEqual({ ...(await ask('GET', `/${id}`)), sequence });
});

test('a replay says what was deleted while nobody of this client was there', async () => {
  const { id } = await ask('POST', '', undefined, { name: 'Summer' });
  await until(() => heard.some((one) => one.id === id));
  socket.disconnect();
  await ask('DELETE', `/${id}`, 1);
  heard = [];
  socket.connect();
  await socket.emitWithAck('subscribe:campaigns');
  await socket.emitWithAck('replay', { from: sequence });
  expect(heard.filter((one) => one.id === id)).toEqual([{ id, gone: true, sequence }]);
});

test('many changes of campaigns are told once a second at most, the latest state', async () => {
  await next(call('c0', { campaignId: 'busy' }));
  await until(() => heard.length > 0);
  const began = performance.now();
  for (let n = 1; n <= 20; n += 1) await next(call(`c${n}`, { campaignId: 'busy' }));
  await until(() => heard.at(-1)?.counters.totalCalls === 21);
  const most = 2 + Math.floor((performance.now() - began) / 1_000);
  expect(heard.length).toBeLessThanOrEqual(most);
});

test('of what changed no more than is needed leaves the database', async () => {
  const { operationTime } = await database.db.command({ find: 'updates', limit: 1 });
  await using changes = openChanges(database.db, { startAtOperationTime: operationTime as never });
  await changes.next();
  const transcript = { _id: 'standard:t', partId: 'standard:t', links: [], by: '1', language: null };
  await database.db.collection('transcripts').insertOne({
    ...{
      ...transcript,
      provider: 'standard',
      endpoint: 'standard',
      turns: [{ speaker: 'caller', text: 'x', atSeconds: 1 }],
    },
    ...{ eventAt: new Date(), receivedAt: new Date() },
  } as never);
  await database.db
    .collection('transcripts')
    .updateOne({ _id: 'standard:t' } as never, { $set: { by: '2' } });
  await commit(database.db, (sequence += 1), { events: [eventId('x')] });
  const told: unknown[] = [];
  while (told.length < 3) told.push((await changes.next()) ?? told.pop());
  expect(told.slice(0, 2)).toEqual(Array(2).fill({ kind: 'transcript', id: 'standard:t' }));
  expect(told[2]).toMatchObject({ kind: 'update', update: { _id: sequence } });
  expect(told[2]).not.toHaveProperty('update.events');
});

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 10) {
    if (waited > 8_000) throw new Error('it did not come to pass within 8 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
