/**
 * The audit's own count: events in, the buckets of one hour out, by a way that shares no code with the projector's fold. It
 * knows no stored call, no register and no difference: all statements are sorted anew each time. Pure.
 */
import type { TailedEvent } from '../../ingest/contract.ts';
import { grouped, judge, saysSomething, type Saying } from './judge.ts';

/** The cells of one bucket by dotted path, zeros absent; those of its quarter-hours stand under `q.0.` to `q.3.`. */
export type Cells = Map<string, number>;

/** What a bucket is named by in a recount: view, dimension and key as a JSON array. */
export type BucketKey = string;

const MINUTES_15 = 15 * 60_000;
const HOUR = 4 * MINUTES_15;

/**
 * Recounts one hour.
 * @param events all events of every call that may start in the hour, in any order; events of other calls do no harm
 * @param hourMs start of the hour, ms since 1970
 * @returns bucket → cells, of the hourly buckets of all views and slices
 */
export function recountHour(events: readonly TailedEvent[], hourMs: number): Map<BucketKey, Cells> {
  const buckets = new Map<BucketKey, Cells>();
  for (const parts of callsIn(events.filter(saysSomething))) {
    const call = judge(parts);
    if (call.startMs === null || call.startMs < hourMs || call.startMs >= hourMs + HOUR) continue;
    const quarter = Math.floor((call.startMs - hourMs) / MINUTES_15);
    for (const [view, cells] of Object.entries(call.cells)) {
      for (const slice of call.slices) {
        const key = JSON.stringify([view, ...slice]);
        const bucket = buckets.get(key) ?? new Map<string, number>();
        buckets.set(key, bucket);
        for (const [path, count] of cells)
          for (const at of [path, `q.${quarter}.${path}`]) bucket.set(at, (bucket.get(at) ?? 0) + count);
      }
    }
  }
  for (const cells of buckets.values()) for (const [path, sum] of cells) if (sum === 0) cells.delete(path);
  return buckets;
}

/**
 * All ids an event belongs to: its part, the parts it names and the leg it is a child of.
 * @param event any event
 */
export function idsIn(event: TailedEvent): string[] {
  const parent = event.facts?.parentPartId;
  return [event.partId, ...event.links, parent].filter((id) => id !== null && id !== undefined);
}

/** Events put together by the ids they share: whoever shares one with anybody of a call belongs to it. */
function callsIn(events: readonly Saying[]): Saying[][] {
  const leader = new Map<string, string>();
  const lead = (id: string): string => {
    let at = id;
    for (let above = leader.get(at); above !== undefined; above = leader.get(at)) at = above;
    return at;
  };
  for (const event of events) {
    for (const id of idsIn(event)) {
      const [one, other] = [lead(event.partId), lead(id)];
      if (one !== other) leader.set(one, other);
    }
  }
  return grouped(events, (event) => lead(event.partId));
}
