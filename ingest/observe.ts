/** What ingest tells of its work, turned into metrics and log lines; never bodies, numbers or secrets. */
import type { Log } from '../ops/process/log.ts';
import type { createIngestMetrics } from './metrics.ts';
import type { IngestObserver } from './receive.ts';

/**
 * Makes the observer of an ingest process.
 * @param metrics its metrics
 * @param log its log
 * @returns what `createIngest` reports to
 */
export function observe({ handles }: ReturnType<typeof createIngestMetrics>, log: Log): IngestObserver {
  return {
    decided: (provider, fate) => handles.events.inc({ provider: provider ?? 'none', fate }),
    acknowledged: (tookMs) => handles.ackSeconds.observe(tookMs / 1_000),
    flushed: (documents) => handles.batchSize.observe(documents),
    queued: (depth) => handles.queueDepth.set(depth),
    refused: ({ provider, name }, cause) => {
      handles.rejected.inc({ provider: provider.name, cause });
      log.debug({ provider: provider.name, endpoint: name, cause }, 'signature refused');
    },
    lost: (error) => {
      handles.rejectedLost.inc();
      if (error !== undefined) log.warn({ err: error }, 'keeping a refused request');
    },
    failed: (doing, error) => log.error({ err: error }, doing),
  };
}
