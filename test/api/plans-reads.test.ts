/** Every other read of the api: campaigns, speech, positions, status, keys, acts, and what sockets ask for; by index, and no more than is shown. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Db, Document } from 'mongodb';
import { actsHead, verifyActs } from '../../api/act-chain.ts';
import { createAuditLog } from '../../api/audit-log.ts';
import { createApiKey } from '../../api/keys.ts';
import { createCallRepository, callsNamed } from '../../api/repositories/call.repository.ts';
import { activeCampaignKeys, campaignsNamed } from '../../api/repositories/campaign.repository.ts';
import { atOneMoment, type Snapshot } from '../../api/repositories/snapshot.ts';
import { bucketsNamed, createViewRepository } from '../../api/repositories/view.repository.ts';
import type { StoredCampaign, StoredTarget } from '../../api/schema.ts';
import { openViewer } from '../../api/scopes.ts';
import { plant, positionOf } from './planted-events.ts';
import { plantTranscript } from './planted-speech.ts';
import { call, commit, openApi, openDatabase } from './planted.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
let api: Awaited<ReturnType<typeof openApi>>;
let db: Db;
const CALLS = 300;
const ACTIVE = 10;

beforeAll(async () => {
  database = await openDatabase();
  db = database.db;
  const at = (n: number) => new Date(Date.UTC(2026, 2, 1, 8) + n * 600_000);
  const calls = Array.from({ length: CALLS }, (_, n) =>
    call(`standard:${n}`, {
      startedAt: at(n),
      campaignId: n % 30 === 0 ? 'spring' : 'autumn',
      ...(n >= CALLS - ACTIVE && { status: 'in_progress', endedAt: null }),
    }),
  );
  await commit(db, 1, { calls });
  for (let n = 0; n < 40; n += 1) {
    await plant(db, `e${n}`, { partId: `standard:${n}` });
    const turns = [{ speaker: 'caller' as const, text: n < 3 ? 'a refund' : 'nothing', atSeconds: 0 }];
    await plantTranscript(db, `standard:${n}`, { turns, eventAt: at(n) });
  }
  const campaign = {
    agentId: null,
    provider: null,
    scheduledAt: null,
    goals: [],
    startedAt: null,
    endedAt: null,
  };
  await db.collection<StoredCampaign>('campaigns').insertMany(
    Array.from({ length: 30 }, (_, n) => ({
      ...{ ...campaign, _id: `c${n}`, key: n === 0 ? 'spring' : `k${n}`, name: 'x', revision: 1 },
      ...{ status: n === 0 ? ('running' as const) : ('draft' as const), targets: n === 0 ? 50 : 0 },
      ...{ targetSet: n === 0 ? 's1' : null, createdAt: at(n), updatedAt: at(n) },
    })),
  );
  const target = (n: number): Omit<StoredTarget, '_id'> => ({
    campaignId: 'c0',
    set: 's1',
    number: `+4930${100_000 + n}`,
  });
  await db.collection('campaign_targets').insertMany(Array.from({ length: 50 }, (_, n) => target(n)));
  const audit = createAuditLog(db);
  for (let n = 0; n < 20; n += 1) await audit.note(openViewer('x'), { act: 'export', subject: `${n}` });
  api = await openApi(db, { nowMs: Date.parse('2026-03-04T00:00:00Z') });
}, 60_000);
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** What the server did meanwhile; the follower's own streams apart. */
async function profiled(act: () => Promise<unknown>): Promise<Document[]> {
  await db.command({ profile: 0 });
  await db
    .collection('system.profile')
    .drop()
    .catch(() => undefined);
  await db.command({ profile: 2 });
  await act();
  await db.command({ profile: 0 });
  const done = await db
    .collection('system.profile')
    .find({
      op: { $in: ['query', 'command'] },
      planSummary: { $exists: true },
      ns: { $not: /system\.profile$/ },
    })
    .toArray();
  return done.filter(({ command }) => !JSON.stringify(command).includes('$changeStream'));
}

const get = (path: string) => async () => {
  const response = await fetch(`${api.url}/api/db/${path}`);
  expect([path, response.status]).toEqual([path, 200]);
  await response.text();
};
const snapshot = (read: (of: Snapshot) => Promise<unknown>) => () => atOneMoment(db, read);
const AT = Date.UTC(2026, 2, 2);
const views = () => createViewRepository(db);
const calls = () =>
  createCallRepository({ db, views: views(), context: () => ({ nowMs: AT, timeZone: 'UTC' }) });
const SLICE = { dimension: 'campaign', key: 'spring' } as const;

/** `most`: documents that all reads together may look at; of campaigns, all that are set up are listed. */
test.each<[string, () => Promise<unknown>, number]>([
  ['the list of campaigns', get('campaigns'), 30 + 30 * 20 + CALLS],
  ['one campaign', get('campaigns/c0'), 120],
  ['target numbers', get('campaigns/c0/targets?limit=10'), 15],
  ['two campaigns', get('campaigns/compare?ids=spring,k1&startDate=2026-03-01&endDate=2026-03-03'), 60],
  ['a transcript', get(`calls/${encodeURIComponent('standard:1')}/transcript`), 5],
  ['recordings', get(`calls/${encodeURIComponent('standard:1')}/recording`), 5],
  ['a search', get('transcripts/search?q=refund'), 12],
  ['a search in a range', get('transcripts/search?q=refund&startDate=2026-03-01&endDate=2026-03-02'), 12],
  ['one call', get(`calls/${encodeURIComponent('standard:1')}`), 5],
  ['calls of a goal', get('calls?goal=success&limit=10'), 30],
  ['calls of a sentiment and agent', get('calls?sentiment=positive&agentId=&limit=10'), 30],
  ['active calls, the oldest first', get('calls?status=active&sort=startedAt&limit=10'), ACTIVE + 3],
  ['the present', get('analytics/real-time'), 200],
  ['the status', get('status'), 70],
  [
    'a position that is reached',
    get(`calls/${encodeURIComponent('standard:1')}?after=${positionOf('e1')}&wait=0`),
    12,
  ],
  ['sockets: active calls', () => calls().active(), ACTIVE + 3],
  ['sockets: active campaigns', snapshot(activeCampaignKeys), ACTIVE + 6],
  [
    'sockets: campaigns that changed',
    snapshot((of) => campaignsNamed(of, { keys: ['spring'], ids: ['c1'] })),
    60,
  ],
  ['sockets: calls that changed', snapshot((of) => callsNamed(of, ['standard:1', 'standard:2'])), 5],
  [
    'sockets: buckets that changed',
    snapshot((of) => bucketsNamed(of, [{ view: 'outcome', window: 'hourly', slice: SLICE, atMs: AT }])),
    4,
  ],
  [
    'sockets: buckets since',
    () => views().since({ view: 'outcome', window: 'hourly', slice: SLICE, atMs: AT }),
    60,
  ],
  // The entry of a read before may be written just now, which looks at the end as well.
  ['the end of the chain of acts', () => actsHead(db), 4],
  ['the whole chain of acts', () => verifyActs(db), 60],
  ['a key that is asked for', async () => createApiKey(db, { name: 'x', scopes: ['read'] }), 1],
])('%s: by index, and few documents beside what is shown', async (_, act, most) => {
  const reads = await profiled(act);
  const facts = reads.map(({ ns, planSummary, docsExamined, hasSortStage, command }) => ({
    ns: String(ns).split('.').slice(1).join('.'),
    plan: String(planSummary),
    docs: Number(docsExamined),
    isSorted: hasSortStage === true,
    what: JSON.stringify(command).slice(0, 160),
  }));
  const scans = facts.filter(({ ns, plan }) => plan.includes('COLLSCAN') && !MAY_SCAN.has(ns));
  expect(scans).toEqual([]);
  expect(
    facts.filter(({ isSorted, plan }) => isSorted && !MAY_SORT.some((one) => plan.includes(one))),
  ).toEqual([]);
  const looked = facts.reduce((sum, { docs }) => sum + docs, 0);
  expect({ looked, isFew: looked <= most, facts }).toEqual({ looked, isFew: true, facts });
});

test('a page of queued calls looks at few of them, however many a dialler has queued', async () => {
  const startedAt = new Date(Date.UTC(2026, 2, 3, 20));
  const queued = Array.from({ length: 200 }, (_, n) =>
    call(`standard:queued-${n}`, { status: 'queued', startedAt, endedAt: null }),
  );
  await commit(db, 2, { calls: queued });
  const reads = await profiled(get('calls?status=queued&limit=10'));
  const looked = reads.reduce((sum, { docsExamined }) => sum + Number(docsExamined), 0);
  expect(looked).toBeLessThan(45);
});

/** All of it is shown, and it is small: what is set up by hand. */
const MAY_SCAN = new Set(['campaigns', 'pointers', 'api_keys']);
/** A search has the order of its times, which the index of its words does not hold; commits of one event, active calls and keys are few. */
const MAY_SORT = ['text', 'events: 1', 'status: 1', '_id.at: 1'];
