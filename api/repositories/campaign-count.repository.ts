/** The live counters of campaigns, from the views, and what of their targets has no call yet. */
import { VIEW_NAMES, type NestedCells, type StoredCall, type ViewName } from '../../projector/contract.ts';
import { headlineOf } from '../headline.ts';
import type { StoredCampaign } from '../schema.ts';
import { cellsIn } from './buckets.ts';
import { ACTIVE } from './call-list.ts';
import { reachedTargets } from './reached.ts';
import type { Snapshot } from './snapshot.ts';

/** What calls of a campaign come to, over a range or from the beginning. */
export type Counters = ReturnType<typeof headlineOf> & { activeCalls: number; queuedCalls: number };

/** No call is older than the first, nor younger than the second: a day's bucket is read for each day there are calls. */
const ALL_TIME = { fromMs: Date.parse('2015-01-01T00:00:00Z'), toMs: Date.parse('2100-01-01T00:00:00Z') };

/**
 * The headline numbers of a campaign's calls.
 * @param snapshot the moment to read at
 * @param key what its calls name
 * @param range ms since 1970 on quarter-hours; all time where left out
 * @returns the numbers
 */
export async function headlineFor(snapshot: Snapshot, key: string, range = ALL_TIME) {
  const spans = [{ label: '', startMs: range.fromMs, endMs: range.toMs }];
  const slice = { dimension: 'campaign', key } as const;
  const read = async (view: ViewName): Promise<NestedCells> =>
    (await cellsIn(snapshot, { view, slice, spans }))[0] ?? {};
  const [duration = {}, outcome = {}, sentiment = {}] = await Promise.all(VIEW_NAMES.map(read));
  return headlineOf({ duration, outcome, sentiment });
}

/**
 * The live counters of a campaign.
 * @param snapshot the moment to read at
 * @param campaign its key, and itself where it is set up
 * @returns its numbers of all time, and how many calls are active and queued
 */
export async function countersOf(
  snapshot: Snapshot,
  { key, campaign }: { key: string; campaign: StoredCampaign | undefined },
): Promise<Counters> {
  const [headline, activeCalls, queued, uncalled] = await Promise.all([
    headlineFor(snapshot, key),
    countCalls(snapshot, { ...ACTIVE, campaignId: key }),
    countCalls(snapshot, { status: 'queued', campaignId: key }),
    campaign?.status === 'running' ? uncalledOf(snapshot, campaign) : 0,
  ]);
  return { ...headline, activeCalls, queuedCalls: queued + uncalled };
}

/**
 * The targets of all running campaigns that have no call yet.
 * @param snapshot the moment to read at
 * @returns their number
 */
export async function uncalledTargets(snapshot: Snapshot): Promise<number> {
  const { session, collection } = snapshot;
  const running = await collection<StoredCampaign>('campaigns')
    .find({ status: 'running' }, { session })
    .toArray();
  const counts = await Promise.all(running.map((one) => uncalledOf(snapshot, one)));
  return counts.reduce((sum, n) => sum + n, 0);
}

/** All targets less those that a call of the campaign went to. */
async function uncalledOf(snapshot: Snapshot, campaign: StoredCampaign): Promise<number> {
  const { targets, targetSet } = campaign;
  if (targets === 0 || targetSet === null) return 0;
  return targets - (await reachedTargets(snapshot, { ...campaign, targetSet }));
}

async function countCalls({ session, collection }: Snapshot, filter: object): Promise<number> {
  const pipeline = [{ $match: filter }, { $count: 'n' }];
  const found = await collection<StoredCall>('calls').aggregate<{ n: number }>(pipeline, { session }).next();
  return found?.n ?? 0;
}
