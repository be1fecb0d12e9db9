import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GridFSBucket } from 'mongodb';
import type { FreshEvent } from '../../ingest/event.ts';
import { interpret } from '../../ingest/interpret.ts';
import { BODY_LIMITS } from '../../ingest/body.ts';
import { createShares } from '../../ingest/shares.ts';
import { createSpool, SPOOL_LIMITS, sweepSpool } from '../../ingest/spool.ts';
import type { SpoolLimits, Spooled } from '../../ingest/spool.ts';
import { openIngestDatabase, startIngest } from '../support/ingest.ts';
import type { IngestDatabase, RunningIngest, TestAnswer } from '../support/ingest.ts';
import { elevenlabsRequest, TEST_SECRETS } from '../support/webhooks.ts';

const KB = 1024;
const MB = 1024 * KB;
let database: IngestDatabase;
let folder: string;
beforeAll(async () => {
  database = await openIngestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'callviews-test-'));
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
const events = () => database.db.collection<FreshEvent>('events');
const started = (more: { storeAudio?: boolean; spool?: Partial<SpoolLimits>; held?: number } = {}) =>
  startIngest({
    db: database.db,
    storeAudio: more.storeAudio ?? false,
    spoolFolder: folder,
    limits: {
      body: { ...BODY_LIMITS, longestBytes: more.held ?? 100 * KB },
      spool: { ...SPOOL_LIMITS, ...more.spool },
    },
  });
const STAMP = Math.floor(Date.now() / 1_000);
const envelope = (id: string, fields: object) => ({
  type: 'post_call_audio',
  event_timestamp: STAMP,
  data: { conversation_id: id, agent_id: 'agent-1', ...fields },
});
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const chunked = (request: ReturnType<typeof elevenlabsRequest>) => ({
  ...request,
  headers: { ...request.headers, 'transfer-encoding': 'chunked' },
});
const fateOf = ({ text }: TestAnswer) => (JSON.parse(text) as { data?: { fate: string } }).data?.fate;
const stored = (id: string) => events().findOne({ partId: `elevenlabs:${id}` });
const bodyOf = (event: FreshEvent | null) =>
  JSON.parse(Buffer.from(event?.body.buffer ?? []).toString()) as object;

describe('a recording', () => {
  test('is kept under its hash and measured in the event, however large it came and however it was framed', async () => {
    await using running = await started({ storeAudio: true });
    for (const [id, bytes, framing] of [
      ['small', 3 * KB + 1, chunked],
      ['large', 2 * MB + 2, chunked],
      ['declared', MB, (request: ReturnType<typeof elevenlabsRequest>) => request],
    ] as const) {
      const audio = randomBytes(bytes);
      const request = elevenlabsRequest(envelope(id, { full_audio: audio.toString('base64'), later: [1] }));
      const answer = await running.post(framing(request));
      expect([answer.status, fateOf(answer)]).toEqual([200, 'stored']);
      expect(answer.headers['callviews-position']).toMatch(/^[\w-]{22}$/);
      const event = await stored(id);
      const entry = { bytes, sha256: sha256(audio) };
      expect(event).toMatchObject({ type: 'post_call_audio', facts: null, links: [], flags: [] });
      expect(bodyOf(event)).toEqual(envelope(id, { full_audio: entry, later: [1] }));
      const kept = new GridFSBucket(database.db, { bucketName: 'audio' }).openDownloadStreamByName(
        entry.sha256,
      );
      expect(sha256(await buffer(kept))).toBe(entry.sha256);
      if (event === null) throw new Error('nothing was stored');
      const again = interpret('elevenlabs', { ...event, body: Buffer.from(event.body.buffer) });
      expect(again).toMatchObject({ partId: event.partId, facts: null, eventAt: event.eventAt });
    }
    expect([running.told.filter((told) => told.startsWith('failed')), readdirSync(folder)]).toEqual([[], []]);
  });

  test('is the same event through memory and through a file, and is kept once', async () => {
    await using file = await started({ storeAudio: true });
    await using memory = await started({ storeAudio: true, held: 8 * MB });
    const audio = randomBytes(300 * KB);
    const request = elevenlabsRequest(envelope('twice', { full_audio: audio.toString('base64') }));
    expect([fateOf(await file.post(request)), fateOf(await memory.post(request))]).toEqual([
      'stored',
      'duplicate',
    ]);
    expect(fateOf(await file.post(chunked(request)))).toBe('duplicate');
    expect(await database.db.collection('audio.files').countDocuments({ filename: sha256(audio) })).toBe(1);
  });

  test('is found wherever its field stands, with slashes escaped, and is only measured unless it is to be stored', async () => {
    await using running = await started();
    const before = await database.db.collection('audio.files').countDocuments();
    const audio = randomBytes(700 * KB + 1);
    const base64 = audio.toString('base64');
    const bodies = {
      first: `{"data":{"full_audio" : "${base64}","conversation_id":"first"},"event_timestamp":${STAMP},"type":"post_call_audio"}`,
      last: `{"type":"post_call_audio","event_timestamp":${STAMP},"data":{"conversation_id":"last","full_audio":"${base64.replaceAll('/', '\\/')}"}}`,
    };
    for (const [id, body] of Object.entries(bodies)) {
      expect(fateOf(await running.post(elevenlabsRequest(Buffer.from(body))))).toBe('stored');
      expect(bodyOf(await stored(id))).toMatchObject({
        data: { full_audio: { bytes: audio.length, sha256: sha256(audio) } },
      });
    }
    expect(await database.db.collection('audio.files').countDocuments()).toBe(before);
  });

  test('is not what merely looks like one at both ends: the body is stored whole', async () => {
    await using running = await started();
    const text = 'x'.repeat(300 * KB);
    const tricky = envelope('tricky', { full_audio: 'AAAA', note: text, more: 1 });
    expect(fateOf(await running.post(elevenlabsRequest(tricky)))).toBe('stored');
    expect(bodyOf(await stored('tricky'))).toMatchObject({ data: { note: text, full_audio: { bytes: 3 } } });
  });
});

describe('a large body that is no recording', () => {
  test('is an event like any other up to what a document holds', async () => {
    await using running = await started();
    const transcription = (id: string, bytes: number) =>
      elevenlabsRequest({
        type: 'post_call_transcription',
        event_timestamp: STAMP,
        data: { conversation_id: id, status: 'done', padding: 'p'.repeat(bytes) },
      });
    const request = transcription('long', 9 * MB);
    expect(fateOf(await running.post(chunked(request)))).toBe('stored');
    expect((await stored('long'))?.facts?.groups.status?.value).toBe('ended');
    expect(sha256(Buffer.from((await stored('long'))?.body.buffer ?? []))).toBe(sha256(request.body));
    const beyond = await running.post(transcription('beyond', 16 * MB));
    expect([beyond.status, await stored('beyond')]).toEqual([413, null]);
  });
});

/** Sends a signed body that is made while it is sent, so that nobody holds it. */
function sendMade(running: RunningIngest, pieces: readonly Buffer[]): Promise<number> {
  const hmac = createHmac('sha256', TEST_SECRETS.elevenlabs[0]).update(`${STAMP}.`);
  for (const piece of pieces) hmac.update(piece);
  const headers = { 'elevenlabs-signature': `t=${STAMP},v0=${hmac.digest('hex')}` };
  return new Promise((resolve, reject) => {
    const target = {
      host: '127.0.0.1',
      port: running.port,
      path: '/webhooks/elevenlabs',
      method: 'POST',
      headers,
    };
    const outgoing = httpRequest({ ...target, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    void (async () => {
      for (const piece of pieces) {
        if (!outgoing.write(piece)) await new Promise((drained) => outgoing.once('drain', drained));
      }
      outgoing.end();
    })();
  });
}

/** What earlier tests left must not count as held before. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

describe('bounds of large bodies', () => {
  test('100 MB pass by without being held', async () => {
    await using running = await started({ held: MB });
    const piece = Buffer.alloc(MB, 'QUJD');
    const frame = JSON.stringify(envelope('huge', { full_audio: '|' })).split('|');
    const body = [
      Buffer.from(frame[0] ?? ''),
      ...Array<Buffer>(100).fill(piece),
      Buffer.from(frame[1] ?? ''),
    ];
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const sampling = setInterval(
      () => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)),
      5,
    );
    const status = await sendMade(running, body);
    clearInterval(sampling);
    expect(status).toBe(200);
    expect(bodyOf(await stored('huge'))).toMatchObject({ data: { full_audio: { bytes: 75 * MB } } });
    expect(most).toBeLessThan(60 * MB);
  });

  test('over the cap is 413, declared or not; over the room in all is 503 until there is room again', async () => {
    const text = randomBytes(300 * KB).toString('base64');
    const request = (id: string) => elevenlabsRequest(envelope(id, { full_audio: text }));
    await using small = await started({ spool: { bodyBytes: 300 * KB } });
    for (const sent of [request('over'), chunked(request('over'))]) {
      const answer = await small.post(sent);
      expect([answer.status, answer.headers.connection]).toEqual([413, 'close']);
    }
    await using narrow = await started({ spool: { totalBytes: 500 * KB } });
    // A sender that was heard before may fill the room.
    await narrow.post(elevenlabsRequest(envelope('known', { full_audio: 'AAAA' })));
    const { headers, body } = request('waits');
    const fill = () => {
      const socket = connect(narrow.port, '127.0.0.1').on('error', () => undefined);
      socket.write(
        `POST /webhooks/elevenlabs HTTP/1.1\r\nHost: x\r\nElevenLabs-Signature: ${headers['elevenlabs-signature'] ?? ''}\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      socket.write(body.subarray(0, 250 * KB));
      return socket;
    };
    let waiting = fill();
    let refused = await narrow.post(request('crowded'));
    for (let n = 0; n < 400 && refused.status !== 503; n += 1) {
      await pause(20);
      // On a busy machine the tries take long: the sender that waits must not be given up for idle.
      if (waiting.closed) waiting = fill();
      else waiting.write('x');
      refused = await narrow.post(chunked(request(`crowded-${n}`)));
    }
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    waiting.destroy();
    while (!narrow.told.includes('elevenlabs:aborted')) await pause(10);
    expect((await narrow.post(request('roomy'))).status).toBe(200);
    expect([await stored('over'), await stored('waits'), readdirSync(folder)]).toEqual([null, null, []]);
  });

  test('what was read before stays in memory no longer than it takes to write it', async () => {
    const request = Object.assign(new PassThrough(), { headers: {}, socket: { remoteAddress: '192.0.2.1' } });
    const shares = createShares({ sockets: 1, bodyBytes: MB, spoolBytes: MB });
    const begun = [Buffer.alloc(KB, 'a'), Buffer.alloc(KB, 'b')];
    let seen = 0;
    const spool = createSpool(folder, shares, SPOOL_LIMITS);
    const taking = spool.take(
      request as unknown as IncomingMessage,
      begun,
      (piece) => (seen += piece.length),
    );
    while (seen < 2 * KB) await pause(5);
    // The rest is still to come, perhaps for minutes.
    expect(begun).toHaveLength(0);
    request.end('c');
    await using taken = (await taking) as Spooled;
    expect((await taken.read(0, 3 * KB)).toString()).toBe(`${'a'.repeat(KB)}${'b'.repeat(KB)}c`);
  });

  test('too slow is 408', async () => {
    await using slow = await started({ spool: { idleMs: 100 } });
    const socket = connect(slow.port, '127.0.0.1');
    let got = '';
    socket.on('data', (chunk: Buffer) => (got += chunk.toString()));
    socket.write(
      `POST /webhooks/elevenlabs HTTP/1.1\r\nHost: x\r\nElevenLabs-Signature: t=1,v0=${'0'.repeat(64)}\r\nContent-Length: ${MB}\r\n\r\n{`,
    );
    await new Promise((closed) => socket.on('close', closed));
    expect(got).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('wrongly signed is 401: the beginning stands in the ring, unsigned is not even read', async () => {
    await using running = await started({ storeAudio: true });
    const files = await database.db.collection('audio.files').countDocuments();
    const audio = randomBytes(MB).toString('base64');
    const forged = elevenlabsRequest(envelope('forged', { full_audio: audio }), {
      secret: 'wsec_forged_secret',
    });
    expect((await running.post(chunked(forged))).status).toBe(401);
    await running.ingest.stop();
    const ring = await database.db.collection('rejected').findOne({ bodyBytes: forged.body.length });
    expect(ring).toMatchObject({
      cause: 'wrong',
      bodySha256: createHash('sha256').update('/webhooks/elevenlabs\n').update(forged.body).digest('hex'),
    });
    await using other = await started();
    const socket = connect(other.port, '127.0.0.1');
    let got = '';
    socket.on('data', (chunk: Buffer) => (got += chunk.toString()));
    socket.write(`POST /webhooks/elevenlabs HTTP/1.1\r\nHost: x\r\nContent-Length: ${MB}\r\n\r\n{`);
    await new Promise((closed) => socket.on('close', closed));
    expect(got).toMatch(/^HTTP\/1\.1 401 /);
    expect(await stored('forged')).toBeNull();
    expect(await database.db.collection('audio.files').countDocuments()).toBe(files);
  });
});

test('what a killed process left is swept at the next start, what another one has just begun is not', async () => {
  for (const name of ['old.body', 'new.body', 'other.txt']) writeFileSync(join(folder, name), 'x');
  const hourAgo = new Date(Date.now() - 3_600_000);
  for (const name of ['old.body', 'other.txt']) utimesSync(join(folder, name), hourAgo, hourAgo);
  expect(await sweepSpool(folder)).toBe(1);
  expect(readdirSync(folder).sort()).toEqual(['new.body', 'other.txt']);
});
