/** What waits, by campaign: calls that are queued, and target numbers of running campaigns that no call has gone to. Pure. */
import type { LiveCall } from './calls.ts';
import type { Campaign } from './campaign-load.ts';

/** What waits of one campaign; `id` null for calls of none that is set up. */
export type Waiting = { id: string | null; key: string | null; name: string; calls: number; numbers: number };

/**
 * Lays what waits out by campaign.
 * @param campaigns with their counters, whose queued ones are calls and numbers together
 * @param queued all queued calls
 * @returns those of which something waits; what they hold adds up to all that waits
 */
export function waitingBy(
  campaigns: readonly Pick<Campaign, 'id' | 'key' | 'name' | 'counters'>[],
  queued: readonly Pick<LiveCall, 'campaignId'>[],
): Waiting[] {
  const calls = new Map<string | null, number>();
  for (const { campaignId } of queued) calls.set(campaignId, (calls.get(campaignId) ?? 0) + 1);
  const known = campaigns.map(({ id, key, name, counters }): Waiting => {
    const own = calls.get(key) ?? 0;
    calls.delete(key);
    return { id, key, name, calls: own, numbers: Math.max(0, counters.queuedCalls - own) };
  });
  const others = [...calls].map(([key, count]): Waiting => ({
    id: null,
    key,
    name: key ?? 'No campaign',
    calls: count,
    numbers: 0,
  }));
  return [...known, ...others].filter((one) => one.calls + one.numbers > 0);
}
