/** Counts what a walk over a vendor's calls comes to: for the person who runs it and for Prometheus alike. */
import type { JobsMetrics } from '../metrics.ts';
import type { ReconcileResult } from './results.ts';
import type { Vendor } from './vendor-api.ts';

/** Counters of one walk. */
export type Tally = {
  count: (result: ReconcileResult) => void;
  /** One call that cannot be had for a reason of its own, now or later: counted as failed, and no reason to end the walk. */
  countLost: () => void;
  of: (result: ReconcileResult) => number;
  /** Failures that another run may not meet. */
  passing: () => number;
};

/** More passing failures than this in one walk are not about single calls: the walk ends and the next one begins anew. */
const MOST_FAILURES = 10;

/**
 * Builds the counters.
 * @param vendor whose calls are walked
 * @param metrics where they are published as well
 * @returns counters; counting one failure too many throws
 */
export function createTally(vendor: Vendor, metrics: JobsMetrics): Tally {
  const counts = new Map<ReconcileResult, number>();
  const of = (result: ReconcileResult): number => counts.get(result) ?? 0;
  let lost = 0;
  const add = (result: ReconcileResult): void => {
    counts.set(result, of(result) + 1);
    metrics.handles.reconcileCalls.inc({ provider: vendor, result });
  };
  const passing = (): number => of('failed') - lost;
  return {
    of,
    passing,
    countLost: () => {
      lost += 1;
      add('failed');
    },
    count: (result) => {
      add(result);
      if (result === 'failed' && passing() > MOST_FAILURES)
        throw new Error(`${vendor}: more than ${MOST_FAILURES} calls could not be fetched or stored`);
    },
  };
}
