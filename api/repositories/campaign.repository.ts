/** Reads campaigns: those that run, and the keys that calls in progress name without one. */
import type { Db } from 'mongodb';
import { viewCollection, WHOLE, type StoredCall } from '../../projector/contract.ts';
import type { StoredAct, StoredCampaign } from '../schema.ts';
import { ACTIVE } from './call-list.ts';
import { pageOf, type CampaignCursor, type CampaignQuestion } from './campaign-list.ts';
import { countersOf, headlineFor, type Counters } from './campaign-count.repository.ts';
import { atOneMoment, inTime, type Moment, type Snapshot } from './snapshot.ts';
import { targetsOf, type TargetPage, type TargetQuestion } from './target.repository.ts';

/** A campaign as it is set up, with its live counters. */
export type CountedCampaign = Omit<StoredCampaign, '_id' | 'targetSet'> & { id: string; counters: Counters };
/** A key that calls name and nobody set up: of a campaign it has the key and the counters, the rest is null or empty. */
export type UnnamedCampaign = { [F in keyof CountedCampaign]: CountedCampaign[F] | null } & {
  id: null;
  key: string;
  revision: 0;
  counters: Counters;
};
/** A campaign as it is pushed: as the API shows it. */
export type LiveCampaign = CountedCampaign | UnnamedCampaign;
/** A campaign that was deleted. */
export type GoneCampaign = { id: string; gone: true };

/** The reads of campaigns. */
export type CampaignRepository = {
  /** Campaigns that run, and keys with an active call, by key. */
  getActiveCampaigns(): Promise<LiveCampaign[]>;
  /** The same with the moment they are true at. */
  active(): Promise<{ moment: Moment; campaigns: LiveCampaign[] }>;
  /** A page of the campaigns that are set up, newest first, and the keys that calls of late name without one. */
  page(question: CampaignQuestion): Promise<{
    moment: Moment;
    campaigns: CountedCampaign[];
    next: CampaignCursor | null;
    unnamed: string[];
  }>;
  /** Campaigns by id or key, each with its numbers over a range; null where there is neither such a campaign nor a call of that key. */
  compared(
    ids: readonly string[],
    range: { fromMs: number; toMs: number } | undefined,
  ): Promise<{ moment: Moment; found: (Compared | null)[] }>;
  /** A page of a campaign's target numbers; null where there is no such campaign. */
  targets(question: TargetQuestion): Promise<{ moment: Moment; page: TargetPage | null }>;
  /** One campaign by id, with its counters; null where there is none. */
  byId(id: string): Promise<{ moment: Moment; campaign: CountedCampaign | null }>;
};

/** A campaign, or a key without one, and its numbers. */
export type Compared = {
  id: string | null;
  key: string;
  name: string | null;
  numbers: Awaited<ReturnType<typeof headlineFor>>;
};

/** Active campaigns of one list. */
const MOST_LISTED = 100;
/** Keys without a campaign are looked for among calls of the last quarter of a year. */
const UNNAMED_MS = 90 * 24 * 3_600_000;
const MOST_UNNAMED = 200;

/**
 * Makes the reads of campaigns.
 * @param db the database
 * @returns the reads; each throws DatabaseAway where the database cannot be asked
 */
export function createCampaignRepository(db: Db): CampaignRepository {
  const active: CampaignRepository['active'] = () =>
    atOneMoment(db, async (snapshot) => {
      const keys = (await activeCampaignKeys(snapshot)).slice(0, MOST_LISTED);
      const campaigns = await campaignsNamed(snapshot, { keys, ids: [] });
      return { moment: snapshot.moment, campaigns: campaigns.filter((one) => 'key' in one) };
    });
  return {
    active,
    getActiveCampaigns: async () => (await active()).campaigns,
    page: (question) =>
      atOneMoment(db, async (snapshot) => {
        const stored = await snapshot
          .collection<StoredCampaign>('campaigns')
          .find({}, { session: snapshot.session })
          .toArray();
        const { listed, next } = pageOf(stored, question);
        const campaigns = await Promise.all(listed.map((one) => countedCampaign(snapshot, one)));
        const named = new Set(stored.map(({ key }) => key));
        const unnamed = (await keysOfLate(snapshot)).filter((key) => !named.has(key)).slice(0, MOST_UNNAMED);
        return { moment: snapshot.moment, campaigns, next, unnamed };
      }),
    byId: (id) =>
      atOneMoment(db, async (snapshot) => {
        const stored = await snapshot
          .collection<StoredCampaign>('campaigns')
          .findOne({ _id: id }, { session: snapshot.session });
        const campaign = stored === null ? null : await countedCampaign(snapshot, stored);
        return { moment: snapshot.moment, campaign };
      }),
    targets: (question) =>
      atOneMoment(db, async (snapshot) => ({
        moment: snapshot.moment,
        page: await targetsOf(snapshot, question),
      })),
    compared: (ids, range) =>
      atOneMoment(db, async (snapshot) => {
        const found = await Promise.all(ids.map((id) => comparedOf(snapshot, id, range)));
        return { moment: snapshot.moment, found };
      }),
  };
}

async function countedCampaign(snapshot: Snapshot, stored: StoredCampaign): Promise<CountedCampaign> {
  const { _id: id, targetSet: _set, ...campaign } = stored;
  return { id, ...campaign, counters: await countersOf(snapshot, { key: stored.key, campaign: stored }) };
}

async function comparedOf(
  snapshot: Snapshot,
  id: string,
  range: { fromMs: number; toMs: number } | undefined,
): Promise<Compared | null> {
  const campaigns = snapshot.collection<StoredCampaign>('campaigns');
  const { session } = snapshot;
  const stored =
    (await campaigns.findOne({ _id: id }, { session })) ??
    (await campaigns.findOne({ key: id }, { session }));
  const key = stored?.key ?? id;
  const everMade = await snapshot
    .collection<StoredCall>('calls')
    .findOne({ campaignId: key, ...WHOLE }, { session, projection: { _id: 1 }, hint: 'campaign' });
  if (stored === null && everMade === null) return null;
  const numbers = await headlineFor(snapshot, key, range);
  return { id: stored?._id ?? null, key, name: stored?.name ?? null, numbers };
}

/** The keys that calls of late name, by the index that leads by time. */
async function keysOfLate({ session, collection, moment }: Snapshot): Promise<string[]> {
  const since = new Date((moment.at?.getTime() ?? 0) - UNNAMED_MS);
  const pipeline = [
    { $match: { '_id.at': { $gte: since }, '_id.d': 'campaign' } },
    { $group: { _id: '$_id.k', calls: { $sum: '$calls' } } },
    { $match: { _id: { $ne: null }, calls: { $gt: 0 } } },
    { $sort: { calls: -1, _id: 1 } },
    { $limit: 1_000 },
  ];
  const groups = await collection(viewCollection('outcome', 'daily'))
    .aggregate<{ _id: string }>(pipeline, { session })
    .toArray();
  return groups.map(({ _id }) => _id);
}

/**
 * The active campaigns at a moment.
 * @param snapshot the moment
 * @returns keys of running ones and keys with an active call, in order
 */
export async function activeCampaignKeys(snapshot: Snapshot): Promise<string[]> {
  const { session, collection } = snapshot;
  const pipeline = [{ $match: { ...ACTIVE, campaignId: { $ne: null } } }, { $group: { _id: '$campaignId' } }];
  const [called, running] = await Promise.all([
    collection<StoredCall>('calls').aggregate<{ _id: string }>(pipeline, { session }).toArray(),
    collection<StoredCampaign>('campaigns').find({ status: 'running' }, { session }).toArray(),
  ]);
  return [...new Set([...running.map(({ key }) => key), ...called.map(({ _id }) => _id)])].sort();
}

/**
 * Campaigns at a moment, active or not.
 * @param snapshot the moment
 * @param names keys that calls name, and ids
 * @returns one for each key, with its counters; one for each id: the campaign, or that it is gone
 */
export async function campaignsNamed(
  snapshot: Snapshot,
  { keys, ids }: { keys: readonly string[]; ids: readonly string[] },
): Promise<(LiveCampaign | GoneCampaign)[]> {
  if (keys.length + ids.length === 0) return [];
  const stored = await snapshot
    .collection<StoredCampaign>('campaigns')
    .find({ $or: [{ key: { $in: [...keys] } }, { _id: { $in: [...ids] } }] }, { session: snapshot.session })
    .toArray();
  const named = new Set(stored.map(({ key }) => key));
  const isThere = new Set(stored.map(({ _id }) => _id));
  const gone = ids.filter((id) => !isThere.has(id)).map((id): GoneCampaign => ({ id, gone: true }));
  const counted = await Promise.all([
    ...stored.map((one) => countedCampaign(snapshot, one)),
    ...keys.filter((key) => !named.has(key)).map((key) => unnamedCampaign(snapshot, key)),
  ]);
  return [...counted, ...gone];
}

/**
 * The campaigns that were changed by hand since a commit, and those that were deleted: of these the log of acts is all that is left.
 * @param db the database
 * @param at the commit's instant by the server's clock
 * @param most how many are looked for
 * @returns their ids, and some of those that were changed shortly before
 * @throws DatabaseAway where the database cannot be asked
 */
export function changedSince(db: Db, at: Date, most: number): Promise<string[]> {
  const since = { $gte: new Date(at.getTime() - CLOCKS_APART_MS) };
  return inTime(async () => {
    const [changed, deleted] = await Promise.all([
      db
        .collection<StoredCampaign>('campaigns')
        .find({ updatedAt: since }, { projection: { _id: 1 } })
        .limit(most)
        .toArray(),
      db
        .collection<StoredAct>('audit_log')
        .aggregate<{ _id: string }>(
          [
            { $match: { at: since, act: 'campaign', 'details.action': 'delete' } },
            { $group: { _id: '$subject' } },
            { $limit: most },
          ],
          { hint: 'at' },
        )
        .toArray(),
    ]);
    return [...changed, ...deleted].map(({ _id }) => _id);
  });
}

/** Campaigns carry the time of the api process that wrote them. */
const CLOCKS_APART_MS = 60_000;

async function unnamedCampaign(snapshot: Snapshot, key: string): Promise<UnnamedCampaign> {
  return {
    ...{ id: null, key, name: null, status: null, revision: 0 },
    ...{ agentId: null, provider: null, scheduledAt: null, goals: null, targets: null },
    ...{ createdAt: null, updatedAt: null, startedAt: null, endedAt: null },
    counters: await countersOf(snapshot, { key, campaign: undefined }),
  };
}
