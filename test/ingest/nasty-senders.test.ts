import { createHash } from 'node:crypto';
import { describe, expect } from '@jest/globals';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { bytesOf, fixture, formFixture } from '../fixtures/read.ts';
import { startIngest } from '../support/ingest.ts';
import {
  elevenlabsRequest,
  standardRequest,
  statusParameters,
  TEST_SECRETS,
  twilioRequest,
} from '../support/webhooks.ts';
import type { TestRequest } from '../support/webhooks.ts';
import { conversation, endpointsOf, testRows } from './nasty-rows.ts';
import type { Row } from './nasty-rows.ts';
import { ALL_SECRETS, retellRequest, vapiRequest } from './requests.ts';

const good = (id: string, more: object = {}, envelope: object = {}) =>
  elevenlabsRequest(conversation(id, more, envelope));
/** A CallSid of the row. */
const callSid = (row: number) => `CA${String(row).padStart(32, '0')}`;
const status = (row: number, more: Record<string, string>) =>
  statusParameters({ CallSid: callSid(row), ...more });
const completed = (row: number) =>
  status(row, { CallStatus: 'completed', CallDuration: '42', SequenceNumber: '3' });

/** JSON as Twilio signs it: by the hash of its body in the address. */
function twilioJson(
  body: Buffer | string,
  hash = createHash('sha256').update(body).digest('hex'),
): TestRequest {
  const target = `/webhooks/twilio?bodySHA256=${hash}`;
  const signature = getExpectedTwilioSignature(TEST_SECRETS.twilio[0], `https://public.example${target}`, {});
  const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature };
  return { target, headers, body: Buffer.from(body) };
}

/** The text of a request on the wire; `framing` are the header lines that tell the length of the body. */
function wire(
  { target, headers, body }: TestRequest,
  framing: string[],
  sent = body.toString('latin1'),
): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`POST ${target} HTTP/1.1`, 'Host: x', 'Connection: close', ...lines, ...framing, '', sent].join(
    '\r\n',
  );
}

const transport: Row[] = [
  [
    '30 a length that is too long, and a sender that hangs up',
    ({ raw }) => {
      const request = good('n30');
      return raw(wire(request, [`Content-Length: ${request.body.length + 10}`]), 'close');
    },
    [],
    {},
  ],
  [
    '30 a length that is too short',
    ({ raw }) => {
      const request = good('n30-short');
      return raw(wire(request, [`Content-Length: ${request.body.length - 1}`]));
    },
    [400],
    { rejected: 'some' },
  ],
  [
    '31 a body that comes too slowly',
    async ({ database }) => {
      const limits = { body: { longestBytes: 10_000, slowestMs: 50, allBytes: 100_000_000 } };
      await using slow = await startIngest({ db: database.db, endpoints: endpointsOf(), limits });
      const request = good('n31');
      const late = new Promise<number>((resolve) => {
        const headers = { ...request.headers, 'content-length': String(request.body.length + 1) };
        void slow.post({ ...request, headers }).then(({ status: code }) => resolve(code));
      });
      return [await late];
    },
    [408],
    {},
  ],
  [
    '32 both a length and chunks, and bare line feeds',
    async ({ raw }) => {
      const request = good('n32');
      const both = ['Content-Length: 5', 'Transfer-Encoding: chunked'];
      const smuggled = wire(request, both, '0\r\n\r\nGET / HTTP/1.1\r\n\r\n');
      const bare = wire(request, [`Content-Length: ${request.body.length}`]).replaceAll('\r\n', '\n');
      return [...(await raw(smuggled)), ...(await raw(bare))];
    },
    [400, 400],
    {},
  ],
  [
    '33 a content type that is missing, wrong, or has a charset',
    ({ post }) =>
      post(
        ...['', 'text/plain', 'application/json; charset=utf-16'].map((type, at) => {
          const request = good(`n33-${at}`);
          return {
            ...request,
            headers: { ...request.headers, ...(type === '' ? {} : { 'content-type': type }) },
          };
        }),
        {
          ...twilioRequest(completed(33)),
          headers: { ...twilioRequest(completed(33)).headers, 'content-type': 'text/plain' },
        },
      ),
    [200, 200, 200, 200],
    { events: 4 },
  ],
];

const orders: Row[] = [
  [
    '34 and 35 a failure, then audio, then the conversation after all',
    ({ post }) =>
      post(
        good('n35', { failure_reason: 'busy' }, { type: 'call_initiation_failure' }),
        good('n35', { full_audio: 'AAAA' }, { type: 'post_call_audio' }),
        good('n35', { transcript: [{ role: 'user', message: 'Good morning.' }] }),
      ),
    [200, 200, 200],
    { events: 3 },
    async ({ events }) => {
      const held = await events.find({ partId: 'elevenlabs:n35' }).toArray();
      const ranks = held.map(({ type, facts }) => [type, facts?.groups.connection?.rank ?? 0] as const);
      expect(Object.fromEntries(ranks)).toMatchObject({
        call_initiation_failure: 4,
        post_call_transcription: 5,
      });
    },
  ],
  [
    '36 completed before ringing',
    ({ post }) =>
      post(
        twilioRequest(completed(36)),
        twilioRequest(status(36, { CallStatus: 'ringing', SequenceNumber: '1' })),
      ),
    [200, 200],
    { events: 2 },
    async ({ events }) => {
      const held = await events.find({ partId: `twilio:${callSid(36)}` }).toArray();
      const told = held.map(({ facts }) => [facts?.sequence, facts?.groups.status?.rank]);
      expect(told).toEqual(
        expect.arrayContaining([
          [3, 3],
          [1, 1],
        ]),
      );
    },
  ],
  [
    '50 a Twilio request captured two years ago',
    ({ post }) => {
      const old = twilioRequest({ ...completed(50), Timestamp: 'Sat, 23 Nov 2024 10:00:00 +0000' });
      return post(old, old);
    },
    [200, 200],
    { events: 1 },
  ],
];

const forms: Row[] = [
  [
    '37 parameters split anew under a right signature',
    ({ post }) => {
      const honest = twilioRequest(completed(37));
      const merged = {
        ...status(37, { CallStatus: 'completed', SequenceNumber: '3' }),
        ApiVersion: '2010-04-01CallDuration42',
      };
      return post({ ...honest, body: Buffer.from(new URLSearchParams(merged).toString()) });
    },
    [200],
    { quarantine: 1 },
  ],
  [
    '38 the address as a proxy and a port make it',
    ({ post }) =>
      post(
        twilioRequest(completed(381), { url: 'https://public.example:443' }),
        twilioRequest(completed(382), { target: '/webhooks/twilio/' }),
        twilioRequest(completed(383), { target: "/webhooks/twilio?campaignId=it's%20spring&x=%7e" }),
        withHeaders(twilioRequest(completed(384)), { host: 'inside:4001', 'x-forwarded-proto': 'http' }),
        withHeaders(twilioRequest(completed(385), { url: 'https://evil.example' }), { host: 'evil.example' }),
      ),
    [200, 200, 200, 200, 401],
    { events: 4, rejected: 1 },
  ],
  [
    '39 JSON without the hash of its body, with that of another, in another case',
    ({ post }) => {
      const body = bytesOf('twilio/intelligence_transcript_available.json');
      const honest = twilioJson(body);
      const bare = getExpectedTwilioSignature('12345', 'https://public.example/webhooks/twilio', {});
      return post(
        honest,
        { ...honest, target: '/webhooks/twilio', headers: { ...honest.headers, 'x-twilio-signature': bare } },
        { ...honest, body: Buffer.concat([body, Buffer.from(' ')]) },
        twilioJson(body, createHash('sha256').update(body).digest('hex').toUpperCase()),
      );
    },
    [200, 401, 401, 401],
    { events: 1, rejected: 3 },
  ],
  [
    '40 a callback by GET, where it is not and where it is allowed',
    async ({ database, running }) => {
      await using open = await startIngest({ db: database.db, endpoints: endpointsOf(true) });
      const target = `/webhooks/twilio?${new URLSearchParams(completed(40)).toString()}`;
      const request = { ...twilioRequest({}, { target }), body: Buffer.alloc(0) };
      const refused = await running.post(request, 'GET');
      const taken = await open.post(request, 'GET');
      const other = await open.post(request, 'DELETE');
      expect([refused.headers.allow, other.headers.allow]).toEqual(['POST', 'GET, POST']);
      expect((await open.post({ ...request, target: `${target}0` }, 'GET')).status).toBe(401);
      return [refused.status, taken.status, other.status];
    },
    [405, 200, 405],
    { events: 1, rejected: 1 },
    async ({ saidOf }) => expect(await saidOf(`twilio:${callSid(40)}`)).toMatchObject({ durationMs: 42_000 }),
  ],
  [
    '40 the parameters of a GET in a POST without a body',
    ({ post }) => {
      const target = `/webhooks/twilio?${new URLSearchParams(completed(41)).toString()}`;
      return post({ ...twilioRequest({}, { target }), body: Buffer.alloc(0) });
    },
    [200],
    { quarantine: 1 },
  ],
  [
    '41 an event of another account, and of another sender',
    ({ post }) => {
      const foreign = twilioRequest(
        { ...completed(41), AccountSid: `AC${'9'.repeat(32)}` },
        { secret: 'of another account' },
      );
      return post(
        foreign,
        { ...good('n41'), target: '/webhooks/standard' },
        { ...good('n41'), target: '/webhooks/retell' },
      );
    },
    [401, 401, 401],
    { rejected: 3 },
  ],
  [
    '42 an array of 100, three of them known and one broken',
    async ({ post }) => {
      const event = (n: number) =>
        JSON.stringify({ ...fixture('twilio/stream_other.json'), id: `EZ-n42-${n}` });
      const known = [0, 1, 2].map(event);
      const rest = Array.from({ length: 96 }, (_, n) => event(n + 3));
      const first = twilioJson(`[${known.join()}]`);
      const whole = twilioJson(`[${[...known, '{"specversion":"1.0","id":}', ...rest].join(', ')}]`);
      return post(first, whole, whole);
    },
    [200, 200, 200],
    { events: 99, quarantine: 1 },
    async ({ events, database, running }) => {
      const held = await events.find({ deliverySha256: { $exists: true }, flags: 'unknown_type' }).toArray();
      expect(held).toHaveLength(99);
      expect(new Set(held.map(({ deliverySha256 }) => deliverySha256)).size).toBe(2);
      const broken = await database.db.collection('quarantine').findOne({ reason: 'unparsable' });
      expect(Buffer.from((broken?.['body'] as { buffer: Uint8Array }).buffer).toString()).toBe(
        '{"specversion":"1.0","id":}',
      );
      expect(running.told.filter((told) => told === 'twilio:duplicate')).toHaveLength(3 + 99);
    },
  ],
  [
    '43 a signature by public key where only a shared secret is known',
    ({ post }) => {
      const request = standardRequest('msg_43', { type: 'call.analyzed', data: { call_id: '43' } });
      const signature = `v1a,${Buffer.alloc(64, 7).toString('base64')}`;
      return post(withHeaders(request, { 'webhook-signature': signature }));
    },
    [401],
    { rejected: 1 },
  ],
  [
    '44 an unknown sender, a path with dots, an unknown endpoint',
    ({ post }) =>
      post(
        ...['/webhooks/acme', '/webhooks/elevenlabs/../x', '/webhooks/elevenlabs/acme'].map((target) => ({
          ...good('n44'),
          target,
        })),
      ),
    [404, 404, 404],
    {},
  ],
  [
    '45 forged requests do not hinder signed ones',
    async ({ running }) => {
      const forged = Array.from({ length: 200 }, () =>
        running.post(elevenlabsRequest(conversation('n45'), { secret: 'wsec_forged_secret' })),
      );
      const signed = Array.from({ length: 20 }, (_, n) => running.post(good(`n45-${n}`)));
      const refused = (await Promise.all(forged)).every((answer) => answer.status === 401);
      const taken = (await Promise.all(signed)).every((answer) => answer.status === 200);
      return [refused ? 401 : 0, taken ? 200 : 0];
    },
    [401, 200],
    { events: 20, rejected: 'some' },
  ],
];

const platforms: Row[] = [
  [
    'Retell: a call of its own, again, and forged',
    ({ post }) => {
      const request = retellRequest(fixture('retell/call_analyzed.json'));
      return post(
        request,
        request,
        retellRequest(fixture('retell/call_ended.json'), { secret: 'key_forged_1' }),
      );
    },
    [200, 200, 401],
    { events: 1, rejected: 1 },
  ],
  [
    'Vapi: a report, again under another time, and its secret in a header that is not kept',
    ({ post }) => {
      const body = fixture('vapi/end-of-call-report.json');
      const secret = ALL_SECRETS['vapi']?.[1] ?? '';
      const { target, body: bytes } = vapiRequest(fixture('vapi/status-update-ringing.json'));
      return post(vapiRequest(body), vapiRequest(body, { at: new Date(Date.now() - 5_000) }), {
        target,
        body: bytes,
        headers: { 'x-vapi-secret': secret, 'user-agent': 'vapi' },
      });
    },
    [200, 200, 200],
    { events: 2 },
    async ({ events }) => {
      const event = await events.findOne({ type: 'status-update' });
      expect([event?.headers, event?.verified]).toEqual([
        { 'user-agent': 'vapi' },
        { scheme: 'vapi-secret', secretId: 'secret-2', skewMs: null },
      ]);
    },
  ],
  [
    'Twilio: every kind of callback of the fixtures',
    async ({ post, events }) => {
      const names = ['detection', 'recording_completed', 'transcription_content', 'recording_transcription'];
      const sent = await post(
        ...names.map((name) => twilioRequest(formFixture(`twilio/${name}.json`).parameters)),
      );
      expect(
        await events.countDocuments({ type: /^(recording|transcription)/, facts: null, flags: [] }),
      ).toBe(3);
      return sent;
    },
    [200, 200, 200, 200],
    { events: 4 },
  ],
];

function withHeaders(request: TestRequest, more: Record<string, string>): TestRequest {
  return { ...request, headers: { ...request.headers, ...more } };
}

describe('transport', () => testRows(transport));
describe('orders', () => testRows(orders));
describe('forms and streams', () => testRows(forms));
describe('platforms', () => testRows(platforms));
