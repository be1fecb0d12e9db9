/** The examples of the document, one a route: each is sent as it stands there, and answered with rows as the document says. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { createApiKey, hashOf } from '../../api/keys.ts';
import { AUDIO_ROUTE } from '../../api/routes/audio.ts';
import type { StoredApiKey, StoredCampaign } from '../../api/schema.ts';
import { SCOPES } from '../../api/scopes.ts';
import { DOCUMENT, type Operation } from './document.ts';
import { plant } from './planted-events.ts';
import { plantRecording, plantTranscript } from './planted-speech.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let key: string;

beforeAll(async () => {
  database = await openDatabase();
  const { db } = database;
  await plant(db, 'e1');
  await commit(db, 1, {
    calls: [
      call('standard:a', { agentId: 'agent_1', campaignId: 'spring' }),
      call('standard:b', { campaignId: 'autumn' }),
    ],
  });
  await plantTranscript(db, 'standard:a');
  await plantRecording(db, 'standard:a', AUDIO_ROUTE.example.sha256 ?? '');
  key = (await createApiKey(db, { name: 'all', scopes: SCOPES })).key;
  const { insertedId } = await db.collection<StoredApiKey>('api_keys').insertOne({
    ...{ sha256: hashOf(exampleKey()), name: 'example', scopes: ['read'], createdAt: new Date() },
    ...{ expiresAt: null, revokedAt: null, lastUsedAt: null },
  } as unknown as StoredApiKey);
  expect(insertedId).toBeDefined();
  api = await openApi(db, { nowMs: Date.parse('2026-03-16T12:00:00Z') });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function exampleKey(): string {
  const content = DOCUMENT.paths['/api/session']?.post?.requestBody?.content['application/json'];
  return (content?.example as { key: string }).key;
}

/** The state that a campaign must be in before an act on it. */
const BEFORE: Record<string, StoredCampaign['status']> = {
  pause: 'running',
  resume: 'paused',
  complete: 'running',
};
async function plantCampaign(status: StoredCampaign['status']): Promise<void> {
  const campaigns = database.db.collection<StoredCampaign>('campaigns');
  await campaigns.deleteMany({});
  const at = new Date('2026-03-01T00:00:00Z');
  await campaigns.insertOne({
    ...{ _id: 'campaign_1', key: 'spring_1', name: 'Spring', status, revision: 1, agentId: null },
    ...{ provider: null, scheduledAt: null, goals: [], targets: 0, targetSet: null },
    ...{ createdAt: at, updatedAt: at, startedAt: null, endedAt: null },
  });
}

/** The request that stands in the document: every parameter with an example, and the example of the body. */
function requestOf(path: string, operation: Operation): { url: string; init: RequestInit } {
  const query = new URLSearchParams();
  const headers: Record<string, string> = { authorization: `Bearer ${key}` };
  let filled = path;
  for (const { name, in: where, example } of operation.parameters) {
    if (example === undefined) continue;
    if (where === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(example));
    else if (where === 'query') query.set(name, example);
    else headers[name] = example;
  }
  const [kind, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (kind !== undefined) headers['content-type'] = kind;
  const { example } = content ?? {};
  const body = example === undefined ? null : typeof example === 'string' ? example : JSON.stringify(example);
  return { url: `${filled}${query.size === 0 ? '' : `?${query.toString()}`}`, init: { headers, body } };
}

const ALL = Object.entries(DOCUMENT.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(
    ([method, one]) => [`${method.toUpperCase()} ${path}`, path, method, one] as const,
  ),
);

describe.each(ALL)('%s', (_, path, method, operation) => {
  test('its example is answered as the document says, and not with nothing', async () => {
    await plantCampaign(BEFORE[path.split('/').at(-1) ?? ''] ?? 'draft');
    const { url, init } = requestOf(path, operation);
    expect(url).not.toContain('{');
    const response = await fetch(api.url + url, { ...init, method: method.toUpperCase() });
    const text = await response.text();
    const [status] = Object.keys(operation.responses).filter((one) => one.startsWith('2'));
    expect([response.status, response.ok ? '' : text]).toEqual([Number(status), '']);
    const { data } = (
      response.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : { data: {} }
    ) as { data: { emptyBecause?: string } };
    expect(data.emptyBecause).toBeUndefined();
  });
});

test('the document is as OpenAPI 3.1 wants it', async () => {
  const problems = await lintFromString({
    source: JSON.stringify(DOCUMENT),
    config: await createConfig({ extends: ['recommended'] }),
  });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
    [],
  );
});
