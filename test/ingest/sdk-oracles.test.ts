/**
 * Our verifiers against the vendors' own libraries on generated requests: the same verdict, save where ours is stricter or more
 * liberal on purpose, which the tables list. ElevenLabs' library stands apart, in `elevenlabs-oracle.test.ts`.
 */
import { createHash, createHmac } from 'node:crypto';
import { parse as parseQuery } from 'node:querystring';
import { afterEach, beforeEach, describe, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { getExpectedTwilioSignature, validateIncomingRequest } from 'twilio/lib/webhooks/webhooks.js';
import { standardWebhooks } from '../../ingest/providers/standard-webhooks.ts';
import type { SignedRequest } from '../../ingest/providers/provider.ts';
import { twilio } from '../../ingest/providers/twilio.ts';
import { compare, expectMeaning, RUNS, SEED, type Difference, type Tally } from '../support/verdicts.ts';

/** Half a second past a whole one, so that a difference in rounding shows. */
const NOW_MS = Date.parse('2026-11-24T10:00:00.500Z');
const NOW_SECS = Math.floor(NOW_MS / 1_000);
const PUBLIC_URL = 'https://public.example';

const throwsNot = (action: () => unknown): boolean => {
  try {
    action();
    return true;
  } catch {
    return false;
  }
};

const textBody = fc.oneof(
  fc.json().map((text) => Buffer.from(text)),
  fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
  fc.constant(Buffer.alloc(0)),
);
/** One of the words in a case of eight, else none. */
const rarely = <const Word extends string>(...words: Word[]) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(...words) });
/** Bytes that are no UTF-8 at their end. */
const rawBody = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from([...bytes, 0xff]));
const body = fc.oneof({ weight: 9, arbitrary: textBody }, { weight: 1, arbitrary: rawBody });
const isText = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes);
/** One byte more, one less or one changed. */
const tampered = (bytes: Buffer): Buffer =>
  bytes.length === 0 ? Buffer.from(' ') : Buffer.from(bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte)));

beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW_MS));
afterEach(() => void jest.restoreAllMocks());

describe('Standard Webhooks: ours and the library of the scheme', () => {
  const WAYS = {
    plain: (time: string) => time,
    plus: (time: string) => `+${time}`,
    blank: (time: string) => ` ${time}`,
    fraction: (time: string) => `${time}.5`,
    tail: (time: string) => `${time}abc`,
    zero: (time: string) => `0${time}`,
  };
  const SIGNATURES = {
    alone: (good: string) => good,
    second: (good: string) => `v1,${'A'.repeat(43)}= ${good}`,
    'beside others': (good: string) => `v1a,${'B'.repeat(86)}== v2,x ${good} v1`,
    'two blanks': (good: string) => `v0,x  ${good} `,
    'other version': (good: string) => good.replace('v1,', 'v2,'),
    'without version': (good: string) => good.replace('v1,', ''),
    'capital version': (good: string) => good.replace('v1,', 'V1,'),
    'comma between': (good: string) => `v1,${'A'.repeat(43)}=,${good}`,
    'without padding': (good: string) => good.replace(/=+$/, ''),
    'url-safe': (good: string) => good.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
    'after 5 KB': (good: string) => `${`v1,${'A'.repeat(43)}= `.repeat(110)}${good}`,
    cut: (good: string) => good.slice(0, -8),
    empty: () => '',
    long: (good: string) => `${good}AAAA`,
  };
  const secret = fc
    .uint8Array({ minLength: 16, maxLength: 64 })
    .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
  const cases = fc.record({
    body,
    id: fc.stringMatching(/^[A-Za-z0-9_.-]{1,30}$/),
    configured: fc.array(secret, { minLength: 1, maxLength: 3 }),
    stranger: secret,
    /** Which of the configured secrets signs; past the end a stranger's. */
    signer: fc.constantFrom(0, 0, 0, 1, 2, 3),
    skewSecs: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: -290, max: 290 }) },
      { weight: 3, arbitrary: fc.constantFrom(-302, -301, -300, -299, 299, 300, 301, 302) },
      { weight: 1, arbitrary: fc.constantFrom(-90_000, 90_000) },
    ),
    tamper: rarely('body', 'id', 'time'),
    way: fc.oneof(
      { weight: 4, arbitrary: fc.constant('plain' as const) },
      { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(WAYS) as (keyof typeof WAYS)[])) },
    ),
    signature: fc.oneof(
      { weight: 3, arbitrary: fc.constant('alone' as const) },
      { weight: 2, arbitrary: fc.constantFrom(...(Object.keys(SIGNATURES) as (keyof typeof SIGNATURES)[])) },
    ),
    /** What is signed: the bytes, or the text that a lossy reading makes of them. */
    signs: fc.constantFrom('bytes', 'bytes', 'text'),
    family: fc.constantFrom('webhook', 'webhook', 'webhook', 'svix'),
    missing: rarely('id', 'timestamp', 'signature'),
  });
  type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

  const DIFFERENCES: Difference<Case>[] = [
    {
      ours: 'refuses',
      because: 'the time is no plain decimal number: it is signed as text, not as what can be read from it',
      when: ({ way }) => way !== 'plain',
    },
    {
      ours: 'refuses',
      because: 'a time more than 300.000 s old is stale: the library leaves out the part of a second',
      when: ({ skewSecs }) => skewSecs === 300,
    },
    {
      ours: 'refuses',
      because: 'a header of signatures above 4 KB is not searched',
      when: ({ signature }) => signature === 'after 5 KB',
    },
    {
      ours: 'refuses',
      because: 'the bytes are signed: the library signs the text it has read from them, with U+FFFD in it',
      when: ({ body, signs }) => !isText(body) && signs === 'text',
    },
    {
      ours: 'accepts',
      because: 'bytes that are no UTF-8 are verified as they came',
      when: ({ body, signs }) => !isText(body) && signs === 'bytes',
    },
    {
      ours: 'accepts',
      because: 'the same headers named svix-*, as many senders still do',
      when: ({ family }) => family === 'svix',
    },
    {
      ours: 'accepts',
      because: 'a signature in base64 without padding or in the alphabet for addresses: the same bytes',
      when: ({ signature }) => signature === 'without padding' || signature === 'url-safe',
    },
    {
      ours: 'accepts',
      because:
        'a right signature with more behind its padding: nobody without the secret could write the part before it',
      when: ({ signature }) => signature === 'long',
    },
  ];

  function requestOf(one: Case): SignedRequest {
    const { id, family, missing, tamper } = one;
    const signer = one.configured[one.signer] ?? one.stranger;
    const time = String(NOW_SECS - one.skewSecs);
    const content = one.signs === 'bytes' ? one.body : Buffer.from(one.body.toString('utf8'));
    const key = Buffer.from(signer.slice('whsec_'.length), 'base64');
    const hmac = createHmac('sha256', key).update(`${id}.${time}.`).update(content).digest('base64');
    const sentTime = tamper === 'time' ? String(Number(time) - 1) : time;
    const all = {
      id: tamper === 'id' ? `${id}x` : id,
      timestamp: WAYS[one.way](sentTime),
      signature: SIGNATURES[one.signature](`v1,${hmac}`),
    };
    const headers = Object.fromEntries(
      Object.entries(all).flatMap(([name, value]) =>
        name === missing ? [] : [[`${family}-${name}`, value]],
      ),
    );
    const sentBody = tamper === 'body' ? tampered(one.body) : one.body;
    return { body: sentBody, headers, target: '/webhooks/standard', publicUrl: PUBLIC_URL };
  }

  test('give the same verdict on 3,000 requests save where the table says', () => {
    const tally: Tally = { accepted: 0, refused: 0, met: new Map() };
    const check = compare(DIFFERENCES, tally);
    fc.assert(
      fc.property(cases, (one) => {
        const request = requestOf(one);
        const secrets = one.configured.map((value, at) => ({ id: String(at), value }));
        const ours = standardWebhooks.verify(request, secrets, new Date(NOW_MS)).ok;
        const headers = { ...request.headers } as Record<string, string>;
        const theirs = one.configured.some((value) =>
          throwsNot(() => new Webhook(value).verify(request.body, headers, { jsonParse: false })),
        );
        check(one, { ours, theirs });
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expectMeaning('standardwebhooks', DIFFERENCES, tally);
  }, 120_000);
});

describe('Twilio: ours and the middleware of its library', () => {
  const TARGETS = [
    '/webhooks/twilio',
    '/webhooks/twilio?agentId=a%20b&x=1',
    "/webhooks/twilio?name=O'Brien&q=a+b",
    '/webhooks/twilio?bodySHA256=abc',
  ];
  const ADDRESSES = [
    ...Array<string>(6).fill(PUBLIC_URL),
    `${PUBLIC_URL}:443`,
    'http://public.example',
    'https://evil.example',
  ];
  const name = fc.oneof(
    fc.constantFrom('CallSid', 'AccountSid', 'CallStatus', 'From', '__proto__', 'a[$ne]', '1'),
    fc.stringMatching(/^[A-Za-z]{1,12}$/),
  );
  const token = fc.stringMatching(/^[0-9a-f]{32}$/);
  const cases = fc.record({
    kind: fc.constantFrom('form', 'form', 'json'),
    fields: fc.array(fc.tuple(name, fc.string({ unit: 'grapheme', maxLength: 20 })), { maxLength: 8 }),
    json: fc.oneof({ weight: 6, arbitrary: body }, { weight: 1, arbitrary: fc.constant(Buffer.alloc(0)) }),
    /** How the body's hash stands in the address. */
    hash: fc.constantFrom('right', 'right', 'right', 'wrong', 'capitals', 'none', 'of {}'),
    target: fc.constantFrom(...TARGETS),
    address: fc.constantFrom(...ADDRESSES),
    configured: fc.array(token, { minLength: 1, maxLength: 3 }),
    stranger: token,
    signer: fc.constantFrom(0, 0, 0, 1, 2, 3),
    tamper: rarely('body', 'target', 'signature'),
    header: fc.constantFrom(...Array<'plain'>(12).fill('plain'), 'twice', 'cut', 'empty', 'missing'),
  });
  type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

  const DIFFERENCES: Difference<Case>[] = [
    {
      ours: 'refuses',
      because: 'JSON without its hash in the address: the body would stand outside the signature',
      when: ({ kind, hash }) => kind === 'json' && hash === 'none',
    },
    {
      ours: 'refuses',
      because: 'an empty body is empty: the library takes it for {}',
      when: ({ kind, hash, json }) => kind === 'json' && hash === 'of {}' && json.length === 0,
    },
    {
      ours: 'accepts',
      because: 'the hash of an empty body over an empty body',
      when: ({ kind, hash, json }) => kind === 'json' && hash === 'right' && json.length === 0,
    },
    {
      ours: 'accepts',
      because: 'the hash of bytes that are no UTF-8: the library hashes the text it has read from them',
      when: ({ kind, hash, json }) => kind === 'json' && hash === 'right' && !isText(json),
    },
    {
      ours: 'accepts',
      because: 'a form under a right signature whose address has something else named bodySHA256',
      when: ({ kind, target }) => kind === 'form' && target.endsWith('bodySHA256=abc'),
    },
  ];

  /** The request, and what the signature was made over. */
  function requestOf(one: Case): SignedRequest {
    const isForm = one.kind === 'form';
    const form = new URLSearchParams(one.fields);
    const bytes = isForm ? Buffer.from(form.toString()) : one.json;
    const target = isForm ? one.target : withHash(one);
    const parameters = Object.create(null) as Record<string, string[]>;
    if (isForm) for (const key of new Set(form.keys())) parameters[key] = ownArray(form.getAll(key));
    const signer = one.configured[one.signer] ?? one.stranger;
    const good = getExpectedTwilioSignature(signer, one.address + target, parameters);
    const sent =
      one.tamper === 'signature' ? good.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) : good;
    const header = { plain: sent, twice: `${sent}, ${sent}`, cut: sent.slice(0, 20), empty: '' };
    return {
      body: one.tamper === 'body' ? tamperedBody(bytes, isForm) : bytes,
      target: one.tamper === 'target' ? `${target}${target.includes('?') ? '&' : '?'}more=1` : target,
      headers: {
        'content-type': isForm ? 'application/x-www-form-urlencoded; charset=utf-8' : 'application/json',
        ...(one.header !== 'missing' && { 'x-twilio-signature': header[one.header] }),
      },
      publicUrl: PUBLIC_URL,
    };
  }

  function tamperedBody(bytes: Buffer, isForm: boolean): Buffer {
    return isForm ? Buffer.concat([bytes, Buffer.from('&Injected=1')]) : tampered(bytes);
  }

  function withHash({ target, hash, json }: Case): string {
    const clean = target.replace('bodySHA256=abc', 'y=2');
    if (hash === 'none') return clean;
    const of = hash === 'wrong' ? Buffer.from('other') : hash === 'of {}' ? Buffer.from('{}') : json;
    const hex = createHash('sha256').update(of).digest('hex');
    return `${clean}${clean.includes('?') ? '&' : '?'}bodySHA256=${hash === 'capitals' ? hex.toUpperCase() : hex}`;
  }

  /** Arrays that Node makes are no `instanceof Array` in jest's realm, which the library asks. */
  function ownArray(values: readonly string[]): string[] {
    return [...values];
  }

  /** A form as Express parses it. */
  function parsedForm(text: string): Record<string, string | string[] | undefined> {
    const parsed = parseQuery(text, '&', '=', { maxKeys: 0 });
    const own = Object.create(null) as Record<string, string | string[] | undefined>;
    for (const [key, value] of Object.entries(parsed))
      own[key] = Array.isArray(value) ? ownArray(value) : value;
    return own;
  }

  /** What the library's Express middleware would find in the request. */
  function accepts(request: SignedRequest, authToken: string): boolean {
    const text = request.body.toString('utf8');
    const isForm = request.headers['content-type']?.includes('urlencoded') === true;
    const seen = {
      protocol: 'https',
      originalUrl: request.target,
      headers: {},
      rawBody: text,
      body: isForm ? parsedForm(text) : {},
      header: (name: string) => request.headers[name.toLowerCase()],
    };
    const url = request.publicUrl + request.target;
    return validateIncomingRequest(seen, authToken, {
      url,
    });
  }

  test('give the same verdict on 3,000 requests save where the table says', () => {
    const tally: Tally = { accepted: 0, refused: 0, met: new Map() };
    const check = compare(DIFFERENCES, tally);
    fc.assert(
      fc.property(cases, (one) => {
        const request = requestOf(one);
        const secrets = one.configured.map((value, at) => ({ id: String(at), value }));
        const ours = twilio.verify(request, secrets, new Date(NOW_MS)).ok;
        const theirs = one.configured.some((value) => accepts(request, value));
        check(one, { ours, theirs });
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expectMeaning('twilio', DIFFERENCES, tally);
  }, 120_000);
});
