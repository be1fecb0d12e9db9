/** How much of what is bounded a single address may hold, so that one forger cannot take the room of all. Asked before verification. */

/** What is shared out, and how much there is of it: open sockets, bytes of bodies not yet whole, bytes in temporary files. */
export type ShareBounds = { sockets: number; bodyBytes: number; spoolBytes: number };
/** One of what is shared out. */
export type Shared = keyof ShareBounds;

/**
 * While less than half is in use anyone may have of it, since a sender's first burst after our start is no attack. Beyond, an
 * address that nobody has vouched for holds a quarter at most.
 */
const PART = { free: 1 / 2, share: 1 / 4 };

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
 * @param bounds of what there is; that they are kept is not its business
 * @param clock monotonic, in ms
 */
export function createShares(bounds: ShareBounds, clock: () => number = () => performance.now()): Shares {
  const all: ShareBounds = { sockets: 0, bodyBytes: 0, spoolBytes: 0 };
  const held = new Map<string, ShareBounds>();
  const vouchedMs = new Map<string, number>();
  const isVouched = (address: string): boolean => {
    const atMs = vouchedMs.get(address);
    return atMs !== undefined && clock() - atMs < VOUCHED.forMs;
  };
  return {
    take: (address, what, amount) => {
      const own = held.get(address) ?? { sockets: 0, bodyBytes: 0, spoolBytes: 0 };
      const isFree = all[what] + amount <= bounds[what] * PART.free;
      const isShare = own[what] + amount <= bounds[what] * PART.share;
      if (!isFree && !isShare && !isVouched(address)) return false;
      all[what] += amount;
      own[what] += amount;
      held.set(address, own);
      return true;
    },
    give: (address, what, amount) => {
      const own = held.get(address);
      if (own === undefined) return;
      all[what] -= amount;
      own[what] -= amount;
      if (own.sockets === 0 && own.bodyBytes === 0 && own.spoolBytes === 0) held.delete(address);
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
