/** How far each kind of content has been taken away by age: noted page by page, so that a killed run is gone on with. */
import type { Db, Timestamp } from 'mongodb';

/** What is taken away by age. `orphans` are pieces of recordings whose upload was cut. */
export type Kind = 'bodies' | 'transcripts' | 'audio' | 'orphans';

/**
 * One document of `retentions`: how much went in all, and of what came before which time all did: for bodies a log time, for
 * transcripts the time of their arrival; null where that is not noted.
 */
export type StoredRetention = { _id: Kind; upTo: Timestamp | null; removed: number; at: Date };

/**
 * Where a kind stands.
 * @param db the database
 * @param kind which
 * @returns null before its first page
 */
export function progressOf(db: Db, kind: Kind): Promise<StoredRetention | null> {
  return db.collection<StoredRetention>('retentions').findOne({ _id: kind });
}

/**
 * Notes a page.
 * @param db the database
 * @param page its kind, how much went with it, and the time before which nothing is left; it never goes back
 */
export async function note(db: Db, page: { kind: Kind; removed: number; upTo?: Timestamp }): Promise<void> {
  const { kind, removed, upTo } = page;
  await db.collection<StoredRetention>('retentions').updateOne(
    { _id: kind },
    {
      $inc: { removed },
      $set: { at: new Date() },
      ...(upTo === undefined ? { $setOnInsert: { upTo: null } } : { $max: { upTo } }),
    },
    { upsert: true },
  );
}
