/**
 * The audit's own count: events in, the quarter-hours of an hour's buckets out, by a way that shares no code with the projector's fold. It
 * knows no stored call, no register and no difference: all statements are sorted anew each time. Pure.
 */
import { grouped, judge, saysSomething, type CountedEvent, type Saying } from './judge.ts';

/** The cells of one bucket by dotted path, zeros absent. */
export type Cells = Map<string, number>;

/** What a bucket is named by in a recount: view, dimension and key as a JSON array. */
export type BucketKey = string;

const MINUTES_15 = 15 * 60_000;
const HOUR = 4 * MINUTES_15;

/**
 * Counts calls into the quarter-hours of their hour's buckets (`q.0.…` to `q.3.…`).
 * @param buckets bucket → cells, added to in place; zeros are never left
 * @param events all events of every call that may start in the stretch, in any order; events of other calls do no harm
 * @param stretch from when to when calls are counted, ms since 1970, within one hour
 */
export function countInto(
  buckets: Map<BucketKey, Cells>,
  events: readonly CountedEvent[],
  stretch: { fromMs: number; toMs: number },
): void {
  for (const parts of callsIn(events.filter(saysSomething))) {
    const { startMs, slices, cells } = judge(parts);
    if (startMs === null || startMs < stretch.fromMs || startMs >= stretch.toMs) continue;
    const quarter = Math.floor((startMs % HOUR) / MINUTES_15);
    for (const [view, counts] of Object.entries(cells)) {
      for (const slice of slices) {
        const key = JSON.stringify([view, ...slice]);
        const bucket = buckets.get(key) ?? new Map<string, number>();
        buckets.set(key, bucket);
        for (const [path, count] of counts) addTo(bucket, `q.${quarter}.${path}`, count);
      }
    }
  }
}

/**
 * Adds to one cell; one that comes to 0 is absent.
 * @param cells in place
 * @param path of the cell
 * @param count what is added
 */
export function addTo(cells: Cells, path: string, count: number): void {
  const sum = (cells.get(path) ?? 0) + count;
  if (sum === 0) cells.delete(path);
  else cells.set(path, sum);
}

/**
 * All ids an event belongs to: its part, the parts it names and the leg it is a child of.
 * @param event any event
 */
export function idsIn(event: CountedEvent): string[] {
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
