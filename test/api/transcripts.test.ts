/** What was said, over HTTP: transcripts, search with offsets, and playback by ranges; by scope, and written down. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GridFSBucket, Timestamp } from 'mongodb';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { createApiKey } from '../../api/keys.ts';
import { pieceAsked } from '../../api/routes/audio.ts';
import type { StoredRecording, StoredTranscript } from '../../projector/documents.ts';
import { SOURCE } from './planted-speech.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let full: string;
let plain: string;
const SOUND = Buffer.from(Array.from({ length: 600_000 }, (_, n) => (n * 31) % 251));
const SHA = createHash('sha256').update(SOUND).digest('hex');

beforeAll(async () => {
  database = await openDatabase();
  const { db } = database;
  await commit(db, 1, {
    calls: [call('a', { aliases: ['a', 'leg:a'] }), call('b'), call('mute')],
  });
  const at = new Date('2026-03-10T10:06:00Z');
  const source = { ...SOURCE, eventAt: at, receivedAt: at };
  const transcripts: StoredTranscript[] = [
    {
      ...{ ...source, _id: 't1', partId: 'conversation:1', links: ['leg:a'], language: 'en' },
      turns: [
        { speaker: 'agent', text: 'Good morning, how may I help?', atSeconds: 0 },
        {
          speaker: 'caller',
          text: 'This is wonderful, the café refund arrived. Refund at last!',
          atSeconds: 2.5,
        },
        { speaker: 'caller', text: 'I hate waiting, it was terrible.', atSeconds: null },
      ],
    },
    {
      ...{ ...source, _id: 't2', partId: 'b', eventAt: new Date('2026-03-11T10:00:00Z'), language: 'de' },
      turns: [{ speaker: 'agent', text: 'Der Refund kommt, Straße 5. refunds gibt es viele', atSeconds: 1 }],
    },
  ];
  await db.collection<StoredTranscript>('transcripts').insertMany(transcripts);
  const facts = { state: 'completed', durationMs: 60_000, channels: 1, startedAt: at, origin: 'x' } as const;
  const url = 'https://sender.example/r?signed=1';
  const recordings: StoredRecording[] = [
    { ...source, ...facts, _id: 'r1', partId: 'a', url, audio: { bytes: SOUND.length, sha256: SHA } },
    { ...source, ...facts, _id: 'r2', partId: 'b', url, audio: { bytes: 3, sha256: 'f'.repeat(64) } },
  ];
  await db.collection<StoredRecording>('recordings').insertMany(recordings);
  const upload = new GridFSBucket(db, { bucketName: 'audio' }).openUploadStream(SHA);
  await new Promise((resolve, reject) => upload.on('finish', resolve).on('error', reject).end(SOUND));
  full = (await createApiKey(db, { name: 'full', scopes: ['read', 'pii'] })).key;
  plain = (await createApiKey(db, { name: 'plain', scopes: ['read'] })).key;
  api = await openApi(db, { nowMs: Date.parse('2026-03-12T12:00:00Z') });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type Data = Record<string, unknown>;
async function get(path: string, key = full, headers: Record<string, string> = {}) {
  const response = await fetch(api.url + path, { headers: { authorization: `Bearer ${key}`, ...headers } });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const body = (isJson ? JSON.parse(bytes.toString()) : {}) as { data: Data; error: string };
  return { status: response.status, headers: response.headers, bytes, body, data: body.data };
}
const acts = async (act: string) => database.db.collection('audit_log').find({ act }).toArray();

test('a transcript is found by any id of its call, each turn of the caller with how it sounds', async () => {
  const { data } = await get('/api/db/calls/a/transcript');
  expect(data).toMatchObject({ callId: 'a', textShown: true });
  const [one] = data.transcripts as { turns: Data[] }[];
  expect(one?.turns).toMatchObject([
    { speaker: 'agent', sentiment: null, atSeconds: 0 },
    { speaker: 'caller', sentiment: 'positive', atSeconds: 2.5 },
    { speaker: 'caller', sentiment: 'negative', atSeconds: null, text: 'I hate waiting, it was terrible.' },
  ]);
  expect((await get('/api/db/calls/leg%3Aa/transcript')).data.callId).toBe('a');
  expect((await acts('read_transcript'))[0]).toMatchObject({ subject: 'a' });
});

test('a key without pii sees who spoke and how, not what; and no number whole', async () => {
  const { data, bytes } = await get('/api/db/calls/a/transcript', plain);
  expect(data).toMatchObject({ textShown: false, transcripts: [{ turns: [{}, { text: null }, {}] }] });
  expect(bytes.toString()).not.toContain('refund');
  const numbers = async (path: string, key: string) => (await get(path, key)).bytes.toString();
  for (const path of ['/api/db/calls/a', '/api/db/calls']) {
    expect(await numbers(path, plain)).not.toContain('12345678');
    expect(await numbers(path, full)).toContain('+493012345678');
  }
});

test('a call without a transcript says so, one that nobody knows is 404', async () => {
  expect((await get('/api/db/calls/mute/transcript')).data).toMatchObject({
    transcripts: [],
    // The projector is silent here.
    emptyBecause: 'late',
  });
  for (const path of ['transcript', 'recording', `recording/${SHA}`])
    expect((await get(`/api/db/calls/none/${path}`)).status).toBe(404);
});

test('where it went by age, that is the reason; what is younger has none', async () => {
  const retentions = database.db.collection<{ _id: string }>('retentions');
  const goneBefore = async (iso: string): Promise<void> => {
    const fields = { upTo: new Timestamp({ t: Date.parse(iso) / 1_000, i: 0 }), removed: 1, at: new Date() };
    await retentions.replaceOne({ _id: 'transcripts' }, fields, { upsert: true });
  };
  const reasons = async () =>
    Promise.all(
      [
        '/api/db/calls/mute/transcript',
        '/api/db/transcripts/search?q=absent&endDate=2026-03-09',
        '/api/db/transcripts/search?q=absent',
        '/api/db/transcripts/search?q=refund&endDate=2026-03-10',
      ].map(async (path) => ((await get(path)).data.emptyBecause as string | undefined) ?? null),
    );
  // The projector is silent here.
  expect(await reasons()).toEqual(['late', 'filtered_out', 'filtered_out', null]);
  await goneBefore('2026-03-10T00:00:00Z');
  expect(await reasons()).toEqual(['late', 'outside_retention', 'filtered_out', null]);
  await goneBefore('2026-03-20T00:00:00Z');
  expect(await reasons()).toEqual(['outside_retention', 'outside_retention', 'filtered_out', null]);
  await retentions.deleteMany({});
});

describe('the search', () => {
  type Hit = {
    callId: string;
    transcriptId: string;
    turns: { turn: number; snippet: string; matches: { start: number; end: number }[] }[];
  };
  const hits = async (query: string) => (await get(`/api/db/transcripts/search?${query}`)).data.hits as Hit[];

  test('finds whole words without case and accents, and says where they stand', async () => {
    const found = await hits('q=REFUND cafe');
    expect(found.map(({ callId }) => callId)).toEqual(['a']);
    const [turn] = found[0]?.turns ?? [];
    expect(turn?.matches.map(({ start, end }) => turn.snippet.slice(start, end))).toEqual([
      'café',
      'refund',
      'Refund',
    ]);
  });

  test('of any script, and no sign is cut in two', async () => {
    const told: Record<string, string> = {
      ...{ hi: 'मुझे हिन्दी में बात करनी है, मझ', th: 'คำสั่งซื้อ ยกเลิก', ko: '환불 주세요', ar: 'نعم وَسَهْلًا بك' },
      ...{ fa: 'می‌خواهم کتاب', euro: 'das kostet €50 bitte', id: 'the order_id please' },
      emoji: `${'😀'.repeat(61)} halt ${'😀'.repeat(99)}`,
    };
    const at = new Date('2026-02-01T10:00:00Z');
    const source = { ...SOURCE, eventAt: at, receivedAt: at };
    await database.db.collection<StoredTranscript>('transcripts').insertMany(
      Object.entries(told).map(([id, text]) => ({
        ...{ ...source, _id: id, partId: `of ${id}`, language: null },
        turns: [{ speaker: 'caller', text, atSeconds: null }],
      })),
    );
    const words = {
      hi: 'मुझे',
      th: 'คำสั่งซื้อ',
      ko: '환불',
      ar: 'وسهلا',
      fa: 'می‌خواهم',
      euro: '€50',
      id: 'order_id',
    };
    for (const [id, word] of Object.entries(words)) {
      const found = await hits(`q=${encodeURIComponent(word)}`);
      const marked = found.flatMap(({ transcriptId, turns: [turn] }) => [
        transcriptId,
        ...(turn?.matches ?? []).map(({ start, end }) => turn?.snippet.slice(start, end)),
      ]);
      expect(marked).toEqual([id, id === 'ar' ? 'وَسَهْلًا' : word]);
    }
    const [found] = await hits('q=halt');
    expect(found?.turns[0]?.snippet).toBe(`${'😀'.repeat(60)} halt ${'😀'.repeat(60)}`);
    await database.db.collection<StoredTranscript>('transcripts').deleteMany({ eventAt: at });
  });

  test('newest first, page by page; by speaker and by time', async () => {
    const first = await get('/api/db/transcripts/search?q=refund&limit=1');
    expect(first.data.hits).toMatchObject([{ callId: 'b', turns: [{ matches: [{ start: 4, end: 10 }] }] }]);
    const second = await get(
      `/api/db/transcripts/search?q=refund&limit=1&cursor=${String(first.data.nextCursor)}`,
    );
    expect(second.data).toMatchObject({ hits: [{ callId: 'a' }], nextCursor: null });
    expect((await hits('q=refund&speaker=caller')).map(({ callId }) => callId)).toEqual(['a']);
    expect((await hits('q=refund&endDate=2026-03-10')).map(({ callId }) => callId)).toEqual(['a']);
    expect((await hits('q=refund&startDate=2026-03-11')).map(({ callId }) => callId)).toEqual(['b']);
    expect((await get('/api/db/transcripts/search?q=absent')).data.emptyBecause).toBe('filtered_out');
  });

  test.each([
    ['', 'q'],
    ['q=', 'Invalid q'],
    [`q=${encodeURIComponent('"-- $where')}%00`, null],
    ['q=!!!', 'Invalid q'],
    [`q=${'a '.repeat(99)}b c d e f g h i j k`, 'Invalid q'],
    [`q=${'x'.repeat(201)}`, 'too long'],
    ['q=a&speaker=robot', 'must be one of: caller, agent, unknown'],
    ['q=a&cursor=zzz', 'Invalid cursor'],
  ])('%s', async (query, text) => {
    const { status, body } = await get(`/api/db/transcripts/search?${query}`);
    expect(status).toBe(text === null ? 200 : 400);
    if (text !== null) expect(body.error).toContain(text);
  });

  test('is for those who may read what was said', async () => {
    const { status, body } = await get('/api/db/transcripts/search?q=refund', plain);
    expect([status, body.error]).toEqual([403, 'This key lacks the scope pii']);
    expect((await acts('search_transcripts')).length).toBeGreaterThan(0);
    expect(JSON.stringify(await acts('search_transcripts'))).not.toContain('refund');
  });
});

describe('playback', () => {
  const path = `/api/db/calls/a/recording/${SHA}`;

  test('the facts say whether it is held and where; the whole comes under its hash', async () => {
    const { data } = await get('/api/db/calls/a/recording');
    expect(data).toMatchObject({
      mayPlay: true,
      recordings: [{ id: 'r1', audio: { isHeld: true, href: path } }],
    });
    const b = await get('/api/db/calls/b/recording', plain);
    expect(b.data).toMatchObject({ mayPlay: false, recordings: [{ url: null, audio: { isHeld: false } }] });
    const whole = await get(path);
    expect([whole.status, whole.bytes.equals(SOUND)]).toEqual([200, true]);
    expect(whole.headers.get('etag')).toBe(`"${SHA}"`);
    // Unlike fetch, sends no Cache-Control of its own.
    const headers = { authorization: `Bearer ${full}`, 'if-none-match': `"${SHA}"` };
    const status = await new Promise((resolve, reject) => {
      request(api.url + path, { headers }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(304);
    expect((await acts('play_recording'))[0]).toMatchObject({ subject: 'a', details: { sha256: SHA } });
  });

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=100-299999', 100, 300_000],
    ['bytes=599000-', 599_000, 600_000],
    ['bytes=-10', 599_990, 600_000],
    ['bytes=5-9999999', 5, 600_000],
  ])('%s', async (range, start, end) => {
    const { status, headers, bytes } = await get(path, full, { range });
    expect([status, headers.get('content-range')]).toEqual([206, `bytes ${start}-${end - 1}/600000`]);
    expect(bytes.equals(SOUND.subarray(start, end))).toBe(true);
  });

  test('beyond the end is 416; what is no single range, or of another version, is the whole', async () => {
    const beyond = await get(path, full, { range: 'bytes=600000-' });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */600000']);
    expect([beyond.body.error, beyond.headers.get('content-disposition')]).toEqual([
      'The range lies beyond the end of the recording',
      null,
    ]);
    const headers = { authorization: `Bearer ${full}`, range: 'bytes=0-9' };
    const head = await fetch(api.url + path, { method: 'HEAD', headers });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '600000']);
    expect((await get(path, full, { range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200);
    for (const range of ['bytes=0-1,3-4', 'bytes=-', 'lines=1-2', 'bytes=5-2'])
      expect([range, pieceAsked(range, 10)]).toEqual([range, null]);
    expect(pieceAsked('bytes=-0', 10)).toBe('beyond');
  });

  test('of another call, not held, or without the scope, nothing is heard', async () => {
    expect((await get(`/api/db/calls/b/recording/${SHA}`)).status).toBe(404);
    expect((await get(`/api/db/calls/b/recording/${'f'.repeat(64)}`)).status).toBe(404);
    expect((await get(path, plain)).status).toBe(403);
  });
});
