import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Findings, Identified } from '../../../ingest/providers/provider.ts';
import { twilio } from '../../../ingest/providers/twilio.ts';
import { bytesOf, fixture } from '../../fixtures/read.ts';
import { CALL_SID } from '../../support/webhooks.ts';
import { becomes, changed, lacks, lacksField, testFields } from './fields-table.ts';
import type { Body } from './fields-table.ts';

const LEG = `twilio:${CALL_SID}`;
const targetOf = (body: Buffer) =>
  `/webhooks/twilio?campaignId=x&bodySHA256=${createHash('sha256').update(body).digest('hex')}`;

function identify(body: Buffer | object, target?: string): Findings {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return twilio.identify({
    endpoint: 'default',
    target: target ?? targetOf(bytes),
    body: bytes,
    headers: {},
    receivedAt: new Date('2026-11-23T11:00:00Z'),
  });
}
function eventOf(body: object): Identified {
  const [found] = identify(body);
  if (found?.readable !== true) throw new Error(`unreadable: ${found?.issues.join() ?? ''}`);
  return found;
}
const named = (name: string) => fixture(`twilio/${name}.json`);
const groupsOf = (body: Body) => eventOf(body).interpret()?.groups ?? null;

describe('a call summary', () => {
  const summary = () => named('stream_call_summary');
  test('says what a leg was', () => {
    const event = eventOf(summary());
    const { source, id } = summary();
    expect(event).toMatchObject({ key: [source, id], partId: LEG, links: [], flags: [] });
    expect(event.statedAt).toEqual(new Date('2026-11-23T10:20:00Z'));
    expect(event.interpret()).toEqual({
      witness: 'leg',
      groups: {
        status: { rank: 3, value: 'ended' },
        startedAt: { rank: 5, value: new Date('2026-11-23T10:00:00Z') },
        endedAt: { rank: 3, value: new Date('2026-11-23T10:00:48Z') },
        durationMs: { rank: 2, value: 42_000 },
        connection: { rank: 7, value: 'answered_human' },
        route: {
          rank: 3,
          value: { direction: 'outbound', fromNumber: '+15550100001', toNumber: '+15550100002' },
        },
      },
    });
  });
  testFields(
    summary,
    [
      ['data.start_time', 'instant', lacks('startedAt')],
      ['data.end_time', 'instant', lacks('endedAt')],
      ['data.connect_duration', 'seconds', lacks('durationMs')],
      ['data.answered_by', 'word', becomes('connection', { rank: 2, value: 'answered_unknown' })],
      ['data.call_state', 'word', lacks('status', 'endedAt', 'durationMs', 'connection')],
      ['data.from', 'object', lacksField('route', 'fromNumber')],
      ['data.to', 'object', lacksField('route', 'toNumber')],
      ['data.properties', 'object', lacksField('route', 'direction')],
    ],
    groupsOf,
  );
  test.each([
    ['ringing', { status: 'ringing' }],
    ['answered', { status: 'in_progress', connection: 'answered_human' }],
    ['busy', { status: 'ended', connection: 'busy' }],
    ['fail', { status: 'ended', connection: 'failed' }],
    ['noanswer', { status: 'ended', connection: 'no_answer' }],
    ['canceled', { status: 'ended', connection: 'canceled' }],
    ['undialed', { status: 'ended' }],
  ])('%s', (state, expected) => {
    const { status, connection, durationMs } = groupsOf(changed(summary(), 'data.call_state', state)) ?? {};
    expect({ status: status?.value, connection: connection?.value }).toEqual(expected);
    expect(durationMs).toBeUndefined();
  });
  test('of a child leg names its parent', () => {
    const parent = `CA${'f'.repeat(32)}`;
    const event = eventOf(changed(summary(), 'data.parent_call_sid', parent));
    expect([event.links, event.interpret()?.parentPartId]).toEqual([
      [`twilio:${parent}`],
      `twilio:${parent}`,
    ]);
  });
  test.each([null, 42, 'CA1', {}])('whose call is %j is of no part', (sid) => {
    expect(identify(changed(summary(), 'data.call_sid', sid))).toEqual([
      { readable: false, reason: 'id', issues: ['data.call_sid'] },
    ]);
  });
  test.each(['type', 'source', 'id'])('without %s is unreadable', (name) => {
    expect(identify(changed(summary(), name))).toEqual([
      { readable: false, reason: 'schema', issues: [name] },
    ]);
  });
});

describe('a streamed event', () => {
  test('of a status callback says what the callback says', () => {
    const event = eventOf(named('stream_status_callback'));
    const { source, id, type } = named('stream_status_callback');
    expect(event).toMatchObject({ type, key: [source, id], partId: LEG, flags: [] });
    expect(event.interpret()).toMatchObject({
      witness: 'leg',
      sequence: 3,
      groups: { durationMs: { value: 42_000 }, assignment: { value: { campaignId: 'spring' } } },
    });
  });
  test.each([null, {}, 'x', { CallSid: 'CA1' }])(
    'of a status callback with parameters %j is kept without facts',
    (value) => {
      const event = eventOf(changed(named('stream_status_callback'), 'data.request.parameters', value));
      expect([event.flags, event.partId, event.interpret()]).toEqual([['unknown_type'], null, null]);
    },
  );
  test('of another type is kept without facts', () => {
    const event = eventOf(named('stream_other'));
    expect([event.flags, event.interpret()]).toEqual([['unknown_type'], null]);
  });
});

describe('an array of events', () => {
  const one = bytesOf('twilio/stream_call_summary.json').toString().trim();
  const two = bytesOf('twilio/stream_other.json').toString().trim();
  const array = (...elements: string[]) => Buffer.from(` [ ${elements.join(' ,\r\n ')} ]\n`);

  test('is one event per element, each with its own bytes, as if it had come alone', () => {
    const found = identify(array(one, two));
    expect(found.map(({ own }) => own?.body.toString())).toEqual([one, two]);
    found.forEach(({ own }) => expect(own?.target).toBe(targetOf(own?.body ?? Buffer.alloc(0))));
    const [alone] = identify(Buffer.from(one));
    expect(found[0]).toMatchObject({ key: alone?.readable === true ? alone.key : null, partId: LEG });
  });
  test('keeps its good elements beside broken ones', () => {
    const broken = [
      '{"specversion":}',
      'null',
      '"a,]b"',
      '',
      '{"specversion":"1.0"}',
      '['.repeat(40) + ']'.repeat(40),
    ];
    const found = identify(array(one, ...broken, two));
    expect(found.map((finding) => (finding.readable ? 'good' : finding.reason))).toEqual([
      ...['good', 'unparsable', 'shape', 'shape', 'unparsable', 'schema', 'depth', 'good'],
    ]);
    expect(found[1]?.own?.body.toString()).toBe('{"specversion":}');
  });
  test('after a byte order mark is read as well', () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), array(one)]);
    expect(identify(marked)).toMatchObject([{ readable: true, partId: LEG }]);
  });
  test.each([
    ['empty', '[]', 'shape'],
    ['blank inside', '[ \n ]', 'shape'],
    ['never closed', `[${one}`, 'unparsable'],
    ['followed by more', `[${one}] x`, 'unparsable'],
    ['longer than a thousand', `[${Array.from({ length: 1_001 }, () => '1').join()}]`, 'shape'],
  ])('that is %s is one unreadable whole', (_name, text, reason) => {
    expect(identify(Buffer.from(text))).toMatchObject([{ readable: false, reason }]);
  });
});

describe('Conversational Intelligence', () => {
  const execution = () => named('intelligence_rule_execution');
  test('version 2 tells of a transcript, and says nothing of the call', () => {
    const event = eventOf(named('intelligence_transcript_available'));
    const sid = `GT${'0'.repeat(31)}1`;
    expect(event).toMatchObject({
      key: [sid, 'voice_intelligence_transcript_available'],
      partId: `twilio-intelligence:${sid}`,
      links: [LEG],
      flags: [],
    });
    expect(event.interpret()).toBeNull();
    expect(
      eventOf(changed(named('intelligence_transcript_available'), 'customer_key', 'order-7')).links,
    ).toEqual([]);
  });
  test('version 3 gives the label of its sentiment operator', () => {
    const event = eventOf(execution());
    expect(event).toMatchObject({
      type: 'intelligence.rule_execution',
      key: ['intelligence_result_1', 'intelligence_result_2'],
      partId: 'twilio-intelligence:conv_conversation_1',
      links: [LEG],
    });
    expect(event.interpret()).toEqual({
      witness: 'report',
      groups: {
        sentiment: {
          rank: 3,
          value: { sentiment: 'positive', sentimentSource: 'operator', sentimentVersion: '2' },
        },
      },
    });
  });
  test.each([
    ['result.label', 'MIXED', 'mixed'],
    ['result', 'negative', 'negative'],
    ['result.label', 'delighted', undefined],
    ['result.label', null, undefined],
    ['result', null, undefined],
    ['result', [], undefined],
    ['operator.friendlyName', 'Sentiment of the agent', undefined],
    ['operator', null, undefined],
    ['referenceIds', [], undefined],
    ['referenceIds', 'CA1', undefined],
    ['referenceIds', [null, {}, 'CA1'], undefined],
  ])('version 3 whose %s is %j has the sentiment %p', (path, value, sentiment) => {
    const body = execution();
    const results = body['operatorResults'] as Body[];
    results[1] = changed(results[1] ?? {}, path, value);
    expect(groupsOf(body)?.sentiment?.value.sentiment).toBe(sentiment);
  });
  test.each([
    null,
    'x',
    42,
    [null],
    [{}],
    [{ id: '' }],
    [{ executionDetails: { channels: [{ id: CALL_SID }] } }],
  ])('version 3 with results %j is kept without facts', (results) => {
    const event = eventOf(changed(execution(), 'operatorResults', results));
    expect([event.key, event.interpret()]).toEqual([null, null]);
  });
  test('any other JSON is kept without facts', () => {
    expect(eventOf({ event_type: 'tomorrow' })).toMatchObject({
      type: 'tomorrow',
      key: null,
      flags: ['unknown_type'],
    });
    expect(identify(Buffer.from('{'))).toMatchObject([{ reason: 'unparsable' }]);
    expect(identify(Buffer.from('7'))).toMatchObject([{ reason: 'shape' }]);
  });
});
