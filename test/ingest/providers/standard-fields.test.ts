import { describe, expect, test } from '@jest/globals';
import type { Identified } from '../../../ingest/providers/provider.ts';
import { standardWebhooks } from '../../../ingest/providers/standard-webhooks.ts';
import { fixture } from '../../fixtures/read.ts';
import { CALL_SID } from '../../support/webhooks.ts';
import { changed, lacks, lacksField, testFields, unchanged } from './fields-table.ts';
import type { Body } from './fields-table.ts';

const completed = () => fixture('standard/call.completed.json');

function eventOf(body: Body): Identified {
  const [found] = standardWebhooks.identify({
    endpoint: 'crm',
    target: '/webhooks/standard/crm',
    body: Buffer.from(JSON.stringify(body)),
    headers: { 'webhook-id': 'msg_1', 'webhook-signature': 'v1,x' },
    receivedAt: new Date('2026-11-23T10:10:00Z'),
  });
  if (found?.readable !== true) throw new Error(`unreadable: ${found?.issues.join() ?? ''}`);
  return found;
}
const groupsOf = (body: Body) => eventOf(body).interpret()?.groups ?? null;

describe('call.completed', () => {
  testFields(
    completed,
    [
      ['data.started_at', 'instant', lacks('startedAt')],
      ['data.answered_at', 'instant', lacks('answeredAt')],
      ['data.ended_at', 'instant', lacks('endedAt')],
      ['data.duration_seconds', 'seconds', lacks('durationMs')],
      ['data.connection', 'word', lacks('connection')],
      ['data.ended_by', 'word', lacksField('ending', 'endedBy')],
      ['data.end_reason', 'text', lacksField('ending', 'endReason')],
      ['data.goal', 'word', lacks('goal')],
      ['data.goal_score', 'amount', lacksField('goal', 'goalScore')],
      ['data.sentiment', 'word', lacksField('sentiment', 'sentiment')],
      ['data.direction', 'word', lacksField('route', 'direction')],
      ['data.from_number', 'text', lacksField('route', 'fromNumber')],
      ['data.to_number', 'text', lacksField('route', 'toNumber')],
      ['data.language', 'text', lacksField('assignment', 'language')],
      ['data.summary', 'text', lacksField('wording', 'summary')],
      ['data.title', 'text', lacksField('wording', 'title')],
      ['data.cost_usd', 'amount', lacks('cost')],
      ['data.metadata', 'object', unchanged],
      ['timestamp', 'instant', unchanged],
    ],
    groupsOf,
  );
  test.each(['agent_id', 'campaign_id'])('%s may be a number, and nothing else but a text', (name) => {
    const given = (value: unknown) =>
      groupsOf(changed(completed(), `data.${name}`, value))?.assignment?.value;
    const field = name === 'agent_id' ? 'agentId' : 'campaignId';
    expect(given(7)).toMatchObject({ [field]: '7' });
    for (const wrong of [null, {}, [], '', 1e400]) expect(given(wrong)).not.toHaveProperty(field);
  });
  test('links the leg and the conversations it names, and nothing that is no id', () => {
    expect(eventOf(completed()).links).toEqual([
      `twilio:${CALL_SID}`,
      'elevenlabs:conv_1',
      'retell:call_1',
      'vapi:v-1',
    ]);
    for (const wrong of [
      null,
      42,
      'x',
      [],
      { twilio_call_sid: 'CA1', retell_call_id: 7, vapi_call_id: 'a\nb' },
    ]) {
      expect(eventOf(changed(completed(), 'data.related_ids', wrong)).links).toEqual([]);
    }
  });
});

test.each([
  ['call.failed', { status: 'ended', connection: 'busy' }],
  ['call.analyzed', { goal: { goal: 'success', goalScore: 0.9 }, sentiment: { sentimentScore: 0.7 } }],
])('%s says what its fixture says', (name, expected) => {
  const groups = groupsOf(fixture(`standard/${name}.json`)) ?? {};
  const shown = Object.fromEntries(Object.entries(groups).map(([group, { value }]) => [group, value]));
  expect(shown).toMatchObject(expected);
});
