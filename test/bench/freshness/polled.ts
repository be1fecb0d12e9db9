/** The usual way to such numbers, to measure against: the hour of the log grouped again each second and merged into a collection. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Timestamp, type Db } from 'mongodb';

/** From when to when one run went: what was in the log before it began can be read once it has ended. */
export type Run = { beganMs: number; endedMs: number };

/**
 * Groups the last hour of the log and merges it, each second, until it is stopped.
 * @param db with the events
 * @returns a function that stops it and returns the runs
 */
export function startPolled(db: Db): () => Promise<Run[]> {
  const runs: Run[] = [];
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      const beganMs = performance.now();
      const hourAgo = new Timestamp({ t: Math.floor(Date.now() / 1_000) - 3_600, i: 0 });
      await db
        .collection('events')
        .aggregate([
          { $match: { logAt: { $gte: hourAgo } } },
          { $group: { _id: '$partId', at: { $min: '$receivedAt' } } },
          { $group: { _id: { $dateTrunc: { date: '$at', unit: 'hour' } }, calls: { $sum: 1 } } },
          { $merge: 'bench_polled' },
        ])
        .toArray();
      const endedMs = performance.now();
      runs.push({ beganMs, endedMs });
      await sleep(Math.max(0, beganMs + 1_000 - endedMs));
    }
  })();
  return async () => {
    stop.abort();
    await running;
    return runs;
  };
}
