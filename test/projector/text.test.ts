/** The second tail on a real replica set: what was said is kept, scored where nobody labelled it, and changes nothing twice. */
import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent } from '../../ingest/contract.ts';
import type { Checkpoint, StoredCall, StoredRecording, StoredTranscript } from '../../projector/documents.ts';
import type { StoredBucket } from '../../projector/views/view.ts';
import { expireLeases } from '../faults/log-load.ts';
import { formFixture } from '../fixtures/read.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { waitUntilBothCaughtUp, waitUntilCaughtUp } from '../support/caught-up.ts';
import { deliver, type SentBody } from '../support/deliveries.ts';
import { startProcess } from '../support/processes.ts';
import { openTails } from '../support/tails.ts';
import { openWorld, type World } from '../support/world.ts';

const PATIENCE_MS = 15_000;
const GLAD = 'Oh that is great, thank you so much, you have been really helpful.';
const PLAIN = 'My postal code is nine four one one zero.';
const SAD = 'I am very disappointed with this service, it is awful.';

type Sketch = { id?: string; at?: number; language?: string | null; said?: string[]; label?: string };

/** A conversation as ElevenLabs tells it after its end; `at` moves the telling, not the call. */
function conversation({ id = 'conv_1', at = 0, language = 'en', said = [GLAD], label }: Sketch): SentBody {
  const turns = said.flatMap((message, index) => [
    { role: 'agent', message: 'Terrible weather, is it not?', time_in_call_secs: index * 10 },
    { role: 'user', message, time_in_call_secs: index * 10 + 4 },
    { role: 'agent', message: null, time_in_call_secs: index * 10 + 5 },
  ]);
  const body = {
    type: 'post_call_transcription',
    event_timestamp: 1_795_428_100 + at,
    data: {
      agent_id: 'agent_1',
      conversation_id: id,
      status: 'done',
      transcript: turns,
      metadata: {
        start_time_unix_secs: 1_795_428_000,
        call_duration_secs: 60,
        ...(language !== null && { main_language: language }),
      },
      ...(label !== undefined && { analysis: { sentiment_analysis: { overall_label: label } } }),
    },
  };
  return { provider: 'elevenlabs', body };
}

const callback = (name: string, more: Record<string, string> = {}): SentBody => ({
  provider: 'twilio',
  body: new URLSearchParams({ ...formFixture(`twilio/${name}.json`).parameters, ...more }),
});

const transcriptOf = (world: World, id: string) =>
  world.db.collection<StoredTranscript>('transcripts').findOne({ _id: id });
const callOf = async (world: World, id = 'elevenlabs:conv_1') => {
  const call = await world.db.collection<StoredCall>('calls').findOne({ _id: id });
  if (call === null) throw new Error(`no call ${id}`);
  return call;
};
const ownEvents = (world: World) =>
  world.db.collection<StoredEvent>('events').find({ provider: 'callviews' }).toArray();

/** Everything that text and views hold, as one text. */
async function stateOf(world: World): Promise<string> {
  const kept = await Promise.all(
    ['transcripts', 'recordings'].map((name) => world.db.collection(name).find().sort({ _id: 1 }).toArray()),
  );
  return JSON.stringify(kept) + (await storedViews(world.db));
}

/** The cells of the day in which all calls of these tests start. */
async function sentimentOfDay(world: World) {
  const day = await world.db.collection<StoredBucket>('sentiment_daily').findOne({ '_id.d': 'all' });
  if (day === null) return null;
  const { _id: _, revision: __, ...cells } = day;
  return cells;
}

async function expectViewsAsRecounted(world: World): Promise<void> {
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
}

describe('what was said', () => {
  test('in a conversation is one document of its turns, with tools left out', async () => {
    await using world = await openWorld();
    await using _tails = openTails(world);
    const [event] = await deliver(world.db, [conversation({ said: [GLAD, PLAIN] })]);
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    expect(await transcriptOf(world, 'elevenlabs:conv_1')).toEqual({
      _id: 'elevenlabs:conv_1',
      partId: 'elevenlabs:conv_1',
      links: [],
      provider: 'elevenlabs',
      endpoint: 'default',
      language: 'en',
      turns: [
        { speaker: 'agent', text: 'Terrible weather, is it not?', atSeconds: 0 },
        { speaker: 'caller', text: GLAD, atSeconds: 4 },
        { speaker: 'agent', text: 'Terrible weather, is it not?', atSeconds: 10 },
        { speaker: 'caller', text: PLAIN, atSeconds: 14 },
      ],
      by: expect.stringMatching(/^[0-9a-f]{44}$/),
      eventAt: event?.eventAt,
      receivedAt: event?.receivedAt,
    });
    const found = { $text: { $search: 'postal' } };
    expect(await world.db.collection('transcripts').countDocuments(found)).toBe(1);
  });

  test('piece by piece stands in its order, whatever order the pieces come in, and finds its leg', async () => {
    await using world = await openWorld();
    await using _tails = openTails(world);
    const piece = (n: number, transcript: string, more = {}): SentBody =>
      callback('transcription_content', {
        SequenceId: String(n),
        TranscriptionData: JSON.stringify({ transcript }),
        ...more,
      });
    await deliver(world.db, [piece(7, 'second', { Track: 'outbound_track' }), piece(3, 'first')]);
    await deliver(world.db, [piece(5, 'not yet', { Final: 'false' }), piece(12, 'third'), piece(3, 'first')]);
    // The same place with other words is a variant of the event: the one that was sent later stands.
    await deliver(world.db, [piece(3, 'first, heard better', { Timestamp: '2026-11-23T10:00:13.5Z' })]);
    await deliver(world.db, [piece(7, 'second, heard worse', { Timestamp: '2026-11-23T10:00:01Z' })]);
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    const kept = await transcriptOf(world, `twilio:GT${'0'.repeat(31)}1`);
    expect(kept?.turns.map(({ piece: at, speaker, text }) => [at, speaker, text])).toEqual([
      [3, 'caller', 'first, heard better'],
      [7, 'agent', 'second'],
      [12, 'caller', 'third'],
    ]);
    expect([kept?.language, kept?.links]).toEqual(['en-US', [`twilio:CA${'0'.repeat(31)}1`]]);
    // Alone it makes no call, and pieces are not scored.
    expect(await world.db.collection('calls').countDocuments()).toBe(0);
    expect(await ownEvents(world)).toEqual([]);
  });

  test('in a recording is kept beside what is told of it; a late word that it runs does not undo its end', async () => {
    await using world = await openWorld();
    await using _tails = openTails(world);
    await deliver(world.db, [callback('recording_completed'), callback('recording_transcription')]);
    await deliver(world.db, [
      callback('recording_completed', { RecordingStatus: 'in-progress', RecordingDuration: '-1' }),
      callback('status_completed', { RecordingSid: `RE${'0'.repeat(31)}2` }),
    ]);
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    const recordings = world.db.collection<StoredRecording>('recordings');
    expect(await recordings.findOne({ _id: `twilio:RE${'0'.repeat(31)}1` })).toMatchObject({
      state: 'completed',
      durationMs: 41_000,
      channels: 2,
      startedAt: new Date('2026-11-23T10:00:06Z'),
      origin: 'StartCallRecordingAPI',
      audio: null,
      links: [`twilio:CA${'0'.repeat(31)}1`],
    });
    // Named in passing by its leg: a document of its own, and the leg is a link.
    expect(await recordings.findOne({ _id: `twilio:RE${'0'.repeat(31)}2` })).toMatchObject({
      partId: `twilio:RE${'0'.repeat(31)}2`,
      links: [`twilio:CA${'0'.repeat(31)}1`],
      durationMs: 41_000,
    });
    expect(await recordings.countDocuments()).toBe(2);
    expect(await transcriptOf(world, `twilio:TR${'0'.repeat(31)}1`)).toMatchObject({
      turns: [{ speaker: 'unknown', text: 'Good morning.', atSeconds: null }],
    });
  });
});

describe('a conversation without a label', () => {
  test('in English is scored by the words of the caller, and the view of sentiment moves by exactly that', async () => {
    await using world = await openWorld();
    await using tails = openTails(world);
    // What nobody can score: another language, none stated, and a caller who says nothing.
    await deliver(world.db, [
      conversation({ id: 'conv_de', language: 'de' }),
      conversation({ id: 'conv_untold', language: null }),
      conversation({ id: 'conv_silent', said: ['…'] }),
    ]);
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    expect(await ownEvents(world)).toEqual([]);
    const unlabelled = { calls: 3, label: { unknown: 3 } };
    expect(await sentimentOfDay(world)).toEqual({ ...unlabelled });

    const [source] = await deliver(world.db, [conversation({ language: 'en-GB', said: [GLAD, PLAIN] })]);
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    const call = await callOf(world);
    expect(call).toMatchObject({
      sentiment: 'positive',
      sentimentSource: 'local',
      sentimentVersion: 'vader-sentiment@1.1.3/1',
      providers: ['elevenlabs'],
      aliases: ['elevenlabs:conv_1'],
      status: 'ended',
      durationMs: 60_000,
      firstEventAt: source?.eventAt,
      lastEventAt: source?.eventAt,
    });
    const scoreSum = Math.round((call.sentimentScore ?? 0) * 10_000);
    // The mean of 0.8655 and 0.
    expect(scoreSum).toBe(4_328);
    expect(await sentimentOfDay(world)).toEqual({
      calls: 4,
      label: { unknown: 3, positive: 1 },
      source: { local: 1 },
      scored: 1,
      scoreSum,
    });
    const [own] = await ownEvents(world);
    expect(own).toMatchObject({
      type: 'sentiment.scored',
      partId: 'elevenlabs:conv_1',
      endpoint: 'default',
      eventAt: source?.eventAt,
      links: [],
    });
    expect(await world.db.collection('sentiment_daily').countDocuments({ '_id.k': 'callviews' })).toBe(0);
    expect(tails.told).toMatchObject({ written: 4, scored: 1, own: 1, failed: 0 });
    await expectViewsAsRecounted(world);
  });

  test("loses its score to the sender's later label, as if it had never been scored", async () => {
    await using world = await openWorld();
    await using tails = openTails(world);
    await deliver(world.db, [conversation({ said: [SAD] })]);
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    expect(await callOf(world)).toMatchObject({ sentiment: 'negative', sentimentSource: 'local' });
    await deliver(world.db, [conversation({ said: [SAD], at: 600, label: 'neutral' })]);
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    expect(await callOf(world)).toMatchObject({
      sentiment: 'neutral',
      sentimentSource: 'provider',
      sentimentScore: null,
    });
    // The views keep cells of 0.
    const day = (await sentimentOfDay(world)) as Record<string, Record<string, number>>;
    expect([day.label?.neutral, day.label?.negative, day.source?.local, day.scored]).toEqual([1, 0, 0, 0]);
    // A third telling without a label is not scored any more: it could never be shown.
    await deliver(world.db, [conversation({ said: [SAD], at: 900 })]);
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    expect(tails.told).toMatchObject({ scored: 1, labelled: 1 });
    await expectViewsAsRecounted(world);
  });

  test('is scored though an earlier one of its call has a label: only the last is asked', async () => {
    await using world = await openWorld();
    const leg = `CA${'0'.repeat(31)}7`;
    const joined = (sketch: Sketch, startsAt: number): SentBody => {
      const sent = conversation(sketch) as { body: { data: { metadata: object } } } & SentBody;
      Object.assign(sent.body.data.metadata, {
        start_time_unix_secs: startsAt,
        phone_call: { direction: 'inbound', call_sid: leg },
      });
      return sent;
    };
    await deliver(world.db, [
      joined({ id: 'conv_a', label: 'positive' }, 1_795_428_000),
      joined({ id: 'conv_b', said: [SAD] }, 1_795_428_070),
    ]);
    {
      // The views know the whole call before its text is read.
      await using _views = openTails(world, ['views']);
      await waitUntilCaughtUp(world.db, PATIENCE_MS);
    }
    await using _tails = openTails(world);
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    expect(await callOf(world, `twilio:${leg}`)).toMatchObject({
      sentiment: 'negative',
      sentimentSource: 'local',
    });
    await expectViewsAsRecounted(world);
  });
});

describe('the text tail', () => {
  test('read again from the beginning, and sent everything again, leaves what it left', async () => {
    await using world = await openWorld();
    const sent = [
      conversation({}),
      conversation({ id: 'conv_2', said: [SAD], at: 30 }),
      callback('recording_completed'),
      callback('transcription_content'),
    ];
    {
      await using _tails = openTails(world);
      await deliver(world.db, sent);
      await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    }
    const before = await stateOf(world);
    await world.db.collection<{ _id: string }>('checkpoints').deleteOne({ _id: 'text' });
    await using tails = openTails(world);
    await deliver(world.db, sent);
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    expect(await stateOf(world)).toBe(before);
    expect(await ownEvents(world)).toHaveLength(2);
    expect(tails.told).toMatchObject({ written: 4, scored: 0, again: 2, own: 2 });
    await expectViewsAsRecounted(world);
  });

  test.each(['text_written', 'text_passed'])(
    'killed (-9) at %s and started again leaves the same documents and the same numbers',
    async (step) => {
      await using world = await openWorld();
      const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database, LOG_LEVEL: 'info' };
      await deliver(world.db, [conversation({}), conversation({ id: 'conv_2', said: [SAD] })]);
      await using doomed = startProcess({ name: 'projector', env, crashAt: step });
      expect((await doomed.ended).signal).toBe('SIGKILL');
      await expireLeases(world);
      const written = await world.db.collection('transcripts').find().sort({ _id: 1 }).toArray();
      expect(written).toHaveLength(2);
      await deliver(world.db, [callback('recording_completed')]);
      await using running = startProcess({ name: 'projector', env });
      await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
      expect(await world.db.collection('transcripts').find().sort({ _id: 1 }).toArray()).toEqual(written);
      expect(await ownEvents(world)).toHaveLength(2);
      expect(await world.db.collection('recordings').countDocuments()).toBe(1);
      expect((await callOf(world)).sentimentSource).toBe('local');
      await expectViewsAsRecounted(world);
      running.child.kill('SIGTERM');
      expect(await running.ended).toEqual({ code: 0, signal: null });
    },
    60_000,
  );

  test('whose token leads nowhere reads the log again, without any hand', async () => {
    await using world = await openWorld();
    await deliver(world.db, [conversation({}), callback('recording_completed')]);
    await world.db.collection<Checkpoint>('checkpoints').insertOne({
      _id: 'text',
      epoch: 0,
      sequence: 7,
      position: { kind: 'tail', token: { _data: '8263' + '0'.repeat(60) }, logAt: null },
      at: new Date(),
    });
    await using tails = openTails(world);
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    expect(await transcriptOf(world, 'elevenlabs:conv_1')).not.toBeNull();
    expect(tails.told).toMatchObject({ written: 2, scored: 1, failed: 0 });
    await expectViewsAsRecounted(world);
  });

  test('that fails again and again holds up no number, and goes on where it stood once it can', async () => {
    await using world = await openWorld();
    await using _tails = openTails(world);
    const transcripts = world.db.collection('transcripts');
    // A view under that name: every write to it fails, and not for the document's sake.
    await transcripts.drop();
    await world.db.createCollection('transcripts', { viewOn: 'calls', pipeline: [] });
    await deliver(world.db, [conversation({})]);
    await waitUntilCaughtUp(world.db, PATIENCE_MS);
    expect(await callOf(world)).toMatchObject({ status: 'ended', sentiment: null });
    await sleep(500);
    await transcripts.drop();
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    expect(await transcripts.countDocuments()).toBe(1);
    expect(await callOf(world)).toMatchObject({ sentimentSource: 'local' });
  });

  test('passes by a document that the server will not have, and keeps the rest', async () => {
    await using world = await openWorld();
    await using tails = openTails(world);
    await world.db.command({
      collMod: 'transcripts',
      validator: { 'turns.text': { $not: { $regex: 'postal' } } },
    });
    await deliver(world.db, [conversation({ id: 'conv_bad', said: [PLAIN] }), conversation({})]);
    await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
    expect(await transcriptOf(world, 'elevenlabs:conv_bad')).toBeNull();
    expect(await transcriptOf(world, 'elevenlabs:conv_1')).not.toBeNull();
    expect(tails.told).toMatchObject({ failed: 1, written: 1 });
    await expectViewsAsRecounted(world);
  });
});
