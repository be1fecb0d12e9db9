import { describe, expect } from '@jest/globals';
import { COMMIT_LIMITS } from '../../ingest/group-commit.ts';
import { startIngest } from '../support/ingest.ts';
import { elevenlabsRequest, without } from '../support/webhooks.ts';
import { conversation, endpointsOf, nowSeconds, testRows } from './nasty-rows.ts';
import type { Row } from './nasty-rows.ts';

const HEADER = 'elevenlabs-signature';
const good = (id: string, more: object = {}, envelope: object = {}) =>
  elevenlabsRequest(conversation(id, more, envelope));
const text = (body: string) => elevenlabsRequest(Buffer.from(body));
const aged = (id: string, minutes: number) =>
  elevenlabsRequest(conversation(id), { at: new Date(Date.now() - minutes * 60_000) });
const signedBy = (id: string, change: (header: string) => string) => {
  const request = good(id);
  return { ...request, headers: { [HEADER]: change(request.headers[HEADER] ?? '') } };
};
/** The JSON of a conversation with one piece of text replaced. */
const spliced = (id: string, piece: string, by: string, more: object = {}) =>
  text(JSON.stringify(conversation(id, more)).replace(piece, by));
const start = nowSeconds() - 120;
const metadata = (more: object) => ({ metadata: { start_time_unix_secs: start, ...more } });

const delivery: Row[] = [
  ['1 a valid first delivery', ({ post }) => post(good('n1')), [200], { events: 1 }],
  [
    '2 an exact retry',
    ({ post }) => {
      const request = good('n2');
      return post(request, request);
    },
    [200, 200],
    { events: 1 },
  ],
  [
    '3 two identical ones in one instant, through two processes',
    async ({ database, running }) => {
      await using other = await startIngest({ db: database.db, endpoints: endpointsOf() });
      const request = good('n3');
      const answers = await Promise.all([running.post(request), other.post(request)]);
      return answers.map(({ status }) => status);
    },
    [200, 200],
    { events: 1 },
  ],
  [
    '4 the same key with other bytes',
    ({ post }) => {
      const stamp = { event_timestamp: nowSeconds() };
      return post(good('n4', {}, stamp), good('n4', { agent_id: 'agent-2' }, stamp));
    },
    [200, 200],
    { events: 2 },
    async ({ events }) => {
      const flags = (await events.find({ partId: 'elevenlabs:n4' }).toArray()).flatMap(
        (event) => event.flags,
      );
      expect(flags).toEqual(['variant']);
    },
  ],
  [
    '5 a retry after our 503 though the first write landed',
    async ({ database, post, events }) => {
      const limits = { commit: { ...COMMIT_LIMITS, holdMs: 0 } };
      await using hasty = await startIngest({ db: database.db, endpoints: endpointsOf(), limits });
      const request = good('n5');
      const first = (await hasty.post(request)).status;
      while ((await events.countDocuments({ partId: 'elevenlabs:n5' })) === 0);
      return [first, ...(await post(request))];
    },
    [503, 200],
    { events: 1 },
  ],
];

const signature: Row[] = [
  [
    '6 no signature',
    ({ post }) => {
      const request = good('n6');
      return post({ ...request, headers: without(request.headers, HEADER) });
    },
    [401],
    { rejected: 1 },
  ],
  [
    '7 headers that are none',
    ({ post }) =>
      post(
        ...[
          () => `t=${nowSeconds()}`,
          (header: string) => header.slice(header.indexOf('v0=')),
          () => '',
          (header: string) => `${header},${'x'.repeat(10_000)}`,
          (header: string) => `t=1,t=2,${header.slice(header.indexOf('v0='))}`,
          (header: string) => `${header}, ${header}`,
        ].map((change) => signedBy('n7', change)),
      ),
    [401, 401, 401, 401, 401, 401],
    { rejected: 6 },
  ],
  [
    '8 the right value as second, and one made with the previous secret',
    ({ post }) =>
      post(
        signedBy('n8', (header) => header.replace(',', `,v0=${'0'.repeat(64)},`)),
        elevenlabsRequest(conversation('n8-previous'), { secret: 'wsec_previous_secret' }),
      ),
    [200, 200],
    { events: 2 },
    async ({ eventOf }) => {
      expect((await eventOf('elevenlabs:n8-previous')).verified.secretId).toBe('secret-2');
    },
  ],
  [
    '9 a signature of another length',
    ({ post }) =>
      post(
        signedBy('n9', (header) => header.slice(0, -2)),
        signedBy('n9', (header) => `${header}00`),
      ),
    [401, 401],
    { rejected: 2 },
  ],
  [
    '10 a body with one byte altered, pretty-printed, with a line end added',
    ({ post }) => {
      const request = good('n10');
      const altered = Buffer.from(request.body);
      altered[20] = (altered[20] ?? 0) ^ 1;
      const pretty = Buffer.from(JSON.stringify(JSON.parse(request.body.toString()), null, 2));
      const ended = Buffer.concat([request.body, Buffer.from('\r\n')]);
      return post(...[altered, pretty, ended].map((body) => ({ ...request, body })));
    },
    [401, 401, 401],
    { rejected: 3 },
  ],
  [
    '11 a signature of 31 and of 61 minutes ago',
    ({ post }) => post(aged('n11', 31), aged('n11-old', 61)),
    [200, 401],
    { events: 1, quarantine: 1 },
  ],
  [
    '12 a clock that is ten minutes off',
    ({ post }) => post(aged('n12', 10)),
    [200],
    { events: 1 },
    async ({ eventOf }) => {
      expect((await eventOf('elevenlabs:n12')).verified.skewMs).toBeGreaterThanOrEqual(600_000);
    },
  ],
];

const shape: Row[] = [
  ['13 no JSON', ({ post }) => post(text('{"type":"post_call')), [200], { quarantine: 1 }],
  [
    '14 an empty body, signed and not',
    ({ post }) => {
      const request = elevenlabsRequest(Buffer.alloc(0));
      return post(request, { ...request, headers: {} });
    },
    [200, 401],
    { quarantine: 1, rejected: 1 },
  ],
  [
    '15 JSON that is no object',
    ({ post }) => post(...['null', '[]', '"x"', '42'].map(text)),
    [200, 200, 200, 200],
    { quarantine: 4 },
  ],
  [
    '16 a byte order mark',
    ({ post }) => post(text(`\uFEFF${JSON.stringify(conversation('n16'))}`)),
    [200],
    { events: 1 },
    async ({ eventOf }) => {
      const { body } = await eventOf('elevenlabs:n16');
      expect([...body.buffer.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    },
  ],
  [
    '17 a lone surrogate',
    ({ post }) =>
      post(spliced('n17', 'SUMMARY', '\\ud83d!', { analysis: { transcript_summary: 'SUMMARY' } })),
    [200],
    { events: 1 },
    async ({ eventOf, saidOf }) => {
      expect(Buffer.from((await eventOf('elevenlabs:n17')).body.buffer).toString()).toContain('\\ud83d!');
      expect((await saidOf('elevenlabs:n17'))['wording']).toEqual({ summary: '\uFFFD!' });
    },
  ],
  [
    '18 a NUL in a value and in a key',
    ({ post }) => post(good('n18', { agent_id: 'a\0b', 'x\0y': 1 })),
    [200],
    { events: 1 },
  ],
  [
    '19 keys that a database reserves',
    ({ post }) => post(good('n19', { $set: { a: 1 }, 'a.b': 1, '': 1 }, { $where: 'x' })),
    [200],
    { events: 1 },
  ],
  [
    '20 keys of an object prototype',
    ({ post }) =>
      post(spliced('n20', '"status"', '"__proto__":{"polluted":1},"constructor":{"prototype":1},"status"')),
    [200],
    { events: 1 },
    () => {
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      return Promise.resolve();
    },
  ],
  [
    '21 nesting of 100,000',
    ({ post }) => post(text(`{"type":"x","data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)),
    [200],
    { quarantine: 1 },
  ],
];

const values: Row[] = [
  ...['1e400', '9007199254740993', '"12 "', '""', 'null', 'true', '1.5', '[60]'].map((value): Row => [
    `22 the length ${value}`,
    ({ post }) =>
      post(
        spliced(
          `n22-${value}`.replaceAll('"', ''),
          '"LENGTH"',
          value,
          metadata({ call_duration_secs: 'LENGTH' }),
        ),
      ),
    [200],
    { events: 1 },
    async ({ saidOf }) => {
      const said = await saidOf(`elevenlabs:n22-${value.replaceAll('"', '')}`);
      expect(said).toMatchObject({ status: 'ended', startedAt: new Date(start * 1_000) });
      expect(said).not.toHaveProperty('durationMs');
    },
  ]),
  ...(
    [
      ['-0', 'call_duration_secs', '-0', []],
      ['a negative length', 'call_duration_secs', '-5', ['implausible']],
      ['a start in 1970', 'start_time_unix_secs', '5', ['implausible']],
      ['a start in 2100', 'start_time_unix_secs', '4102444800', ['implausible']],
      ['a start in milliseconds', 'start_time_unix_secs', String(start * 1_000), ['implausible']],
    ] as const
  ).map(([name, field, value, flags]): Row => [
    `23 ${name}`,
    ({ post }) => post(spliced(`n23 ${name}`, '"VALUE"', value, { metadata: { [field]: 'VALUE' } })),
    [200],
    { events: 1 },
    async ({ eventOf }) => {
      const event = await eventOf(`elevenlabs:n23 ${name}`);
      expect(event.flags).toEqual([...flags]);
      const group = field === 'call_duration_secs' ? 'durationMs' : 'startedAt';
      expect(event.facts?.groups[group]?.value).toBe(name === '-0' ? 0 : undefined);
    },
  ]),
  [
    '24 an event of tomorrow, with a long name',
    ({ post }) => post(good('n24', {}, { type: 'tomorrow'.repeat(100) })),
    [200],
    { events: 1 },
    async ({ eventOf }) => {
      const { type, flags, facts } = await eventOf('elevenlabs:n24');
      expect([type.length, flags, facts]).toEqual([128, ['unknown_type'], null]);
    },
  ],
  [
    '25 an unknown word where one of a few belongs',
    ({ post }) => post(good('n25', { analysis: { call_successful: 'partial' } })),
    [200],
    { events: 1 },
    async ({ saidOf }) => expect(await saidOf('elevenlabs:n25')).not.toHaveProperty('goal'),
  ],
  ...[
    {},
    { analysis: null, transcript: null },
    { analysis: [], transcript: { role: 'user' } },
    { transcript: Array.from({ length: 10_000 }, (_, turn) => ({ role: 'agent', message: `turn ${turn}` })) },
  ].map((more, at): Row => [
    `26 analysis and transcript missing, empty, wrong or very long (${at})`,
    ({ post }) => post(good(`n26-${at}`, more)),
    [200],
    { events: 1 },
    async ({ saidOf }) => {
      const said = await saidOf(`elevenlabs:n26-${at}`);
      expect(said).toMatchObject({ connection: 'answered_unknown' });
      for (const group of ['goal', 'sentiment', 'wording']) expect(said).not.toHaveProperty(group);
    },
  ]),
  [
    '27 an id that is missing, too long, or has control characters',
    ({ post }) =>
      post(...[undefined, 'x'.repeat(500), 'a\u0007b', 7].map((id) => elevenlabsRequest(conversation(id)))),
    [200, 200, 200, 200],
    { quarantine: 4 },
  ],
  [
    '28 a trace instead of JSON fields',
    ({ post }) =>
      post(good('n28', { otlp_traces: { resourceSpans: [] } }, { type: 'post_call_transcription_otel' })),
    [200],
    { events: 1 },
  ],
];

describe('delivered twice', () => testRows(delivery));
describe('signatures', () => testRows(signature));
describe('shapes', () => testRows(shape));
describe('values', () => testRows(values));
