/** Sending: faults are decided by the seed, refused deliveries are repeated, outcomes are counted. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createSender, schedule, send } from './deliver.ts';
import { playLive, timetableOf } from './live.ts';
import { catalogueOf } from './catalogue.ts';
import { deliveriesOf } from './payloads.ts';
import { planCall, planCalls } from './plan.ts';
import { truthOf } from './truth.ts';

const baseAt = new Date('2026-11-24T12:00:00Z');
const calls = planCalls({ seed: 9, calls: 300, days: 2, baseAt });
const deliveries = calls.flatMap((call) => deliveriesOf(call, baseAt));
const secrets = { elevenlabs: 'wsec_x', twilio: 'token', standard: `whsec_${'c2VjcmV0'.repeat(4)}` };
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(statusOf: (request: number) => number): Promise<{ url: string; bodies: Buffer[] }> {
  const bodies: Buffer[] = [];
  let requests = 0;
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const status = statusOf((requests += 1));
      if (status === 200) bodies.push(Buffer.concat(chunks));
      answer.writeHead(status, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ success: status === 200, data: { id: 'x', fate: 'stored' } }));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, bodies };
}

describe('schedule', () => {
  const none = { seed: 1, duplicates: 0, reorder: 0, loss: 0, skewMs: 0 };

  test('without faults sends everything once, in order of time', () => {
    const { deliveries: sent, lost } = schedule(deliveries, none);
    expect(sent).toHaveLength(deliveries.length);
    expect(lost.size).toBe(0);
    expect(
      sent.every((one, index) => index === 0 || one.dueOffsetMs >= (sent[index - 1]?.dueOffsetMs ?? 0)),
    ).toBe(true);
  });

  test('decides the same faults for the same seed', () => {
    const faults = { seed: 4, duplicates: 0.03, reorder: 0.2, loss: 0.1, skewMs: 5_000 };
    const decided = (seed: number): string => {
      const { deliveries: sent, lost } = schedule(deliveries, { ...faults, seed });
      const arrivals = sent.map((one) => [one.eventKey, one.dueOffsetMs, one.clockSkewMs]);
      return createHash('sha256')
        .update(JSON.stringify([arrivals, ...lost]))
        .digest('hex');
    };
    expect(decided(4)).toBe(decided(4));
    expect(decided(5)).not.toBe(decided(4));
  });

  test('sends the asked share twice and loses the asked share', () => {
    const { deliveries: sent, lost } = schedule(deliveries, { ...none, duplicates: 0.1, loss: 0.2 });
    expect(lost.size / deliveries.length).toBeCloseTo(0.2, 1);
    const keys = new Set(sent.map((one) => one.eventKey));
    expect((sent.length - keys.size) / keys.size).toBeCloseTo(0.1, 1);
    expect([...lost].some((key) => keys.has(key))).toBe(false);
  });

  test('marks the ledger, so that the truth leaves out what was lost', () => {
    const { lost } = schedule(deliveries, { ...none, loss: 1 });
    expect(calls.every((call) => truthOf(call, (key) => !lost.has(key)) === null)).toBe(true);
  });
});

describe('send', () => {
  test('repeats what was refused with 503 until it is taken', async () => {
    const { url, bodies } = await listen((request) => (request % 3 === 1 ? 503 : 200));
    const some = deliveries.slice(0, 30);
    const counts = await send(some, { url, secrets, concurrency: 4 });
    expect(counts).toMatchObject({ sent: 30, accepted: 30, statuses: { '200': 30 }, fates: { stored: 30 } });
    expect(counts.attempts).toBeGreaterThan(30);
    const texts = (all: readonly Buffer[]): string[] => all.map((body) => body.toString('utf8')).sort();
    expect(texts(bodies)).toEqual(texts(some.map((one) => one.body)));
  });

  test('does not repeat what was refused for good', async () => {
    const { url } = await listen(() => 401);
    const seen: number[] = [];
    const counts = await send(deliveries.slice(0, 5), {
      url,
      secrets,
      concurrency: 2,
      onResult: ({ answer }) => seen.push(answer.status),
    });
    expect(counts).toMatchObject({ sent: 5, accepted: 0, attempts: 5, statuses: { '401': 5 } });
    expect(seen).toHaveLength(5);
  });

  test('keeps to the asked rate', async () => {
    const { url } = await listen(() => 200);
    const startMs = performance.now();
    await send(deliveries.slice(0, 21), { url, secrets, concurrency: 8, ratePerSecond: 100 });
    expect(performance.now() - startMs).toBeGreaterThan(190);
  });
});

describe('live calls', () => {
  const ENOUGH = 30;
  test('are sent step by step, and the truth follows what was answered', async () => {
    const { url } = await listen(() => 200);
    const sender = createSender({ url, secrets, concurrency: 8 });
    const begun: string[] = [];
    const heard = new Set<string>();
    const enough = new AbortController();
    const number = await playLive({
      seed: 2,
      callsPerSecond: 40,
      speed: 3_000,
      sender,
      signal: enough.signal,
      onCall: (call) => begun.push(call.truth.callId),
      onResult({ delivery }) {
        if (heard.add(delivery.eventKey).size >= ENOUGH) enough.abort();
      },
    });
    sender.close();
    expect(number).toBe(begun.length);
    expect(number).toBeGreaterThan(5);
    expect(heard.size).toBeGreaterThanOrEqual(ENOUGH);
  });

  test.each([1, 20])('at speed %d never tell of the future and end on time', (speed) => {
    const catalogue = catalogueOf(2);
    for (let index = 0; index < 60; index += 1) {
      const { call, steps } = timetableOf((startedAt) => planCall({ seed: 2, index, startedAt, catalogue }), {
        begunAt: baseAt,
        speed,
      });
      const stampedMs = new Map(deliveriesOf(call, baseAt).map((one) => [one.eventKey, one.dueOffsetMs]));
      // Plans are cut to whole seconds.
      const earlyMs = steps.map(({ delivery, afterMs }) => (stampedMs.get(delivery.eventKey) ?? 0) - afterMs);
      for (const early of earlyMs) expect(early).toBeLessThanOrEqual(1_000);
      expect(Math.abs(earlyMs.at(-1) ?? Infinity)).toBeLessThanOrEqual(1_000);
      expect(steps[0]?.afterMs).toBeGreaterThanOrEqual(0);
    }
  });
});
