/** Lists the numbers that a campaign is to call, page by page in the order of the numbers. */
import { ObjectId } from 'mongodb';
import { Refusal } from '../refusal.ts';
import type { StoredCampaign, StoredTarget } from '../schema.ts';
import { shownNumber } from '../shown-call.ts';
import type { Snapshot } from './snapshot.ts';

/** Which page: of which campaign, how many at most, after which target, and whether numbers are shown whole. */
export type TargetQuestion = { id: string; limit: number; after: string | null; numbers: boolean };
/** A page of numbers; `next` is the target that the next page begins after, null on the last. */
export type TargetPage = { targets: string[]; next: string | null };

/**
 * Reads a page of a campaign's numbers.
 * @param snapshot the moment to read at
 * @param question which page
 * @returns the page; null where there is no such campaign
 * @throws Refusal where the target that the page begins after is not among the numbers, as when they were replaced
 */
export async function targetsOf(snapshot: Snapshot, question: TargetQuestion): Promise<TargetPage | null> {
  const { session, collection } = snapshot;
  const { id, limit, after, numbers } = question;
  const campaign = await collection<StoredCampaign>('campaigns').findOne({ _id: id }, { session });
  if (campaign === null) return null;
  const set = campaign.targetSet;
  if (set === null) return { targets: [], next: null };
  const stored = collection<StoredTarget>('campaign_targets');
  const led = { campaignId: id, set };
  const last = after === null ? null : await stored.findOne({ _id: idOf(after), ...led }, { session });
  if (after !== null && last === null)
    throw new Refusal('Invalid cursor: the numbers were replaced, begin anew');
  // One more than asked for says whether there is a next page.
  const found = await stored
    .find({ ...led, ...(last !== null && { number: { $gt: last.number } }) }, { session, hint: 'number' })
    .sort({ number: 1 })
    .limit(limit + 1)
    .toArray();
  const page = found.slice(0, limit);
  return {
    targets: page.map(({ number }) => (numbers ? number : (shownNumber(number) ?? ''))),
    next: found.length > limit ? (page.at(-1)?._id.toHexString() ?? null) : null,
  };
}

function idOf(after: string): ObjectId {
  if (!ObjectId.isValid(after)) throw new Refusal('Invalid cursor: use the nextCursor of an earlier answer');
  return new ObjectId(after);
}
