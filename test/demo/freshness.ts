/** How far the views are behind the log, asked of the database itself: for the demo's live line. */
import type { Db } from 'mongodb';

type Update = { _id: number; at: Date; events: unknown[] };

/**
 * Watches commits.
 * @param db the demo's database
 * @returns a function that tells of what was committed since it was last asked, in one line
 */
export async function createWatch(db: Db): Promise<() => Promise<string>> {
  const updates = db.collection<Update>('updates');
  let seen = (await updates.find().sort({ _id: -1 }).limit(1).next())?._id ?? 0;
  let askedMs = performance.now();
  return async () => {
    const fresh = await updates
      .find({ _id: { $gt: seen } })
      .sort({ _id: 1 })
      .toArray();
    seen = fresh.at(-1)?._id ?? seen;
    const commitOf = new Map(
      fresh.flatMap((update) => update.events.map((id) => [String(id), update.at.getTime()])),
    );
    const events = await db
      .collection('events')
      .find(
        { _id: { $in: fresh.flatMap((update) => update.events) as never[] } },
        { projection: { receivedAt: 1 } },
      )
      .toArray();
    const ages = events
      .map((event) => (commitOf.get(String(event._id)) ?? 0) - (event.receivedAt as Date).getTime())
      .sort((a, b) => a - b);
    const rate = (ages.length * 1_000) / (performance.now() - askedMs);
    askedMs = performance.now();
    const at = (share: number): string =>
      ages.length === 0 ? '–' : `${ages[Math.floor(share * (ages.length - 1))] ?? 0} ms`;
    return `${rate.toFixed(0)} events/s · in the views after p50 ${at(0.5)}, p99 ${at(0.99)} · sequence ${seen}`;
  };
}
