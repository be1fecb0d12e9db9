/** What is behind a number where its tellers disagree: every label that was said, bodies that came under one id, and who may see them. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Binary, Timestamp } from 'mongodb';
import { createApiKey } from '../../api/keys.ts';
import { createAppend } from '../../ingest/append.ts';
import { bodyHash, eventId, type EventKey } from '../../ingest/keys.ts';
import type { FreshEvent, StoredEvent } from '../../ingest/event.ts';
import { callOf } from '../../projector/call.ts';
import type { StoredCall } from '../../projector/documents.ts';
import { foldPart, type Part } from '../../projector/parts.ts';
import { plant } from './planted-events.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
const keys: Record<string, string> = {};
const AT = new Date('2026-03-10T10:06:00Z');
const stated = <T>(value: T, rank = 1) => ({ rank, value });
const PART = 'standard:one';
type Groups = NonNullable<StoredEvent['facts']>['groups'];

/** An event as ingest makes it, under a key that the sender's fields give. */
function fresh(body: string, groups: Groups): { event: FreshEvent; key: EventKey } {
  const key: EventKey = { provider: 'standard', parts: ['message-1'], statedAt: AT };
  const target = '/webhooks/standard';
  const bytes = Buffer.from(body);
  const event: FreshEvent = {
    ...{ _id: new Binary(eventId(key)), provider: 'standard', endpoint: 'standard', type: 'call.completed' },
    ...{ partId: PART, links: [], target, settingsVersion: '0', eventAt: AT, receivedAt: AT },
    ...{
      bodySha256: bodyHash(target, bytes),
      body: new Binary(bytes),
      headers: {},
      factsVersion: 1,
      flags: [],
    },
    verified: { scheme: 'standard-webhooks', secretId: 's', skewMs: null },
    logAt: new Timestamp({ t: 0, i: 0 }),
    facts: { witness: 'report', groups },
  } as unknown as FreshEvent;
  return { event, key };
}

beforeAll(async () => {
  database = await openDatabase();
  const { db } = database;
  const append = createAppend(db.collection<StoredEvent>('events'));
  const route = {
    route: stated({ fromNumber: '+493012345678' }),
    startedAt: stated(AT),
    status: stated('ended' as const, 3),
  };
  const first = fresh('{"caller":"+493012345678","goal":"success"}', {
    ...{ ...route, goal: stated({ goal: 'success' as const }) },
    sentiment: stated({ sentiment: 'positive' as const, sentimentSource: 'provider' as const }, 3),
  });
  const again = fresh('{"caller":"+493012345678","goal":"failure"}', {
    goal: stated({ goal: 'failure' as const }),
  });
  expect(await append([first])).toMatchObject([{ fate: 'stored' }]);
  expect(await append([again])).toMatchObject([{ fate: 'variant' }]);
  await plant(db, 'scored', {
    ...{
      partId: PART,
      provider: 'callviews',
      type: 'sentiment.scored',
      eventAt: new Date(AT.getTime() + 1_000),
    },
    facts: {
      witness: 'report',
      groups: {
        sentiment: stated({
          sentiment: 'negative',
          sentimentSource: 'local',
          sentimentVersion: 'vader-sentiment@1.1.3 v1',
        }),
      },
    },
  });
  let part: Part | undefined;
  for (const event of await db
    .collection<StoredEvent>('events')
    .find()
    .sort({ eventAt: 1, flags: 1 })
    .toArray())
    part = foldPart(part, event);
  if (part === undefined) throw new Error('no events');
  await commit(db, 1, {
    calls: [
      callOf([part]),
      call('scored', { startedAt: AT, sentimentSource: 'local', sentimentVersion: 'v7' }),
    ],
  });
  await db.collection<StoredCall>('calls').updateOne({ _id: PART }, { $set: { parts: [part] } });
  keys.pii = (await createApiKey(db, { name: 'pii', scopes: ['read', 'pii'] })).key;
  keys.read = (await createApiKey(db, { name: 'read', scopes: ['read'] })).key;
  api = await openApi(db, { nowMs: Date.parse('2026-03-10T12:00:00Z') });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type Data = {
  events: object[];
  variants: { bodies: object[] }[];
  disagreements: { label: string }[];
  calls: object[];
};
async function get(path: string, key: string) {
  const response = await fetch(`${api.url}/api/db/${path}`, {
    headers: { authorization: `Bearer ${keys[key] ?? ''}` },
  });
  const text = await response.text();
  expect(response.status).toBe(200);
  return { text, data: (JSON.parse(text) as { data: Data }).data };
}
const EVENTS = `calls/${encodeURIComponent(PART)}/events`;
const EXPLAIN = 'analytics/explain?view=sentiment&window=hourly&at=2026-03-10T10:00:00Z';

test('labels of all tellers are kept, and shown beside the believed one where they differ', async () => {
  const { data } = await get(EVENTS, 'read');
  const sentiment = data.disagreements.find(({ label }) => label === 'sentiment');
  expect(sentiment).toMatchObject({
    believed: 'positive',
    stated: [
      { word: 'positive', provider: 'standard' },
      { word: 'negative', provider: 'callviews' },
    ],
  });
  expect(data.disagreements.map(({ label }) => label)).toEqual(['goal', 'sentiment']);
  const { data: explained } = await get(EXPLAIN, 'read');
  expect(explained.calls).toContainEqual(
    expect.objectContaining({ callId: PART, disagreements: data.disagreements }),
  );
});

test('the versions of the rules behind a number are in its explanation, those of today in the status', async () => {
  const { data } = await get(EXPLAIN, 'read');
  expect(data).toMatchObject({
    factsVersions: { 1: 2 },
    sentimentVersions: { v7: 1 },
    sumEqualsBucket: true,
  });
  const { data: status } = await get('status', 'read');
  expect(status).toMatchObject({ rules: { facts: 1, sentiment: { by: expect.any(String), version: 1 } } });
});

test('bodies under one id stand beside each other, the first before the other; their text for pii alone, and written down', async () => {
  const acts = () =>
    database.db.collection('audit_log').countDocuments({ act: 'read_bodies', subject: PART });
  const { data: plain, text } = await get(EVENTS, 'read');
  expect(plain.variants).toMatchObject([
    {
      type: 'call.completed',
      bodies: [
        { isVariant: false, body: null, bytes: 43 },
        { isVariant: true, body: null },
      ],
    },
  ]);
  expect([text.includes('12345678'), await acts()]).toEqual([false, 0]);
  const { data: full } = await get(EVENTS, 'pii');
  expect(full.variants[0]?.bodies).toMatchObject([
    { body: '{"caller":"+493012345678","goal":"success"}' },
    { body: '{"caller":"+493012345678","goal":"failure"}' },
  ]);
  expect(await acts()).toBe(1);
});

test.each([EVENTS, EXPLAIN])('numbers in %s are whole for pii and cut without', async (path) => {
  const decided = ({ data }: Awaited<ReturnType<typeof get>>) => JSON.stringify([data.events, data.calls]);
  expect(decided(await get(path, 'pii'))).toContain('"+493012345678"');
  const cut = decided(await get(path, 'read'));
  expect([cut.includes('…5678'), cut.includes('12345678')]).toEqual([true, false]);
});
