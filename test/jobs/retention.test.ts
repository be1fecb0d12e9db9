/** `retention` on a real replica set: bodies, transcripts and recordings go by age, and no identity and no number goes with them. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { GridFSBucket, ObjectId, Timestamp } from 'mongodb';
import { createAppend, type StoredEvent } from '../../ingest/contract.ts';
import { audit } from '../../jobs/audit/job.ts';
import { createRetentionJob } from '../../jobs/retention/job.ts';
import type { StoredRetention } from '../../jobs/retention/progress.ts';
import { runOnce, type JobRecord } from '../../jobs/schedule.ts';
import { createJobsMetrics } from '../../jobs/metrics.ts';
import { createLog } from '../../ops/process/log.ts';
import type { Checkpoint, StoredTranscript } from '../../projector/documents.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { waitUntilBothCaughtUp } from '../support/caught-up.ts';
import { deliver, recordsOf, type SentBody } from '../support/deliveries.ts';
import { eventOf } from '../support/events.ts';
import { storedEvent } from '../support/log-writer.ts';
import { openTails } from '../support/tails.ts';
import { statusParameters } from '../support/webhooks.ts';
import { openWorld, type World } from '../support/world.ts';
import { byHand } from './by-hand.ts';
import { startJob } from './job-process.ts';

// Beside other suites on a busy machine a test may take many times its few seconds.
jest.setTimeout(120_000);

const PATIENCE_MS = 30_000;
const HOUR_MS = 3_600_000;
const job = createRetentionJob(() => ({}));

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const run = (...words: string[]) => byHand(world.db, job, words);
const events = () => world.db.collection<StoredEvent>('events');
const transcripts = () => world.db.collection<StoredTranscript>('transcripts');
const logAt = (hoursAgo: number, i = 1) =>
  new Timestamp({ t: Math.floor(Date.now() / 1_000 - hoursAgo * 3_600), i });

const START = Date.parse('2026-11-02T10:00:00Z') / 1_000;
const conversation = (id: string, { goal = 'success', later = 0 } = {}): SentBody => ({
  provider: 'elevenlabs',
  body: {
    type: 'post_call_transcription',
    event_timestamp: START + 60 + later,
    data: {
      conversation_id: id,
      agent_id: 'agent_1',
      status: 'done',
      transcript: [{ role: 'user', message: 'Where is my parcel?', time_in_call_secs: 1 }],
      metadata: { start_time_unix_secs: START, call_duration_secs: 30 },
      analysis: { call_successful: goal, transcript_summary: 'A parcel.' },
    },
  },
});

/** Appends deliveries as if they had come hours ago. */
async function deliveredAgo(hours: number, ...sent: SentBody[]): Promise<StoredEvent[]> {
  const records = sent.flatMap(recordsOf);
  await events().insertMany(records.map(({ event }, n) => ({ ...event, logAt: logAt(hours, n + 1) })));
  return records.map(({ event }) => event);
}

async function settled(): Promise<string> {
  await waitUntilBothCaughtUp(world.db, PATIENCE_MS);
  const views = await storedViews(world.db);
  expect(views).toBe(await expectedViews(world.db));
  return views;
}

describe('raw bodies', () => {
  test('go by age; ids, facts and hashes stay: no number changes, a redelivery is a duplicate, a correction moves its bucket', async () => {
    await using _tails = openTails(world);
    const callback: SentBody = {
      provider: 'twilio',
      body: new URLSearchParams(statusParameters({ CallStatus: 'ringing' })),
    };
    const old = await deliveredAgo(2, conversation('c1'), conversation('c2'), callback);
    const [fresh] = await deliver(world.db, [conversation('c3')]);
    const before = await settled();
    expect((await run('--bodies', '1h')).printed).toMatch(/^bodies: 3 taken away, of before /);
    for (const { _id, bodySha256, facts, partId } of old) {
      const left = await events().findOne({ _id });
      expect(left).toMatchObject({ bodySha256, facts, partId, bodyGone: { why: 'retention' } });
      expect(left).not.toHaveProperty('body');
    }
    const kept = await events().findOne({ _id: fresh?._id ?? null } as never);
    expect(kept?.body?.length()).toBeGreaterThan(0);
    expect(await settled()).toBe(before);
    expect((await byHand(world.db, audit, ['--hour', '2026-11-02T10:00Z'])).result).toBe('done');

    const again = await createAppend(events())(recordsOf(conversation('c1')));
    expect(again).toMatchObject([{ fate: 'duplicate' }]);
    await deliver(world.db, [conversation('c2', { goal: 'failure', later: 5 })]);
    expect(await settled()).not.toBe(before);
    const at = new Date('2026-11-02');
    const day = await world.db.collection('outcome_daily').findOne({ '_id.d': 'all', '_id.at': at });
    expect(day).toMatchObject({ calls: 3, goal: { success: 2, failure: 1 } });
    // Once more there is nothing to take.
    expect((await run('--bodies', '1h')).printed).toMatch(/^bodies: 0 taken away/);
  });

  test('stay while a tail has not read the log to its end, and within minutes of where it stands', async () => {
    await deliveredAgo(2, conversation('c1'));
    expect((await run('--bodies', '1h')).printed).toMatch(/^bodies: none taken/);
    await using _tails = openTails(world);
    await settled();
    // The log ends two hours ago: what lies within the overlap of the tails' place may still be read again.
    expect((await run('--bodies', '1h')).printed).toMatch(/^bodies: 0 taken away/);
    expect(await events().countDocuments({ bodyGone: { $exists: true } })).toBe(0);
  });

  test('that are gone are read by no tail that begins anew, and transcripts it keeps stay', async () => {
    await using tails = openTails(world);
    await deliveredAgo(2, conversation('c1'));
    await deliver(world.db, [conversation('c2')]);
    await settled();
    await run('--bodies', '1h');
    await tails[Symbol.asyncDispose]();
    await world.db.collection<Checkpoint>('checkpoints').deleteOne({ _id: 'text' });
    await using again = openTails(world);
    await settled();
    expect(again.told.failed).toBe(0);
    expect(await transcripts().countDocuments()).toBe(2);
  });

  test('go on where a killed run stopped', async () => {
    const many = Array.from({ length: 1_100 }, (_, n) =>
      storedEvent({ ...eventOf({ partId: `standard:default:${n}`, facts: null }), logAt: logAt(2, n + 1) }),
    );
    await events().insertMany(many);
    const position = { kind: 'tail' as const, token: { _data: '' }, logAt: logAt(0) };
    await world.db
      .collection<Checkpoint>('checkpoints')
      .insertMany(
        (['views', 'text'] as const).map((_id) => ({ _id, epoch: 0, sequence: 1, position, at: new Date() })),
      );
    const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database };
    const doomed = { ...env, NODE_OPTIONS: '--import ./test/faults/crash-at.js' };
    const killed = startJob({ ...doomed, CRASH_AT: 'retention_page_taken:2' }, 'retention', '--bodies', '1h');
    expect((await killed.ended).code).toBeNull();
    expect(await events().countDocuments({ bodyGone: { $exists: false } })).toBe(100);
    const done = await startJob(env, 'retention', '--bodies', '1h').ended;
    expect(done).toMatchObject({ code: 0 });
    expect(done.printed).toContain('bodies: 100 taken away');
    expect(await events().countDocuments({ bodyGone: { $exists: false } })).toBe(0);
    expect(await events().countDocuments()).toBe(1_100);
  });
});

test('transcripts go by their own age, and no number with them', async () => {
  await using _tails = openTails(world);
  const receivedAt = new Date(Date.now() - 2 * HOUR_MS);
  await deliver(world.db, [{ ...conversation('c1'), receivedAt }, conversation('c2')]);
  const before = await settled();
  const hourAgo = Math.floor(Date.now() / 1_000) - 3_600;
  expect((await run('--transcripts', '1h')).printed).toContain('transcripts: 1 deleted');
  // A run with a greater age does not bring back what has gone.
  await run('--transcripts', '2d');
  const noted = await world.db.collection<StoredRetention>('retentions').findOne({ _id: 'transcripts' });
  expect([noted?.removed, (noted?.upTo?.t ?? 0) >= hourAgo]).toEqual([1, true]);
  expect((await transcripts().find().toArray()).map(({ _id }) => _id)).toEqual(['elevenlabs:c2']);
  expect(await settled()).toBe(before);
});

test('recordings go by their own age with all their pieces; pieces of a cut upload go after a day', async () => {
  const bucket = new GridFSBucket(world.db, { bucketName: 'audio', chunkSizeBytes: 1_000 });
  const chunks = world.db.collection<{ files_id: ObjectId; n: number; data: Buffer }>('audio.chunks');
  const hoursAgo = (hours: number) => ObjectId.createFromTime(Math.floor(Date.now() / 1_000) - hours * 3_600);
  const put = async (name: string, id = new ObjectId()): Promise<void> => {
    const upload = bucket.openUploadStreamWithId(id, name.repeat(64));
    upload.end(Buffer.alloc(3_500));
    await new Promise((resolve) => upload.once('finish', resolve));
  };
  await put('a', hoursAgo(3));
  await put('b');
  const uploadDate = new Date(Date.now() - 3 * HOUR_MS);
  await world.db.collection('audio.files').updateOne({ filename: 'a'.repeat(64) }, { $set: { uploadDate } });
  const [cut, underWay] = [hoursAgo(48), hoursAgo(1)];
  for (const id of [cut, underWay]) {
    await chunks.insertMany([0, 1].map((n) => ({ files_id: id, n, data: Buffer.alloc(10) })));
  }
  const { printed } = await run('--audio', '2h');
  expect(printed).toContain('recordings: 1 deleted');
  expect(printed).toContain('pieces of cut recordings: 2 deleted');
  const files = await world.db.collection('audio.files').find().toArray();
  expect(files.map(({ filename }) => filename as string)).toEqual(['b'.repeat(64)]);
  expect(await chunks.countDocuments({ files_id: files[0]?._id ?? new ObjectId() })).toBe(4);
  expect(await chunks.countDocuments({ files_id: underWay })).toBe(2);
  expect(await chunks.countDocuments()).toBe(6);
  const noted = await world.db.collection<StoredRetention>('retentions').find().sort({ _id: 1 }).toArray();
  expect(noted).toMatchObject([
    { _id: 'audio', removed: 1 },
    { _id: 'orphans', removed: 2 },
  ]);
});

test('by the clock only what has an age goes, and the record of the job says what went', async () => {
  await deliveredAgo(2, conversation('c1'));
  const parts = {
    db: world.db,
    log: createLog('test', 'silent'),
    metrics: createJobsMetrics(['retention']),
    signal: new AbortController().signal,
    print: () => undefined,
  };
  const records = world.db.collection<JobRecord>('jobs');
  await runOnce(records, job, parts);
  expect((await records.findOne({ _id: 'retention' }))?.lastReport).toMatch(
    /^pieces of cut recordings: 0 deleted/,
  );
  await runOnce(
    records,
    createRetentionJob(() => ({ RETAIN_TRANSCRIPTS_DAYS: 30 })),
    parts,
  );
  expect((await records.findOne({ _id: 'retention' }))?.lastReport).toMatch(/^transcripts: 0 deleted/);
});
