/** Counts failed verifications by address, so that a flood of forged requests is told 429 instead of 401. Asked only after a failure. */

/** How many failures an address may have at once, how fast it earns new ones, and how many addresses are remembered. */
export type FloodLimits = { burst: number; perSecond: number; addresses: number };

/** A sender with a wrong secret of ours stays below it; an address costs about 200 bytes. */
export const FLOOD_LIMITS: FloodLimits = { burst: 300, perSecond: 10, addresses: 10_000 };

/** The count of failures. */
export type Flood = {
  /**
   * Counts a failure.
   * @param address as of `addressOf`
   * @param now when it failed
   * @returns whether the address has failed too often
   */
  exceeds: (address: string, now: Date) => boolean;
};

/**
 * Builds the count: a bucket an address, refilled with time. Where too many addresses come, those silent longest are forgotten,
 * which spares a forger nothing but the 429.
 */
export function createFlood(limits: FloodLimits = FLOOD_LIMITS): Flood {
  const buckets = new Map<string, { left: number; atMs: number }>();
  return {
    exceeds: (address, now) => {
      const held = buckets.get(address) ?? { left: limits.burst, atMs: now.getTime() };
      const atMs = Math.max(held.atMs, now.getTime());
      const earned = ((atMs - held.atMs) / 1_000) * limits.perSecond;
      const left = Math.min(limits.burst, held.left + earned);
      const isFlood = left < 1;
      // Deleted first, so that the map stays in the order of the last failure.
      buckets.delete(address);
      buckets.set(address, { left: isFlood ? left : left - 1, atMs });
      if (buckets.size > limits.addresses) forgetOldest(buckets, limits.addresses);
      return isFlood;
    },
  };
}

/** A tenth at once: the holes that single deletions leave make each look for the first entry longer. */
function forgetOldest(buckets: Map<string, unknown>, addresses: number): void {
  let surplus = Math.ceil(addresses / 10);
  for (const oldest of buckets.keys()) {
    if (surplus === 0) return;
    buckets.delete(oldest);
    surplus -= 1;
  }
}
