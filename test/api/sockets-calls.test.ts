/** A call that is followed: as GET shows it, then what is new of it, with no gap between, masked and written down as over HTTP. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { io as connect, type Socket } from 'socket.io-client';
import { createAuditLog } from '../../api/audit-log.ts';
import { createFollower } from '../../api/follow.ts';
import { createFollowedCalls, type FollowedCallUpdate } from '../../api/followed-calls.ts';
import { createApiKey } from '../../api/keys.ts';
import { createPush } from '../../api/push.ts';
import { createTranscriptRepository } from '../../api/repositories/transcript.repository.ts';
import { openViewer } from '../../api/scopes.ts';
import type { StoredTranscript } from '../../projector/documents.ts';
import { call, commit, openApi, openDatabase, SILENT } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let sockets: Socket[];
let sequence = 0;

beforeAll(async () => {
  database = await openDatabase();
  api = await openApi(database.db, { nowMs: Date.parse('2026-03-12T12:00:00Z') });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(() => void (sockets = []));
afterEach(() => {
  for (const socket of sockets) socket.close();
});

const next = (...calls: ReturnType<typeof call>[]) => commit(database.db, (sequence += 1), { calls });
const transcripts = () => database.db.collection<StoredTranscript>('transcripts');
const turn = (text: string) => ({ speaker: 'caller' as const, text, atSeconds: 1 });
const say = (id: string, links: string[], ...texts: string[]) =>
  transcripts().insertOne({
    ...{ _id: id, partId: id, links, provider: 'standard', endpoint: 'standard', by: '1', language: 'en' },
    ...{ eventAt: new Date(), receivedAt: new Date(), turns: texts.map(turn) },
  });

type Joined = Record<string, unknown> & { error?: string };
type Told = FollowedCallUpdate & {
  transcripts: { id: string; from: number; turns: { text: string | null }[] }[];
  call: { callId: string; fromNumber: string; goal: string };
};

function client(key?: string) {
  const socket = connect(api.url, {
    ...{ transports: ['websocket'], reconnection: false },
    ...(key !== undefined && { auth: { key } }),
  });
  sockets.push(socket);
  const told: Told[] = [];
  socket.on('followed_call_update', (update: Told) => told.push(update));
  const follow = (callId: unknown): Promise<Joined> => socket.emitWithAck('subscribe:call', { callId });
  return { socket, told, follow };
}

async function got(path: string, key?: string): Promise<Record<string, unknown>> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(`${api.url}/api/db/calls/${path}`, { headers });
  return ((await response.json()) as { data: Record<string, unknown> }).data;
}

test('the acknowledgement is what GET shows; each new turn comes from its index on, and all of it together is GET again', async () => {
  await next(call('a'));
  await say('conversation', ['a'], 'Hello', 'I am happy');
  const { told, follow } = client();
  const joined = await follow('a');
  const [{ call: shown }, { transcripts: spoken }] = [await got('a'), await got('a/transcript')];
  expect(joined).toEqual({ sequence, textShown: true, call: shown, transcripts: spoken });
  await transcripts().updateOne({ _id: 'conversation' }, { $push: { turns: turn('This is terrible') } });
  await until(() => told.length > 0);
  expect(told[0]).toMatchObject({ callId: 'a', sequence, call: { callId: 'a' } });
  expect(told[0]?.transcripts).toMatchObject([
    { id: 'conversation', from: 2, turns: [{ text: 'This is terrible', sentiment: 'negative' }] },
  ]);
  // One that was told anew: from the first turn on that is another one, and no more of them than there are now.
  await transcripts().updateOne({ _id: 'conversation' }, { $set: { turns: [turn('Hello'), turn('Bye')] } });
  await until(() => told.length > 1);
  expect(told[1]?.transcripts).toMatchObject([{ from: 1, turns: [{ text: 'Bye' }] }]);
  await say('leg', ['a'], 'Another source');
  await until(() => told.length > 2);
  expect(told[2]?.transcripts).toMatchObject([
    { id: 'conversation', from: 2, turns: [] },
    { id: 'leg', from: 0, turns: [{ text: 'Another source' }] },
  ]);
  await transcripts().deleteOne({ _id: 'conversation' });
  await until(() => told.length > 3);
  expect(told[3]?.transcripts).toMatchObject([{ id: 'leg', from: 1, turns: [] }]);
});

test('a call that becomes part of another is followed on, and one that is no more is gone', async () => {
  await next(call('later'));
  const { told, follow } = client();
  await follow('later');
  const calls = database.db.collection('calls');
  await calls.deleteOne({ _id: 'later' as never });
  await next(call('earlier', { aliases: ['earlier', 'later'] }));
  await changed({ calls: ['earlier'], merged: ['later'] });
  await until(() => told.length > 0);
  expect(told[0]).toMatchObject({ callId: 'later', call: { callId: 'earlier' } });
  await calls.deleteOne({ _id: 'earlier' as never });
  await changed({ calls: ['earlier'], merged: [] });
  await until(() => told.length > 1);
  expect(told[1]).toEqual({ callId: 'later', sequence, gone: true });
});

test('what comes while the call is being read is told right after it', async () => {
  await next(call('gap', { aliases: ['gap', 'leg:gap'] }));
  await say('gap-talk', ['gap'], 'One');
  // The stream begins with the last write of all, which must not be the transcript's.
  await changed({ calls: [], merged: [] });
  const { db } = database;
  const repository = createTranscriptRepository(db);
  let isFirst = true;
  let isTold = (): void => undefined;
  const heard = new Promise<void>((resolve) => (isTold = resolve));
  const followed = createFollowedCalls({
    ...{ db, audit: createAuditLog(db), tellLeftOut: () => undefined },
    transcripts: {
      shown: (...args) => repository.shown(...args),
      async spoken(snapshot, id) {
        const spoken = await repository.spoken(snapshot, id);
        if (!isFirst) return spoken;
        isFirst = false;
        // By its other id: only once the call has been read is it known to be followed.
        await changed({ calls: ['gap'], merged: [] }, 'gap');
        // Everybody has heard of it before the answer is given.
        await heard;
        return spoken;
      },
    },
  });
  const push = createPush({
    ...{ db, log: SILENT, tellLeftOut: () => undefined, followed },
    audience: {
      isJoined: () => false,
      ...{ send: () => undefined, resync: () => undefined, cutOff: () => undefined, sent: () => undefined },
    },
  });
  const follower = createFollower({ db, log: SILENT, nowMs: () => performance.now() });
  follower.listen(push);
  follower.listen({ updated: () => isTold(), lost: () => undefined });
  await follower.begin();
  const ending = new AbortController();
  const running = follower.run(ending.signal);
  const told: FollowedCallUpdate[] = [];
  const listening = { id: 'client', tell: (update: FollowedCallUpdate) => void told.push(update) };
  const joined = await push.inTurn(() => followed.follow(listening, 'leg:gap', openViewer('here')));
  await until(() => told.length > 0);
  expect(joined.sequence).toBe(sequence - 1);
  expect(told[0]).toMatchObject({ sequence, call: { revision: sequence } });
  expect(told[0]).toMatchObject({ transcripts: [{ from: 1, turns: [] }] });
  followed.drop('client');
  expect([followed.hasAny(), followed.among(['gap', 'gap-talk'])]).toEqual([false, []]);
  ending.abort();
  await running;
});

test.each([
  ['', 'callId must be the id of a call'],
  [{ $ne: 1 }, 'callId must be the id of a call'],
  ['nobody', 'No call is known by this id'],
  ['x'.repeat(501), 'callId is too long'],
])('%j is refused, and the socket lives', async (callId, error) => {
  const { socket, follow } = client();
  expect(await follow(callId)).toEqual({ error, retryAfterSeconds: null });
  expect(socket.connected).toBe(true);
  expect(api.followed.hasAny()).toBe(false);
});

test('twenty calls are followed at most; one that is left makes room and is told no more; whoever goes leaves none', async () => {
  const ids = Array.from({ length: 21 }, (_, n) => `many-${n}`);
  await next(...ids.map((id) => call(id)));
  const { socket, told, follow } = client();
  for (const id of ids.slice(0, 20)) expect((await follow(id)).error).toBeUndefined();
  expect((await follow('many-20')).error).toBe('A client may follow 20 calls at most');
  // The same again takes no other place.
  expect((await follow('many-3')).error).toBeUndefined();
  await socket.emitWithAck('unsubscribe:call', { callId: 'many-0' });
  expect((await follow('many-20')).error).toBeUndefined();
  for (const id of ['many-0', 'many-1'])
    await database.db.collection('calls').updateOne({ _id: id as never }, { $set: { goal: 'failure' } });
  await changed({ calls: ['many-0', 'many-1'], merged: [] }, 'many-1');
  await until(() => told.length > 0);
  expect(told).toMatchObject([{ callId: 'many-1', call: { goal: 'failure' } }]);
  socket.emit('subscribe:call', { callId: 'many-0' });
  socket.close();
  await until(() => !api.followed.hasAny() && api.io.sockets.adapter.rooms.size === 0);
});

describe('with keys', () => {
  const acts = (keyId: string) =>
    database.db.collection('audit_log').find({ keyId, act: 'read_transcript' }).toArray();

  test('numbers and words are for pii alone, in the answer and in what follows, and are written down once', async () => {
    const plain = await createApiKey(database.db, { name: 'plain', scopes: ['read'] });
    const trusted = await createApiKey(database.db, { name: 'trusted', scopes: ['read', 'pii'] });
    await next(call('masked'));
    await say('masked-talk', ['masked'], 'My name is Ada');
    const [few, all] = [client(plain.key), client(trusted.key)];
    const [cut, whole] = [await few.follow('masked'), await all.follow('masked')];
    for (const [{ key }, joined] of [[plain, cut] as const, [trusted, whole] as const]) {
      const [{ call: shown }, spoken] = [await got('masked', key), await got('masked/transcript', key)];
      expect(joined).toEqual({
        ...{ sequence, call: shown, textShown: spoken.textShown, transcripts: spoken.transcripts },
      });
    }
    expect(JSON.stringify(cut)).not.toMatch(/is Ada|5678901|12345678/);
    expect(JSON.stringify(whole)).toContain('Ada');
    await transcripts().updateOne({ _id: 'masked-talk' }, { $push: { turns: turn('Ada again') } });
    await until(() => few.told.length > 0 && all.told.length > 0);
    expect(JSON.stringify(few.told)).not.toContain('Ada again');
    expect(few.told[0]?.call.fromNumber).toBe('…5678');
    expect(all.told[0]?.transcripts[0]?.turns[0]?.text).toBe('Ada again');
    expect(all.told[0]?.call.fromNumber).toBe('+493012345678');
    expect(await acts(plain.shown.id)).toEqual([]);
    // One by the socket, one by GET.
    expect(await acts(trusted.shown.id)).toMatchObject(Array(2).fill({ subject: 'masked' }));
  });

  test('without the scope read nobody gets in', async () => {
    const { key } = await createApiKey(database.db, { name: 'metrics', scopes: ['metrics'] });
    const { socket } = client(key);
    const refused = await new Promise<Error>((resolve) => void socket.once('connect_error', resolve));
    expect(refused.message).toContain('lacks the scope read');
  });
});

/** Commits that calls changed, which were changed by hand. */
async function changed(what: { calls: string[]; merged: string[] }, revised = ''): Promise<void> {
  sequence += 1;
  const { db } = database;
  await db.collection('calls').updateOne({ _id: revised as never }, { $set: { revision: sequence } });
  await db.collection('checkpoints').updateOne({ _id: 'views' as never }, { $set: { sequence } });
  await db.collection('updates').insertOne({
    ...{ _id: sequence as never, at: new Date('2026-03-10T12:00:00Z'), events: [], buckets: [], ...what },
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 10) {
    if (waited > 8_000) throw new Error('it did not come to pass within 8 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
