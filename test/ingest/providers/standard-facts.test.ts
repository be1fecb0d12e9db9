import { describe, expect, test } from '@jest/globals';
import type { Identified } from '../../../ingest/providers/provider.ts';
import { standardWebhooks } from '../../../ingest/providers/standard-webhooks.ts';

function eventOf(type: string, fields: object, more: object = {}): Identified {
  const body = Buffer.from(
    JSON.stringify({ type, timestamp: '2026-11-23T10:02:00Z', data: { call_id: 'k-1', ...fields }, ...more }),
  );
  const headers = { 'webhook-id': 'msg_1', 'webhook-signature': 'v1,x' };
  const [found] = standardWebhooks.identify({
    endpoint: 'crm',
    target: '/',
    body,
    headers,
    receivedAt: new Date(),
  });
  if (found?.readable !== true) throw new Error(`unreadable: ${found?.reason ?? ''}`);
  return found;
}
const groupsOf = (type: string, fields: object) => eventOf(type, fields).interpret()?.groups;

describe('a report of a call', () => {
  test('says everything it knows, each with its rank', () => {
    const sid = `CA${'a'.repeat(32)}`;
    const event = eventOf('call.completed', {
      agent_id: 'ada',
      campaign_id: 'spring',
      direction: 'inbound',
      started_at: '2026-11-23T11:00:00+01:00',
      answered_at: '2026-11-23T10:00:05Z',
      ended_at: '2026-11-23T10:01:05.500Z',
      duration_seconds: 60,
      connection: 'answered_human',
      ended_by: 'agent',
      end_reason: 'said goodbye',
      goal: 'failure',
      goal_score: 0,
      sentiment: 'mixed',
      sentiment_score: -0.25,
      language: 'en',
      from_number: '+15550100001',
      to_number: '+15550100002',
      summary: 'A summary.',
      title: 'A title',
      cost_usd: 0.05,
      related_ids: { twilio_call_sid: sid, elevenlabs_conversation_id: 'conv_1' },
    });
    expect(event).toMatchObject({
      key: ['crm', 'msg_1'],
      partId: 'standard:crm:k-1',
      links: [`twilio:${sid}`, 'elevenlabs:conv_1'],
      statedAt: new Date('2026-11-23T10:02:00Z'),
    });
    expect(event.interpret()).toEqual({
      witness: 'report',
      groups: {
        status: { rank: 3, value: 'ended' },
        startedAt: { rank: 2, value: new Date('2026-11-23T10:00:00Z') },
        answeredAt: { rank: 1, value: new Date('2026-11-23T10:00:05Z') },
        endedAt: { rank: 1, value: new Date('2026-11-23T10:01:05.500Z') },
        durationMs: { rank: 1, value: 60_000 },
        connection: { rank: 3, value: 'answered_human' },
        ending: { rank: 1, value: { endedBy: 'agent', endReason: 'said goodbye' } },
        goal: { rank: 1, value: { goal: 'failure', goalScore: 0 } },
        sentiment: {
          rank: 2,
          value: { sentiment: 'mixed', sentimentScore: -0.25, sentimentSource: 'sender' },
        },
        cost: { rank: 1, value: { costMicroUsd: 50_000 } },
        assignment: { rank: 1, value: { agentId: 'ada', campaignId: 'spring', language: 'en' } },
        route: {
          rank: 1,
          value: { direction: 'inbound', fromNumber: '+15550100001', toNumber: '+15550100002' },
        },
        wording: { rank: 1, value: { summary: 'A summary.', title: 'A title' } },
      },
    });
  });

  test('leaves out what is unknown, out of range or of the wrong kind', () => {
    const groups = groupsOf('call.completed', {
      started_at: '2026-11-23T10:00:00',
      duration_seconds: 1.5,
      connection: 'unknown',
      ended_by: 'unknown',
      goal: 'unknown',
      goal_score: 0.5,
      sentiment: 'delighted',
      sentiment_score: 1.1,
      direction: 'sideways',
      cost_usd: -1,
      related_ids: { twilio_call_sid: 'CA1' },
    });
    expect(groups).toEqual({ status: { rank: 3, value: 'ended' } });
  });

  test('that failed is a failed connection unless it says how', () => {
    expect(groupsOf('call.failed', {})?.connection?.value).toBe('failed');
    expect(groupsOf('call.failed', { connection: 'busy' })?.connection?.value).toBe('busy');
  });

  test('that comes later only adds', () => {
    expect(groupsOf('call.analyzed', { sentiment: 'positive' })).toEqual({
      sentiment: { rank: 2, value: { sentiment: 'positive', sentimentSource: 'sender' } },
    });
  });

  test('without a call id is unreadable, of another type is kept without facts', () => {
    expect(() => eventOf('call.completed', { call_id: 'x'.repeat(201) })).toThrow('id');
    expect(() => eventOf('call.completed', { call_id: 'a\nb' })).toThrow('id');
    expect(eventOf('call.started', {}).interpret()).toBeNull();
    expect(eventOf('call.started', {}).flags).toEqual(['unknown_type']);
  });

  test('without a time has none', () => {
    expect(eventOf('call.completed', {}, { timestamp: 'yesterday' }).statedAt).toBeNull();
  });
});
