/** Clients that go, and those that must: no room is left behind, and a key that is good no more ends its connections within a minute. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { io as connect, type Socket } from 'socket.io-client';
import { createApiKey, revokeApiKey } from '../../api/keys.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

/** All clocks but the one that rings each minute. */
const REAL = [
  ...['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'],
  ...['setTimeout', 'clearTimeout'],
] as never;

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
const sockets: Socket[] = [];

beforeAll(async () => {
  jest.useFakeTimers({ doNotFake: REAL });
  database = await openDatabase();
  await commit(database.db, 1, { calls: [call('a')] });
  api = await openApi(database.db, { auth: 'required', nowMs: Date.parse('2026-03-10T12:00:00Z') });
});
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  jest.useRealTimers();
});

async function client(key: string) {
  const socket = connect(api.url, { transports: ['websocket'], reconnection: false, auth: { key } });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => socket.on('connect', resolve).on('connect_error', reject));
  return socket;
}

test('who goes leaves every room, and rooms that nobody is in are no more', async () => {
  const { key } = await createApiKey(database.db, { name: 'goes', scopes: ['read'] });
  const [stays, goes] = [await client(key), await client(key)];
  const view = { view: 'outcome', window: 'daily', from: '2026-03-10T00:00:00Z' };
  for (const socket of [stays, goes]) await socket.emitWithAck('subscribe:calls');
  await goes.emitWithAck('subscribe:campaigns');
  await goes.emitWithAck('subscribe:view', { ...view, slice: 'agent:x' });
  await goes.emitWithAck('subscribe:call', { callId: 'a' });
  const { rooms } = api.io.sockets.adapter;
  expect([...rooms.keys()]).toEqual(
    expect.arrayContaining(['calls_room', 'campaigns_room', 'view:outcome:daily:agent:x']),
  );
  // Asked, and gone before it is answered.
  goes.emit('subscribe:view', { ...view, slice: 'agent:y' });
  goes.close();
  await until(() => rooms.size === 2 && !api.followed.hasAny());
  expect([...rooms.keys()].sort()).toEqual(['calls_room', stays.id].sort());
  await stays.emitWithAck('get:active_calls');
  expect(rooms.size).toBe(2);
});

test('each minute keys are looked at: whose key was revoked is told and cut off, the others stay', async () => {
  const [good, bad] = await Promise.all(
    ['good', 'bad'].map((name) => createApiKey(database.db, { name, scopes: ['read'] })),
  );
  const [stays, goes] = [await client(good?.key ?? ''), await client(bad?.key ?? '')];
  const heard: unknown[] = [];
  goes.on('error_update', (told) => heard.push(told)).on('disconnect', (reason) => heard.push(reason));
  jest.advanceTimersByTime(60_000);
  await stays.emitWithAck('get:active_calls');
  expect(heard).toEqual([]);
  await revokeApiKey(database.db, bad?.shown.id ?? '');
  // Keys in memory may be five seconds old: by the minute that finds them older they are read anew.
  await until(() => {
    jest.advanceTimersByTime(60_000);
    return heard.length >= 2;
  });
  expect(heard).toEqual([
    { error: 'The key is no longer good', retryAfterSeconds: null, event: 'disconnect' },
    expect.stringMatching(/io server disconnect|transport close/),
  ]);
  expect(stays.connected).toBe(true);
});

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 100) {
    if (waited > 12_000) throw new Error('it did not come to pass within 12 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
