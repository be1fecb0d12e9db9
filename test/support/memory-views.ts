/** The fold applied to maps instead of collections: for properties of the pure core, where a database would only be slow. */
import type { TailedEvent } from '../../ingest/contract.ts';
import type { StoredCall } from '../../projector/documents.ts';
import { foldBatch, idsTouched } from '../../projector/fold.ts';

/** Calls and buckets as a run of batches leaves them. */
export type MemoryViews = { calls: Map<string, StoredCall>; buckets: Map<string, Map<string, number>> };

/**
 * Folds batches one after the other, as the projector would.
 * @param batches the events, cut as one likes
 * @returns the calls and buckets they lead to
 */
export function foldAll(batches: readonly (readonly TailedEvent[])[]): MemoryViews {
  const views: MemoryViews = { calls: new Map(), buckets: new Map() };
  for (const batch of batches) applyBatch(views, batch);
  return views;
}

function applyBatch({ calls, buckets }: MemoryViews, batch: readonly TailedEvent[]): void {
  const ids = new Set(idsTouched(batch));
  const stored = [...calls.values()].filter((call) => call.aliases.some((id) => ids.has(id)));
  const folded = foldBatch(batch, stored);
  for (const { replaces } of folded.calls) for (const call of replaces) calls.delete(call._id);
  for (const { call, parts } of folded.calls)
    calls.set(call.callId, { _id: call.callId, revision: 0, ...call, parts });
  for (const { view, window, slice, atMs, add } of folded.buckets) {
    const key = JSON.stringify([view, window, slice.dimension, slice.key, new Date(atMs)]);
    const cells = buckets.get(key) ?? new Map<string, number>();
    buckets.set(key, cells);
    for (const [path, count] of add) cells.set(path, (cells.get(path) ?? 0) + count);
  }
}

/**
 * One text for one state: keys sorted, cells of 0 and empty buckets left out.
 * @param views calls and buckets
 * @returns canonical JSON
 */
export function canonicalText(views: MemoryViews): string {
  const cells = (bucket: Map<string, number>) =>
    [...bucket].filter(([, count]) => count !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const buckets = [...views.buckets].map(([key, bucket]) => [key, cells(bucket)] as const);
  return JSON.stringify({
    calls: [...views.calls.values()].sort((a, b) => (a._id < b._id ? -1 : 1)).map(sorted),
    buckets: buckets.filter(([, bucket]) => bucket.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)),
  });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
