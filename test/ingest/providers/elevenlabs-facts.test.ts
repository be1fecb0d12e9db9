import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../ingest/facts.ts';
import { elevenlabs } from '../../../ingest/providers/elevenlabs.ts';
import type { Identified } from '../../../ingest/providers/provider.ts';

const START = 1_795_428_000;
const EVENT = START + 100;

function eventOf(envelope: object): Identified {
  const body = Buffer.from(JSON.stringify({ event_timestamp: EVENT, ...envelope }));
  const [found] = elevenlabs.identify({
    endpoint: 'default',
    target: '/',
    body,
    headers: {},
    receivedAt: new Date(),
  });
  if (found?.readable !== true) throw new Error(`unreadable: ${found?.reason ?? ''}`);
  return found;
}
const conversation = (data: object) =>
  eventOf({ type: 'post_call_transcription', data: { conversation_id: 'c1', status: 'done', ...data } });
function groupsOf(data: object): Facts['groups'] {
  return conversation(data).interpret()?.groups ?? {};
}
const valueOf = (data: object, group: keyof Facts['groups']) => groupsOf(data)[group]?.value;
const at = (seconds: number) => new Date(seconds * 1_000);

describe('an ElevenLabs conversation', () => {
  test('says everything it knows, each with its rank', () => {
    const event = conversation({
      agent_id: 'agent-1',
      agent_name: 'Ada',
      transcript: [{ role: 'agent' }, { role: 'user' }],
      metadata: {
        start_time_unix_secs: START,
        accepted_time_unix_secs: START + 4,
        call_duration_secs: 61,
        cost: 296,
        cost_fiat: 0.123456,
        main_language: 'de',
        termination_reason: 'Call ended by remote party',
        phone_call: {
          direction: 'outbound',
          agent_number: '+15550100001',
          external_number: '+15550100002',
          call_sid: `CA${'a'.repeat(32)}`,
        },
        batch_call: { batch_call_id: 'batch-1' },
      },
      analysis: {
        call_successful: 'success',
        call_success_score: 0.9,
        transcript_summary: 'All well.',
        call_summary_title: 'A call',
        sentiment_analysis: { overall_label: 'positive', overall_sentiment_score: 7 },
      },
    });
    expect(event.links).toEqual([`twilio:CA${'a'.repeat(32)}`]);
    expect(event.statedAt).toEqual(at(EVENT));
    expect(event.interpret()).toEqual({
      witness: 'conversation',
      groups: {
        status: { rank: 3, value: 'ended' },
        startedAt: { rank: 3, value: at(START) },
        answeredAt: { rank: 2, value: at(START + 4) },
        endedAt: { rank: 2, value: at(START + 61) },
        durationMs: { rank: 3, value: 61_000 },
        connection: { rank: 5, value: 'answered_human' },
        ending: { rank: 3, value: { endedBy: 'customer', endReason: 'Call ended by remote party' } },
        goal: { rank: 3, value: { goal: 'success', goalScore: 0.9 } },
        sentiment: { rank: 4, value: { sentiment: 'positive', sentimentSource: 'provider' } },
        cost: { rank: 3, value: { costCredits: 296, costMicroUsd: 123_456 } },
        assignment: {
          rank: 3,
          value: { agentId: 'agent-1', agentName: 'Ada', campaignId: 'batch-1', language: 'de' },
        },
        route: {
          rank: 2,
          value: { direction: 'outbound', fromNumber: '+15550100001', toNumber: '+15550100002' },
        },
        wording: { rank: 2, value: { summary: 'All well.', title: 'A call' } },
      },
    });
  });

  test('says little where little is told: null, wrong types and unknown words are absent', () => {
    expect(groupsOf({ metadata: null, analysis: 'x', transcript: { a: 1 }, agent_id: 7 })).toEqual({
      status: { rank: 3, value: 'ended' },
      connection: { rank: 5, value: 'answered_unknown' },
    });
    expect(
      groupsOf({ analysis: { call_successful: 'partial', call_success_score: 0.5 } }).goal,
    ).toBeUndefined();
    expect(groupsOf({ analysis: { call_successful: 'unknown' } }).goal).toBeUndefined();
    expect(groupsOf({ analysis: { call_successful: 'failure', call_success_score: 7 } }).goal?.value).toEqual(
      {
        goal: 'failure',
      },
    );
  });

  test('that goes on says neither how it went nor how long it was', () => {
    const groups = groupsOf({
      status: 'in-progress',
      metadata: { start_time_unix_secs: START, call_duration_secs: 5 },
    });
    expect(Object.keys(groups)).toEqual(['status', 'startedAt']);
    expect(groups.status).toEqual({ rank: 2, value: 'in_progress' });
  });

  test.each([
    ['a person spoke', { transcript: [{ role: 'user' }] }, 'answered_human'],
    ['nobody spoke', { transcript: [{ role: 'agent' }] }, 'answered_unknown'],
    [
      'a machine answered',
      { metadata: { features_usage: { voicemail_detection: { enabled: true, used: true } } } },
      'answered_machine',
    ],
    [
      'a machine was looked for',
      {
        transcript: [{ role: 'user' }],
        metadata: { features_usage: { voicemail_detection: { enabled: true, used: false } } },
      },
      'answered_human',
    ],
    ['it failed', { status: 'failed', transcript: [{ role: 'user' }] }, 'failed'],
  ])('connection: %s', (_name, data, expected) => {
    expect(valueOf(data, 'connection')).toBe(expected);
  });

  test.each([
    ['Client disconnected: 1006', 'customer'],
    ['Call ended by remote party', 'customer'],
    ['User ended the call', 'customer'],
    ['end_call tool was called.', 'agent'],
    ['Agent ended the call', 'agent'],
    ['Conversation exceeded maximum duration of 600 seconds', 'timeout_max'],
    ['Call ended due to silence', 'timeout_silence'],
    ['User inactivity', 'timeout_silence'],
    ['Internal error: LLM', 'platform_error'],
    ['Something new', undefined],
  ])('ending: %s', (reason, endedBy) => {
    const ending = valueOf({ metadata: { termination_reason: reason } }, 'ending');
    expect(ending).toEqual({ ...(endedBy !== undefined && { endedBy }), endReason: reason });
  });
  test('ending: a transfer to a number, an error without a reason, a transfer to another agent', () => {
    const used = (feature: string) => ({
      metadata: { features_usage: { [feature]: { enabled: true, used: true } } },
    });
    expect(valueOf(used('transfer_to_number'), 'ending')).toEqual({ endedBy: 'transfer' });
    expect(valueOf(used('transfer_to_agent'), 'ending')).toBeUndefined();
    const error = { code: 1011, reason: 'upstream' };
    expect(valueOf({ metadata: { error } }, 'ending')).toEqual({
      endedBy: 'platform_error',
      endReason: 'upstream',
    });
    expect(valueOf({ status: 'failed' }, 'ending')).toEqual({ endedBy: 'platform_error' });
  });

  test.each([
    [61, 61_000],
    ['61', 61_000],
    [0, 0],
    ['-0', 0],
    [-5, -5_000],
    [12.5, undefined],
    ['12 ', undefined],
    ['', undefined],
    [null, undefined],
    [true, undefined],
    [2 ** 53 + 1, undefined],
  ])('a duration of %p is %p ms', (seconds, expected) => {
    expect(valueOf({ metadata: { call_duration_secs: seconds } }, 'durationMs')).toBe(expected);
  });

  test('the campaign is the dynamic variable, a number too, before the batch', () => {
    const data = (campaign: unknown) => ({
      conversation_initiation_client_data: { dynamic_variables: { campaign_id: campaign } },
      metadata: { batch_call: { batch_call_id: 'batch-1' } },
    });
    expect(valueOf(data('spring'), 'assignment')).toEqual({ campaignId: 'spring' });
    expect(valueOf(data(7), 'assignment')).toEqual({ campaignId: '7' });
    expect(valueOf(data({ a: 1 }), 'assignment')).toEqual({ campaignId: 'batch-1' });
  });

  test('a CallSid links only when it is one, wherever it stands', () => {
    const variable = { dynamic_variables: { system__call_sid: `CA${'B'.repeat(32)}` } };
    expect(conversation({ conversation_initiation_client_data: variable }).links).toEqual([
      `twilio:CA${'B'.repeat(32)}`,
    ]);
    expect(conversation({ metadata: { phone_call: { call_sid: 'SCL_sip-call' } } }).links).toEqual([]);
  });

  test('long and broken texts are cut and made well-formed', () => {
    const wording = valueOf({ analysis: { transcript_summary: `\ud800${'x'.repeat(9_000)}` } }, 'wording');
    expect(wording).toEqual({ summary: `\ufffd${'x'.repeat(3_999)}` });
  });

  test.each([
    [EVENT, at(EVENT)],
    [String(EVENT), at(EVENT)],
    [at(EVENT).toISOString(), at(EVENT)],
    ['soon', null],
    [undefined, null],
  ])('the event time %p is read as %p', (stamp, expected) => {
    const event = eventOf({
      type: 'post_call_transcription',
      event_timestamp: stamp,
      data: { conversation_id: 'c1' },
    });
    expect(event.statedAt).toEqual(expected);
    expect(event.key === null).toBe(expected === null);
  });
});

describe('an ElevenLabs call that never connected', () => {
  const failure = (data: object) =>
    eventOf({ type: 'call_initiation_failure', data: { conversation_id: 'c1', ...data } });
  test.each([
    ['busy', 'busy'],
    ['no-answer', 'no_answer'],
    ['unknown', 'failed'],
    ['declined', undefined],
  ])('for the reason %s', (reason, connection) => {
    expect(failure({ agent_id: 'agent-1', failure_reason: reason }).interpret()).toEqual({
      witness: 'conversation',
      groups: {
        status: { rank: 3, value: 'ended' },
        startedAt: { rank: 1, value: at(EVENT) },
        ...(connection !== undefined && { connection: { rank: 4, value: connection } }),
        assignment: { rank: 3, value: { agentId: 'agent-1' } },
      },
    });
  });
  test('names its leg by Twilio’s CallSid, never by that of SIP', () => {
    const sid = `CA${'c'.repeat(32)}`;
    expect(failure({ metadata: { type: 'twilio', body: { CallSid: sid } } }).links).toEqual([
      `twilio:${sid}`,
    ]);
    expect(failure({ metadata: { type: 'sip', body: { call_sid: sid } } }).links).toEqual([]);
  });
});

test.each([
  ['agent_qa', ['unknown_type']],
  ['tomorrow.event', ['unknown_type']],
  ['post_call_audio', []],
  ['voice_removal_notice', []],
  ['voice_removal_notice_withdrawn', []],
  ['voice_removed', []],
])('%s is kept without facts, flagged %p', (type, flags) => {
  const event = eventOf({ type, data: { conversation_id: 'c1' } });
  expect([event.flags, event.interpret(), event.type]).toEqual([flags, null, type]);
});
