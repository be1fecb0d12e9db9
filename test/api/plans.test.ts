/** What the routes ask of the server: by index, about as many documents looked at as returned; and what bounds hold them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Db, Document } from 'mongodb';
import { plant } from './planted-events.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let db: Db;

const AGENTS = 12;
const DAYS = 20;

beforeAll(async () => {
  database = await openDatabase();
  db = database.db;
  // One call an agent, a day, at two hours: 480 calls of 12 agents over 20 days, half of them of one campaign.
  const starts = Array.from({ length: DAYS * 2 }, (_, index) =>
    Date.UTC(2026, 1, 1 + (index >> 1), 9 + (index % 2) * 5, 20),
  );
  const calls = starts.flatMap((at, round) =>
    Array.from({ length: AGENTS }, (_, agent) =>
      call(`standard:${round}-${agent}`, {
        startedAt: new Date(at),
        agentId: `agent-${agent}`,
        campaignId: agent % 2 === 0 ? 'spring' : null,
        goal: agent === 3 ? 'failure' : 'success',
      }),
    ),
  );
  await commit(db, 1, { calls });
  for (let agent = 0; agent < AGENTS; agent += 1)
    await plant(db, `e${agent}`, { partId: `standard:0-${agent}` });
  api = await openApi(db, { nowMs: Date.parse('2026-02-21T00:00:00Z') });
}, 60_000);
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** What the server did for one request: each read of calls, views and events. */
async function profiled(path: string): Promise<Document[]> {
  await db.command({ profile: 0 });
  await db
    .collection('system.profile')
    .drop()
    .catch(() => undefined);
  await db.command({ profile: 2 });
  const response = await fetch(`${api.url}/api/db/${path}`);
  const body = await response.text();
  await db.command({ profile: 0 });
  expect([response.status, response.status === 200 ? '' : body]).toEqual([200, '']);
  const done = await db
    .collection('system.profile')
    .find({ op: { $in: ['query', 'command'] }, ns: /\.(calls|events|updates|.*_(hourly|daily))$/ })
    .toArray();
  return done.filter((one) => one.planSummary !== undefined);
}

const FEBRUARY = 'startDate=2026-02-01&endDate=2026-02-20';
const EDGES = 'startDate=2026-02-01T09:15:00Z&endDate=2026-02-20T14:30:00Z';

test.each([
  [`analytics/outcomes?${FEBRUARY}`],
  [`analytics/outcomes?${FEBRUARY}&timeZone=Asia/Kolkata&agentId=agent-1`],
  [`analytics/duration/hour?${EDGES}&agentId=agent-2&campaignId=spring`],
  [`analytics/sentiment?${FEBRUARY}&agentId=agent-2&direction=inbound`],
  [`analytics/summary?${FEBRUARY}&campaignId=spring`],
  [`analytics/breakdown/agent?${FEBRUARY}`],
  [`analytics/breakdown/agent?${EDGES}&metric=duration`],
  [`analytics/breakdown/agent?${FEBRUARY}&campaignId=spring`],
  ['analytics/explain?view=outcome&window=hourly&slice=agent:agent-1&at=2026-02-01T09:00:00Z'],
  ['analytics/explain?view=outcome&window=daily&at=2026-02-01T00:00:00Z'],
  ['calls?limit=10'],
  ['calls?limit=10&agentId=agent-1&sort=startedAt'],
  [`calls?limit=10&campaignId=spring&${EDGES}`],
  ['calls/standard%3A0-1/events'],
])(
  '%s looks at about what it returns, by index',
  async (path) => {
    const reads = await profiled(path);
    expect(reads.length).toBeGreaterThan(0);
    for (const read of reads) {
      const { docsExamined, keysExamined, nreturned } = read as Record<string, number>;
      // What is added up on the server is looked at and not returned: one bucket an agent and a day, or the hours at the ends.
      const most = JSON.stringify(read.command).includes('$group') ? AGENTS * DAYS : Number(nreturned) + 1;
      const facts = {
        ns: String(read.ns),
        plan: String(read.planSummary),
        docsExamined,
        keysExamined,
        nreturned,
      };
      const faults = {
        isScan: facts.plan.includes('COLLSCAN'),
        isSorted: read.hasSortStage === true,
        looksAtMore: Number(docsExamined) > most,
        // Keys that skip from one hour or day to the next.
        skipsMore: Number(keysExamined) > most + 3 * DAYS,
      };
      const none = { isScan: false, isSorted: false, looksAtMore: false, skipsMore: false };
      expect({ ...facts, ...faults }).toEqual({ ...facts, ...none });
    }
  },
  30_000,
);

test('a page after a cursor looks at its own calls only, however far it is down the list', async () => {
  let cursor = '';
  for (let page = 0; page < 4; page += 1) {
    const response = await fetch(`${api.url}/api/db/calls?limit=100${cursor}`);
    cursor = `&cursor=${((await response.json()) as { data: { nextCursor: string } }).data.nextCursor}`;
  }
  const [read] = await profiled(`calls?limit=10${cursor}`);
  // Calls that start in the same ms are looked at again: here 12.
  expect(read?.docsExamined).toBeLessThanOrEqual(11 + AGENTS);
});

describe('bounds', () => {
  test('two filters with more than 100,000 calls are refused by the views, before a call is read', async () => {
    const _id = { d: 'agent', k: 'busy', at: new Date('2026-02-03T00:00:00Z') };
    await db.collection('sentiment_daily').insertOne({ _id: _id as never, revision: 1, calls: 100_001 });
    const dates = 'startDate=2026-02-03&endDate=2026-02-03';
    const response = await fetch(
      `${api.url}/api/db/analytics/outcomes?${dates}&agentId=busy&direction=inbound`,
    );
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toBe(
      'Filters together are answered call by call, 100000 at most: The agent has 100001 calls here. Ask for a shorter range',
    );
    // The narrower of two indexed filters leads.
    const led = await fetch(`${api.url}/api/db/analytics/outcomes?${dates}&agentId=busy&campaignId=spring`);
    expect(led.status).toBe(200);
  });

  test('a page that finds little ends short after 20,000 calls, and the next goes on there', async () => {
    await using other = await openDatabase();
    const many = Array.from({ length: 20_500 }, (_, index) => {
      const one = call(`m${String(index).padStart(5, '0')}`, {
        startedAt: new Date(Date.UTC(2026, 1, 1) + index * 1_000),
        goal: index % 10_000 === 0 ? 'failure' : 'success',
      });
      return { _id: one.callId as never, revision: 1, parts: [{ id: one.callId, groups: {} }], ...one };
    });
    await other.db.collection('calls').insertMany(many, { ordered: false });
    await using big = await openApi(other.db);
    const pages: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = `goal=failure&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const response = await fetch(`${big.url}/api/db/calls?${query}`);
      const { data } = (await response.json()) as {
        data: { calls: { callId: string }[]; nextCursor: string | null };
      };
      pages.push(data.calls.map((one) => one.callId));
      cursor = data.nextCursor;
    }
    expect(pages.flat()).toEqual(['m20000', 'm10000', 'm00000']);
    expect(pages.length).toBeGreaterThan(1);
    const rare = await fetch(`${big.url}/api/db/calls?number=9999&limit=5`);
    const { data } = (await rare.json()) as { data: { calls: object[]; nextCursor: string | null } };
    expect([data.calls, typeof data.nextCursor]).toEqual([[], 'string']);
  }, 60_000);
});
