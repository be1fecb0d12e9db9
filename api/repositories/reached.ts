/** How many numbers of a campaign a call went to: counted once, then carried on by what each commit says it changed. */
import type { Db } from 'mongodb';
import { WHOLE, type StoredCall, type StoredUpdate } from '../../projector/contract.ts';
import type { StoredCampaign, StoredTarget } from '../schema.ts';
import type { Snapshot } from './snapshot.ts';

/** A campaign with its numbers. */
export type Calling = Pick<StoredCampaign, '_id' | 'key'> & { targetSet: string };

/**
 * What is known at a commit: which of its numbers each call of a campaign went to, and how many calls went to each. `of` names
 * the set of numbers and the version of the calls.
 */
type Reached = { of: string; sequence: number; numberOf: Map<string, string>; calls: Map<string, number> };

/** Numbers and ids that are looked for at once. */
const BATCH = 5_000;
/** Beyond so many commits counting anew is less work than reading what they changed. */
const MOST_COMMITS = 500;
/** Calls that are held for all campaigns together, at some 150 bytes each; the campaign that was not asked for longest goes. */
const MOST_HELD = 500_000;

/** Of each database by campaign; each reading waits for the one before it, so that what is held only goes forward. */
const HELD = new WeakMap<Db, Map<string, Promise<Reached>>>();

/**
 * Counts the numbers of a campaign that a call of it went to, at the moment of the snapshot.
 * @param snapshot the moment to read at
 * @param campaign whose, with the set of its numbers
 * @returns how many
 */
export async function reachedTargets(snapshot: Snapshot, campaign: Calling): Promise<number> {
  const held = HELD.get(snapshot.db) ?? new Map<string, Promise<Reached>>();
  HELD.set(snapshot.db, held);
  const reading = (async () => {
    // Whoever read before and failed was told so.
    const before = await held.get(campaign._id)?.catch(() => undefined);
    const reached = await reachedAt(snapshot, campaign, before);
    return { reached, count: reached.calls.size, newest: newestOf(reached, before) };
  })();
  const kept = reading.then(({ newest }) => newest);
  kept.catch(() => {
    if (held.get(campaign._id) === kept) held.delete(campaign._id);
  });
  held.delete(campaign._id);
  held.set(campaign._id, kept);
  const { count } = await reading;
  // Not waited for: that would be to wait for the counting of all other campaigns.
  void forgetBeyond(held);
  return count;
}

/** A snapshot taken earlier may come later: it does not take back what is known of a commit after it. */
function newestOf(reached: Reached, before: Reached | undefined): Reached {
  return before?.of === reached.of && before.sequence > reached.sequence ? before : reached;
}

async function forgetBeyond(held: Map<string, Promise<Reached>>): Promise<void> {
  let calls = 0;
  for (const [id, one] of [...held].reverse()) {
    calls += (await one.catch(() => undefined))?.numberOf.size ?? 0;
    if (calls > MOST_HELD && held.get(id) === one) held.delete(id);
  }
}

async function reachedAt(
  snapshot: Snapshot,
  campaign: Calling,
  before: Reached | undefined,
): Promise<Reached> {
  const { moment, collection } = snapshot;
  const of = `${campaign.targetSet} in ${collection('calls').collectionName}`;
  if (before?.of === of && before.sequence === moment.sequence) return before;
  const changed =
    before?.of === of && before.sequence < moment.sequence
      ? await changedSince(snapshot, before.sequence, campaign.key)
      : null;
  if (before === undefined || changed === null) {
    const empty = { of, sequence: moment.sequence, numberOf: new Map(), calls: new Map() };
    return withCalls(empty, await wentTo(snapshot, campaign, await allCalls(snapshot, campaign.key)));
  }
  const calls = await callsNow(snapshot, campaign.key, changed);
  const now = await wentTo(snapshot, campaign, calls);
  // Nothing is waited for from here on: what is held is whole for whoever comes next.
  for (const id of changed) {
    const number = before.numberOf.get(id);
    if (number === undefined) continue;
    before.numberOf.delete(id);
    const left = (before.calls.get(number) ?? 0) - 1;
    if (left > 0) before.calls.set(number, left);
    else before.calls.delete(number);
  }
  return withCalls(Object.assign(before, { sequence: moment.sequence }), now);
}

type Called = { _id: string; toNumber: string };

function withCalls(reached: Reached, calls: readonly Called[]): Reached {
  for (const { _id, toNumber } of calls) {
    reached.numberOf.set(_id, toNumber);
    reached.calls.set(toNumber, (reached.calls.get(toNumber) ?? 0) + 1);
  }
  return reached;
}

/** Ids of calls that commits touched after one, of those that touched the campaign; null where they do not say it all. */
async function changedSince(snapshot: Snapshot, sequence: number, key: string): Promise<string[] | null> {
  const { session, collection, moment } = snapshot;
  const commits = moment.sequence - sequence;
  if (commits > MOST_COMMITS) return null;
  const touches = { $in: [key, { $ifNull: ['$campaigns', []] }] };
  const updates = await collection<StoredUpdate>('updates')
    .find({ _id: { $gt: sequence, $lte: moment.sequence } }, { session })
    .project<Pick<StoredUpdate, 'all'> & { changed: string[] }>({
      all: 1,
      changed: { $cond: [touches, { $setUnion: ['$calls', '$merged'] }, []] },
    })
    .toArray();
  if (updates.length < commits || updates.some(({ all }) => all === true)) return null;
  return [...new Set(updates.flatMap(({ changed }) => changed))];
}

function allCalls({ session, collection }: Snapshot, key: string): Promise<Called[]> {
  return collection<StoredCall>('calls')
    .find({ campaignId: key, ...WHOLE, toNumber: { $type: 'string' } }, { session, hint: 'campaign' })
    .project<Called>({ toNumber: 1 })
    .toArray();
}

async function callsNow(
  { session, collection }: Snapshot,
  key: string,
  ids: readonly string[],
): Promise<Called[]> {
  const calls: Called[] = [];
  for (let from = 0; from < ids.length; from += BATCH) {
    const filter = { _id: { $in: ids.slice(from, from + BATCH) }, campaignId: key, ...WHOLE };
    const found = collection<StoredCall>('calls').find(
      { ...filter, toNumber: { $type: 'string' } },
      { session },
    );
    calls.push(...(await found.project<Called>({ toNumber: 1 }).toArray()));
  }
  return calls;
}

/** Those of the calls that went to one of the campaign's numbers. */
async function wentTo(
  { session, collection }: Snapshot,
  { _id: campaignId, targetSet: set }: Calling,
  calls: readonly Called[],
): Promise<Called[]> {
  const numbers = [...new Set(calls.map(({ toNumber }) => toNumber))];
  const targets = new Set<string>();
  for (let from = 0; from < numbers.length; from += BATCH) {
    const filter = { campaignId, set, number: { $in: numbers.slice(from, from + BATCH) } };
    const found = collection<StoredTarget>('campaign_targets').find(filter, { session, hint: 'number' });
    for (const { number } of await found.project<{ number: string }>({ number: 1, _id: 0 }).toArray())
      targets.add(number);
  }
  return calls.filter(({ toNumber }) => targets.has(toNumber));
}
