/** Waiting for the views to have all of the log, asked of the database itself: for the demo's end and for tests that break things. */
import type { Db } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';

type Update = { _id: number; events: unknown[] };

/**
 * Waits until every event of the log is listed in an update and nothing was appended between two looks.
 * @param db the database
 * @param patienceMs how long at most: a stall is a fault, even if the numbers that are there are right
 * @returns how many events there are, the sequence they are in the views at, and how long that took
 * @throws where the views stand still
 */
export async function waitUntilCaughtUp(
  db: Db,
  patienceMs: number,
): Promise<{ events: number; sequence: number; tookMs: number }> {
  const beganMs = performance.now();
  for (let before = -1; ;) {
    const events = await db.collection('events').countDocuments();
    const listed = await db
      .collection<Update>('updates')
      .aggregate<{ n: number; sequence: number }>([
        { $unwind: '$events' },
        { $group: { _id: '$events', sequence: { $min: '$_id' } } },
        { $group: { _id: null, n: { $sum: 1 }, sequence: { $max: '$sequence' } } },
      ])
      .next();
    const tookMs = performance.now() - beganMs;
    if (listed?.n === events && events === before) return { events, sequence: listed.sequence, tookMs };
    if (tookMs > patienceMs)
      throw new Error(
        `stalled: ${listed?.n ?? 0} of ${events} events are in the views after ${patienceMs} ms`,
      );
    before = events;
    await sleep(100);
  }
}
