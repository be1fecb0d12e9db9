/** Any number opened: bucket, calls, contributions, events; made by the projector's own fold of planted events. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Db } from 'mongodb';
import type { StoredEvent } from '../../ingest/contract.ts';
import { callOf } from '../../projector/call.ts';
import type { StoredCall } from '../../projector/documents.ts';
import { foldPart, type Part } from '../../projector/parts.ts';
import { plant, positionOf } from './planted-events.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let db: Db;

const START = new Date('2026-03-10T10:05:00Z');
type Groups = NonNullable<StoredEvent['facts']>['groups'];

/** Plants events of one part, folds them and commits the call they make. */
async function told(sequence: number, partId: string, events: [string, Groups][]): Promise<void> {
  let part: Part | undefined;
  for (const [index, [name, groups]] of events.entries()) {
    const at = new Date(START.getTime() + 60_000 * (index + 1));
    const facts = { witness: 'report', groups } as const;
    part = foldPart(part, await plant(db, name, { partId, eventAt: at, receivedAt: at, facts }));
  }
  if (part === undefined) throw new Error('no events');
  await commit(db, sequence, { calls: [callOf([part])] });
  await db.collection<StoredCall>('calls').updateOne({ _id: partId }, { $set: { parts: [part] } });
}

beforeAll(async () => {
  database = await openDatabase();
  db = database.db;
  const stated = <T>(value: T) => ({ rank: 1, value });
  await told(1, 'standard:one', [
    [
      'started',
      { startedAt: stated(START), status: stated('ringing'), route: stated({ fromNumber: '+493012345678' }) },
    ],
    [
      'ended',
      {
        status: { rank: 3, value: 'ended' },
        connection: stated('answered_human'),
        durationMs: stated(90_000),
      },
    ],
    ['corrected', { durationMs: stated(95_000), goal: stated({ goal: 'failure' as const }) }],
  ]);
  await commit(db, 2, {
    calls: [
      ...Array.from({ length: 7 }, (_, index) =>
        call(`more:${index}`, {
          startedAt: new Date(START.getTime() + index * 1_000),
          agentId: 'x',
          factsVersion: 2,
        }),
      ),
      call('later', { startedAt: new Date('2026-03-10T11:00:00Z'), agentId: 'x' }),
    ],
  });
  api = await openApi(db, { nowMs: Date.parse('2026-03-10T12:00:00Z') });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type Shown = { id: string; states: string[]; decided: Record<string, unknown> };
type Call = { callId: string; adds: Record<string, number>; events: Shown[] };
type Data = Record<string, unknown> & {
  calls: Call[];
  cells: Record<string, number>;
  events: Shown[];
  nextCursor: string | null;
};

async function get(path: string): Promise<{ status: number; error?: string; data: Data; text: string }> {
  const response = await fetch(`${api.url}/api/db/${path}`);
  const text = await response.text();
  return { status: response.status, text, ...(JSON.parse(text) as { error?: string; data: Data }) };
}

const VIEWS = ['duration', 'outcome', 'sentiment'].flatMap((view) =>
  ['hourly', 'daily'].flatMap((window) =>
    ['all', 'agent:x', 'agent:', 'provider:standard'].map((slice) => [view, window, slice]),
  ),
);

test.each(VIEWS)('%s %s %s: what the calls add is the bucket, page by page', async (view, window, slice) => {
  const path = `analytics/explain?view=${view}&window=${window}&slice=${slice}&at=2026-03-10T10:30:00Z&limit=3`;
  const first = await get(path);
  expect(first).toMatchObject({
    status: 200,
    data: { view, window, slice, sumEqualsBucket: true, eventsComplete: true },
  });
  const sum: Record<string, number> = {};
  const seen: string[] = [];
  for (let page = first; ; page = await get(`${path}&cursor=${page.data.nextCursor}`)) {
    for (const { callId, adds } of page.data.calls) {
      seen.push(callId);
      for (const [cell, n] of Object.entries(adds)) sum[cell] = (sum[cell] ?? 0) + n;
    }
    if (page.data.nextCursor === null) break;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(sum).toEqual(first.data.cells);
  expect(first.data.sum).toEqual(first.data.cells);
});

test('the bucket is the row of GET, with the versions of the rules behind it', async () => {
  const { data } = await get('analytics/explain?view=outcome&window=hourly&at=2026-03-10T10:00:00Z');
  const row = await get(
    'analytics/outcomes?period=hour&startDate=2026-03-10T10:00:00Z&endDate=2026-03-10T11:00:00Z',
  );
  expect([data.bucket]).toEqual(row.data.outcomes);
  expect(data).toMatchObject({ at: '2026-03-10T10:00:00.000Z', revision: 2, factsVersions: { 1: 1, 2: 7 } });
});

describe('the events behind a call', () => {
  const EVENTS = [
    {
      id: positionOf('started'),
      states: ['route', 'startedAt', 'status'],
      decided: { route: { fromNumber: '…5678' } },
    },
    {
      id: positionOf('ended'),
      states: ['connection', 'durationMs', 'status'],
      decided: { status: 'ended', connection: 'answered_human' },
    },
    {
      id: positionOf('corrected'),
      states: ['durationMs', 'goal'],
      decided: { durationMs: 95_000, goal: { goal: 'failure' } },
    },
  ];

  test('are listed in their order with what each stated and what each decided, without bodies and whole numbers', async () => {
    const { data, text } = await get('calls/standard%3Aone/events');
    expect(data).toMatchObject({ events: EVENTS, eventsComplete: true });
    expect(data.events.map((one) => Object.keys(one.decided).sort())).toEqual([
      ['route', 'startedAt'],
      ['connection', 'status'],
      ['durationMs', 'goal'],
    ]);
    expect(data.events[0]).toMatchObject({
      type: 'call.completed',
      provider: 'standard',
      receivedAt: '2026-03-10T10:06:00.000Z',
    });
    expect(text).not.toMatch(/secret body|12345678|headers|verified/);
  });

  test('stand in the explanation of a number too', async () => {
    const { data, text } = await get(
      'analytics/explain?view=duration&window=hourly&slice=agent:&at=2026-03-10T10:00:00Z',
    );
    expect(data.calls).toMatchObject([
      { callId: 'standard:one', adds: { calls: 1, durationMs: 95_000 }, events: EVENTS },
    ]);
    expect(text).not.toMatch(/secret body|12345678/);
  });

  test('of an unknown call are 404', async () => {
    expect(await get('calls/none/events')).toMatchObject({
      status: 404,
      error: 'No call is known by this id',
    });
  });
});

test.each([
  ['no_calls', 'slice=all&at=2026-03-01T10:00:00Z'],
  ['filtered_out', 'slice=agent:nobody&at=2026-03-10T10:00:00Z'],
])('an empty bucket says %s', async (why, query) => {
  const { data } = await get(`analytics/explain?view=outcome&window=hourly&${query}`);
  expect(data).toMatchObject({
    emptyBecause: why,
    calls: [],
    cells: {},
    sum: {},
    sumEqualsBucket: true,
    revision: null,
  });
});

test.each([
  ['', 'view must be one of: duration, outcome, sentiment'],
  ['view=outcome', 'window must be one of: hourly, daily'],
  ['view=outcome&window=hourly', 'at must be an ISO instant, such as 2026-11-23T10:00:00Z'],
  ['view=outcome&window=hourly&at=now', 'at must be an ISO instant, such as 2026-11-23T10:00:00Z'],
  [
    'view=outcome&window=hourly&at=2026-02-30T10:00:00Z',
    'at must be an ISO instant, such as 2026-11-23T10:00:00Z',
  ],
  [
    'view=outcome&window=hourly&at=2026-03-10T10:00:00Z&limit=101',
    'Invalid limit: must be a whole number, 1 to 100',
  ],
  [
    'view=outcome&window=hourly&at=2026-03-10T10:00:00Z&slice=planet:x',
    expect.stringContaining('Invalid slice: planet:x. Use all, agent:…'),
  ],
])('%s is refused with a sentence', async (query, error) => {
  expect(await get(`analytics/explain?${query}`)).toMatchObject({ status: 400, error });
});
