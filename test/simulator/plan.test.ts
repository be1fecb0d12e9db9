/** The plan and its ledger: repeatable, in the past, with everything in it that the product must tell apart. */
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { deliveriesOf } from './payloads.ts';
import { planCalls } from './plan.ts';
import { eventKeysOf, type PlannedCall } from './planned.ts';

const baseAt = new Date('2026-11-24T12:00:00Z');
const calls = planCalls({ seed: 42, calls: 1_500, days: 14, baseAt });

function digestOf(planned: PlannedCall[]): string {
  const hash = createHash('sha256').update(JSON.stringify(planned));
  for (const delivery of planned.flatMap((call) => deliveriesOf(call, baseAt)))
    hash
      .update(JSON.stringify([delivery.path, delivery.headers, delivery.dueOffsetMs]))
      .update(delivery.body);
  return hash.digest('hex');
}

test('the same seed gives the same ledger and the same bytes', () => {
  expect(digestOf(planCalls({ seed: 42, calls: 200, days: 14, baseAt }))).toBe(digestOf(calls.slice(0, 200)));
});

test('another seed gives other calls', () => {
  expect(digestOf(planCalls({ seed: 43, calls: 200, days: 14, baseAt }))).not.toBe(
    digestOf(calls.slice(0, 200)),
  );
});

test('a later base instant moves every instant and nothing else', () => {
  const later = new Date(baseAt.getTime() + 7 * 86_400_000);
  const moved = planCalls({ seed: 42, calls: 50, days: 14, baseAt: later });
  moved.forEach((call, index) => {
    const { startedAt, ...rest } = call.truth;
    const { startedAt: before, ...same } = calls[index]?.truth ?? call.truth;
    expect(rest).toEqual(same);
    expect((startedAt?.getTime() ?? 0) - (before?.getTime() ?? 0)).toBe(7 * 86_400_000);
  });
});

test('every call starts within the days and every event lies before the base instant', () => {
  for (const call of calls) {
    expect(call.truth.startedAt?.getTime()).toBeGreaterThan(baseAt.getTime() - 14 * 86_400_000 - 1_000);
    for (const delivery of deliveriesOf(call, baseAt)) expect(delivery.dueOffsetMs).toBeLessThanOrEqual(0);
  }
});

test('no two events and no two calls share a name', () => {
  const keys = calls.flatMap(eventKeysOf);
  expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(calls.map((call) => call.truth.callId)).size).toBe(calls.length);
});

test('the mix holds every kind of call', () => {
  const seen = (pick: (call: PlannedCall) => string | null): Set<string | null> => new Set(calls.map(pick));
  const shares = new Map<string, number>();
  for (const { scenario } of calls) shares.set(scenario, (shares.get(scenario) ?? 0) + 1 / calls.length);
  expect(shares.get('elevenlabs')).toBeCloseTo(0.35, 1);
  expect(shares.get('joined')).toBeCloseTo(0.3, 1);
  expect(seen((call) => call.truth.connection).size).toBe(8);
  expect(seen((call) => call.truth.endedBy).size).toBe(8);
  expect(seen((call) => call.truth.sentiment)).toEqual(
    new Set(['positive', 'neutral', 'negative', 'mixed', null]),
  );
  expect(seen((call) => call.truth.goal)).toEqual(new Set(['success', 'failure', 'unknown']));
  expect(seen((call) => call.truth.language).size).toBe(8);
  expect(seen((call) => call.truth.direction)).toEqual(new Set(['inbound', 'outbound', null]));
  expect(calls.some((call) => call.childLegs.length > 0)).toBe(true);
  expect(calls.some((call) => call.conversations.length > 1)).toBe(true);
  expect(calls.some((call) => call.truth.locallyScored)).toBe(true);
});

test('the ledger does not contradict itself', () => {
  for (const { truth } of calls) {
    const answered = truth.connection.startsWith('answered_');
    expect(truth.status).toBe('ended');
    expect(truth.durationMs !== null).toBe(answered);
    for (const value of [truth.durationMs ?? 0, truth.costCredits ?? 0, truth.costMicroUsd ?? 0])
      expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
    if (truth.goal !== 'unknown' || truth.sentiment !== null) expect(answered).toBe(true);
    if (truth.locallyScored) expect([truth.sentiment, truth.language]).toEqual([null, 'en']);
    expect(truth.providers).toEqual([...new Set(truth.providers)].sort());
  }
});
