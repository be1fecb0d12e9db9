/** Counts what a walk over a vendor's calls comes to: for the person who runs it and for Prometheus alike. */
import type { JobsMetrics } from '../metrics.ts';
import type { ReconcileResult } from './results.ts';
import type { Vendor } from './vendor-api.ts';

/** Counters of one walk. */
export type Tally = {
  count: (result: ReconcileResult) => void;
  of: (result: ReconcileResult) => number;
};

/** More failures than this in one walk are not about single calls: the walk ends and the next one begins anew. */
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
  return {
    of,
    count: (result) => {
      counts.set(result, of(result) + 1);
      metrics.handles.reconcileCalls.inc({ provider: vendor, result });
      if (result === 'failed' && of('failed') > MOST_FAILURES)
        throw new Error(`${vendor}: more than ${MOST_FAILURES} calls could not be fetched or stored`);
    },
  };
}
