import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Identified } from '../../../ingest/providers/provider.ts';
import { retell } from '../../../ingest/providers/retell.ts';
import { fixture, fixturesOf } from '../../fixtures/read.ts';
import { CALL_SID } from '../../support/webhooks.ts';
import { becomes, changed, lacks, lacksField, testFields, unchanged } from './fields-table.ts';
import type { Body } from './fields-table.ts';
import { outcomeOf, verdictOf } from './vector.ts';
import type { Vector } from './vector.ts';

const START = new Date('2026-11-23T10:00:00Z');
const after = (ms: number) => new Date(START.getTime() + ms);

function identify(body: Buffer | Body) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const delivery = { target: '/webhooks/retell', body: bytes, headers: {}, receivedAt: after(90_000) };
  return retell.identify({ endpoint: 'default', ...delivery });
}
function eventOf(body: Body): Identified {
  const [found] = identify(body);
  if (found?.readable !== true) throw new Error(`unreadable: ${found?.issues.join() ?? ''}`);
  return found;
}
const named = (name: string) => fixture(`retell/${name}.json`);
const groupsOf = (body: Body) => eventOf(body).interpret()?.groups ?? null;

describe('Retell signatures', () => {
  const body = '{"event":"call_ended","call":{"call_id":"call_1"}}';
  const now = START.getTime() / 1_000;
  const sign = (ms: number | string, secret = 'key_1234567890') =>
    createHmac('sha256', secret).update(body).update(String(ms)).digest('hex');
  const ms = START.getTime();
  const vector = (header: string | undefined, more: Partial<Vector> = {}): Vector => ({
    secret: 'key_1234567890',
    now,
    body,
    headers: { 'x-retell-signature': header },
    ...more,
  });
  const good = `v=${ms},d=${sign(ms)}`;
  test('a right one is right, with the skew of our clock', () => {
    expect(verdictOf(retell, vector(good, { now: now + 2 }))).toEqual({
      ok: true,
      secretId: '1',
      scheme: 'retell-v',
      skewMs: 2_000,
    });
  });
  test.each([
    ['upper-case hex', `v=${ms},d=${sign(ms).toUpperCase()}`, {}, 'ok 1'],
    ['blanks around the parts', ` v=${ms} , d=${sign(ms)} `, {}, 'ok 1'],
    ['the previous key', good, { secret: 'key_another_one|key_1234567890' }, 'ok 2'],
    ['another key', good, { secret: 'key_another_one' }, 'wrong'],
    ['another body', good, { body: `${body} ` }, 'wrong'],
    ['another time', `v=${ms + 1},d=${sign(ms)}`, {}, 'wrong'],
    ['5 minutes old', good, { now: now + 300 }, 'ok 1'],
    ['older', good, { now: now + 301 }, 'stale'],
    ['too far ahead', good, { now: now - 301 }, 'stale'],
    [
      'a digit moved from the time to the body, since nothing stands between',
      `v=${String(ms).slice(1)},d=${sign(ms)}`,
      { body: `${body}1` },
      'stale',
    ],
    ['seconds', `v=${now},d=${sign(now)}`, {}, 'malformed'],
    ['a time with a zero before it', `v=0${ms},d=${sign(`0${ms}`)}`, {}, 'malformed'],
    ['no header', undefined, {}, 'missing'],
    ['an empty header', '', {}, 'missing'],
    ['a time alone', `v=${ms}`, {}, 'malformed'],
    ['a digest alone', `d=${sign(ms)}`, {}, 'malformed'],
    ['a digest cut short', good.slice(0, -2), {}, 'malformed'],
    ['a header sent twice', `${good}, ${good}`, {}, 'malformed'],
    ['10 KB', good + ' '.repeat(10_000), {}, 'malformed'],
  ])('%s', (...[, header, more, expected]) => {
    expect(outcomeOf(retell, vector(header, more))).toBe(expected);
  });
  test.each(['', 'short', 'with blank 123', ' key_1234567890'])(
    'the secret %j is refused at the start',
    (faulty) => {
      expect(retell.secretFault(faulty)).toContain('blanks');
    },
  );
});

describe('a Retell call', () => {
  test('that was analysed says everything', () => {
    const event = eventOf(named('call_analyzed'));
    const id = 'call_a4441234567890777c4a4a123e6';
    expect(event).toMatchObject({
      type: 'call_analyzed',
      key: ['default', 'call_analyzed', id],
      statedAt: null,
      partId: `retell:${id}`,
      links: [`twilio:${CALL_SID}`],
      flags: [],
    });
    expect(event.interpret()).toEqual({
      witness: 'conversation',
      groups: {
        status: { rank: 3, value: 'ended' },
        startedAt: { rank: 3, value: START },
        endedAt: { rank: 2, value: after(62_500) },
        durationMs: { rank: 3, value: 62_500 },
        connection: { rank: 5, value: 'answered_human' },
        ending: { rank: 3, value: { endedBy: 'agent', endReason: 'agent_hangup' } },
        goal: { rank: 3, value: { goal: 'success' } },
        sentiment: { rank: 4, value: { sentiment: 'positive', sentimentSource: 'provider' } },
        cost: { rank: 3, value: { costMicroUsd: 72_500 } },
        assignment: { rank: 3, value: { agentId: 'agent_1', agentName: 'Ada', campaignId: 'spring' } },
        route: {
          rank: 2,
          value: { direction: 'outbound', fromNumber: '+15550100001', toNumber: '+15550100002' },
        },
        wording: { rank: 2, value: { summary: 'The caller moved an appointment.' } },
      },
    });
  });
  testFields(
    () => named('call_analyzed'),
    [
      ['call.start_timestamp', 'seconds', becomes('startedAt', { rank: 1, value: after(62_500) })],
      ['call.end_timestamp', 'seconds', lacks('endedAt')],
      ['call.duration_ms', 'seconds', lacks('durationMs')],
      ['call.call_status', 'word', unchanged],
      ['call.disconnection_reason', 'text', lacks('ending')],
      ['call.transcript_object', 'object', becomes('connection', { rank: 5, value: 'answered_unknown' })],
      ['call.call_analysis', 'object', lacks('goal', 'sentiment', 'wording')],
      ['call.call_analysis.call_successful', 'flag', lacks('goal')],
      ['call.call_analysis.user_sentiment', 'word', lacks('sentiment')],
      ['call.call_analysis.in_voicemail', 'flag', unchanged],
      ['call.call_analysis.call_summary', 'text', lacks('wording')],
      ['call.call_cost', 'object', lacks('cost')],
      ['call.call_cost.combined_cost', 'amount', lacks('cost')],
      ['call.agent_id', 'text', lacksField('assignment', 'agentId')],
      ['call.agent_name', 'text', lacksField('assignment', 'agentName')],
      ['call.retell_llm_dynamic_variables', 'object', campaign('autumn')],
      ['call.metadata', 'object', unchanged],
      ['call.direction', 'word', lacksField('route', 'direction')],
      ['call.from_number', 'text', lacksField('route', 'fromNumber')],
      ['call.to_number', 'text', lacksField('route', 'toNumber')],
    ],
    groupsOf,
  );
  test.each([
    ['ended', 'user_hangup', 'answered_human', 'customer'],
    ['ended', 'agent_hangup', 'answered_human', 'agent'],
    ['ended', 'call_transfer', 'answered_human', 'transfer'],
    ['ended', 'transfer_bridged', 'answered_human', 'transfer'],
    ['ended', 'voicemail_reached', 'answered_machine', 'agent'],
    ['ended', 'ivr_reached', 'answered_machine', 'agent'],
    ['ended', 'inactivity', 'answered_human', 'timeout_silence'],
    ['ended', 'max_duration_reached', 'answered_human', 'timeout_max'],
    ['ended', 'tomorrow', 'answered_human', undefined],
    ['error', 'error_llm_websocket_runtime', 'answered_human', 'platform_error'],
    ['error', 'error_user_not_joined', 'failed', 'platform_error'],
    ['not_connected', 'dial_busy', 'busy', undefined],
    ['not_connected', 'dial_no_answer', 'no_answer', undefined],
    ['not_connected', 'dial_failed', 'failed', 'telephony_error'],
    ['not_connected', 'invalid_destination', 'failed', 'telephony_error'],
    ['not_connected', 'sip_routing_error', 'failed', 'telephony_error'],
    ['not_connected', 'marked_as_spam', 'failed', 'telephony_error'],
    ['not_connected', 'user_declined', 'rejected', 'customer'],
    ['not_connected', 'manual_stopped', 'canceled', undefined],
    ['not_connected', 'concurrency_limit_reached', 'failed', 'platform_error'],
  ])('%s by %s is %s, ended by %s', (call_status, disconnection_reason, connection, endedBy) => {
    const body = named('call_ended');
    const groups = groupsOf({
      ...body,
      call: { ...(body['call'] as object), call_status, disconnection_reason },
    });
    expect(groups?.connection?.value).toBe(connection);
    expect(groups?.ending?.value).toEqual({
      endReason: disconnection_reason,
      ...(endedBy === undefined ? {} : { endedBy }),
    });
  });
  test('that began is in progress, and no more', () => {
    const event = eventOf(named('call_started'));
    const { status, connection, ending, endedAt, durationMs } = event.interpret()?.groups ?? {};
    expect([status?.value, connection, ending, endedAt, durationMs]).toEqual([
      'in_progress',
      ...Array<undefined>(4),
    ]);
    expect(event.statedAt).toEqual(START);
  });
  test('that never connected starts at its end, has no length and reaches nothing', () => {
    const body = changed(named('call_ended_not_connected'), 'call.call_analysis', {
      call_successful: false,
      user_sentiment: 'Neutral',
    });
    const groups = groupsOf(body);
    expect(groups?.startedAt).toEqual({ rank: 1, value: after(9_000) });
    expect(groups?.connection).toEqual({ rank: 4, value: 'busy' });
    expect([groups?.durationMs, groups?.goal, groups?.sentiment]).toEqual([undefined, undefined, undefined]);
  });
  test('that reached a voicemail was answered by a machine', () => {
    const body = changed(named('call_analyzed'), 'call.call_analysis.in_voicemail', true);
    expect(groupsOf(body)?.connection?.value).toBe('answered_machine');
  });
  test.each([null, '', 42, 'a\nb', 'x'.repeat(201), {}])('whose id is %j is of no part', (id) => {
    expect(identify(changed(named('call_ended'), 'call.call_id', id))).toEqual([
      { readable: false, reason: 'id', issues: ['call.call_id'] },
    ]);
  });
  test.each([null, 'x', [], 42])('that is %j is of no part', (call) => {
    expect(identify({ event: 'call_ended', call })).toMatchObject([{ reason: 'id' }]);
  });
});

test.each(fixturesOf('retell').filter((name) => /^(transcript|transfer)_/.test(name)))(
  '%s says nothing',
  (name) => {
    const event = eventOf(fixture(`retell/${name}`));
    expect([event.key, event.flags, event.interpret()]).toEqual([null, [], null]);
    expect(event.partId).toMatch(/^retell:call_/);
  },
);
test('an event that is no call’s is kept without facts', () => {
  expect(eventOf(named('chat_started'))).toMatchObject({
    type: 'chat_started',
    flags: ['unknown_type'],
    partId: null,
  });
  expect(identify({ call: {} })).toEqual([{ readable: false, reason: 'schema', issues: ['event'] }]);
  expect(identify(Buffer.from('[]'))).toMatchObject([{ reason: 'shape' }]);
});

function campaign(campaignId: string) {
  return becomes('assignment', { rank: 3, value: { agentId: 'agent_1', agentName: 'Ada', campaignId } });
}
