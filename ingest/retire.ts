/** Takes bodies out of the log, the only thing that ever leaves it: id, envelope, facts and hash stay, so a redelivery is a duplicate. */
import type { Binary, Collection } from 'mongodb';
import type { StoredEvent } from './event.ts';

/** Which bodies go, when and why. */
export type Retiring = { ids: readonly Binary[]; at: Date; why: 'retention' | 'erasure' };

const DURABLE = { w: 'majority', journal: true } as const;

/**
 * Takes bodies away, and with them the query of the target, which is the body of a callback by GET. What was taken before is
 * left as it is. An event without its body is never interpreted again: its facts stand.
 * @param events the log
 * @param retiring which, when and why
 * @returns how many bodies went
 */
export async function retireBodies(
  events: Collection<StoredEvent>,
  { ids, at, why }: Retiring,
): Promise<number> {
  const path = { $first: { $split: ['$target', '?'] } };
  const gone = { target: path, bodyGone: { at, why } };
  const { modifiedCount } = await events.updateMany(
    { _id: { $in: [...ids] }, bodyGone: { $exists: false } },
    [{ $set: gone }, { $unset: 'body' }],
    { writeConcern: DURABLE },
  );
  return modifiedCount;
}
