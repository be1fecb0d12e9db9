/** What goes wrong at a vendor's API: ridden out where it passes, told loudly where it does not, and never with a secret in it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pauseAfter, retryAfterMs } from '../../jobs/reconcile/patience.ts';
import { instantOf, overlapping } from '../../jobs/reconcile/period.ts';
import { reconcile } from '../../jobs/reconcile/job.ts';
import { createVendorApi } from '../../jobs/reconcile/vendor-api.ts';
import { createVendors } from '../../jobs/reconcile/vendors.ts';
import { JOBS_SETTINGS } from '../../jobs/settings.ts';
import { loadConfig } from '../../ops/process/config.ts';
import { callOf, conversationOf } from '../support/vendors/calls.ts';
import { ELEVENLABS_KEY, startElevenLabs, type ElevenLabs } from '../support/vendors/elevenlabs.ts';
import { runJob, vendorsAt, type Ran } from '../support/vendors/run.ts';
import type { Fault } from '../support/vendors/stand-in.ts';
import { startTwilio, TWILIO_TOKEN, type TwilioStandIn } from '../support/vendors/twilio.ts';
import { ACCOUNT_SID } from '../support/webhooks.ts';
import { emptyWorld, openWorld, type World } from '../support/world.ts';

const HOUR_MS = 3_600_000;
const at = (number: number): Date =>
  new Date(Math.floor(Date.now() / 1_000) * 1_000 - 20 * HOUR_MS + number * 10_000);

let world: World;
let elevenlabs: ElevenLabs;
let twilio: TwilioStandIn;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  elevenlabs = await startElevenLabs();
  twilio = await startTwilio();
  for (let n = 0; n < 105; n += 1)
    elevenlabs.conversations.set(`conv_${n}`, conversationOf(`conv_${n}`, at(n)));
  for (let n = 0; n < 510; n += 1) twilio.calls.push(callOf(n, at(n)));
});
afterEach(async () => {
  await elevenlabs[Symbol.asyncDispose]();
  await twilio[Symbol.asyncDispose]();
  await emptyWorld(world);
});

function run(): Promise<Ran> {
  const vendors = vendorsAt({ elevenlabs: elevenlabs.url, twilio: twilio.url });
  const since = new Date(Date.now() - 24 * HOUR_MS);
  return runJob(world, reconcile, { vendors, options: { since, share: 1 } });
}

const stored = (provider: string) => world.db.collection('events').countDocuments({ provider });

/** Nothing that a run says may hold what opens the vendors' doors, nor a telephone number, nor what was said. */
function expectNoSecretsIn(ran: Ran): void {
  const basic = Buffer.from(`${ACCOUNT_SID}:${TWILIO_TOKEN}`).toString('base64');
  for (const secret of [ELEVENLABS_KEY, TWILIO_TOKEN, basic, '+1555', 'parcel'])
    expect(ran.printed + ran.logged).not.toContain(secret);
}

describe('a fault that passes is ridden out', () => {
  test.each<[string, Fault]>([
    ['too many requests, with Retry-After', 429],
    ['an error of the server', 500],
    ['no answer in time', 'silent'],
    ['a page cut in half', 'cut'],
    ['a connection that breaks', 'reset'],
  ])(
    '%s',
    async (_what, fault) => {
      // Both vendors: the first page twice, and later a page or a conversation once.
      elevenlabs.faults = [fault, fault];
      twilio.faults = [fault, fault];
      const ran = await run();
      expect(ran.result).toBe('done');
      expect(ran.counted('elevenlabs', 'repaired')).toBe(105);
      expect(ran.counted('twilio', 'repaired')).toBe(510);
    },
    60_000,
  );

  test('all of them, one after the other, at pages and conversations', async () => {
    const faults = [429, 500, 'cut', 'reset', null] as const;
    elevenlabs.faults = [...faults, 429, null, 'cut', null, 500, null, 'reset', null, 'silent', ...faults];
    twilio.faults = [...faults, ...faults];
    const ran = await run();
    expect(ran.result).toBe('done');
    expect((await stored('elevenlabs')) + (await stored('twilio'))).toBe(615);
  }, 180_000);
});

test('a time limit strikes though memory is collected while it runs', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const patience = { answerMs: 400, tries: 1, firstPauseMs: 1, longestPauseMs: 1 };
  elevenlabs.broken = { path: /./, fault: 'silent' };
  const { signal } = new AbortController();
  const api = createVendorApi({
    vendor: 'elevenlabs',
    url: elevenlabs.url,
    headers: () => ({}),
    signal,
    patience,
  });
  const collecting = setInterval(collect, 20);
  try {
    await expect(api.get('/v1/convai/conversations')).rejects.toThrow('gave no answer in time, 1 tries');
  } finally {
    clearInterval(collecting);
  }
}, 10_000);

describe('a fault that stays', () => {
  test('ends the run loudly after bounded tries, leaves the other vendor alone, and the next run starts anew', async () => {
    elevenlabs.broken = { path: /conversations$/, fault: 500 };
    const ran = await run();
    expect(ran.result).toBe('failed');
    expect(ran.printed).toContain('elevenlabs /v1/convai/conversations: answered 500, 5 tries');
    expect(elevenlabs.asked.length).toBe(5);
    expect(ran.counted('twilio', 'repaired')).toBe(510);
    expectNoSecretsIn(ran);
    elevenlabs.broken = null;
    expect((await run()).counted('elevenlabs', 'repaired')).toBe(105);
  }, 60_000);

  test('at one conversation counts it as failed and repairs the others', async () => {
    elevenlabs.broken = { path: /conv_7$/, fault: 'cut' };
    const ran = await run();
    expect(ran.result).toBe('failed');
    expect(ran.counted('elevenlabs', 'failed')).toBe(1);
    expect(ran.counted('elevenlabs', 'repaired')).toBe(104);
    expectNoSecretsIn(ran);
  }, 60_000);

  test('of conversations that are no more is counted, ends no walk, and lets the period move on', async () => {
    elevenlabs.broken = { path: /conv_[1-4]\d$/, fault: 404 };
    const ran = await run();
    expect(ran.result).toBe('done');
    expect(ran.counted('elevenlabs', 'failed')).toBe(40);
    expect(ran.counted('elevenlabs', 'repaired')).toBe(65);
  }, 60_000);

  test('at every conversation ends the walk soon, instead of trying all in vain', async () => {
    elevenlabs.broken = { path: /conv_/, fault: 500 };
    const ran = await run();
    expect(ran.result).toBe('failed');
    expect(ran.printed).toContain('more than 10 calls could not be fetched or stored');
    expect(elevenlabs.asked.length).toBeLessThan(100);
  }, 60_000);
});

describe('nobody is led elsewhere', () => {
  test.each([
    ['another host', 'http://127.0.0.1:9/2010-04-01/Calls.json'],
    ['another host without a scheme', '//127.0.0.1:9/2010-04-01/Calls.json'],
    ['another list on the same host', `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json?Page=1`],
    ['a way out of the path', `/2010-04-01/Accounts/${ACCOUNT_SID}/Calls.json/../../x?Page=1`],
  ])(
    'by a next page at %s',
    async (_what, next) => {
      twilio.nextPage = () => next;
      const ran = await run();
      expect(ran.result).toBe('failed');
      expect(ran.printed).toContain('a next page elsewhere is refused');
      expect(twilio.asked.length).toBe(1);
      expectNoSecretsIn(ran);
    },
    60_000,
  );

  test('by a redirect', async () => {
    twilio.faults = ['redirect'];
    elevenlabs.faults = ['redirect'];
    const ran = await run();
    expect(ran.result).toBe('failed');
    expect(ran.printed).toContain('redirects, which is refused');
    expect([elevenlabs.asked.length, twilio.asked.length]).toEqual([1, 1]);
  }, 60_000);

  test.each(['//evil.example/x', '/\\evil.example/x', 'https://evil.example/x', '@evil.example/x'])(
    'by the target %s',
    async (target) => {
      const { elevenlabs: api } = vendorsAt({ elevenlabs: elevenlabs.url });
      await expect(api?.get(target)).rejects.toThrow('an address outside the configured API is refused');
      expect(elevenlabs.asked).toEqual([]);
    },
  );
});

test('a wrong key is told at once, without the key', async () => {
  const settings = {
    ELEVENLABS_API_KEY: 'sk_wrong_and_secret',
    ELEVENLABS_API_URL: elevenlabs.url,
    TWILIO_ACCOUNT_SID: ACCOUNT_SID,
    TWILIO_AUTH_TOKEN: 'wrong_and_secret_token',
    TWILIO_API_URL: twilio.url,
  };
  const config = loadConfig(JOBS_SETTINGS, { MONGODB_URI: 'mongodb://unused', ...settings });
  const vendors = createVendors(config, new AbortController().signal);
  const ran = await runJob(world, reconcile, { vendors, options: { since: at(0), share: 1 } });
  expect(ran.result).toBe('failed');
  expect(ran.printed).toContain('elevenlabs /v1/convai/conversations: answered 401');
  expect(elevenlabs.asked.length).toBe(1);
  expect(ran.printed + ran.logged + inspect({ config, vendors }, { depth: 9 })).not.toContain('secret_token');
  expect(ran.printed + ran.logged + inspect({ config, vendors }, { depth: 9 })).not.toContain('sk_wrong');
});

test('settings that would send a key in the clear or nowhere are refused by name', () => {
  const given = {
    MONGODB_URI: 'mongodb://unused',
    ELEVENLABS_API_KEY: 'two words',
    ELEVENLABS_API_URL: 'http://api.elevenlabs.io',
    TWILIO_ACCOUNT_SID: 'AC1',
    TWILIO_API_URL: 'https://user:secret@api.twilio.com',
  };
  const load = () => loadConfig(JOBS_SETTINGS, given);
  for (const name of Object.keys(given).slice(1)) expect(load).toThrow(`${name}:`);
  expect(load).not.toThrow('two words');
});

describe('pauses and periods', () => {
  const patience = { answerMs: 1, tries: 9, firstPauseMs: 1_000, longestPauseMs: 60_000 };

  test('a pause doubles, is spread, obeys Retry-After and has an end', () => {
    for (let tried = 1; tried <= 9; tried += 1) {
      const wholeMs = Math.min(1_000 * 2 ** (tried - 1), 60_000);
      const pauseMs = pauseAfter(tried, null, patience);
      expect(pauseMs).toBeGreaterThanOrEqual(wholeMs / 2);
      expect(pauseMs).toBeLessThanOrEqual(wholeMs);
    }
    expect(pauseAfter(1, 30_000, patience)).toBe(30_000);
    expect(pauseAfter(1, 3_600_000, patience)).toBe(60_000);
    expect(retryAfterMs('7', 0)).toBe(7_000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:09 GMT', 1_000)).toBe(8_000);
    expect([retryAfterMs(null, 0), retryAfterMs('soon', 0)]).toEqual([null, null]);
  });

  test('a period is given as a length or an instant; by the clock it goes a day behind the last good run', () => {
    const now = new Date('2026-11-24T12:00:00Z');
    expect(instantOf('90m', now)).toEqual(new Date('2026-11-24T10:30:00Z'));
    expect(instantOf('7d', now)).toEqual(new Date('2026-11-17T12:00:00Z'));
    expect(instantOf('2026-11-20T00:00:00+01:00', now)).toEqual(new Date('2026-11-19T23:00:00Z'));
    expect([instantOf('yesterday', now), instantOf('2026-13-01', now)]).toEqual([null, null]);
    const lastSuccessAt = new Date('2026-11-21T12:00:00Z');
    expect(overlapping(lastSuccessAt, now).since).toEqual(new Date('2026-11-20T12:00:00Z'));
    expect(overlapping(null, now).since).toEqual(new Date('2026-11-23T12:00:00Z'));
  });
});
