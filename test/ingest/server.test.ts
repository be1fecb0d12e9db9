import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createEndpoints } from '../../ingest/endpoints.ts';
import { COMMIT_LIMITS } from '../../ingest/group-commit.ts';
import type { FreshEvent } from '../../ingest/event.ts';
import { openIngestDatabase, startIngest } from '../support/ingest.ts';
import type { IngestDatabase, RunningIngest } from '../support/ingest.ts';
import {
  CALL_SID,
  elevenlabsRequest,
  standardRequest,
  statusParameters,
  twilioRequest,
  without,
} from '../support/webhooks.ts';

let database: IngestDatabase;
let running: RunningIngest;
beforeAll(async () => {
  database = await openIngestDatabase();
  running = await startIngest({ db: database.db });
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
const countOf = (name: string) => database.db.collection(name).countDocuments();
const seconds = () => Math.floor(Date.now() / 1_000);
const conversation = (id: string, more: object = {}) => ({
  type: 'post_call_transcription',
  event_timestamp: seconds(),
  data: { conversation_id: id, agent_id: 'agent-1', status: 'done', ...more },
});

describe('a rightly signed webhook', () => {
  test('is stored with its bytes, its facts and its way here, then answered 200 with its position', async () => {
    const request = elevenlabsRequest(
      conversation('first', { metadata: { start_time_unix_secs: seconds() - 60 } }),
    );
    const answer = await running.post(request);
    expect(answer.status).toBe(200);
    const told = JSON.parse(answer.text) as { data: { id: string } };
    expect(told).toEqual({
      success: true,
      data: { id: expect.any(String), fate: 'stored' },
      timestamp: expect.any(String),
    });
    expect(answer.headers['callviews-position']).toBe(told.data.id);
    const stored = await database.db.collection<FreshEvent>('events').findOne({ partId: 'elevenlabs:first' });
    expect(stored?._id.toString('base64').replace(/=+$/, '')).toBe(
      told.data.id.replaceAll('-', '+').replaceAll('_', '/'),
    );
    expect(Buffer.from(stored?.body.buffer ?? [])).toEqual(request.body);
    expect(stored).toMatchObject({
      provider: 'elevenlabs',
      endpoint: 'default',
      type: 'post_call_transcription',
      target: '/webhooks/elevenlabs',
      verified: { scheme: 'elevenlabs-v0', secretId: 'secret-1' },
      facts: { witness: 'conversation', groups: { status: { rank: 3, value: 'ended' } } },
      factsVersion: 1,
      flags: [],
    });
  });

  test('sent again is a duplicate at the same position, at the same instant too', async () => {
    const request = elevenlabsRequest(conversation('again'));
    const answers = await Promise.all(Array.from({ length: 10 }, () => running.post(request)));
    const fates = answers.map(({ text }) => (JSON.parse(text) as { data: { fate: string } }).data.fate);
    expect(fates.filter((fate) => fate === 'stored')).toHaveLength(1);
    expect(fates.filter((fate) => fate === 'duplicate')).toHaveLength(9);
    expect(new Set(answers.map(({ headers }) => headers['callviews-position'])).size).toBe(1);
    expect(await database.db.collection('events').countDocuments({ partId: 'elevenlabs:again' })).toBe(1);
  });

  test('of Twilio is answered with an empty body', async () => {
    const target = '/webhooks/twilio?campaignId=spring&agentId=ada';
    const answer = await running.post(
      twilioRequest(statusParameters({ CallStatus: 'initiated' }), { target }),
    );
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers['callviews-position']).toMatch(/^[\w-]{22}$/);
    const stored = await database.db
      .collection<FreshEvent>('events')
      .findOne({ partId: `twilio:${CALL_SID}` });
    expect(stored?.facts?.groups.assignment?.value).toEqual({ agentId: 'ada', campaignId: 'spring' });
  });

  test('of an unknown type is kept without facts', async () => {
    const answer = await running.post(standardRequest('msg_new', { type: 'call.invented', data: {} }));
    expect(JSON.parse(answer.text)).toMatchObject({ data: { fate: 'unknown_type' } });
    const stored = await database.db.collection<FreshEvent>('events').findOne({ type: 'call.invented' });
    expect(stored).toMatchObject({ facts: null, partId: null, flags: ['unknown_type'] });
  });

  test.each([
    ['no JSON', Buffer.from('{"type":'), 'unparsable'],
    ['empty', Buffer.alloc(0), 'unparsable'],
    ['a list', Buffer.from('[]'), 'shape'],
    ['null', Buffer.from('null'), 'shape'],
    ['100,000 brackets deep', Buffer.from('['.repeat(100_000)), 'depth'],
    ['without a type', Buffer.from('{}'), 'schema'],
    ['without a conversation', Buffer.from('{"type":"post_call_transcription","data":{}}'), 'id'],
  ])('that is %s is quarantined with its bytes, and the next good one works', async (name, body, reason) => {
    const [events, held] = [await countOf('events'), await countOf('quarantine')];
    const request = elevenlabsRequest(body);
    for (const answer of [await running.post(request), await running.post(request)]) {
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text)).toMatchObject({ data: { fate: 'quarantined' } });
      expect(answer.headers['callviews-position']).toBeUndefined();
    }
    expect([await countOf('events'), await countOf('quarantine')]).toEqual([events, held + 1]);
    const kept = await database.db.collection('quarantine').findOne({ reason }, { sort: { receivedAt: -1 } });
    expect(Buffer.from((kept?.['body'] as { buffer: Uint8Array }).buffer)).toEqual(body);
    const next = await running.post(elevenlabsRequest(conversation(`after ${name}`)));
    expect(JSON.parse(next.text)).toMatchObject({ data: { fate: 'stored' } });
  });

  test('of Twilio whose parameters were split anew under the same signature never becomes a call', async () => {
    const [events, held] = [await countOf('events'), await countOf('quarantine')];
    const honest = twilioRequest(statusParameters({ CallStatus: 'completed', CallDuration: '42' }));
    const merged = {
      ...statusParameters({ CallStatus: 'completed' }),
      ApiVersion: '2010-04-01CallDuration42',
    };
    const body = Buffer.from(new URLSearchParams(merged).toString());
    expect((await running.post({ ...honest, body })).status).toBe(200);
    expect([await countOf('events'), await countOf('quarantine')]).toEqual([events, held + 1]);
  });
});

describe('a webhook that is not rightly signed', () => {
  test('is answered 401 without detail, kept in the ring and never among events', async () => {
    const [events, ring] = [await countOf('events'), await countOf('rejected')];
    const forged = elevenlabsRequest(conversation('forged'), { secret: 'wsec_forged_secret' });
    const bare = without(forged.headers, 'elevenlabs-signature');
    for (const request of [forged, { ...forged, headers: bare }]) {
      const answer = await running.post(request);
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.text)).toEqual({
        success: false,
        error: 'Signature refused',
        timestamp: expect.any(String),
      });
    }
    while ((await countOf('rejected')) < ring + 2) await pause(20);
    expect(await countOf('events')).toBe(events);
    expect(running.told).toEqual(
      expect.arrayContaining(['refused:wrong', 'refused:missing', 'elevenlabs:unsigned']),
    );
  });

  test('is kept in quarantine when it is only too old', async () => {
    const [events, held] = [await countOf('events'), await countOf('quarantine')];
    const old = elevenlabsRequest(conversation('old'), { at: new Date(Date.now() - 61 * 60_000) });
    expect((await running.post(old)).status).toBe(401);
    expect([await countOf('events'), await countOf('quarantine')]).toEqual([events, held + 1]);
    expect(await database.db.collection('quarantine').findOne({ reason: 'stale' })).not.toBeNull();
  });
});

describe('a request that is no webhook', () => {
  const good = () => elevenlabsRequest(conversation('never'));
  test.each([
    ['/webhooks/acme'],
    ['/webhooks/elevenlabs/unknown'],
    ['/webhooks/elevenlabs/../x'],
    ['/webhooks'],
    ['/webhooks/constructor'],
    ['/'],
  ])('to %s is 404 in the shape of a failure', async (target) => {
    const answer = await running.post({ ...good(), target });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ success: false, error: expect.any(String) });
  });
  test('with another method is 405 and says which is allowed', async () => {
    const answer = await running.post({ ...good(), body: Buffer.alloc(0) }, 'GET');
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
  });
  test('with a compressed body is 415', async () => {
    const request = good();
    const answer = await running.post({
      ...request,
      headers: { ...request.headers, 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(415);
  });
  test('nothing of it is stored', async () => {
    expect(await database.db.collection('events').countDocuments({ partId: 'elevenlabs:never' })).toBe(0);
  });
});

/** Sends the head and one byte of a body, and reads what comes until the connection is closed. */
function unfinished(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let got = '';
    socket.on('data', (chunk: Buffer) => (got += chunk.toString()));
    socket.on('close', () => resolve(got)).on('error', reject);
    socket.write('POST /webhooks/elevenlabs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
  });
}

describe('bounds', () => {
  test('a body over the cap is 413, declared or chunked', async () => {
    await using small = await startIngest({
      db: database.db,
      limits: { body: { longestBytes: 1_000, slowestMs: 10_000, allBytes: 100_000_000 } },
    });
    const request = standardRequest('msg_big', Buffer.alloc(200_000, 'x'));
    const declared = await small.post(request);
    const chunked = await small.post({
      ...request,
      headers: { ...request.headers, 'transfer-encoding': 'chunked' },
    });
    expect([declared.status, declared.headers.connection, chunked.status]).toEqual([413, 'close', 413]);
  });
  test('a body that comes too slowly is 408', async () => {
    await using slow = await startIngest({
      db: database.db,
      limits: { body: { longestBytes: 1_000, slowestMs: 100, allBytes: 100_000_000 } },
    });
    const text = await unfinished(slow.port);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });
  test('a sender that hangs up in mid-body leaves nothing', async () => {
    const before = await countOf('events');
    const socket = connect(running.port, '127.0.0.1');
    socket.write('POST /webhooks/elevenlabs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    await pause(50);
    socket.destroy();
    while (!running.told.includes('elevenlabs:aborted')) await pause(20);
    expect(await countOf('events')).toBe(before);
  });
  test('an endpoint without a secret is 503 and worth another try', async () => {
    await using bare = await startIngest({ db: database.db, endpoints: createEndpoints(new Map()) });
    const answer = await bare.post(elevenlabsRequest(conversation('unchecked')));
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '60']);
    expect(await database.db.collection('events').countDocuments({ partId: 'elevenlabs:unchecked' })).toBe(0);
  });
  test('a full queue is 503 with Retry-After', async () => {
    const commit = { ...COMMIT_LIMITS, queueDocuments: 0 };
    await using full = await startIngest({ db: database.db, limits: { commit } });
    const answer = await full.post(elevenlabsRequest(conversation('shed')));
    expect([answer.status, answer.headers['retry-after'], answer.headers.connection]).toEqual([
      503,
      '1',
      'close',
    ]);
    expect(JSON.parse(answer.text)).toMatchObject({ success: false, error: 'Too busy' });
  });
  test('bodies that nobody has verified are held up to a bound in all, and the next ones are told to come back', async () => {
    const body = { longestBytes: 100_000, slowestMs: 1_000, allBytes: 10 };
    await using bounded = await startIngest({ db: database.db, limits: { body } });
    const request = standardRequest('msg_held', Buffer.alloc(1_000, 'x'));
    const refused = await bounded.post(request);
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    const small = await bounded.post(standardRequest('msg_small', Buffer.from('{}')));
    expect(small.status).toBe(200);
  });

  test('a full queue is told before the body is there', async () => {
    const limits = {
      commit: { ...COMMIT_LIMITS, queueDocuments: 0 },
      body: { longestBytes: 1_000, slowestMs: 5_000, allBytes: 100_000_000 },
    };
    await using full = await startIngest({ db: database.db, limits });
    const began = Date.now();
    expect(await unfinished(full.port)).toMatch(/^HTTP\/1\.1 503 /);
    expect(Date.now() - began).toBeLessThan(3_000);
  });
  test('500 webhooks at once are all stored', async () => {
    const posts = Array.from({ length: 500 }, (_, n) =>
      running.post(standardRequest(`burst_${n}`, { type: 'call.burst' })),
    );
    const answers = await Promise.all(posts);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await database.db.collection('events').countDocuments({ type: 'call.burst' })).toBe(500);
  });
});
