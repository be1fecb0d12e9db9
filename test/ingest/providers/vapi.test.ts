import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Identified } from '../../../ingest/providers/provider.ts';
import { vapi } from '../../../ingest/providers/vapi.ts';
import { fixture } from '../../fixtures/read.ts';
import { CALL_SID } from '../../support/webhooks.ts';
import { becomes, changed, lacks, lacksField, testFields, unchanged } from './fields-table.ts';
import type { Body } from './fields-table.ts';
import { outcomeOf, verdictOf } from './vector.ts';
import type { Vector } from './vector.ts';

const START = new Date('2026-11-23T10:00:00Z');
const after = (ms: number) => new Date(START.getTime() + ms);

function identify(body: Buffer | Body) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const delivery = { target: '/webhooks/vapi', body: bytes, headers: {}, receivedAt: after(90_000) };
  return vapi.identify({ endpoint: 'default', ...delivery });
}
function eventOf(body: Body): Identified {
  const [found] = identify(body);
  if (found?.readable !== true) throw new Error(`unreadable: ${found?.issues.join() ?? ''}`);
  return found;
}
const named = (name: string) => fixture(`vapi/${name}.json`);
const groupsOf = (body: Body) => eventOf(body).interpret()?.groups ?? null;

describe('Vapi authentication', () => {
  const secret = 'vapi-secret-1';
  const body = '{"message":{"type":"hang"}}';
  const seconds = START.getTime() / 1_000;
  const ms = START.getTime();
  const mac = (content: string, encoding: 'hex' | 'base64' = 'hex') =>
    createHmac('sha256', secret).update(content).digest(encoding);
  const vector = (headers: Record<string, string>, more: Partial<Vector> = {}): Vector => ({
    secret,
    now: seconds,
    body,
    headers,
    ...more,
  });
  const timed = (time: number | string, value = mac(`${time}.${body}`)) => ({
    'x-signature': value,
    'x-timestamp': String(time),
  });

  test('says how it was done', () => {
    const scheme = (headers: Record<string, string>) => verdictOf(vapi, vector(headers));
    expect(scheme({ 'x-vapi-secret': secret })).toMatchObject({ scheme: 'vapi-secret', skewMs: null });
    expect(scheme({ authorization: `Bearer ${secret}` })).toMatchObject({ scheme: 'vapi-bearer' });
    expect(scheme(timed(ms - 1_500))).toMatchObject({ scheme: 'vapi-hmac', skewMs: 1_500 });
    expect(scheme({ 'x-vapi-signature': mac(body) })).toMatchObject({ scheme: 'vapi-hmac', skewMs: null });
  });
  test.each([
    ['the secret itself', { 'x-vapi-secret': secret }, {}, 'ok 1'],
    ['the previous secret', { 'x-vapi-secret': secret }, { secret: `vapi-other-1|${secret}` }, 'ok 2'],
    ['another secret', { 'x-vapi-secret': 'vapi-secret-2' }, {}, 'wrong'],
    ['a longer secret', { 'x-vapi-secret': `${secret}x` }, {}, 'wrong'],
    ['a bearer token in lower case', { authorization: `bearer ${secret}` }, {}, 'ok 1'],
    ['another scheme', { authorization: `Basic ${secret}` }, {}, 'missing'],
    ['an empty secret header', { 'x-vapi-secret': '' }, {}, 'missing'],
    ['nothing', {}, {}, 'missing'],
    ['10 KB', { 'x-vapi-secret': 'x'.repeat(10_000) }, {}, 'malformed'],
    ['a signature with milliseconds', timed(ms), {}, 'ok 1'],
    ['a signature with seconds', timed(seconds), {}, 'ok 1'],
    ['a signature in base64', timed(ms, mac(`${ms}.${body}`, 'base64')), {}, 'ok 1'],
    ['a signature behind sha256=', timed(ms, `sha256=${mac(`${ms}.${body}`)}`), {}, 'ok 1'],
    ['a signature of the body alone', { 'x-vapi-signature': mac(body) }, {}, 'ok 1'],
    ['a signature of the body alone, with a time beside it', timed(ms, mac(body)), {}, 'wrong'],
    ['a signature of another body', timed(ms), { body: `${body} ` }, 'wrong'],
    [
      'a wrong signature beside the right secret',
      { ...timed(ms, mac('x')), 'x-vapi-secret': secret },
      {},
      'wrong',
    ],
    ['a signature that is 5 minutes old', timed(ms - 300_000), {}, 'ok 1'],
    ['an older signature', timed(ms - 300_001), {}, 'stale'],
    ['a signature ahead', timed(ms + 300_001), {}, 'stale'],
    ['a time that is none', timed('soon'), {}, 'malformed'],
    ['a signature cut short', timed(ms, mac('x').slice(2)), {}, 'malformed'],
    ['a signature that is none', timed(ms, 'x'.repeat(10_000)), {}, 'malformed'],
  ] as [string, Record<string, string>, Partial<Vector>, string][])(
    '%s',
    (...[, headers, more, expected]) => {
      expect(outcomeOf(vapi, vector(headers, more))).toBe(expected);
    },
  );
  test('no header that holds the secret itself is kept', () => {
    expect(vapi.headers).not.toContain('x-vapi-secret');
    expect(vapi.headers).not.toContain('authorization');
  });
  test.each(['', 'short', 'with blank 123'])('the secret %j is refused at the start', (faulty) => {
    expect(vapi.secretFault(faulty)).toContain('blanks');
  });
});

describe('an end-of-call report', () => {
  const report = () => named('end-of-call-report');
  test('says everything', () => {
    const event = eventOf(report());
    const id = '7420f27a-30fd-4f49-a995-5549ae7cc00d';
    expect(event).toMatchObject({
      key: ['default', 'end-of-call-report', id, ''],
      statedAt: after(62_500),
      partId: `vapi:${id}`,
      links: [`twilio:${CALL_SID}`],
      flags: [],
    });
    expect(event.interpret()).toEqual({
      witness: 'conversation',
      groups: {
        status: { rank: 3, value: 'ended' },
        startedAt: { rank: 3, value: START },
        endedAt: { rank: 2, value: after(62_500) },
        durationMs: { rank: 3, value: 62_400 },
        connection: { rank: 5, value: 'answered_human' },
        ending: { rank: 3, value: { endedBy: 'agent', endReason: 'assistant-ended-call' } },
        goal: { rank: 3, value: { goal: 'success' } },
        cost: { rank: 3, value: { costMicroUsd: 72_500 } },
        assignment: { rank: 3, value: { agentId: 'assistant-1', agentName: 'Ada', campaignId: 'spring' } },
        route: {
          rank: 2,
          value: { direction: 'outbound', fromNumber: '+15550100001', toNumber: '+15550100002' },
        },
        wording: { rank: 2, value: { summary: 'The caller moved an appointment.' } },
      },
    });
  });
  testFields(
    report,
    [
      [
        'message.startedAt',
        'instant',
        becomes('startedAt', { rank: 1, value: new Date('2026-11-23T09:59:50Z') }),
      ],
      ['message.endedAt', 'instant', lacks('endedAt')],
      ['message.durationSeconds', 'amount', becomes('durationMs', { rank: 3, value: 62_500 })],
      ['message.endedReason', 'text', lacks('connection', 'ending')],
      ['message.artifact', 'object', becomes('connection', { rank: 5, value: 'answered_unknown' })],
      ['message.analysis', 'object', lacks('goal', 'wording')],
      ['message.analysis.successEvaluation', 'word', lacks('goal')],
      ['message.analysis.summary', 'text', lacks('wording')],
      ['message.cost', 'amount', lacks('cost')],
      ['message.assistant', 'object', lacksField('assignment', 'agentName')],
      ['message.customer', 'object', unchanged],
      ['message.phoneNumber', 'object', lacksField('route', 'fromNumber')],
      ['message.call.type', 'word', lacks('route')],
      ['message.call.assistantId', 'text', lacksField('assignment', 'agentId')],
      ['message.call.assistantOverrides', 'object', campaign('autumn')],
      ['message.call.metadata', 'object', unchanged],
      ['message.timestamp', 'seconds', unchanged],
    ],
    groupsOfReport,
  );
  /** `true` is a verdict even where a word belongs. */
  function groupsOfReport(body: Body) {
    const analysis = (body['message'] as Body)['analysis'] as Body | null | undefined;
    return groupsOf(
      analysis?.['successEvaluation'] === true ? changed(body, 'message.analysis.successEvaluation') : body,
    );
  }
  test.each([
    ['customer-busy', 'busy', undefined],
    ['customer-did-not-answer', 'no_answer', undefined],
    ['voicemail', 'answered_machine', undefined],
    ['customer-ended-call', 'answered_human', 'customer'],
    ['customer-ended-call-during-transfer', 'answered_human', 'customer'],
    ['assistant-ended-call-after-message-spoken', 'answered_human', 'agent'],
    ['assistant-said-end-call-phrase', 'answered_human', 'agent'],
    ['assistant-forwarded-call', 'answered_human', 'transfer'],
    ['silence-timed-out', 'answered_human', 'timeout_silence'],
    ['exceeded-max-duration', 'answered_human', 'timeout_max'],
    ['pipeline-error-openai-llm-failed', 'answered_human', 'platform_error'],
    ['call.in-progress.error-vapifault-worker-died', 'answered_human', 'platform_error'],
    ['worker-shutdown', 'answered_human', 'platform_error'],
    ['call.in-progress.twilio-completed-call', 'answered_human', undefined],
    ['call.start.error-subscription-frozen', 'failed', 'platform_error'],
    ['assistant-not-found', 'failed', 'platform_error'],
    ['assistant-request-returned-no-assistant', 'failed', 'platform_error'],
    ['twilio-failed-to-connect-call', 'failed', 'telephony_error'],
    [
      'call.in-progress.error-providerfault-outbound-sip-480-temporarily-unavailable',
      'no_answer',
      'telephony_error',
    ],
    [
      'call.in-progress.error-providerfault-outbound-sip-503-service-unavailable',
      'failed',
      'telephony_error',
    ],
    ['call.ringing.sip-inbound-caller-hungup-before-call-connect', 'canceled', undefined],
    ['scheduled-call-deleted', 'canceled', undefined],
    ['tomorrow', 'answered_human', undefined],
  ])('by %s is %s, ended by %s', (endedReason, connection, endedBy) => {
    const groups = groupsOf(changed(report(), 'message.endedReason', endedReason));
    expect(groups?.connection?.value).toBe(connection);
    expect(groups?.ending?.value).toEqual({
      endReason: endedReason,
      ...(endedBy === undefined ? {} : { endedBy }),
    });
  });
  test('of a call that never began starts when it was made and has no length', () => {
    const groups = groupsOf(named('end-of-call-report-no-answer'));
    expect(groups?.startedAt).toEqual({ rank: 1, value: new Date('2026-11-23T09:59:50Z') });
    expect(groups?.connection).toEqual({ rank: 4, value: 'no_answer' });
    expect(groups?.durationMs).toBeUndefined();
  });
  test('of a call that was stopped before it began is canceled; of another nobody knows', () => {
    const silent = named('end-of-call-report-no-answer');
    const by = (reason: string) =>
      groupsOf(changed(silent, 'message.endedReason', reason))?.connection?.value;
    expect([by('manually-canceled'), by('tomorrow')]).toEqual(['canceled', undefined]);
  });
  test.each([
    ['true', 'success'],
    ['False', 'failure'],
    [false, 'failure'],
    ['7', undefined],
    ['Excellent', undefined],
    ['80%', undefined],
  ])('with the verdict %j has the goal %p', (verdict, goal) => {
    const groups = groupsOf(changed(report(), 'message.analysis.successEvaluation', verdict));
    expect(groups?.goal?.value.goal).toBe(goal);
  });
  test.each([null, '', 42, 'a\nb', {}])('whose call has the id %j is of no part', (id) => {
    expect(identify(changed(report(), 'message.call.id', id))).toEqual([
      { readable: false, reason: 'id', issues: ['message.call.id'] },
    ]);
  });
});

describe('a status update', () => {
  test.each([
    ['queued', 'queued', undefined],
    ['ringing', 'ringing', undefined],
    ['in-progress', 'in_progress', START],
    ['forwarding', 'in_progress', START],
    ['ended', 'ended', START],
  ])('%s says that the call is %s', (name, status, startedAt) => {
    const event = eventOf(named(`status-update-${name}`));
    expect(event.key).toEqual(['default', 'status-update', '7420f27a-30fd-4f49-a995-5549ae7cc00d', name]);
    const { groups } = event.interpret() ?? {};
    expect([groups?.status?.value, groups?.startedAt?.value, groups?.connection]).toEqual([
      status,
      startedAt,
      undefined,
    ]);
  });
  test.each([null, 'not-found', 42, {}])('%j says nothing of it', (status) => {
    expect(
      groupsOf(changed(named('status-update-ringing'), 'message.status', status))?.status,
    ).toBeUndefined();
  });
});

test.each(['tool-calls', 'transcript'])('%s says nothing', (name) => {
  const event = eventOf(named(name));
  expect([event.key, event.flags, event.interpret()]).toEqual([null, [], null]);
});
test('a message that is no call’s is kept without facts', () => {
  expect(eventOf(named('chat.created'))).toMatchObject({ flags: ['unknown_type'], partId: null });
  for (const message of [null, 'x', [], {}])
    expect(identify({ message })).toMatchObject([{ reason: 'schema' }]);
  expect(identify(Buffer.from('[]'))).toMatchObject([{ reason: 'shape' }]);
});

function campaign(campaignId: string) {
  return becomes('assignment', { rank: 3, value: { agentId: 'assistant-1', agentName: 'Ada', campaignId } });
}
