/** What ingest tells of its work, turned into metrics and log lines; never bodies, numbers or secrets. */
import type { Log } from '../ops/process/log.ts';
import type { Endpoint } from './endpoints.ts';
import type { Fate } from './fates.ts';
import type { createIngestMetrics } from './metrics.ts';
import type { LostHow } from './rejected.ts';

/** What ingest tells of its work; the process turns it into metrics and log lines. */
export type IngestObserver = {
  /** One event, or one request that brought none, and what became of it; `provider` is null where the path names none. */
  decided(provider: string | null, fate: Fate): void;
  /** A request was answered with 200 after so long. */
  acknowledged(tookMs: number): void;
  /** A write of so many events began. */
  flushed(documents: number): void;
  /** So many events are taken in and not yet answered, and so many bytes of large bodies are in files. */
  queued(depth: number, spooledBytes: number): void;
  /** A connection was closed unread: its address had too many. */
  crowded(): void;
  /** A request failed verification. */
  refused(endpoint: Endpoint, cause: string): void;
  /** Refused requests are not kept, or no longer. */
  lost(how: LostHow, lost: { count: number; error?: unknown }): void;
  /** Something threw that should not; what was being done is in the text. */
  failed(doing: string, error: unknown): void;
};

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
    queued: (depth, spooledBytes) => {
      handles.queueDepth.set(depth);
      handles.spooledBytes.set(spooledBytes);
    },
    crowded: () => handles.crowded.inc(),
    refused: ({ provider, name }, cause) => {
      handles.rejected.inc({ provider: provider.name, cause });
      log.debug({ provider: provider.name, endpoint: name, cause }, 'signature refused');
    },
    lost: (how, { count, error }) => {
      handles.rejectedLost.inc({ how }, count);
      if (error !== undefined) log.warn({ err: error }, 'keeping a refused request');
    },
    failed: (doing, error) => log.error({ err: error }, doing),
  };
}
