/** `erase` on a real replica set with both tails running: words and numbers go everywhere, numbers of the views stay exact. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { BSON, Binary, GridFSBucket } from 'mongodb';
import { createAppend, type StoredEvent } from '../../ingest/contract.ts';
import { audit } from '../../jobs/audit/job.ts';
import { erase as job } from '../../jobs/erase/job.ts';
import type { StoredErasure } from '../../jobs/erase/ledger.ts';
import { writtenAs, holds } from '../../jobs/erase/needles.ts';
import { rebuild } from '../../jobs/rebuild/job.ts';
import type { StoredCall } from '../../projector/documents.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { waitUntilBothCaughtUp } from '../support/caught-up.ts';
import { deliver, recordsOf, type SentBody } from '../support/deliveries.ts';
import { openTails } from '../support/tails.ts';
import { openWorld, type World } from '../support/world.ts';
import { byHand } from './by-hand.ts';
import { startJob } from './job-process.ts';

// Beside other suites on a busy machine a test may take many times its few seconds.
jest.setTimeout(120_000);

const PATIENCE_MS = 30_000;
const START = Date.parse('2026-11-02T10:00:00Z') / 1_000;
const HOUR = '2026-11-02T10:00Z';
const CALLER = '+15550107777';
const COMPANY = '+15550100000';
const SAID = 'My name is Jolanda Märki and I live at 12 Elm Street.';
const SUMMARY = 'Jolanda Märki asked for a parcel to Elm Street.';
const SECRETS = [CALLER, 'Jolanda', 'Elm Street', 'M\\u00e4rki'];

type Sketch = { caller?: string; said?: string; later?: number; goal?: string };
const conversation = (
  id: string,
  { caller = CALLER, said = SAID, later = 0, goal }: Sketch = {},
): SentBody => ({
  provider: 'elevenlabs',
  body: {
    type: 'post_call_transcription',
    event_timestamp: START + 60 + later,
    data: {
      conversation_id: id,
      agent_id: 'agent_1',
      status: 'done',
      transcript: [{ role: 'user', message: said, time_in_call_secs: 1 }],
      metadata: {
        start_time_unix_secs: START,
        call_duration_secs: 30,
        phone_call: { direction: 'inbound', external_number: caller, agent_number: COMPANY },
      },
      analysis: { call_successful: goal ?? 'success', transcript_summary: SUMMARY },
    },
  },
});
const other = conversation('conv_other', {
  caller: '+15550108888',
  said: 'Where is the nearest branch, please?',
});

let world: World;
let tails: ReturnType<typeof openTails>;
beforeEach(async () => {
  world = await openWorld();
  tails = openTails(world);
});
afterEach(async () => {
  await tails[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const run = (...words: string[]) => byHand(world.db, job, words);
const events = () => world.db.collection<StoredEvent>('events');
const ledger = () => world.db.collection<StoredErasure>('erasures');

async function settled(): Promise<void> {
  await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
}

/** Collections that hold one of the secrets, by a look of the test's own: the text of every document's bytes, plain and as in a query. */
async function holding(): Promise<string[]> {
  const found = new Set<string>();
  const looked = [...SECRETS, ...SECRETS.map(encodeURIComponent)];
  for (const { name } of await world.db.listCollections({}, { nameOnly: true }).toArray()) {
    for await (const document of world.db.collection(name).find()) {
      const text = Buffer.from(BSON.serialize(document)).toString('utf8');
      if (looked.some((secret) => text.includes(secret))) found.add(name);
    }
  }
  return [...found].sort();
}

const callsOfDay = async (): Promise<number> => {
  const day = await world.db.collection('outcome_daily').findOne({ '_id.d': 'all' });
  return Number(day?.['calls'] ?? 0);
};

/** A joined call with everything that can hold words: leg, conversation, recording with sound, quarantine; and a stranger beside it. */
async function lived(): Promise<StoredEvent[]> {
  const summary = SUMMARY.replaceAll('Jolanda', 'Anna').replaceAll('Elm', 'Oak').replaceAll('Märki', 'Frei');
  const stranger = JSON.parse(JSON.stringify(other)) as { body: { data: { analysis: object } } } & SentBody;
  stranger.body.data.analysis = { call_successful: 'success', transcript_summary: summary };
  const sent = await deliver(world.db, [conversation('conv_1'), stranger]);
  await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
  const sha256 = 'ab'.repeat(32);
  const upload = new GridFSBucket(world.db, { bucketName: 'audio' }).openUploadStream(sha256);
  upload.end(Buffer.from(`sound of ${SAID}`));
  await new Promise((resolve) => upload.once('finish', resolve));
  const at = new Date();
  const source = { provider: 'elevenlabs', endpoint: 'default', eventAt: at, receivedAt: at, by: '1' };
  const told = {
    state: 'completed',
    durationMs: null,
    channels: null,
    startedAt: null,
    origin: null,
    url: null,
  };
  await world.db.collection<{ _id: string }>('recordings').insertOne({
    _id: 'elevenlabs:conv_1',
    ...{ partId: 'elevenlabs:conv_1', links: [], ...source, ...told, audio: { bytes: 9, sha256 } },
  });
  await world.db.collection<{ _id: string }>('quarantine').insertOne({
    _id: 'c'.repeat(64),
    ...{ provider: 'elevenlabs', endpoint: 'default', reason: 'schema', issues: ['data'], target: '/' },
    ...{ headers: {}, bodySha256: 'd'.repeat(64), receivedAt: at },
    body: new Binary(Buffer.from(JSON.stringify({ data: { conversation_id: 'conv_1', x: SAID } }))),
  } as never);
  return sent;
}

describe('an erased call', () => {
  test('has no word and no number left anywhere, stays counted, and is proved', async () => {
    const [event] = await lived();
    expect(await holding()).toEqual(['audio.chunks', 'calls', 'events', 'quarantine', 'transcripts']);
    const { result, printed } = await run('--call', 'elevenlabs:conv_1');
    expect(printed).toMatch(
      /^elevenlabs:conv_1: erased; of \d+ documents searched none holds a word of it; 2 calls counted, 2 before$/m,
    );
    expect(result).toBe('done');
    expect(await holding()).toEqual([]);
    expect(await world.db.collection('audio.chunks').countDocuments()).toBe(0);
    expect(await world.db.collection('transcripts').countDocuments()).toBe(1);
    await settled();
    expect(await callsOfDay()).toBe(2);
    expect((await byHand(world.db, audit, ['--hour', HOUR])).result).toBe('done');
    const call = await world.db.collection<StoredCall>('calls').findOne({ _id: 'elevenlabs:conv_1' });
    expect(call).toMatchObject({ fromNumber: null, toNumber: null, summary: null, direction: 'inbound' });
    expect(call).toMatchObject({ goal: 'success', durationMs: 30_000, providers: ['elevenlabs'] });

    const left = await events().findOne({ _id: event?._id ?? new Binary() });
    expect(left).toMatchObject({ bodySha256: event?.bodySha256, headers: {}, bodyGone: { why: 'erasure' } });
    expect(await createAppend(events())(recordsOf(conversation('conv_1')))).toMatchObject([
      { fate: 'duplicate' },
    ]);

    const proof = JSON.parse((await run('--proof', 'elevenlabs:conv_1')).printed) as StoredErasure;
    const noted = { act: 'erasure', subject: 'elevenlabs:conv_1', details: { counted: 'stays' } };
    expect(await world.db.collection('audit_log').findOne({ act: 'erasure' })).toMatchObject(noted);
    expect(proof).toMatchObject({ state: 'done', keepCount: true, search: { found: {} } });
    expect(proof.before).toMatchObject({ events: 1, transcripts: 1, recordings: 1, audio: 1, unread: 1 });
    expect(proof.after).toMatchObject({ events: 0, transcripts: 0, recordings: 0, audio: 0, unread: 0 });
    expect(await ledger().findOne()).not.toHaveProperty('needles');
  });

  test('is taken out of the numbers where that is asked, and never comes back into them', async () => {
    await lived();
    expect((await run('--call', 'elevenlabs:conv_1', '--uncount')).printed).toContain(
      '1 calls counted, 2 before',
    );
    await settled();
    expect(await callsOfDay()).toBe(1);
    await run('--call', 'elevenlabs:conv_1');
    await deliver(world.db, [conversation('conv_1', { later: 9, goal: 'failure' })]);
    await settled();
    expect(await callsOfDay()).toBe(1);
    expect((await byHand(world.db, audit, ['--hour', HOUR])).result).toBe('done');
  });

  test('is blanked again when something arrives for it later, at once in the calls and by the clock elsewhere', async () => {
    await lived();
    await run('--call', 'elevenlabs:conv_1');
    await deliver(world.db, [conversation('conv_1', { later: 9, goal: 'failure' })]);
    await settled();
    const call = await world.db.collection<StoredCall>('calls').findOne({ _id: 'elevenlabs:conv_1' });
    expect(call).toMatchObject({ goal: 'failure', fromNumber: null, summary: null });
    expect(await holding()).toEqual(['events', 'transcripts']);
    const swept = await run();
    expect(swept.result).toBe('done');
    expect(swept.printed).toBe('elevenlabs:conv_1: 2 documents that arrived later are erased too');
    expect(await holding()).toEqual([]);
    await settled();
    expect((await run()).printed).toBe('');
    expect(await ledger().findOne()).toMatchObject({ state: 'done', later: 2 });
  });

  test('by telephone number means all its calls; calls of others with the company number stay', async () => {
    await lived();
    await deliver(world.db, [conversation('conv_2', { later: 3 })]);
    await settled();
    const { result, printed } = await run('--number', CALLER);
    expect(printed).toMatch(/conv_1: erased/);
    expect(printed).toMatch(/conv_2: erased/);
    expect(result).toBe('done');
    expect(await holding()).toEqual([]);
    expect(
      await world.db.collection<StoredCall>('calls').findOne({ _id: 'elevenlabs:conv_other' }),
    ).toMatchObject({
      fromNumber: '+15550108888',
    });
    await settled();
  });

  test('is erased in the calls that a rebuild made, and in those before it', async () => {
    await lived();
    expect((await byHand(world.db, rebuild, [])).printed).toContain('version 2 is in use');
    expect(await holding()).toContain('calls_v2');
    const { result, printed } = await run('--call', 'elevenlabs:conv_1', '--uncount');
    expect(printed).toContain('none holds a word of it; 1 calls counted, 2 before');
    expect(result).toBe('done');
    expect(await holding()).toEqual([]);
    await settled();
  });

  test('is not called clean while any collection holds a word of it', async () => {
    await lived();
    await world.db.collection('notes').insertOne({ text: `heard: ${SAID}` });
    const first = await run('--call', 'elevenlabs:conv_1');
    expect(first.result).toBe('failed');
    expect(first.printed).toContain('elevenlabs:conv_1: not clean yet');
    expect(first.printed).toContain('1 in notes hold a word of it');
    expect(await ledger().findOne()).toMatchObject({ state: 'asked', search: { found: { notes: 1 } } });
    await world.db.collection('notes').drop();
    expect((await run()).printed).toContain('elevenlabs:conv_1: erased');
    expect(await holding()).toEqual([]);
  });

  test('that nobody knows is told', async () => {
    expect(await run('--call', 'elevenlabs:none')).toEqual({
      result: 'failed',
      printed: 'elevenlabs:none: no such call',
    });
    expect((await run('--number', '+1')).result).toBe('failed');
    expect((await run('--proof', 'x')).result).toBe('failed');
  });
});

test.each(['erasure_noted', 'erasure_facts_taken', 'erasure_speech_taken'])(
  'an erasure killed at %s is gone on with by the next run of the clock',
  async (step) => {
    await lived();
    const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database };
    const crash = { NODE_OPTIONS: '--import ./test/faults/crash-at.js', CRASH_AT: step };
    const killed = await startJob({ ...env, ...crash }, 'erase', '--call', 'elevenlabs:conv_1').ended;
    expect(killed.code).toBeNull();
    expect(await ledger().findOne()).toMatchObject({ state: 'asked' });
    expect((await run()).printed).toContain('elevenlabs:conv_1: erased');
    expect(await holding()).toEqual([]);
    expect(await ledger().findOne()).toMatchObject({ state: 'done', before: { transcripts: 1 } });
    await settled();
  },
);

test('words are found however a body writes them', () => {
  const looked = writtenAs(['Frau "Märki" & Söhne', '+15550107777']);
  const text = 'Frau "Märki" & Söhne';
  const ways = [
    text,
    JSON.stringify({ x: text }),
    '{"x":"Frau \\"M\\u00e4rki\\" & S\\u00f6hne"}',
    new URLSearchParams({ x: text }).toString(),
    'From=%2B15550107777&To=1',
  ];
  for (const way of ways) expect([way, holds(Buffer.from(`a ${way} b`), looked)]).toEqual([way, true]);
  expect(holds(Buffer.from('Frau Märki'), looked)).toBe(false);
});
