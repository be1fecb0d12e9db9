/** Reads campaigns: those that run, and the keys that calls in progress name without one. */
import type { Db, Document, Filter } from 'mongodb';
import type { StoredCall } from '../../projector/contract.ts';
import type { StoredCampaign } from '../schema.ts';
import { ACTIVE } from './call.repository.ts';
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
};

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
  return { active, getActiveCampaigns: async () => (await active()).campaigns };
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
