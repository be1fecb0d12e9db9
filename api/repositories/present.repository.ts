/** Reads the present moment in one go: how many calls and campaigns are active, what waits, and the latest calls. */
import type { Db } from 'mongodb';
import type { StoredCall } from '../../projector/contract.ts';
import type { ShownCall } from '../shown-call.ts';
import { ACTIVE } from './call-list.ts';
import { recentCalls } from './call.repository.ts';
import { uncalledTargets } from './campaign-count.repository.ts';
import { activeCampaignKeys } from './campaign.repository.ts';
import { atOneMoment, type Moment } from './snapshot.ts';

/** The present as the real-time answer shows it; `activeCallsComplete` is explained at {@link isToldInProgress}. */
export type Present = {
  activeCallCount: number;
  activeCallsComplete: boolean;
  activeCampaignCount: number;
  recentCalls: ShownCall[];
  queuedCalls: number;
};

/** How many calls the real-time answer lists. */
const RECENT_SHOWN = 5;
/** How many of the latest calls say whether senders tell of calls in progress. */
const RECENT_JUDGED = 50;

/**
 * Reads the present.
 * @param db the database
 * @returns counts and the latest calls, all true at one moment
 * @throws DatabaseAway where the database cannot be asked
 */
export function readPresent(db: Db): Promise<{ moment: Moment; present: Present }> {
  return atOneMoment(db, async (snapshot) => {
    const calls = snapshot.collection<StoredCall>('calls');
    const counted = async (filter: object): Promise<number> => {
      const pipeline = [{ $match: filter }, { $count: 'n' }];
      return (await calls.aggregate<{ n: number }>(pipeline, { session: snapshot.session }).next())?.n ?? 0;
    };
    const [activeCallCount, queued, uncalled, campaigns, recent] = await Promise.all([
      counted(ACTIVE),
      counted({ status: 'queued' }),
      uncalledTargets(snapshot),
      activeCampaignKeys(snapshot),
      recentCalls(snapshot, RECENT_JUDGED),
    ]);
    const present = {
      activeCallCount,
      activeCallsComplete: recent.every(isToldInProgress),
      activeCampaignCount: campaigns.length,
      recentCalls: recent.slice(0, RECENT_SHOWN),
      queuedCalls: queued + uncalled,
    };
    return { moment: snapshot.moment, present };
  });
}

/** False for a call that was first heard of after its end: its sender tells of no call in progress, so more may be active. */
function isToldInProgress({ status, endedAt, firstEventAt }: ShownCall): boolean {
  return status !== 'ended' || endedAt === null || firstEventAt < endedAt;
}
