/** All benches, each a program of its own. */

/** Name → program, in the order in which they run. */
export const BENCHES = {
  calibrate: 'test/bench/calibrate.ts',
  ingest: 'test/bench/ingest.ts',
  drain: 'test/bench/drain.ts',
  growth: 'test/bench/growth.ts',
  freshness: 'test/bench/freshness.ts',
  fanout: 'test/bench/fanout.ts',
  api: 'test/bench/api.ts',
  dashboard: 'test/bench/dashboard.ts',
  reads: 'test/bench/reads.ts',
  walk: 'test/bench/walk.ts',
  rebuild: 'test/bench/rebuild.ts',
  soak: 'test/bench/soak.ts',
} as const;

/** These hold the api in their own process, which is run as it is. */
export const WITH_AN_API: readonly string[] = ['api', 'reads', 'walk'];

/** An hour is asked for by name. */
export const BY_NAME_ALONE: readonly string[] = ['soak'];
