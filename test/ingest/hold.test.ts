/** What is kept beside the log while the database is away: held as long as events are, in the same room, and kept once. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { createKeeper } from '../../ingest/contract.ts';
import { COMMIT_LIMITS } from '../../ingest/group-commit.ts';
import { twilio } from '../../ingest/providers/twilio.ts';
import { startReplicaSet, type ReplicaSet } from '../../ops/mongod/start.ts';
import { createLog } from '../../ops/process/log.ts';
import { fixture } from '../fixtures/read.ts';
import { testSenders } from '../jobs/by-hand.ts';
import { startIngest } from '../support/ingest.ts';
import { elevenlabsRequest, TEST_SECRETS, type TestRequest } from '../support/webhooks.ts';
import { openWorld, type World } from '../support/world.ts';

let set: ReplicaSet;
let world: World;
beforeAll(async () => {
  const binary = process.env.CALLVIEWS_TEST_MONGOD_BINARY;
  if (binary === undefined) throw new Error('no mongod: run through `npm test`, which finds one');
  // Of its own: a server has one fail point for commands, and other suites plant theirs.
  set = await startReplicaSet({ nodes: 1, binary, testCommands: 'on' });
  world = await openWorld(set.uri);
}, 60_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await set.stop();
});

/** Makes inserts into a collection fail as when there is no primary, or hang. */
async function fail(
  collection: string,
  mode: object | 'off' | 'alwaysOn',
  how: object = { errorCode: 10_107 },
): Promise<void> {
  const data = { failCommands: ['insert'], namespace: `${world.database}.${collection}`, ...how };
  await world.client
    .db('admin')
    .command({ configureFailPoint: 'failCommand', mode, ...(mode !== 'off' && { data }) });
}

const stamp = Math.floor(Date.now() / 1_000);
const recording = (id: string): TestRequest => {
  const data = { conversation_id: id, agent_id: 'a', full_audio: Buffer.from(id).toString('base64') };
  return elevenlabsRequest({ type: 'post_call_audio', event_timestamp: stamp, data });
};
const unreadable = (id: string): TestRequest => elevenlabsRequest({ nothing: id });
const started = (holdMs: number, queueDocuments = 100) =>
  startIngest({
    db: world.db,
    storeAudio: true,
    limits: { commit: { ...COMMIT_LIMITS, holdMs, queueDocuments } },
  });

describe.each([
  ['quarantine', unreadable, 'quarantine'],
  ['audio', recording, 'audio.files'],
])('%s', (_what, request, collection) => {
  test('rides out an election, and is kept once', async () => {
    await using running = await started(8_000);
    const before = await world.db.collection(collection).countDocuments();
    await fail(collection, { times: 6 });
    expect((await running.post(request('ridden'))).status).toBe(200);
    expect(await world.db.collection(collection).countDocuments()).toBe(before + 1);
  });

  test('is given up after the hold with 503, and can be sent again', async () => {
    await using running = await started(400);
    await fail(collection, 'alwaysOn');
    const refused = await running.post(request('late'));
    await fail(collection, 'off');
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '2']);
    expect((await running.post(request('late'))).status).toBe(200);
  });

  test('takes room: what is more is refused at once', async () => {
    await using running = await started(3_000, 2);
    await fail(collection, 'alwaysOn');
    const held = [running.post(request('one')), running.post(request('two'))];
    const deadline = Date.now() + 5_000;
    while (running.ingest.hasRoom() && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5));
    let isOver = false;
    void Promise.race(held).then(() => (isOver = true));
    const refused = await running.post(request('three'));
    expect([refused.status, refused.headers['retry-after'], isOver]).toEqual([503, '1', false]);
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([503, 503]);
    await fail(collection, 'off');
    expect(running.ingest.hasRoom()).toBe(true);
  });
});

test('a recording whose chunks are acknowledged one by one is not given up, however long it takes', async () => {
  await using running = await started(700);
  const audio = randomBytes(2_500_000);
  const data = { conversation_id: 'long', agent_id: 'a', full_audio: audio.toString('base64') };
  // By name: what was given up in a test before may still arrive.
  const filename = createHash('sha256').update(audio).digest('hex');
  await fail('audio.chunks', 'alwaysOn', { blockConnection: true, blockTimeMS: 200 });
  const began = performance.now();
  const { status } = await running.post(
    elevenlabsRequest({ type: 'post_call_audio', event_timestamp: stamp, data }),
  );
  await fail('audio.chunks', 'off');
  expect(performance.now() - began).toBeGreaterThan(1_400);
  expect(status).toBe(200);
  expect(await world.db.collection('audio.files').countDocuments({ filename })).toBe(1);
}, 20_000);

test('an event of Event Streams is given up within its sender’s 5 seconds, others are held on', async () => {
  await using running = await started(6_000);
  const body = Buffer.from(JSON.stringify(fixture('twilio/stream_call_summary.json')));
  const target = `/webhooks/twilio?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
  const signature = getExpectedTwilioSignature(TEST_SECRETS.twilio[0], `https://public.example${target}`, {});
  const streamed = {
    target,
    headers: { 'content-type': 'application/json', 'x-twilio-signature': signature },
    body,
  };
  const other = elevenlabsRequest({
    type: 'post_call_transcription',
    event_timestamp: stamp,
    data: { conversation_id: 'held', agent_id: 'a', status: 'done' },
  });
  // A job that puts the same in has nobody who waits.
  const keeper = await createKeeper(world.db, testSenders(), createLog('test', 'silent'));
  const verdict = { ok: true, scheme: 'twilio-sha1', secretId: 'test', skewMs: null } as const;
  const delivery = { endpoint: 'default', target, body, headers: {}, receivedAt: new Date() };
  await fail('events', 'alwaysOn');
  const began = performance.now();
  const held = running.post(other);
  const byJob = keeper.keep({ provider: twilio, settingsVersion: '1', verdict, delivery }, 'quarantine');
  expect((await running.post(streamed)).status).toBe(503);
  const tookMs = performance.now() - began;
  expect(tookMs).toBeGreaterThan(3_500);
  expect(tookMs).toBeLessThan(5_000);
  await fail('events', 'off');
  expect((await held).status).toBe(200);
  expect(await byJob).toMatchObject({ durable: true });
}, 20_000);
