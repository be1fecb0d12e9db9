/** The list of calls: each filter, both orders, and a walk by cursor that skips and repeats nothing while calls stream in. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Call } from '../../projector/call.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;

const at = (text: string): Date => new Date(`2026-03-10T${text}:00Z`);
const CALLS: Call[] = [
  call('a', { startedAt: at('08:00'), agentId: 'one', campaignId: 'spring' }),
  call('b', { startedAt: at('09:00'), agentId: 'two', goal: 'failure', durationMs: 90_000, language: 'de' }),
  call('c', {
    startedAt: at('10:00'),
    agentId: 'one',
    sentiment: null,
    sentimentScore: null,
    direction: 'outbound',
  }),
  call('d', {
    startedAt: at('10:00'),
    connection: 'busy',
    durationMs: null,
    goal: 'unknown',
    providers: ['twilio'],
  }),
  call('e', { startedAt: at('11:00'), sentiment: 'mixed', fromNumber: 'sip:+49 (30) 77-1234@example.com' }),
  call('f', {
    startedAt: null,
    status: 'queued',
    endedAt: null,
    agentId: 'one',
    goal: 'unknown',
    fromNumber: null,
    toNumber: null,
  }),
  call('g', {
    startedAt: null,
    status: 'queued',
    endedAt: null,
    goal: 'unknown',
    fromNumber: null,
    toNumber: null,
  }),
];

beforeAll(async () => {
  database = await openDatabase();
  await commit(database.db, 1, { calls: CALLS });
  await database.db.collection('calls').insertOne({ _id: 'joined' as never, mergedInto: 'a', revision: 1 });
  api = await openApi(database.db, { nowMs: Date.parse('2026-03-10T12:00:00Z') });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type Data = { calls: { callId: string }[]; nextCursor: string | null; emptyBecause?: string };

async function get(query: string): Promise<{ status: number; error?: string; data: Data }> {
  const response = await fetch(`${api.url}/api/db/calls?${query}`);
  return { status: response.status, ...((await response.json()) as { error?: string; data: Data }) };
}

async function walk(
  query: string,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { data } = await get(`${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    seen.push(...data.calls.map((one) => one.callId));
    cursor = data.nextCursor;
    await between();
  }
  return seen;
}

test.each([
  ['', 'e d c b a g f'],
  ['sort=startedAt', 'a b c d e f g'],
  ['startDate=2026-03-10T09:00:00Z&endDate=2026-03-10T11:00:00Z', 'd c b'],
  ['startDate=2026-03-10T10:00:00Z', 'e d c'],
  ['endDate=2026-03-10T10:00:00Z&sort=startedAt', 'a b'],
  ['startDate=2026-03-10&timeZone=America/New_York', 'e d c b a'],
  ['startDate=2026-03-10&timeZone=Asia/Kolkata&endDate=2026-03-10', 'e d c b a'],
  ['startDate=2026-03-11&timeZone=Pacific/Kiritimati', 'e d c'],
  ['agentId=one', 'c a f'],
  ['agentId=', 'e d g'],
  ['campaignId=spring', 'a'],
  ['agentId=one&campaignId=spring', 'a'],
  ['agentId=two&campaignId=spring', ''],
  ['provider=twilio', 'd'],
  ['direction=outbound', 'c'],
  ['language=de', 'b'],
  ['goal=failure', 'b'],
  ['goal=unknown', 'd g f'],
  ['sentiment=mixed', 'e'],
  ['sentiment=unknown', 'c'],
  ['connection=busy', 'd'],
  ['connection=answered', 'e c b a g f'],
  ['connection=answered_human', 'e c b a g f'],
  ['status=queued', 'g f'],
  ['status=queued&agentId=one', 'f'],
  ['status=active', ''],
  ['status=ended', 'e d c b a'],
  ['minDurationSeconds=60.001', 'b'],
  ['maxDurationSeconds=60', 'e c a g f'],
  ['minDurationSeconds=60&maxDurationSeconds=60&agentId=one', 'c a f'],
  ['number=1234', 'e'],
  ['number=34', 'e'],
  ['number=5678', 'd c b a'],
  ['number=0111', 'e d c b a'],
  ['number=9999', ''],
])('%j lists %j, in one page and one by one', async (query, expected) => {
  const ids = expected === '' ? [] : expected.split(' ');
  expect((await get(query)).data.calls.map((one) => one.callId)).toEqual(ids);
  expect(await walk(`${query}&limit=1`)).toEqual(ids);
});

test.each([
  ['agentId=nobody', 'filtered_out'],
  ['goal=failure&agentId=one', 'filtered_out'],
  ['startDate=2026-02-01&endDate=2026-02-02', 'no_calls'],
  ['startDate=2026-02-01&endDate=2026-02-02&agentId=one', 'no_calls'],
  ['agentId=nobody&wait=0&after=AAAAAAAAAAAAAAAAAAAAAA', 'late'],
  ['agentId=one', undefined],
])('%s is empty because of %s', async (query, why) => {
  expect((await get(query)).data.emptyBecause).toBe(why);
});

test('a walk skips and repeats nothing of what was there, while calls stream in', async () => {
  await using other = await openDatabase();
  // Many in the same ms, which only the id tells apart.
  const held = Array.from({ length: 60 }, (_, index) =>
    call(`h${index}`, { startedAt: at(`1${Math.floor(index / 20)}:00`) }),
  );
  await commit(other.db, 1, { calls: held });
  await using busy = await openApi(other.db, { nowMs: Date.parse('2026-03-10T12:00:00Z') });
  const [here, there] = [api, busy];
  api = there;
  try {
    for (const sort of ['-startedAt', 'startedAt']) {
      let sequence = (await other.db.collection('updates').countDocuments()) + 1;
      const seen = await walk(`limit=7&sort=${sort}`, async () => {
        const calls = [9, 10, 11, 12].map((hour) =>
          call(`n${sequence}-${hour}`, { startedAt: at(`${String(hour).padStart(2, '0')}:00`) }),
        );
        await commit(other.db, sequence++, { calls });
      });
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => id.startsWith('h')).sort()).toEqual(held.map((one) => one.callId).sort());
    }
  } finally {
    api = here;
  }
}, 60_000);

describe('refused', () => {
  test.each([
    ['goal=win', 'Invalid goal: must be one of: success, failure, unknown'],
    ['sentiment=angry', 'Invalid sentiment: must be one of: positive, neutral, negative, mixed, unknown'],
    ['minDurationSeconds=-1', 'Invalid minDurationSeconds: must be a number of seconds, such as 90 or 1.5'],
    [
      'minDurationSeconds=9&maxDurationSeconds=8',
      'minDurationSeconds must not be greater than maxDurationSeconds',
    ],
    ['number=12345', 'Invalid number: must be the last digits of a number, 4 at most'],
    ['number=.*', 'Invalid number: must be the last digits of a number, 4 at most'],
    ['sort=callId', 'Invalid sort: must be one of: -startedAt, startedAt'],
    ['limit=1000000000', 'Invalid limit: must be a whole number, 1 to 200'],
    ['cursor=WzFlOTksIngiXQ', 'Invalid cursor: use the nextCursor of an earlier answer'],
    ['cursor=', 'Invalid cursor: use the nextCursor of an earlier answer'],
    ['timeZone=Mars/Base', 'Invalid timeZone: Mars/Base. Use an IANA name, such as Europe/Berlin'],
    ['startDate=2026-03-02&endDate=2026-03-01', 'startDate must lie before endDate'],
  ])('%s', async (query, error) => {
    expect(await get(query)).toMatchObject({ status: 400, error });
  });
});
