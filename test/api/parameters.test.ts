/** Each parameter of each route: two requests that differ in it alone are answered differently, so that to ignore it is seen. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApiKey } from '../../api/keys.ts';
import type { StoredCampaign } from '../../api/schema.ts';
import { SCOPES } from '../../api/scopes.ts';
import { FIRST_REVISION, SEEN, NEXT, PARAMETERS, SOON, type Case } from './parameter-cases.ts';
import { eventId, plant, positionOf } from './planted-events.ts';
import { plantRecording, plantTranscript } from './planted-speech.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let sequence = 1;
const keys: string[] = [];

beforeAll(async () => {
  database = await openDatabase();
  const { db } = database;
  const late = new Date('2026-03-11T23:30:00Z');
  const other = { agentId: 'agent_2', campaignId: 'autumn', direction: 'outbound', language: 'de' } as const;
  await commit(db, sequence, {
    at: new Date('2026-03-13T12:00:00Z'),
    events: [eventId('e1')],
    calls: [
      call('standard:a', { agentId: 'agent_1', campaignId: 'spring', language: 'en' }),
      call('standard:b', {
        ...{ ...other, startedAt: late, providers: ['twilio'], goal: 'failure', sentiment: 'negative' },
        ...{ connection: 'busy', durationMs: 300_000, fromNumber: '+4930111111', toNumber: '+4930221111' },
      }),
      call('standard:c', { ...other, startedAt: new Date('2026-03-11T12:00:00Z'), campaignId: 'spring' }),
      call('standard:d', { ...other, startedAt: new Date('2026-02-01T12:00:00Z') }),
    ],
  });
  await plant(db, 'e1', { partId: 'standard:a' });
  await plantTranscript(db, 'standard:a');
  await plantTranscript(db, 'standard:b', {
    eventAt: late,
    turns: [{ speaker: 'agent', text: 'A refund, or a return?', atSeconds: 1 }],
  });
  await plantRecording(db, 'standard:a', 'a'.repeat(64));
  // Ten keys, each with an allowance of its own: hundreds of requests are sent here.
  for (let n = 0; n < 10; n += 1) keys.push((await createApiKey(db, { name: `k${n}`, scopes: SCOPES })).key);
  api = await openApi(db, { nowMs: Date.parse('2026-03-13T12:00:00Z') });
}, 30_000);
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function plantCampaigns(path: string): Promise<void> {
  const targets = database.db.collection('campaign_targets');
  await targets.deleteMany({});
  const target = { campaignId: 'campaign_1', set: 's1' };
  await targets.insertMany(['+4930111111', '+4930222222'].map((number) => ({ ...target, number })));
  const campaigns = database.db.collection<StoredCampaign>('campaigns');
  await campaigns.deleteMany({});
  const status =
    { pause: 'running', resume: 'paused', complete: 'running' }[path.split('/').at(-1) ?? ''] ?? 'draft';
  const at = new Date('2026-03-01T00:00:00Z');
  for (const name of ['campaign_1', 'campaign_2'])
    await campaigns.insertOne({
      ...{
        _id: name,
        key: name,
        name,
        status: status as StoredCampaign['status'],
        revision: 1,
        agentId: null,
      },
      ...{ provider: null, scheduledAt: null, goals: [], targets: 0, targetSet: 's1' },
      ...{ createdAt: at, updatedAt: at, startedAt: null, endedAt: null },
    });
}

const BODIES: Record<string, { type: string; body: string }> = {
  PATCH: { type: 'application/json', body: '{"name":"y"}' },
  PUT: { type: 'text/csv', body: '+4930111111' },
};

type Asked = { method: string; path: string; given: Readonly<Record<string, string>> };
let asked = 0;

/** What is answered, without what names the request or the moment. */
async function answered({ method, path, given }: Asked): Promise<{ shown: string; next: string | null }> {
  const query = new URLSearchParams();
  const { type, body } = BODIES[method] ?? {};
  const headers: Record<string, string> = {
    authorization: `Bearer ${keys[(asked += 1) % keys.length] ?? ''}`,
    ...(type !== undefined && { 'content-type': type }),
  };
  let url = path;
  for (const [name, value] of Object.entries(given))
    if (url.split('/').includes(`:${name}`)) url = url.replace(`:${name}`, encodeURIComponent(value));
    else if (name === 'If-Match') headers[name] = value;
    else query.set(name, value);
  const response = await fetch(`${api.url}${url}?${query.toString()}`.replace(/\?$/, ''), {
    ...{ method, headers, body: body ?? null },
  });
  const text = await response.text();
  if (response.headers.get('content-type')?.includes('json') !== true)
    return { shown: `${response.status} ${text}`, next: null };
  const { data = {}, error } = JSON.parse(text) as { data?: Record<string, unknown>; error?: string };
  const { timeframe: _t, previousTimeframe: _p, freshness, period: _period, ...rows } = data;
  const { reached } = (freshness ?? {}) as { reached?: boolean };
  const shown = JSON.stringify({ status: response.status, rows, reached, error });
  return { shown, next: typeof rows.nextCursor === 'string' ? rows.nextCursor : null };
}

/** Both requests of a case, their answers side by side. */
async function both(
  { method, path, name }: { method: string; path: string; name: string },
  { among, values: [first, second] }: Case,
): Promise<[string, string]> {
  const event = `${path} ${name}`;
  const filled = Object.fromEntries(
    Object.entries(among).map(([other, value]) => [other, value === SOON ? positionOf(event) : value]),
  );
  // A route that has parameters in its path needs them in any case.
  const needed = { period: 'day', dimension: 'agent', id: 'standard:a', ids: 'spring,autumn' };
  const path_ = Object.fromEntries(
    Object.entries(needed).filter(([one]) => path.split('/').includes(`:${one}`)),
  );
  const one = (value: string | null): Asked => ({
    ...{ method, path },
    given: {
      ...path_,
      ...(path.includes('campaigns/:id') && { id: 'campaign_1' }),
      ...filled,
      ...(value !== null && { [name]: value }),
    },
  });
  if (among.after === SOON) {
    const waiting = answered(one(second));
    const atOnce = await answered(one(first));
    sequence += 1;
    await commit(database.db, sequence, { at: new Date('2026-03-13T12:00:01Z'), events: [eventId(event)] });
    return [atOnce.shown, (await waiting).shown];
  }
  const begin = await answered(one(first));
  if (method !== 'GET') await plantCampaigns(path);
  const value = second === NEXT ? begin.next : second === SEEN ? positionOf('e1') : second;
  if (value === null) throw new Error('there is no next page');
  return [begin.shown, (await answered(one(value))).shown];
}

test.each(PARAMETERS.map((one) => [`${one.method} ${one.path}`, one.name, one] as const))(
  '%s heeds %s',
  async (_, __, one) => {
    if (one.found === undefined) throw new Error('no case shows that it is heeded');
    await plantCampaigns(one.path);
    const [first, second] = await both(one, one.found);
    expect(JSON.parse(first.startsWith('{') ? first : '{"status":200}')).toMatchObject({ status: 200 });
    if (one.found.alike !== undefined) expect(second).toBe(first);
    else expect(second).not.toBe(first);
    // A parameter that were refused would differ too.
    if (one.method === 'GET' && !one.path.includes('sha256')) expect(second).not.toContain('"status":4');
    if (one.name === 'If-Match')
      expect([FIRST_REVISION, second]).toEqual(['"1"', expect.stringContaining('412')]);
  },
);
