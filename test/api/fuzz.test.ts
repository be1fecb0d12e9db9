/** Requests made from the published document, rightly and wrongly, from a seed that is printed: never a 5xx, always as documented. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createApiKey } from '../../api/keys.ts';
import { SCOPES } from '../../api/scopes.ts';
import { DOCUMENT, type Operation, type Parameter } from './document.ts';
import { plant } from './planted-events.ts';
import { plantTranscript } from './planted-speech.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
const keys: string[] = [];
const SEED = 20_260_310;
const REQUESTS = 500;

beforeAll(async () => {
  database = await openDatabase();
  const { db } = database;
  await plant(db, 'e1');
  await commit(db, 1, { calls: [call('standard:a', { agentId: 'agent_1', campaignId: 'spring' })] });
  await plantTranscript(db, 'standard:a');
  for (let n = 0; n < 12; n += 1) keys.push((await createApiKey(db, { name: `k${n}`, scopes: SCOPES })).key);
  api = await openApi(db, { nowMs: Date.parse('2026-03-16T12:00:00Z') });
});
afterAll(async () => {
  // An answer that is not as documented fails here.
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const NASTY = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'null',
  '{"$ne":1}',
  '$where',
  '__proto__',
  'constructor',
  '\u0000',
  '\ud800',
  '../x',
  "'--",
  'ж',
  '9'.repeat(400),
];
const DATES = [
  '2026-03-09',
  '2026-02-30',
  '2026-03-10T10:00:00Z',
  '2026-03-10T10:00:00',
  '2014-01-01',
  '2026-03-10T10:00:00+05:45',
];
const nasty = fc.oneof(fc.constantFrom(...NASTY, ...DATES), fc.string({ unit: 'binary', maxLength: 40 }));

/** Text that fits a schema for the most part, and else anything. */
function textOf({ schema, example }: Pick<Parameter, 'schema' | 'example'>): fc.Arbitrary<string> {
  const words = Array.isArray(schema.enum) ? (schema.enum as string[]) : [];
  const fitting: fc.Arbitrary<string>[] = [];
  if (words.length > 0) fitting.push(fc.constantFrom(...words));
  if (typeof schema.pattern === 'string') fitting.push(fc.stringMatching(new RegExp(schema.pattern)));
  if (example !== undefined) fitting.push(fc.constant(example));
  const good =
    fitting.length === 0
      ? fc.constantFrom(...DATES, 'standard:a', 'spring', 'Europe/Berlin', 'all')
      : fc.oneof(...fitting);
  return fc.oneof({ weight: 3, arbitrary: good }, { weight: 1, arbitrary: nasty });
}

type Sent = {
  method: string;
  path: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
};

function requestTo(path: string, method: string, operation: Operation): fc.Arbitrary<Sent> {
  const parameters = operation.parameters.map((one) => {
    const text = textOf(one);
    return fc.option(text, {
      nil: one.required === true ? (one.example ?? 'x') : undefined,
      freq: one.required === true ? 8 : 2,
    });
  });
  const [kind, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const body =
    kind === undefined
      ? fc.constant(null)
      : fc.oneof(
          fc.constant(
            typeof content?.example === 'string' ? content.example : JSON.stringify(content?.example),
          ),
          fc.json(),
          nasty,
        );
  return fc.tuple(fc.tuple(...parameters), body).map(([values, sent]) => {
    const query = new URLSearchParams();
    const headers: Record<string, string> = kind === undefined ? {} : { 'content-type': kind };
    let filled = path;
    operation.parameters.forEach(({ name, in: where }, at) => {
      const value = values[at];
      if (value === undefined) return;
      const text = Buffer.from(value).toString();
      // An event that is not there is waited for, as long as is asked.
      const plain = name === 'wait' && /^\d+$/.test(text) && text.length < 5 ? '1' : text;
      if (where === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(plain) || 'x');
      else if (where === 'query') query.set(name, plain);
      // What no HTTP client can send in a header is not sent.
      else headers[name] = plain.replace(/[^\x20-\x7e]/g, '');
    });
    if (query.has('after') && !query.has('wait')) query.set('wait', '0');
    return { method, path, url: `${filled}?${query.toString()}`.replace(/\?$/, ''), headers, body: sent };
  });
}

const ALL = Object.entries(DOCUMENT.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, one]) => requestTo(path, method.toUpperCase(), one)),
);

test(`${REQUESTS} requests from the document, seed ${SEED}: none is a 5xx, each refusal says why`, async () => {
  let sent = 0;
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.oneof(...ALL), async ({ method, url, headers, body }) => {
      const authorization = `Bearer ${keys[(sent += 1) % keys.length] ?? ''}`;
      const response = await fetch(api.url + url, { method, headers: { ...headers, authorization }, body });
      const text = await response.text();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      expect({ status: response.status, isFine: response.status < 500 }).toEqual({
        status: response.status,
        isFine: true,
      });
      if (response.ok || response.status === 304) return;
      expect(JSON.parse(text)).toMatchObject({ success: false, error: expect.stringMatching(/^\S.{5,}/s) });
      expect(text).not.toMatch(/mongo|node_modules|BSON|zod|undefined/i);
    }),
    { seed: SEED, numRuns: REQUESTS },
  );
  // Enough of them were understood.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 10);
}, 60_000);
