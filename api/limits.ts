/** How much one key, or one address, may ask for: a budget that fills again by the second. Pure but for the clock it is given. */

/** A budget: how much at once, and how much a second in the long run, in units of a usual request. */
export type Budget = { most: number; perSecond: number };

/** What is left: `waitSeconds` until what was asked for would be granted, 0 where it was. */
export type Grant = { waitSeconds: number; most: number; left: number; fullInSeconds: number };

/** Budgets by name of who asks. */
export type Limits = {
  /** Takes `cost` from a budget, or nothing where it is not there. */
  take(who: string, cost: number, budget: Budget): Grant;
};

/** Whoever holds a key: a dashboard of many tiles on many screens. */
export const KEY_BUDGET: Budget = { most: 1_000, perSecond: 100 };
/** Whoever asks without a key where none is needed: this machine. */
export const OPEN_BUDGET: Budget = { most: 20_000, perSecond: 2_000 };
/** Whoever is refused: a wrong key may be tried again, not a thousand times. */
export const REFUSED_BUDGET: Budget = { most: 60, perSecond: 1 };
/** What is kept is given at next to no cost. */
export const KEPT_COST = 0.1;

/** Beyond this many askers those that came first are forgotten, which gives them a full budget again. */
const MOST_ASKERS = 50_000;

/**
 * Makes budgets, all full.
 * @param nowMs a clock that only goes forward
 * @returns the budgets
 */
export function createLimits(nowMs: () => number): Limits {
  const spent = new Map<string, { left: number; atMs: number }>();
  return {
    take(who, cost, { most, perSecond }) {
      const atMs = nowMs();
      const held = spent.get(who) ?? { left: most, atMs };
      const refilled = Math.min(most, held.left + ((atMs - held.atMs) / 1_000) * perSecond);
      const isGranted = refilled >= cost;
      const left = isGranted ? refilled - cost : refilled;
      spent.delete(who);
      spent.set(who, { left, atMs });
      if (spent.size > MOST_ASKERS)
        for (const first of spent.keys()) {
          spent.delete(first);
          break;
        }
      return {
        waitSeconds: isGranted ? 0 : Math.ceil((cost - refilled) / perSecond),
        most,
        left: Math.floor(left),
        fullInSeconds: Math.ceil((most - left) / perSecond),
      };
    },
  };
}
