/** Malice and mishaps at every parameter of every route: a 4xx with the envelope and a sentence, or an answer, never a 5xx. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Agent, request } from 'node:http';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
beforeAll(async () => {
  database = await openDatabase();
  await commit(database.db, 1, { calls: [call('a', { agentId: 'x' })] });
  api = await openApi(database.db, { nowMs: Date.parse('2026-03-10T12:00:00Z') });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const COMMON = [
  'startDate',
  'endDate',
  'timeZone',
  'agentId',
  'campaignId',
  'provider',
  'direction',
  'language',
  'fill',
  'format',
  'after',
  'wait',
];
const ROUTES: Record<string, string[]> = {
  'analytics/duration/day': COMMON,
  'analytics/outcomes': [...COMMON, 'period'],
  'analytics/sentiment': [...COMMON, 'period'],
  'analytics/real-time': [],
  'analytics/summary': COMMON,
  'analytics/breakdown/agent': [...COMMON, 'metric', 'top'],
  'analytics/explain': ['view', 'window', 'slice', 'at', 'limit', 'cursor', 'after', 'wait'],
  calls: [
    'startDate',
    'endDate',
    'timeZone',
    'agentId',
    'campaignId',
    'provider',
    'direction',
    'language',
    'goal',
    'sentiment',
    'connection',
    'minDurationSeconds',
    'maxDurationSeconds',
    'number',
    'sort',
    'limit',
    'cursor',
    'after',
    'wait',
  ],
  'calls/a': ['after', 'wait'],
  'calls/a/events': ['after', 'wait'],
  'campaigns/a/targets': ['limit', 'cursor', 'after', 'wait'],
  status: [],
};

const HUGE = 'x'.repeat(6_000);
const VALUES = [
  '',
  ' ',
  '0',
  '-1',
  '1000000000',
  '1e309',
  'NaN',
  'null',
  'true',
  '[]',
  '{"$ne":null}',
  '$ne',
  '$where',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  "' OR 1=1 --",
  '<script>',
  '=1+1',
  '%00',
  '%FF',
  '%C0%80',
  '%ED%A0%80',
  '%F0%9F%A4%96',
  '%E2%80%AE',
  'ж',
  '\u202e',
  '2026-02-30',
  '2026-13-01',
  '0000-00-00',
  '9999-12-31',
  '2026-03-10T25:00:00Z',
  '2026-03-10T10:00:00',
  '275760-09-13T00:00:00Z',
  '2026-03-10T10:00:00Z',
  'UTC+25',
  'Europe/Nowhere',
  'Etc/GMT-14',
  'all',
  'agent:',
  'agent:%00',
  'planet:x',
  HUGE,
  Buffer.from('[9e99,"x"]').toString('base64url'),
  Buffer.from('[null,null]').toString('base64url'),
  Buffer.from('[8640000000000000,"x"]').toString('base64url'),
  Buffer.from('[-8640000000000000,"x"]').toString('base64url'),
  Buffer.from('[null,"\\u0000"]').toString('base64url'),
  'A'.repeat(22),
  'A'.repeat(21),
];

const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

/** Raw, since fetch would mend what is sent. */
function get(path: string): Promise<{ status: number; body: string; retry: unknown }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(api.url);
    request(
      { agent, port, host: '127.0.0.1', path: `/api/db/${path}`, headers: { host: '127.0.0.1' } },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (piece: string) => (body += piece));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body, retry: response.headers['retry-after'] }),
        );
      },
    )
      .on('error', reject)
      .end();
  });
}

function encoded(value: string): string {
  return value.startsWith('%') || value.includes(':%') ? value : encodeURIComponent(value);
}

const INTERNAL = /mongo|\bat \/|node_modules|BSON|zod|undefined/i;

/** What is wrong with an answer: it must be 200, or a 4xx in the envelope with a sentence that holds nothing internal. */
function faultsOf({ status, body }: { status: number; body: string }): string[] {
  if (status === 200) return [];
  if (status < 400 || status >= 500) return [`answered ${String(status)}`];
  const told = JSON.parse(body) as { success: boolean; error: string; timestamp: string };
  const faults = [];
  if (Object.keys(told).sort().join() !== 'error,success,timestamp') faults.push('not the envelope');
  if (told.success || typeof told.timestamp !== 'string') faults.push('not the envelope of an error');
  if (!/^\S.{7,}/s.test(told.error) || told.error.length >= 400) faults.push('not a sentence');
  if (INTERNAL.test(told.error)) faults.push('tells of the inside');
  return faults;
}

/** Asks; what is wrong with the answer, with enough to see why. One `expect` for many: each costs as much as a request. */
async function faultsAt(path: string): Promise<string[]> {
  const answer = await get(path);
  return faultsOf(answer).map((fault) => `${fault}: ${path.slice(0, 200)}: ${answer.body.slice(0, 300)}`);
}

test.each(Object.entries(ROUTES))(
  '%s takes no nonsense at any parameter',
  async (path, parameters) => {
    const faults: string[] = [];
    const ask = async (name: string, value: string): Promise<void> => {
      const key = name.startsWith('%') ? name : encodeURIComponent(name);
      faults.push(...(await faultsAt(`${path}?${key}=${encoded(value)}`)));
    };
    // A position may be waited for: beside the rest.
    const waiting = parameters.includes('after') ? VALUES.map((value) => ask('after', value)) : [];
    const names = parameters.filter((name) => name !== 'after');
    for (const name of names) for (const value of VALUES) await ask(name, value);
    // Refused by their names, whatever they say.
    for (const name of ['$where', '__proto__', 'a[$ne]', 'constructor', '%00', ''])
      for (const value of ['', '{"$ne":null}', HUGE]) await ask(name, value);
    await Promise.all(waiting);
    expect(faults).toEqual([]);
  },
  120_000,
);

test.each(Object.entries(ROUTES))(
  '%s refuses what is given twice or is not known',
  async (path, parameters) => {
    for (const name of parameters) {
      const twice = await get(`${path}?${name}=a&${name}=a`);
      expect([twice.status, JSON.parse(twice.body)]).toMatchObject([
        400,
        { error: `Parameter ${name} is given more than once` },
      ]);
    }
    for (const name of ['$where', 'agentId[$ne]', 'colour', 'constructor', '__proto__']) {
      const { status, body } = await get(`${path}?${encodeURIComponent(name)}=1`);
      expect([name, status, (JSON.parse(body) as { error: string }).error]).toEqual([
        name,
        400,
        expect.stringContaining('Unknown parameter'),
      ]);
    }
  },
);

test.each(
  ['analytics/duration/', 'analytics/breakdown/', 'calls/', 'calls/', 'analytics/explain/'].flatMap((path) =>
    [
      '%00',
      '%FF',
      '__proto__',
      '%2e%2e%2f',
      '$ne',
      HUGE,
      '%F0%9F%A4%96',
      '%ED%A0%80',
      '[object%20Object]',
    ].map((value) => path + value),
  ),
)('%.60s is a path of no harm', async (path) => {
  expect(await faultsAt(path)).toEqual([]);
});

test('ten years of hours, months of a day and both ends the same are told what is wrong', async () => {
  const told = async (query: string): Promise<unknown> =>
    (JSON.parse((await get(`analytics/outcomes?${query}`)).body) as { error: string }).error;
  expect(await told('period=hour&startDate=2016-01-01&endDate=2026-01-01')).toContain(
    'more than 10000 periods',
  );
  expect(await told('startDate=2026-01-01T00:00:00Z&endDate=2026-01-01T00:00:00Z')).toBe(
    'startDate must lie before endDate',
  );
  expect(await told('startDate=2014-12-31')).toContain(
    'Dates must lie between 2015-01-01 and a year from now',
  );
});
