/** Reads campaigns: those that run, and the keys that calls in progress name without one. */
import type { Db, Document, Filter } from 'mongodb';
import { viewCollection, type StoredCall } from '../../projector/contract.ts';
import type { StoredCampaign } from '../schema.ts';
import { ACTIVE } from './call.repository.ts';
import { countersOf, headlineFor, type Counters } from './campaign-count.repository.ts';
import { atOneMoment, type Moment, type Snapshot } from './snapshot.ts';

/** A campaign as shown. `id`, `name` and `status` are null for a key that calls name and nobody set up. */
export type ShownCampaign = {
  id: string | null;
  key: string;
  name: string | null;
  status: StoredCampaign['status'] | null;
  activeCalls: number;
  revision: number;
};

/** The reads of campaigns. */
export type CampaignRepository = {
  /** Campaigns that run, and keys with an active call, by key. */
  getActiveCampaigns(): Promise<ShownCampaign[]>;
  /** The same with the moment they are true at. */
  active(): Promise<{ moment: Moment; campaigns: ShownCampaign[] }>;
  /** All campaigns that are set up, newest first, and the keys that calls of late name without one. */
  all(): Promise<{ moment: Moment; campaigns: CountedCampaign[]; unnamed: string[] }>;
  /** Campaigns by id or key, each with its numbers over a range; null where there is neither such a campaign nor a call of that key. */
  compared(
    ids: readonly string[],
    range: { fromMs: number; toMs: number } | undefined,
  ): Promise<{ moment: Moment; found: (Compared | null)[] }>;
  /** One campaign by id, with its counters; null where there is none. */
  byId(id: string): Promise<{ moment: Moment; campaign: CountedCampaign | null }>;
};

/** A campaign as it is set up, with its live counters. */
export type CountedCampaign = Omit<StoredCampaign, '_id' | 'targetSet'> & { id: string; counters: Counters };
/** A campaign, or a key without one, and its numbers. */
export type Compared = {
  id: string | null;
  key: string;
  name: string | null;
  numbers: Awaited<ReturnType<typeof headlineFor>>;
};

/** Campaigns of one list. */
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
    atOneMoment(db, async (snapshot) => ({
      moment: snapshot.moment,
      campaigns: await activeCampaigns(snapshot),
    }));
  return {
    active,
    getActiveCampaigns: async () => (await active()).campaigns,
    all: () =>
      atOneMoment(db, async (snapshot) => {
        const stored = await snapshot
          .collection<StoredCampaign>('campaigns')
          .find({}, { session: snapshot.session })
          .toArray();
        stored.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a._id < b._id ? -1 : 1));
        const campaigns = await Promise.all(
          stored.slice(0, MOST_LISTED).map((one) => countedCampaign(snapshot, one)),
        );
        const named = new Set(stored.map(({ key }) => key));
        const unnamed = (await keysOfLate(snapshot)).filter((key) => !named.has(key)).slice(0, MOST_UNNAMED);
        return { moment: snapshot.moment, campaigns, unnamed };
      }),
    byId: (id) =>
      atOneMoment(db, async (snapshot) => {
        const stored = await snapshot
          .collection<StoredCampaign>('campaigns')
          .findOne({ _id: id }, { session: snapshot.session });
        const campaign = stored === null ? null : await countedCampaign(snapshot, stored);
        return { moment: snapshot.moment, campaign };
      }),
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
    .findOne(
      { campaignId: key, callId: { $exists: true } },
      { session, projection: { _id: 1 }, hint: 'campaign' },
    );
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
 * @returns running ones and keys with an active call, by key
 */
export async function activeCampaigns(snapshot: Snapshot): Promise<ShownCampaign[]> {
  const [active, running] = await Promise.all([
    activeByKey(snapshot, { $ne: null }),
    storedByKey(snapshot, { status: 'running' }),
  ]);
  const unstarted = [...active.keys()].filter((key) => !running.has(key));
  const stored = new Map([...running, ...(await storedByKey(snapshot, { key: { $in: unstarted } }))]);
  return [...new Set([...stored.keys(), ...active.keys()])]
    .sort()
    .map((key) => shownCampaign(key, { stored: stored.get(key), activeCalls: active.get(key) ?? 0 }));
}

/**
 * Campaigns by key at a moment, active or not, for pushes.
 * @param snapshot the moment
 * @param keys which ones
 * @returns one for each key
 */
export async function campaignsNamed(snapshot: Snapshot, keys: readonly string[]): Promise<ShownCampaign[]> {
  const [active, stored] = await Promise.all([
    activeByKey(snapshot, { $in: [...keys] }),
    storedByKey(snapshot, { key: { $in: [...keys] } }),
  ]);
  return keys.map((key) =>
    shownCampaign(key, { stored: stored.get(key), activeCalls: active.get(key) ?? 0 }),
  );
}

async function activeByKey(
  { session, collection }: Snapshot,
  campaignId: Document,
): Promise<Map<string, number>> {
  const pipeline = [
    { $match: { ...ACTIVE, campaignId } },
    { $group: { _id: '$campaignId', calls: { $sum: 1 } } },
  ];
  const counts = await collection<StoredCall>('calls')
    .aggregate<{ _id: string; calls: number }>(pipeline, { session })
    .toArray();
  return new Map(counts.map(({ _id, calls }) => [_id, calls]));
}

async function storedByKey(
  { session, collection }: Snapshot,
  filter: Filter<StoredCampaign>,
): Promise<Map<string, StoredCampaign>> {
  const stored = await collection<StoredCampaign>('campaigns').find(filter, { session }).toArray();
  return new Map(stored.map((one) => [one.key, one]));
}

function shownCampaign(
  key: string,
  { stored, activeCalls }: { stored: StoredCampaign | undefined; activeCalls: number },
): ShownCampaign {
  return {
    id: stored?._id ?? null,
    key,
    name: stored?.name ?? null,
    status: stored?.status ?? null,
    activeCalls,
    revision: stored?.revision ?? 0,
  };
}
