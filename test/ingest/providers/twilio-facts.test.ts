import { describe, expect, test } from '@jest/globals';
import type { Findings, Identified } from '../../../ingest/providers/provider.ts';
import { parseForm } from '../../../ingest/providers/twilio-form.ts';
import { twilio } from '../../../ingest/providers/twilio.ts';
import { ACCOUNT_SID, CALL_SID, statusParameters, without } from '../../support/webhooks.ts';

const NOON = new Date('2026-11-23T10:00:00Z');

function identify(parameters: Record<string, string> | string, target = '/webhooks/twilio'): Findings {
  const body = Buffer.from(new URLSearchParams(parameters).toString());
  return twilio.identify({ endpoint: 'default', target, body, headers: {}, receivedAt: NOON });
}
function eventOf(parameters: Record<string, string> | string, target?: string): Identified {
  const [found] = identify(parameters, target);
  if (found?.readable !== true) throw new Error(`unreadable: ${found?.issues.join() ?? ''}`);
  return found;
}
const groupsOf = (more: Record<string, string>) => eventOf(statusParameters(more)).interpret()?.groups ?? {};

describe('a Twilio status callback', () => {
  test('of a finished leg says what it was', () => {
    const target = '/webhooks/twilio?agentId=ada&campaignId=spring';
    const event = eventOf(
      statusParameters({ CallStatus: 'completed', CallDuration: '42', SequenceNumber: '3' }),
      target,
    );
    expect(event).toMatchObject({
      type: 'call.completed',
      key: [ACCOUNT_SID, CALL_SID, 'call-progress-events', '3', 'completed'],
      statedAt: NOON,
      partId: `twilio:${CALL_SID}`,
      links: [],
      flags: [],
    });
    expect(event.interpret()).toEqual({
      witness: 'leg',
      sequence: 3,
      groups: {
        status: { rank: 3, value: 'ended' },
        startedAt: { rank: 4, value: new Date(NOON.getTime() - 42_000) },
        endedAt: { rank: 3, value: NOON },
        durationMs: { rank: 2, value: 42_000 },
        connection: { rank: 2, value: 'answered_unknown' },
        assignment: { rank: 2, value: { agentId: 'ada', campaignId: 'spring' } },
        route: {
          rank: 3,
          value: { direction: 'outbound', fromNumber: '+15550100001', toNumber: '+15550100002' },
        },
      },
    });
  });

  test.each([
    ['queued', { status: 'queued', startedAt: [6, NOON] }],
    ['initiated', { status: 'queued', startedAt: [6, NOON] }],
    ['ringing', { status: 'ringing' }],
    ['in-progress', { status: 'in_progress', answeredAt: [3, NOON], connection: [1, 'in_progress'] }],
    ['busy', { status: 'ended', startedAt: [4, NOON], endedAt: [3, NOON], connection: [6, 'busy'] }],
    [
      'no-answer',
      { status: 'ended', startedAt: [4, NOON], endedAt: [3, NOON], connection: [6, 'no_answer'] },
    ],
    ['canceled', { status: 'ended', startedAt: [4, NOON], endedAt: [3, NOON], connection: [6, 'canceled'] }],
    [
      'failed',
      {
        status: 'ended',
        startedAt: [4, NOON],
        endedAt: [3, NOON],
        connection: [6, 'failed'],
        ending: [2, { endedBy: 'telephony_error' }],
      },
    ],
    ['completed', { status: 'ended', endedAt: [3, NOON], connection: [2, 'answered_unknown'] }],
  ])('%s', (status, expected) => {
    const { status: state, ...groups } = groupsOf({ CallStatus: status });
    delete groups.route;
    const shown = Object.entries(groups).map(([name, { rank, value }]) => [name, [rank, value]]);
    expect({ status: state?.value, ...Object.fromEntries(shown) }).toEqual(expected);
  });

  test.each([
    ['completed', { AnsweredBy: 'human' }, [7, 'answered_human']],
    ['completed', { AnsweredBy: 'machine_end_beep' }, [7, 'answered_machine']],
    ['completed', { AnsweredBy: 'fax' }, [7, 'answered_machine']],
    ['completed', { AnsweredBy: 'unknown' }, [2, 'answered_unknown']],
    ['in-progress', { AnsweredBy: 'human' }, [7, 'answered_human']],
    ['busy', { SipResponseCode: '603' }, [6, 'rejected']],
    ['failed', { SipResponseCode: '608' }, [6, 'rejected']],
    ['failed', { SipResponseCode: '503' }, [6, 'failed']],
  ])('%s with %p connects as %p', (status, more, expected) => {
    const { connection } = groupsOf({ CallStatus: status, ...more });
    expect([connection?.rank, connection?.value]).toEqual(expected);
  });

  test('of a child leg names its parent', () => {
    const parent = `CA${'f'.repeat(32)}`;
    const event = eventOf(
      statusParameters({ CallStatus: 'ringing', ParentCallSid: parent, Direction: 'outbound-dial' }),
    );
    expect(event.links).toEqual([`twilio:${parent}`]);
    expect(event.interpret()).toMatchObject({ parentPartId: `twilio:${parent}`, sequence: 0 });
  });

  test('without a sequence is keyed by its time, without either by its bytes', () => {
    const unordered = without(statusParameters({ CallStatus: 'completed' }), 'SequenceNumber');
    expect(eventOf(unordered).key).toEqual([
      ACCOUNT_SID,
      CALL_SID,
      'call-progress-events',
      'Mon, 23 Nov 2026 10:00:00 +0000',
      'completed',
    ]);
    expect(eventOf({ ...unordered, Timestamp: '' }).key).toBeNull();
  });

  test.each([
    ['CallSid', 'CA1'],
    ['CallSid', ''],
    ['AccountSid', ''],
    ['CallStatus', 'finished'],
    ['CallStatus', ''],
    ['CallDuration', '4x'],
    ['SequenceNumber', '-1'],
    ['Timestamp', 'yesterday'],
    ['ApiVersion', '2010-04-01CallDuration42'],
    ['ParentCallSid', 'CA1'],
  ])('whose %s is %p is unreadable', (name, value) => {
    const [found] = identify({ ...statusParameters({ CallStatus: 'completed', [name]: value }) });
    expect(found).toMatchObject({ readable: false, issues: [name] });
  });
  test('that names its call twice is unreadable', () => {
    const twice = `${new URLSearchParams(statusParameters({ CallStatus: 'busy' })).toString()}&CallSid=${CALL_SID}`;
    expect(identify(twice)[0]).toMatchObject({ readable: false, issues: ['CallSid'] });
  });
});

test('names of an object prototype are parameters like any other', () => {
  const parameters = parseForm(Buffer.from('__proto__=1&constructor=2&a=1&a=2'));
  expect(Object.entries(parameters)).toEqual([
    ['__proto__', '1'],
    ['constructor', '2'],
    ['a', ['1', '2']],
  ]);
});

test('asynchronous detection says who answered, and only that', () => {
  const event = eventOf({ AccountSid: ACCOUNT_SID, CallSid: CALL_SID, AnsweredBy: 'machine_start' });
  expect(event.key).toEqual([ACCOUNT_SID, CALL_SID, 'amd', 'machine_start']);
  expect(event.interpret()).toEqual({
    witness: 'leg',
    groups: { connection: { rank: 8, value: 'answered_machine' } },
  });
});
