/** The sockets with a real client: what is pushed equals what GET answers. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { io as connect, type Socket } from 'socket.io-client';
import type { Duplex } from 'node:stream';
import { createSockets } from '../../api/sockets.ts';
import { answerClient } from '../../api/subscriptions.ts';
import { createLog } from '../../ops/process/log.ts';
import type { StoredUpdate } from '../../projector/documents.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let clients: Socket[];

beforeEach(async () => {
  database = await openDatabase();
  await commit(database.db, 1, { calls: [call('a', { agentId: 'x' })] });
  api = await openApi(database.db, {
    nowMs: Date.parse('2026-03-10T12:00:00Z'),
    origins: ['https://friend.example'],
  });
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.close();
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function client(headers: Record<string, string> = {}): Promise<Socket> {
  const socket = connect(api.url, { transports: ['websocket'], reconnection: false, extraHeaders: headers });
  clients.push(socket);
  await new Promise<void>((resolve, reject) => socket.on('connect', resolve).on('connect_error', reject));
  return socket;
}

function next(socket: Socket, event: string): Promise<unknown[]> {
  return new Promise((resolve) => socket.once(event, (...args: unknown[]) => resolve(args)));
}

async function outcomesOf(query: string): Promise<unknown> {
  const response = await fetch(`${api.url}/api/db/analytics/outcomes?${query}`);
  return ((await response.json()) as { data: { outcomes: unknown[] } }).data.outcomes[0];
}

const VIEW = { view: 'outcome', window: 'hourly', from: '2026-03-10T09:30:00Z' };
const HOUR = 'period=hour&startDate=2026-03-10T10:00:00Z&endDate=2026-03-10T11:00:00Z';

describe('subscribe:view', () => {
  test('the acknowledgement holds the buckets as GET shows them, and a commit pushes the changed one', async () => {
    const socket = await client();
    const slice = 'agent:x';
    const joined = (await socket.emitWithAck('subscribe:view', { ...VIEW, slice })) as object;
    expect(joined).toEqual({
      sequence: 1,
      buckets: [
        { at: '2026-03-10T10:00:00.000Z', revision: 1, bucket: await outcomesOf(`${HOUR}&agentId=x`) },
      ],
    });
    const pushed = next(socket, 'view_update');
    await commit(database.db, 2, {
      calls: [call('b', { agentId: 'x', goal: 'failure' }), call('c', { agentId: 'y' })],
    });
    const [update] = await pushed;
    const bucket = await outcomesOf(`${HOUR}&agentId=x`);
    expect(bucket).toMatchObject({ totalCalls: 2, successRate: 50 });
    expect(update).toEqual({
      ...{
        sequence: 2,
        view: 'outcome',
        window: 'hourly',
        slice,
        at: '2026-03-10T10:00:00.000Z',
        revision: 2,
      },
      bucket,
    });
  });

  test('a daily room gets the whole day, and one that was left gets nothing', async () => {
    const socket = await client();
    const daily = { view: 'duration', window: 'daily', from: '2026-03-01T00:00:00Z' };
    await socket.emitWithAck('subscribe:view', VIEW);
    await socket.emitWithAck('subscribe:view', daily);
    await socket.emitWithAck('unsubscribe:view', VIEW);
    const updates: { view: string; slice: string; at: string; bucket: { totalCalls: number } }[] = [];
    socket.on('view_update', (update: (typeof updates)[number]) => updates.push(update));
    await commit(database.db, 2, { calls: [call('b', { startedAt: new Date('2026-03-10T20:00:00Z') })] });
    await until(() => updates.length > 0);
    expect(updates).toMatchObject([{ view: 'duration', slice: 'all', bucket: { totalCalls: 2 } }]);
    // To this api it is the 10th: a day that has long ended is told of as well.
    await commit(database.db, 3, { calls: [call('c', { startedAt: new Date('2026-03-03T20:00:00Z') })] });
    await until(() => updates.length > 1);
    expect(updates[1]).toMatchObject({ at: '2026-03-03T00:00:00.000Z', bucket: { totalCalls: 1 } });
  });

  test('a client in as many rooms as it may join gets one of them anew, and no further one', async () => {
    const socket = await client();
    const join = (n: number) =>
      socket.emitWithAck('subscribe:view', { ...VIEW, slice: `agent:${n}` }) as Promise<{ error?: string }>;
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => join(n)));
    expect(answers.map(({ error }) => error).filter(Boolean)).toEqual([
      'A client may join 100 rooms at most',
    ]);
    expect(await join(0)).toMatchObject({ sequence: 1 });
  });

  test('a join that cannot be answered is none', async () => {
    const rooms = new Set<string>();
    const asked = new Map<string, (payload: object, done: (answer: unknown) => void) => void>();
    const socket = {
      ...{ id: 's', connected: true, rooms },
      on: (event: string, answer: never) => asked.set(event, answer),
      join: (room: string) => rooms.add(room),
      leave: (room: string) => rooms.delete(room),
    };
    const parts = {
      views: { since: () => Promise.reject(new Error('away')) },
      nowMs: () => Date.parse('2026-03-10T12:00:00Z'),
      log: createLog('test', 'silent'),
      inTurn: (answer: () => unknown) => answer(),
      mayAsk: () => Promise.resolve(),
    };
    answerClient(parts as never, socket as never, {} as never);
    const answer = await new Promise((done) => asked.get('subscribe:view')?.(VIEW, done));
    expect(answer).toEqual({ error: 'Error answering subscribe:view', retryAfterSeconds: 2 });
    expect([...rooms]).toEqual([]);
  });

  test.each([
    [{ ...VIEW, view: 'cost' }, 'view must be one of: duration, outcome, sentiment'],
    [{ ...VIEW, window: 'weekly' }, 'window must be one of: hourly, daily'],
    [{ ...VIEW, slice: 'planet:mars' }, 'Invalid slice: planet:mars. Use all, agent:…'],
    [{ ...VIEW, from: 'now' }, 'from must be an ISO instant'],
    [{ ...VIEW, from: '2015-01-01T00:00:00Z' }, 'from lies more than 10000 buckets back'],
    [undefined, 'view must be one of'],
  ])('%j is refused, and the socket lives', async (payload, text) => {
    const socket = await client();
    const answer = (await socket.emitWithAck('subscribe:view', payload)) as { error: string };
    expect(answer.error).toContain(text);
    expect(socket.connected).toBe(true);
  });
});

test('subscribe:calls sends the active calls and then each changed one, numbers cut', async () => {
  const active = {
    status: 'in_progress',
    endedAt: null,
    connection: 'in_progress',
    campaignId: 'spring',
  } as const;
  await commit(database.db, 2, { calls: [call('live', active)] });
  const socket = await client();
  const listed = next(socket, 'active_calls');
  socket.emit('subscribe:calls');
  expect(await listed).toMatchObject([[{ callId: 'live', fromNumber: '…5678' }], { sequence: 2 }]);
  // The list is read at once and may be ahead of the pushes: the change it already shows can still come.
  const changed = new Promise((resolve) => {
    socket.on('call_update', (update: { callId: string }) => update.callId === 'b' && resolve(update));
  });
  await commit(database.db, 3, { calls: [call('b')] });
  expect(await changed).toMatchObject({ callId: 'b', toNumber: '…0111', sequence: 3, revision: 3 });
});

test('subscribe:campaigns sends keys with active calls, and get:* answers the asker only', async () => {
  const active = { status: 'ringing', campaignId: 'spring', endedAt: null } as const;
  await commit(database.db, 2, { calls: [call('live', active)] });
  const [socket, other] = [await client(), await client()];
  const listed = next(socket, 'active_campaigns');
  socket.emit('subscribe:campaigns');
  const campaign = { id: null, key: 'spring', name: null, status: null, revision: 0 };
  const counters = { totalCalls: 1, activeCalls: 1 };
  expect(await listed).toMatchObject([[{ ...campaign, counters }], { sequence: 2 }]);
  const changed = next(socket, 'campaign_update');
  await commit(database.db, 3, { calls: [call('more', active)] });
  expect(await changed).toMatchObject([
    { ...campaign, counters: { totalCalls: 2, activeCalls: 2 }, sequence: 3 },
  ]);
  const heard: unknown[] = [];
  other.onAny((event) => heard.push(event));
  expect(await socket.emitWithAck('get:active_calls')).toEqual({ sequence: 3 });
  expect(await socket.emitWithAck('get:active_campaigns')).toEqual({ sequence: 3 });
  expect(heard).toEqual([]);
});

describe('replay', () => {
  test('sends the present state of what changed in the joined rooms', async () => {
    const socket = await client();
    await commit(database.db, 2, { calls: [call('b')] });
    await commit(database.db, 3, { calls: [call('c')] });
    await until(() => api.follower.freshness().sequence === 3);
    await socket.emitWithAck('subscribe:view', VIEW);
    const updates: unknown[] = [];
    socket.on('view_update', (update) => updates.push(update));
    await socket.emitWithAck('replay', { from: 1 });
    expect(updates).toMatchObject([{ sequence: 3, revision: 3, bucket: { totalCalls: 3 } }]);
  });

  test.each([77, 0])('from %d, which is not held, the client is told to load again', async (from) => {
    const socket = await client();
    const told = next(socket, 'resync');
    socket.emit('replay', { from });
    await told;
    expect(await socket.emitWithAck('replay', { from: -1 })).toEqual({
      ...{ error: 'from must be a sequence number', retryAfterSeconds: null },
    });
  });
});

test('updates that were missed and are gone make everyone load again', async () => {
  const socket = await client();
  await until(() => api.follower.freshness().sequence === 1);
  const told = next(socket, 'resync');
  await commit(database.db, 9, {});
  await told;
  expect(api.follower.freshness()).toMatchObject({ sequence: 9 });
});

describe('overflow', () => {
  test('more changes than can be told at once: everyone loads again, on a new connection', async () => {
    const socket = await client();
    await socket.emitWithAck('subscribe:calls');
    const heard: string[] = [];
    socket.onAny((event: string) => heard.push(event));
    socket.on('disconnect', (reason) => heard.push(reason));
    const many = Array.from({ length: 20_001 }, (_, n) => `call:${n}`);
    await database.db.collection<StoredUpdate>('updates').insertOne({
      ...{ _id: 2, at: new Date(), events: [], buckets: [], calls: many, merged: [] },
    });
    await until(() => heard.length >= 2);
    expect(heard[0]).toBe('resync');
    expect(['io server disconnect', 'transport close']).toContain(heard[1]);
  });

  test('who does not take in what is sent is cut off after resync, and no one else is', async () => {
    const [slow, quick] = [await client(), await client()];
    for (const socket of [slow, quick]) await socket.emitWithAck('subscribe:calls');
    const { _socket: line } = (slow.io.engine.transport as unknown as { ws: { _socket: Duplex } }).ws;
    const heard: string[] = [];
    slow.on('resync', () => heard.push('resync')).on('disconnect', () => heard.push('disconnect'));
    line.pause();
    // More than the system's own buffers take.
    const text = 'x'.repeat(1_000_000);
    for (let n = 0; n < 40; n += 1) {
      api.sockets.emitCallUpdate({ n, text });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const changed = next(quick, 'call_update');
    await commit(database.db, 2, { calls: [call('b')] });
    await changed;
    await until(() => api.io.sockets.sockets.size === 1);
    line.resume();
    await until(() => heard.length === 2);
    expect(heard).toEqual(['resync', 'disconnect']);
    expect(quick.connected).toBe(true);
  });
});

test('a foreign page is refused, our own and a listed one are not', async () => {
  await expect(client({ origin: 'https://evil.example' })).rejects.toThrow();
  await expect(client({ origin: 'null' })).rejects.toThrow();
  expect((await client({ origin: api.url })).connected).toBe(true);
  expect((await client({ origin: 'https://friend.example' })).connected).toBe(true);
});

test('a page that made its own name point here is refused', async () => {
  const headers = { host: 'evil.example:4000', origin: 'http://evil.example:4000' };
  await expect(client(headers)).rejects.toThrow();
});

test('without an acknowledgement a refusal comes as error_update', async () => {
  const socket = await client();
  const told = next(socket, 'error_update');
  socket.emit('subscribe:view', { ...VIEW, view: 'cost' });
  expect(await told).toEqual([
    {
      ...{ error: 'view must be one of: duration, outcome, sentiment', retryAfterSeconds: null },
      event: 'subscribe:view',
    },
  ]);
});

test('emitting before the sockets are served is logged and does not throw', () => {
  const lines: unknown[] = [];
  const log = { warn: (_: unknown, text: string) => lines.push(text) };
  const sockets = createSockets({ log } as never);
  sockets.emitCallUpdate({});
  sockets.emitCampaignUpdate({});
  sockets.emitToRoom('x', {}, 'room');
  expect(lines).toEqual(Array(3).fill('Socket.IO not initialized'));
});

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 10) {
    if (waited > 5_000) throw new Error('it did not come to pass within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
