/**
 * Our verifier of ElevenLabs' signatures against ElevenLabs' own library on generated requests, as in `sdk-oracles.test.ts`. Its
 * 108 MB are not among the product's packages: the test runs where `npm install --prefix test/bench` put them.
 */
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { elevenlabs } from '../../ingest/providers/elevenlabs.ts';
import type { SignedRequest } from '../../ingest/providers/provider.ts';
import { compare, expectMeaning, RUNS, SEED, type Difference, type Tally } from '../support/verdicts.ts';

const BENCH = new URL('../bench/package.json', import.meta.url);
const isInstalled = existsSync(new URL('node_modules/@elevenlabs', BENCH));
const NOW_MS = Date.parse('2026-11-24T10:00:00.500Z');
const NOW_SECS = Math.floor(NOW_MS / 1_000);

type Library = {
  ElevenLabsClient: new (options: { apiKey: string }) => {
    webhooks: { constructEvent: (body: string, header: string, secret: string) => Promise<unknown> };
  };
};

/** One of the words in a case of five, else none. */
const rarely = <const Word extends string>(...words: Word[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(...words) });
const WAYS = {
  plain: (time: string) => time,
  plus: (time: string) => `+${time}`,
  fraction: (time: string) => `${time}.5`,
  zero: (time: string) => `0${time}`,
  words: () => 'today',
};
const HEADERS = {
  usual: (time: string, value: string) => `t=${time},v0=${value}`,
  turned: (time: string, value: string) => `v0=${value},t=${time}`,
  'blank after the comma': (time: string, value: string) => `t=${time}, v0=${value}`,
  'capital hex': (time: string, value: string) => `t=${time},v0=${value.toUpperCase()}`,
  'second value': (time: string, value: string) => `t=${time},v0=${'0'.repeat(64)},v0=${value}`,
  'first value': (time: string, value: string) => `t=${time},v0=${value},v0=${'0'.repeat(64)}`,
  'other scheme beside': (time: string, value: string) => `t=${time},v1=${'0'.repeat(64)},v0=${value}`,
  'other scheme': (time: string, value: string) => `t=${time},v1=${value}`,
  cut: (time: string, value: string) => `t=${time},v0=${value.slice(0, -2)}`,
  'without time': (_time: string, value: string) => `v0=${value}`,
  'two times': (time: string, value: string) => `t=${time},t=1,v0=${value}`,
  'after 5 KB': (time: string, value: string) => `t=${time},v0=${value},${'x'.repeat(5_000)}`,
  empty: () => '',
};
const named = <Name extends string>(table: Record<Name, unknown>, usual: NoInfer<Name>) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(table) as Name[])) },
  );
const secret = fc.stringMatching(/^wsec_[a-z0-9]{16,40}$/);
/** Above the half hour and the hour, either side of now, and the limits themselves. */
const skewSecs = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -299, max: 1_790 }) },
  { weight: 2, arbitrary: fc.constantFrom(-302, -301, -300, 1_799, 1_800, 1_801, 3_599, 3_600, 3_601) },
  { weight: 1, arbitrary: fc.constantFrom(-90_000, 90_000, 2_700) },
);
const body = fc.oneof(
  { weight: 6, arbitrary: fc.json().map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from([...bytes, 0xff])),
  },
);
const isText = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes);
const cases = fc.record({
  body,
  configured: fc.array(secret, { minLength: 1, maxLength: 3 }),
  stranger: secret,
  /** Which of the configured secrets signs; past the end a stranger's. */
  signer: fc.constantFrom(0, 0, 0, 0, 1, 2, 3),
  skewSecs,
  tamper: rarely('body', 'time'),
  way: named(WAYS, 'plain'),
  header: named(HEADERS, 'usual'),
  /** What is signed: the bytes, or the text that a lossy reading makes of them. */
  signs: fc.constantFrom('bytes', 'bytes', 'text'),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

const DIFFERENCES: Difference<Case>[] = [
  {
    ours: 'refuses',
    because: 'a time more than five minutes ahead is no time of ours: the library takes any',
    when: ({ skewSecs: skew }) => skew <= -300,
  },
  {
    ours: 'accepts',
    because: 'a time up to an hour old: the last attempt of a sender comes 40 minutes after the first',
    when: ({ skewSecs: skew }) => skew >= 1_800,
  },
  {
    ours: 'refuses',
    because: 'the time is no plain decimal number',
    when: ({ way }) => way !== 'plain',
  },
  {
    ours: 'refuses',
    because: 'two times in one header',
    when: ({ header }) => header === 'two times',
  },
  {
    ours: 'refuses',
    because: 'a header above 4 KB is not searched',
    when: ({ header }) => header === 'after 5 KB',
  },
  {
    ours: 'refuses',
    because: 'the bytes are signed: the library signs the text it has read from them, with U+FFFD in it',
    when: ({ body: bytes, signs }) => !isText(bytes) && signs === 'text',
  },
  {
    ours: 'accepts',
    because: 'bytes that are no UTF-8 are verified as they came',
    when: ({ body: bytes, signs }) => !isText(bytes) && signs === 'bytes',
  },
  {
    ours: 'accepts',
    because: 'a right value beside wrong ones, as in a rotation: the library looks at the first',
    when: ({ header }) => header === 'second value',
  },
  {
    ours: 'accepts',
    because: 'the same value after a blank or in capitals',
    when: ({ header }) => header === 'blank after the comma' || header === 'capital hex',
  },
];

function requestOf(one: Case): SignedRequest {
  const signer = one.configured[one.signer] ?? one.stranger;
  const time = WAYS[one.way](String(NOW_SECS - one.skewSecs));
  const content = one.signs === 'bytes' ? one.body : Buffer.from(one.body.toString('utf8'));
  const signedTime = one.tamper === 'time' ? `${time}1` : time;
  const value = createHmac('sha256', signer).update(`${signedTime}.`).update(content).digest('hex');
  const headers = { 'elevenlabs-signature': HEADERS[one.header](time, value) };
  const sent = one.tamper === 'body' ? Buffer.concat([one.body, Buffer.from(' ')]) : one.body;
  return { body: sent, headers, target: '/webhooks/elevenlabs', publicUrl: 'https://public.example' };
}

beforeAll(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW_MS));
afterAll(() => void jest.restoreAllMocks());

(isInstalled ? test : test.skip)(
  'ElevenLabs: ours and its library give the same verdict on 3,000 requests save where the table says',
  async () => {
    const { ElevenLabsClient } = createRequire(BENCH)('@elevenlabs/elevenlabs-js') as Library;
    const { webhooks } = new ElevenLabsClient({ apiKey: 'of nobody' });
    const accepts = async (text: string, header: string, value: string): Promise<boolean> => {
      try {
        await webhooks.constructEvent(text, header, value);
        return true;
      } catch (error) {
        // It reads what it has verified: a text that is no JSON was rightly signed.
        return error instanceof Error && error.name === 'SyntaxError';
      }
    };
    const tally: Tally = { accepted: 0, refused: 0, met: new Map() };
    const check = compare(DIFFERENCES, tally);
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const request = requestOf(one);
        const secrets = one.configured.map((value, at) => ({ id: String(at), value }));
        const ours = elevenlabs.verify(request, secrets, new Date(NOW_MS)).ok;
        const header = request.headers['elevenlabs-signature'] ?? '';
        let theirs = false;
        for (const value of one.configured)
          theirs ||= await accepts(request.body.toString('utf8'), header, value);
        check(one, { ours, theirs });
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expectMeaning('elevenlabs', DIFFERENCES, tally);
  },
  120_000,
);
