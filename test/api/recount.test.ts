/** Random calls, ranges, zones, periods and filters: every answer equals a plain recount of the calls. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Call } from '../../projector/call.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';
import { labelOf, plainLabel, recounted, recountedInSum, seeded } from './recount.ts';

const SEED = Number(process.env.CALLVIEWS_TEST_SEED ?? 20_260_329);
const ZONES = [
  'UTC',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/New_York',
  'Europe/Berlin',
];
/** Stretches in which each of these zones that changes its clocks does so, to summer and to winter. */
const STRETCHES = ['2025-10-03', '2025-10-24', '2025-10-31', '2026-03-07', '2026-03-27', '2026-04-03'];
const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
const FIELDS = {
  agentId: 'agentId',
  campaignId: 'campaignId',
  provider: 'providers',
  direction: 'direction',
  language: 'language',
} as const;
type Parameter = keyof typeof FIELDS;
const PARAMETERS = Object.keys(FIELDS) as Parameter[];

const random = seeded(SEED);
function pick<T>(list: readonly T[]): T {
  const one = list[Math.floor(random() * list.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

function randomCall(index: number): Call {
  const startMs = Date.parse(`${pick(STRETCHES)}T00:00:00Z`) + Math.floor(random() * 4 * DAY_MS);
  // Some start just at a quarter, where one ms decides.
  const startedAt = new Date(random() < 0.2 ? Math.floor(startMs / QUARTER_MS) * QUARTER_MS : startMs);
  const status = pick(['ended', 'ended', 'ended', 'in_progress'] as const);
  const sentiment = pick(['positive', 'neutral', 'negative', 'mixed', null] as const);
  return call(`c${index}`, {
    startedAt,
    status,
    connection: pick(['answered_human', 'answered_machine', 'busy', 'no_answer', 'unknown']),
    durationMs: random() < 0.8 ? Math.floor(random() * 600_000) : null,
    goal: pick(['success', 'failure', 'unknown']),
    sentiment,
    sentimentScore: sentiment === null || random() < 0.3 ? null : Math.round(random() * 2e4 - 1e4) / 1e4,
    sentimentSource: sentiment === null ? null : 'provider',
    costCredits: random() < 0.5 ? Math.floor(random() * 100) : null,
    costMicroUsd: random() < 0.5 ? Math.floor(random() * 1e6) : null,
    agentId: pick(['agent one', 'ä&b=c', '=x', null]),
    campaignId: pick(['spring', 'autumn', null]),
    providers: pick([['twilio'], ['elevenlabs'], ['elevenlabs', 'twilio']]),
    direction: pick(['inbound', 'outbound', null]),
    language: pick(['de', 'en', null]),
  });
}

const calls = Array.from({ length: 600 }, (_, index) => randomCall(index));
let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  database = await openDatabase();
  for (let from = 0; from < calls.length; from += 100)
    await commit(database.db, from / 100 + 1, {
      calls: calls.slice(from, from + 100),
      at: new Date('2026-05-01T00:00:00Z'),
    });
  api = await openApi(database.db, { nowMs: Date.parse('2026-05-01T00:00:00Z') });
}, 60_000);
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type Row = Record<string, unknown> & {
  period: string;
  start: string;
  end: string;
  kind: string;
  key: string | null;
};
type Data = Record<string, Row[]> & {
  distribution: object;
  freshness: { source: string };
  timeframe: { from: string; to: string };
} & Record<'current' | 'previous' | 'totals' | 'other' | 'withoutKey', Row>;

async function get(path: string, query: URLSearchParams): Promise<Data> {
  const response = await fetch(`${api.url}/api/db/analytics/${path}?${query.toString()}`);
  const body = (await response.json()) as { error?: string; data: Data };
  if (!response.ok) throw new Error(`${path}?${query.toString()}: ${body.error ?? ''}`);
  return body.data;
}

type Question = { zone: string; fromMs: number; toMs: number; filters: [Parameter, string][] };

function randomQuestion(mostFilters: number): Question {
  const fromMs =
    Date.parse(`${pick(STRETCHES)}T00:00:00Z`) + Math.floor((random() * 3 - 0.5) * 96) * QUARTER_MS;
  const toMs = fromMs + (1 + Math.floor(random() * 400)) * QUARTER_MS;
  const parameters = [...PARAMETERS]
    .sort(() => random() - 0.5)
    .slice(0, Math.floor(random() * (mostFilters + 1)));
  const filters = parameters.map((parameter): [Parameter, string] => {
    const value = pick(calls)[FIELDS[parameter]];
    return [parameter, Array.isArray(value) ? pick(value) : (value ?? '')];
  });
  return { zone: pick(ZONES), fromMs, toMs, filters };
}

function queryOf(
  { zone, fromMs, toMs, filters }: Question,
  more: Record<string, string> = {},
): URLSearchParams {
  return new URLSearchParams([
    ['timeZone', zone],
    ['startDate', new Date(fromMs).toISOString()],
    ['endDate', new Date(toMs).toISOString()],
    ...filters,
    ...Object.entries(more),
  ]);
}

function within({ fromMs, toMs, filters }: Omit<Question, 'zone'>): Call[] {
  return calls.filter(
    (one) =>
      one.startedAt !== null &&
      one.startedAt.getTime() >= fromMs &&
      one.startedAt.getTime() < toMs &&
      filters.every(([parameter, text]) => {
        const value = one[FIELDS[parameter]];
        return Array.isArray(value) ? value.includes(text) : value === (text === '' ? null : text);
      }),
  );
}

const VIEWS = [
  ['duration', 'stats', (period: string) => `duration/${period}`, {}],
  ['outcome', 'outcomes', () => 'outcomes', null],
  ['sentiment', 'series', () => 'sentiment', null],
] as const;

describe(`seed ${SEED}`, () => {
  test('rows of the three views, in any zone and period, with up to three filters', async () => {
    for (let round = 0; round < 90; round += 1) {
      const question = randomQuestion(3);
      const period = pick(['hour', 'day', 'week', 'month']);
      const [view, field, path, more] = pick(VIEWS);
      const data = await get(path(period), queryOf(question, more ?? { period }));
      const rows = data[field] ?? [];
      const byLabel = new Map<string, Call[]>();
      for (const one of within(question)) {
        const label = labelOf(period, one.startedAt ?? new Date(0), question.zone);
        byLabel.set(label, [...(byLabel.get(label) ?? []), one]);
      }
      const shown = rows.map((row) => [plainLabel(row.period), row]);
      const expected = rows.map((row) => {
        const label = plainLabel(row.period);
        return [label, expect.objectContaining(recounted(byLabel.get(label) ?? [])[view])];
      });
      expect({ round, question, shown }).toEqual({ round, question, shown: expected });
      // No call is outside all rows, and the rows follow each other from end to end.
      expect([...byLabel.keys()].filter((label) => !shown.some(([held]) => held === label))).toEqual([]);
      expect(rows.map((row) => row.start)).toEqual(
        [data.timeframe.from, ...rows.map((row) => row.end)].slice(0, -1),
      );
      expect(rows.at(-1)?.end).toBe(data.timeframe.to);
      expect(data.freshness.source).toBe(question.filters.length > 1 ? 'calls' : 'views');
    }
  }, 120_000);

  test('the summary of a range, and of the one before it', async () => {
    for (let round = 0; round < 30; round += 1) {
      const question = randomQuestion(2);
      const { current, previous } = await get('summary', queryOf(question));
      const lengthMs = question.toMs - question.fromMs;
      const isDays = [question.fromMs, question.toMs].every((ms) =>
        /T00:00/.test(new Date(ms).toLocaleString('sv-SE', { timeZone: question.zone }).replace(' ', 'T')),
      );
      if (isDays) continue;
      const before = { ...question, fromMs: question.fromMs - lengthMs, toMs: question.fromMs };
      for (const [row, held] of [
        [current, within(question)],
        [previous, within(before)],
      ] as const) {
        const { duration, outcome, sentiment } = recountedInSum(held);
        const { positive, neutral, negative, mixed, unknown, averageScore } = sentiment;
        const { success, failure, successRate, answerRate } = outcome;
        expect({ round, question, row }).toMatchObject({
          ...{ round, question },
          row: {
            ...{ ...duration, success, failure, successRate, answerRate },
            sentiment: { positive, neutral, negative, mixed, unknown, averageScore },
          },
        });
      }
    }
  }, 60_000);

  test('breakdowns: each key, and top, others and calls without a key add up to all', async () => {
    const views = {
      calls: 'outcome',
      duration: 'duration',
      successRate: 'outcome',
      answerRate: 'outcome',
      sentiment: 'sentiment',
      cost: 'duration',
    } as const;
    const dimensions = {
      agent: 'agentId',
      campaign: 'campaignId',
      provider: 'provider',
      direction: 'direction',
      language: 'language',
    } as const;
    for (let round = 0; round < 60; round += 1) {
      const question = randomQuestion(1);
      const dimension = pick(Object.keys(dimensions) as (keyof typeof dimensions)[]);
      const metric = pick(Object.keys(views) as (keyof typeof views)[]);
      const top = pick([1, 2, 10]);
      const data = await get(`breakdown/${dimension}`, queryOf(question, { metric, top: String(top) }));
      const held = within(question);
      const of = (text: string) =>
        within({ ...question, filters: [...question.filters, [dimensions[dimension], text]] });
      const view = views[metric];
      const rows = data.top ?? [];
      expect({ round, question, rows }).toEqual({
        ...{ round, question },
        rows: rows.map((row) => expect.objectContaining(recountedInSum(of(row.key ?? ''))[view])),
      });
      expect(data.totals).toMatchObject(recountedInSum(held)[view]);
      expect(data.withoutKey).toMatchObject(recountedInSum(dimension === 'provider' ? [] : of(''))[view]);
      const named = new Set(rows.map((row) => row.key));
      const field = FIELDS[dimensions[dimension]];
      const others = held.filter((one) => {
        const value = one[field];
        return value !== null && !Array.isArray(value) && !named.has(value);
      });
      expect(data.other).toEqual(
        dimension === 'provider' ? null : expect.objectContaining(recountedInSum(others)[view]),
      );
      const values = rows.map((row) => (row.value as number | null) ?? -Infinity);
      expect(values).toEqual([...values].sort((a, b) => b - a));
      expect(data.freshness.source).toBe(question.filters.length > 0 ? 'calls' : 'views');
    }
  }, 120_000);
});
