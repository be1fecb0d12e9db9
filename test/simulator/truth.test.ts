/** The truth when only some events arrived: who is believed, and what is left when a witness falls silent. */
import { describe, expect, test } from '@jest/globals';
import { planCalls } from './plan.ts';
import { eventKeysOf, type PlannedCall } from './planned.ts';
import { truthOf } from './truth.ts';

const baseAt = new Date('2026-11-24T12:00:00Z');
const calls = planCalls({ seed: 5, calls: 800, days: 7, baseAt });

function find(matches: (call: PlannedCall) => boolean): PlannedCall {
  const call = calls.find(matches);
  if (call === undefined) throw new Error('no such call in this plan');
  return call;
}
const joined = find(({ scenario, leg }) => scenario === 'joined' && leg?.direction === 'outbound-api');
const onTwilio = (key: string): boolean => key.startsWith('twilio/');

describe('a call that Twilio carries and ElevenLabs talks on', () => {
  test('starts when the leg was initiated, and talks as long as the conversation says', () => {
    expect(joined.truth.startedAt).toEqual(joined.leg?.events[0]?.at);
    expect(joined.truth.durationMs).toBe((joined.conversations[0]?.talkSecs ?? 0) * 1000);
    expect(joined.truth.callId).toBe(`twilio:${joined.leg?.callSid ?? ''}`);
  });

  test('keeps the name of its leg when Twilio is never heard of', () => {
    const truth = truthOf(joined, (key) => !onTwilio(key));
    expect(truth?.callId).toBe(joined.truth.callId);
    expect(truth?.providers).toEqual(['elevenlabs']);
    expect(truth?.startedAt).toEqual(joined.conversations[0]?.startedAt);
  });

  test('has neither goal nor sentiment while only Twilio is heard of', () => {
    expect(truthOf(joined, onTwilio)).toMatchObject({ goal: 'unknown', sentiment: null, costCredits: null });
  });

  test('is under way while its end has not arrived', () => {
    const truth = truthOf(joined, (key) => /\/(0\/initiated|1\/ringing)$/.test(key));
    expect(truth).toMatchObject({ status: 'ringing', connection: 'in_progress', durationMs: null });
  });

  test('adds up its conversations and believes the last one', () => {
    const call = find(({ conversations }) => conversations.length === 2);
    const [first, last] = call.conversations;
    expect(call.truth.durationMs).toBe(((first?.talkSecs ?? 0) + (last?.talkSecs ?? 0)) * 1000);
    expect(call.truth.agentId).toBe(last?.agentId);
  });
});

test('a goal that comes with a late analysis is unknown before it', () => {
  const call = find(
    ({ scenario, conversations, truth }) =>
      scenario === 'elevenlabs' && conversations[0]?.tellings.length === 2 && truth.goal === 'success',
  );
  const first = call.conversations[0]?.tellings[0]?.key;
  expect(truthOf(call, (key) => key === first)).toMatchObject({
    goal: 'unknown',
    sentiment: null,
    status: 'ended',
  });
});

test('a leg that lost its first callback starts its length before its end', () => {
  const call = find(
    ({ scenario, leg }) =>
      scenario === 'twilio' && leg?.events[0]?.key.endsWith('/initiated') === true && leg.events.length > 3,
  );
  const end = call.leg?.events.find((event) => event.kind === 'status' && event.callDurationSecs !== null);
  const truth = truthOf(call, (key) => key === end?.key);
  expect(truth?.startedAt?.getTime()).toBe((end?.at.getTime() ?? 0) - (truth?.durationMs ?? 0));
});

test('a call of which nothing arrived is unknown', () => {
  for (const call of calls.slice(0, 50)) expect(truthOf(call, () => false)).toBeNull();
});

test('the truth of every event heard is the ledger', () => {
  for (const call of calls) {
    const keys = new Set(eventKeysOf(call));
    expect(truthOf(call, (key) => keys.has(key))).toEqual(call.truth);
  }
});
