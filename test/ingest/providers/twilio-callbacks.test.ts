import { describe, expect, test } from '@jest/globals';
import type { Delivery, Findings, Identified } from '../../../ingest/providers/provider.ts';
import { twilio } from '../../../ingest/providers/twilio.ts';
import { fixture, fixturesOf, formFixture } from '../../fixtures/read.ts';
import type { FormFixture } from '../../fixtures/read.ts';
import { ACCOUNT_SID, CALL_SID } from '../../support/webhooks.ts';

const LEG = `twilio:${CALL_SID}`;
const sid = (prefix: string) => `${prefix}${'0'.repeat(31)}1`;
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 10, 0, seconds));

function identify(
  { target = '/webhooks/twilio', parameters }: FormFixture,
  more: Partial<Delivery> = {},
): Findings {
  const body = Buffer.from(new URLSearchParams(parameters).toString());
  return twilio.identify({ endpoint: 'default', target, body, headers: {}, receivedAt: at(59), ...more });
}
function eventOf(form: FormFixture): Identified {
  const [found, ...more] = identify(form);
  expect(more).toEqual([]);
  if (found?.readable !== true) throw new Error(`unreadable: ${found?.issues.join() ?? ''}`);
  return found;
}
const named = (name: string) => formFixture(`twilio/${name}.json`);
const changedForm = (name: string, more: Record<string, string>): FormFixture => {
  const form = named(name);
  return { ...form, parameters: { ...form.parameters, ...more } };
};

describe('a Twilio callback', () => {
  test.each([
    [
      'status_initiated',
      'call.initiated',
      [ACCOUNT_SID, CALL_SID, 'call-progress-events', '0', 'initiated'],
      LEG,
      [],
    ],
    [
      'status_ringing',
      'call.ringing',
      [ACCOUNT_SID, CALL_SID, 'call-progress-events', '1', 'ringing'],
      LEG,
      [],
    ],
    [
      'status_answered',
      'call.in-progress',
      [ACCOUNT_SID, CALL_SID, 'call-progress-events', '2', 'in-progress'],
      LEG,
      [],
    ],
    [
      'status_completed',
      'call.completed',
      [ACCOUNT_SID, CALL_SID, 'call-progress-events', '3', 'completed'],
      LEG,
      [],
    ],
    ['status_busy', 'call.busy', [ACCOUNT_SID, CALL_SID, 'call-progress-events', '2', 'busy'], LEG, []],
    ['status_child_leg', 'call.completed', undefined, `twilio:CA${'0'.repeat(31)}2`, [LEG]],
    ['detection', 'call.answered_by', [ACCOUNT_SID, CALL_SID, 'amd', 'machine_end_beep'], LEG, []],
    ['recording_completed', 'recording.completed', [sid('RE'), 'completed'], `twilio:${sid('RE')}`, [LEG]],
    [
      'transcription_content',
      'transcription.content',
      [sid('GT'), '2', 'transcription-content'],
      `twilio:${sid('GT')}`,
      [LEG],
    ],
    [
      'transcription_stopped',
      'transcription.stopped',
      [sid('GT'), '9', 'transcription-stopped'],
      `twilio:${sid('GT')}`,
      [LEG],
    ],
    [
      'recording_transcription',
      'recording_transcription.completed',
      [sid('TR'), 'completed'],
      `twilio:${sid('TR')}`,
      [LEG, `twilio:${sid('RE')}`],
    ],
  ])('%s is a %s with its key, its part and its links', (name, type, key, partId, links) => {
    const event = eventOf(named(name));
    expect(event).toMatchObject({ type, partId, links, flags: [], ...(key === undefined ? {} : { key }) });
  });

  test('of each kind has a fixture above or is JSON', () => {
    const forms = fixturesOf('twilio').filter((name) => 'parameters' in fixture(`twilio/${name}`));
    expect(forms).toHaveLength(11);
  });

  test.each([
    'recording_completed',
    'transcription_content',
    'transcription_stopped',
    'recording_transcription',
  ])('%s says nothing of the call itself', (name) => {
    expect(eventOf(named(name)).interpret()).toBeNull();
  });

  test('that ends a recorded leg ends the leg: the recording is told by a callback of its own', () => {
    const { groups } = eventOf(named('status_completed')).interpret() ?? {};
    expect(groups).toMatchObject({
      status: { value: 'ended' },
      durationMs: { value: 42_000 },
      connection: { rank: 7, value: 'answered_human' },
      assignment: { value: { agentId: 'ada', campaignId: 'spring' } },
    });
  });
  test('of a leg that was found to be a machine says only that', () => {
    expect(eventOf(named('detection')).interpret()).toEqual({
      witness: 'leg',
      groups: { connection: { rank: 8, value: 'answered_machine' } },
    });
    expect(eventOf(changedForm('detection', { AnsweredBy: 'unknown' })).interpret()?.groups).toEqual({});
  });
  test('of a recorded conference has a recording without a leg', () => {
    expect(eventOf(changedForm('recording_completed', { CallSid: '' })).links).toEqual([]);
  });
  test('without its sender’s counter is keyed by its bytes', () => {
    expect(eventOf(changedForm('transcription_content', { SequenceId: '' })).key).toBeNull();
  });

  test.each([
    ['recording_completed', 'RecordingSid', 'RE1'],
    ['recording_completed', 'RecordingStatus', 'completedRecordingDuration41'],
    ['recording_completed', 'RecordingDuration', '4x'],
    ['recording_completed', 'RecordingChannels', '3'],
    ['recording_completed', 'AccountSid', 'AC1'],
    ['transcription_content', 'TranscriptionSid', 'GT1'],
    ['transcription_content', 'TranscriptionEvent', 'content!'],
    ['transcription_content', 'SequenceId', '-1'],
    ['transcription_content', 'Timestamp', 'soon'],
    ['recording_transcription', 'TranscriptionStatus', 'Done 1'],
    ['detection', 'AnsweredBy', 'alien'],
    ['detection', 'MachineDetectionDuration', '3.2s'],
    ['detection', 'CallSid', 'CA1'],
    ['status_completed', 'CallDuration', '42s'],
    ['status_completed', 'SipResponseCode', '20'],
    ['status_completed', 'SequenceNumber', '3CallDuration42'],
  ])('%s whose %s is %j is unreadable, and says which field', (name, field, value) => {
    expect(identify(changedForm(name, { [field]: value }))).toEqual([
      { readable: false, reason: 'schema', issues: [field] },
    ]);
  });
  test.each([
    ['detection', 'CallSid'],
    ['status_busy', 'CallSid'],
  ])('%s without %s is of no part', (name, field) => {
    expect(identify(changedForm(name, { [field]: '' }))).toEqual([
      { readable: false, reason: 'id', issues: [field] },
    ]);
  });
});

describe('parameters split anew under the same signature', () => {
  test.each<[string, Record<string, string | string[]>, string]>([
    ['a campaign cut in two', { '345': '' }, 'a parameter that has no name of one'],
    ['parameters pushed into the form', { '=7&campaignId': '12345' }, 'a parameter that has no name of one'],
    ['nothing added at the end', { '': '' }, 'a parameter that has no name of one'],
    ['a number told twice', { From: ['+15550100', '+15550101'] }, 'From'],
  ])('make no event: %s', (_what, fields, issue) => {
    const { parameters } = named('status_completed');
    const form = new URLSearchParams(parameters);
    for (const [name, value] of Object.entries(fields)) {
      form.delete(name);
      for (const one of [value].flat()) form.append(name, one);
    }
    const body = Buffer.from(form.toString());
    const delivery = {
      endpoint: 'default',
      target: '/webhooks/twilio',
      body,
      headers: {},
      receivedAt: new Date(),
    };
    expect(twilio.identify(delivery)).toEqual([{ readable: false, reason: 'schema', issues: [issue] }]);
  });
});

describe('a callback by GET', () => {
  const query = new URLSearchParams(named('status_busy').parameters).toString();
  const target = `/webhooks/twilio?campaignId=spring&${query}`;
  test('is read from its address', () => {
    const found = identify({ target, parameters: {} }, { method: 'GET' });
    expect(found).toMatchObject([{ readable: true, type: 'call.busy', partId: LEG }]);
    expect(identify({ target, parameters: {} })).toMatchObject([
      { key: found[0]?.readable === true ? found[0].key : null },
    ]);
  });
  test('is never what a POST without a body says in its address', () => {
    expect(identify({ target, parameters: {} }, { method: 'POST' })).toMatchObject([{ readable: false }]);
  });
});
