/** Batches as the tail would give them out, for tests that commit without a stream. */
import type { TailedEvent } from '../../ingest/contract.ts';
import type { TailBatch } from '../../projector/tail.ts';

/**
 * Makes one batch of events.
 * @param events in the order of the log
 * @returns the batch; each event's position has its place in the list as token
 */
export function batchOf(events: readonly TailedEvent[]): TailBatch {
  const items = events.map((event, index) => ({
    event,
    position: { kind: 'tail' as const, token: { _data: String(index) }, logAt: event.logAt },
  }));
  const logAt = events.at(-1)?.logAt ?? null;
  return { items, position: { kind: 'tail', token: { _data: String(events.length) }, logAt } };
}
