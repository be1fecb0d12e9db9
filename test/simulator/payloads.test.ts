/** The payloads: one delivery an event, in the vendors' shapes and of realistic size. */
import { expect, test } from '@jest/globals';
import { deliveriesOf } from './payloads.ts';
import { planCalls } from './plan.ts';
import { eventKeysOf } from './planned.ts';
import { rfc2822 } from './twilio.ts';

const baseAt = new Date('2026-11-24T12:00:00Z');
const calls = planCalls({ seed: 3, calls: 600, days: 3, baseAt });
const deliveries = calls.flatMap((call) => deliveriesOf(call, baseAt));

test('every planned event is delivered once', () => {
  for (const call of calls)
    expect(
      deliveriesOf(call, baseAt)
        .map((one) => one.eventKey)
        .sort(),
    ).toEqual(eventKeysOf(call).sort());
});

test('every ElevenLabs body has the envelope, and most are of 5 to 20 KB', () => {
  const told = deliveries.filter((one) => one.body.includes('post_call_transcription'));
  for (const { body, eventKey } of told) {
    const envelope = JSON.parse(body.toString('utf8')) as {
      type: string;
      event_timestamp: number;
      data: { conversation_id: string };
    };
    expect(eventKey).toBe(
      `elevenlabs/${envelope.type}/${envelope.data.conversation_id}/${envelope.event_timestamp}`,
    );
  }
  const typical = told.filter(({ body }) => body.length > 5_000 && body.length < 20_000);
  expect(typical.length / told.length).toBeGreaterThan(0.5);
});

test('the steps of a Twilio leg carry their sequence, whole seconds and the campaign in the query', () => {
  const call = calls.find(
    ({ leg }) => leg?.campaignId != null && leg.agentId !== null && leg.events.length >= 4,
  );
  const steps = deliveriesOf(call ?? failed(), baseAt)
    .filter((one) => one.provider === 'twilio' && one.path.includes('?'))
    .map((one) => new URLSearchParams(one.body.toString('utf8')))
    .filter((form) => form.has('CallStatus'));
  expect(steps.map((form) => form.get('CallStatus'))).toEqual([
    'initiated',
    'ringing',
    'in-progress',
    'completed',
  ]);
  expect(steps.map((form) => form.get('SequenceNumber'))).toEqual(['0', '1', '2', '3']);
  expect(steps.at(-1)?.get('Duration')).toBe(
    String(Math.ceil(Number(steps.at(-1)?.get('CallDuration')) / 60)),
  );
  expect(
    deliveriesOf(call ?? failed(), baseAt).some((one) =>
      /^\/webhooks\/twilio\?agentId=.*&campaignId=/.test(one.path),
    ),
  ).toBe(true);
});

test('a Twilio time is RFC 2822 in whole seconds of UTC', () => {
  expect(rfc2822(new Date('2026-11-04T03:02:01.999Z'))).toBe('Wed, 04 Nov 2026 03:02:01 +0000');
});

test('a report’s time with an offset is the planned instant', () => {
  for (const { report } of calls) {
    if (report === null) continue;
    const own = deliveries.filter((one) => one.eventKey.startsWith(`standard/${report.reportId}/`));
    for (const { body } of own) {
      const { data } = JSON.parse(body.toString('utf8')) as { data: { started_at: string } };
      expect(new Date(data.started_at)).toEqual(report.startedAt);
    }
  }
});

function failed(): never {
  throw new Error('no such call in this plan');
}
