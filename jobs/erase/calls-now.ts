/** The calls and views that readers see: those of the version in use, which a rebuild may have changed. */
import { MaxKey, MinKey, type Collection, type Db } from 'mongodb';
import {
  collectionIn,
  readPointer,
  viewCollection,
  type StoredBucket,
  type StoredCall,
} from '../../projector/contract.ts';

/**
 * The calls of the version in use.
 * @param db the database
 */
export async function callsNow(db: Db): Promise<Collection<StoredCall>> {
  const { version } = await readPointer(db.collection('pointers'));
  return db.collection<StoredCall>(collectionIn('calls', version));
}

/**
 * How many calls the views in use count in all.
 * @param db the database
 */
export async function countedNow(db: Db): Promise<number> {
  const { version } = await readPointer(db.collection('pointers'));
  // The whole id, since its index knows no part of it.
  const of = (at: unknown) => ({ d: 'all', k: null, at });
  const [total] = await db
    .collection<StoredBucket>(collectionIn(viewCollection('duration', 'daily'), version))
    .aggregate<{ calls: number }>([
      { $match: { _id: { $gte: of(new MinKey()), $lte: of(new MaxKey()) } } },
      { $group: { _id: null, calls: { $sum: '$calls' } } },
    ])
    .toArray();
  return total?.calls ?? 0;
}
