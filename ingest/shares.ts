/** How much of what is bounded a single address may hold, so that one forger cannot take the room of all. Asked before verification. */

/** What is shared out: open sockets, bytes of bodies not yet whole, bytes in temporary files. */
export type ShareLimits = { sockets: number; bodyBytes: number; spoolBytes: number };
/** One of what is shared out. */
export type Shared = keyof ShareLimits;

/**
 * A quarter of each bound for an address nobody has vouched for: more than a sender needs before its first signature is
 * verified, and no more than a quarter is lost to each forger.
 */
export const SHARE_LIMITS: ShareLimits = {
  sockets: 250,
  bodyBytes: 32 * 1024 * 1024,
  spoolBytes: 256 * 1024 * 1024,
};

/** The shares of all addresses. */
export type Shares = {
  /**
   * Takes some of an address's share.
   * @param address as of `addressOf`
   * @returns whether there was so much left; if not, nothing is taken
   */
  take: (address: string, what: Shared, amount: number) => boolean;
  /** Gives back what was taken. */
  give: (address: string, what: Shared, amount: number) => void;
  /** A request of the address was rightly signed: for some time it may hold all that there is. */
  vouch: (address: string) => void;
};

/** Of a sender or a proxy; an address costs about 200 bytes. */
const VOUCHED = { forMs: 60 * 60_000, addresses: 10_000 };

/**
 * Builds the shares.
 * @param limits of an address that nobody has vouched for
 * @param clock monotonic, in ms
 */
export function createShares(
  limits: ShareLimits = SHARE_LIMITS,
  clock: () => number = () => performance.now(),
): Shares {
  const held = new Map<string, ShareLimits>();
  const vouchedMs = new Map<string, number>();
  const isVouched = (address: string): boolean => {
    const atMs = vouchedMs.get(address);
    return atMs !== undefined && clock() - atMs < VOUCHED.forMs;
  };
  return {
    take: (address, what, amount) => {
      const now = held.get(address) ?? { sockets: 0, bodyBytes: 0, spoolBytes: 0 };
      if (now[what] + amount > limits[what] && !isVouched(address)) return false;
      now[what] += amount;
      held.set(address, now);
      return true;
    },
    give: (address, what, amount) => {
      const now = held.get(address);
      if (now === undefined) return;
      now[what] -= amount;
      if (now.sockets === 0 && now.bodyBytes === 0 && now.spoolBytes === 0) held.delete(address);
    },
    vouch: (address) => {
      // Deleted first, so that the map stays in the order of the last signature.
      vouchedMs.delete(address);
      vouchedMs.set(address, clock());
      if (vouchedMs.size <= VOUCHED.addresses) return;
      for (const oldest of vouchedMs.keys()) {
        vouchedMs.delete(oldest);
        break;
      }
    },
  };
}
