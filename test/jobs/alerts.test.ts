/** Business alerts over real views: who is told what, once, by real receivers; what the past would have brought; what a file may say. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import type { FiredAlert } from '../../jobs/alerts/fired.ts';
import { createAlertsJob } from '../../jobs/alerts/job.ts';
import { judge, NOTHING } from '../../jobs/alerts/judge.ts';
import { readAlertsFile, type AlertsFile, type Rule } from '../../jobs/alerts/rules.ts';
import { Secret } from '../../ops/process/config.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { deliver } from '../support/deliveries.ts';
import { openTails } from '../support/tails.ts';
import { openWorld, type World } from '../support/world.ts';
import { byHand } from './by-hand.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const CALLER = '+4915112345678';

function fileOf(content: unknown): AlertsFile | { faults: string[] } {
  const path = join(mkdtempSync(join(tmpdir(), 'callviews-alerts-')), 'alerts.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readAlertsFile(path);
}

describe('over real views', () => {
  let world: World;
  let tails: ReturnType<typeof openTails>;
  let server: Server;
  let smtp: SMTPServer;
  let status = 200;
  const got: { headers: IncomingHttpHeaders; body: string }[] = [];
  const mails: string[] = [];

  beforeEach(async () => {
    [status, got.length, mails.length] = [200, 0, 0];
    world = await openWorld();
    tails = openTails(world, ['views']);
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        got.push({ headers: request.headers, body });
        response.writeHead(status).end();
      });
    }).listen(0, '127.0.0.1');
    smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        stream.on('end', () => {
          mails.push(text);
          done();
        });
      },
    });
    smtp.listen(0, '127.0.0.1');
    await Promise.all([once(server, 'listening'), once(smtp.server, 'listening')]);
  });
  afterEach(async () => {
    server.close();
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
    await tails[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const portOf = (one: { address(): unknown }): number => (one.address() as AddressInfo).port;

  /** 30 calls in an hour, of which so many failed. */
  async function hour(atMs: number, failed: number, agent = 'agent_1'): Promise<void> {
    await deliver(
      world.db,
      Array.from({ length: 30 }, (_, n) => ({
        provider: 'standard',
        body: {
          type: 'call.completed',
          timestamp: new Date(atMs + n * 60_000).toISOString(),
          data: {
            ...{
              call_id: `${agent}-${atMs}-${n}`,
              agent_id: agent,
              from_number: CALLER,
              duration_seconds: 60,
            },
            ...{ started_at: new Date(atMs + n * 60_000).toISOString(), connection: 'answered_human' },
            ...{ goal: n < failed ? 'failure' : 'success', sentiment: n < failed ? 'negative' : 'neutral' },
          },
        },
      })),
    );
  }

  async function prepared(extra: object = {}): Promise<ReturnType<typeof createAlertsJob>> {
    const last = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;
    await hour(last - WEEK_MS, 3);
    await hour(last, 20);
    await hour(last, 1, 'agent_2');
    await waitUntilCaughtUp(world.db, 30_000);
    const file = fileOf({
      rules: [
        {
          name: 'success-falls',
          measure: 'success_rate',
          slice: 'agent:agent_1',
          when: { fallsByPercent: 30 },
        },
        { name: 'quiet', measure: 'negative_share', slice: 'agent:agent_2', when: { above: 20 } },
        {
          name: 'too-few',
          measure: 'success_rate',
          slice: 'agent:agent_1',
          leastCalls: 31,
          when: { below: 99 },
        },
      ],
      webhooks: [{ url: `http://127.0.0.1:${portOf(server)}/hook`, secret: SECRET }],
      email: { from: 'callviews@example.com', to: ['ops@example.com'] },
      ...extra,
    });
    if ('faults' in file) throw new Error(file.faults.join());
    return createAlertsJob(() => ({
      ALERTS_FILE: file,
      SMTP_URL: new Secret(`smtp://127.0.0.1:${portOf(smtp.server)}`),
    }));
  }

  test('what fires is told once, signed, by webhook and e-mail, with the calls behind it', async () => {
    const job = await prepared();
    expect((await byHand(world.db, job, [])).result).toBe('done');
    expect(got).toHaveLength(1);
    const [{ headers, body }] = got as [(typeof got)[0]];
    const told = new Webhook(SECRET).verify(body, headers as Record<string, string>) as {
      type: string;
      data: FiredAlert;
    };
    expect(told).toMatchObject({
      type: 'alert.fired',
      data: {
        rule: 'success-falls',
        measure: 'success_rate',
        slice: 'agent:agent_1',
        value: 33.3,
        before: 90,
      },
    });
    expect(told.data.calls).toHaveLength(20);
    const behind = await world.db
      .collection<{ _id: string; goal: string }>('calls')
      .find({ _id: { $in: told.data.calls } })
      .toArray();
    expect(new Set(behind.map(({ goal }) => goal))).toEqual(new Set(['failure']));
    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain('success-falls fired');
    expect(body + String(mails[0])).not.toContain(CALLER);
    expect((await byHand(world.db, job, [])).result).toBe('done');
    expect([got.length, mails.length]).toEqual([1, 1]);
  }, 60_000);

  test('who does not take it is told again under the same id, and nobody else is', async () => {
    const job = await prepared();
    status = 503;
    const first = await byHand(world.db, job, []);
    expect(first.result).toBe('failed');
    expect(first.printed).toContain('answered 503');
    expect(first.printed).not.toContain(SECRET);
    status = 204;
    expect((await byHand(world.db, job, [])).result).toBe('done');
    expect(got.map(({ headers }) => headers['webhook-id'])).toEqual([
      got[0]?.headers['webhook-id'],
      got[0]?.headers['webhook-id'],
    ]);
    expect(mails).toHaveLength(1);
  }, 60_000);

  test('a backtest says what the last 90 days would have brought, and tells nobody', async () => {
    const job = await prepared();
    const { printed } = await byHand(world.db, job, ['--backtest']);
    expect(printed).toMatch(/success-falls +1 +1 +20\d\d-/);
    expect(printed).toMatch(/quiet +0 +0/);
    expect(got.length + mails.length + (await world.db.collection('business_alerts').countDocuments())).toBe(
      0,
    );
  }, 60_000);
});

describe('a rule', () => {
  const rule = (measure: Rule['measure'], when: Rule['when']): Rule => ({
    ...{ name: 'x', measure, when, hours: 1, leastCalls: 20, slice: { dimension: 'all', key: null } },
  });
  const sums = {
    ...NOTHING,
    calls: 100,
    success: 40,
    failure: 60,
    labelled: 80,
    negative: 20,
    measured: 50,
    durationMs: 3_000_000,
  };

  test.each([
    ['a rate below its limit', rule('success_rate', { below: 41 }), NOTHING, { fires: true, value: 40 }],
    ['a rate at its limit is not below it', rule('success_rate', { below: 40 }), NOTHING, { fires: false }],
    ['a share above', rule('negative_share', { above: 24.9 }), NOTHING, { fires: true, value: 25 }],
    [
      'longer talks than a week ago',
      rule('average_duration_seconds', { risesByPercent: 50 }),
      { ...sums, durationMs: 2_000_000 },
      { fires: true, before: 40 },
    ],
    [
      'fewer calls',
      rule('calls', { fallsByPercent: 50 }),
      { ...sums, calls: 200 },
      { fires: true, before: 200 },
    ],
    ['a change against nothing', rule('calls', { risesByPercent: 1 }), NOTHING, { fires: false }],
    [
      'a change against a few',
      rule('calls', { risesByPercent: 1 }),
      { ...sums, calls: 19 },
      { fires: false },
    ],
  ])('%s', (_, one, before, expected) => {
    expect(judge(one, sums, before)).toMatchObject(expected);
  });

  test('silence is a count of 0, and no rate', () => {
    expect(judge(rule('calls', { below: 1 }), NOTHING, NOTHING)).toMatchObject({ fires: true, value: 0 });
    expect(judge(rule('success_rate', { below: 100 }), NOTHING, NOTHING)).toMatchObject({
      fires: false,
      value: null,
    });
  });
});

test.each([
  ['no JSON', '{', 'not JSON'],
  ['an unknown measure', { rules: [{ name: 'a', measure: 'mood', when: { below: 1 } }] }, 'rules.0.measure'],
  [
    'a name twice',
    { rules: ['a', 'a'].map((name) => ({ name, measure: 'calls', when: { below: 1 } })) },
    'names must differ',
  ],
  ['http elsewhere', { rules: [], webhooks: [{ url: 'http://example.com/', secret: SECRET }] }, 'https'],
  [
    'a bad secret',
    { rules: [], webhooks: [{ url: 'https://example.com/', secret: 'whsec_dG9vc2hvcnQ=' }] },
    '24 bytes',
  ],
  [
    'a strange slice',
    { rules: [{ name: 'a', measure: 'calls', slice: 'mood:bad', when: { below: 1 } }] },
    'dimension',
  ],
])('a file with %s is refused with a sentence that shows no secret', (_, content, sentence) => {
  const read = fileOf(content);
  const faults = 'faults' in read ? read.faults.join('\n') : '';
  expect(faults).toContain(sentence);
  expect(faults).not.toMatch(/dG9v|BwcH/);
});
