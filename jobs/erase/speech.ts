/** Where speech and unread bytes of a call lie beside the log: transcripts, recordings, audio, quarantine and refused requests. */
import { GridFSBucket, type Db, type Filter, type ObjectId } from 'mongodb';
import { AUDIO_BUCKET, type QuarantinedDelivery, type RejectedDelivery } from '../../ingest/contract.ts';
import { holds, writtenAs } from './needles.ts';

/** A short id may stand in anybody's bytes by chance. */
const SHORTEST_ID = 8;

type Speech = { _id: string; links: string[]; audio?: { sha256: string } | null };

/** What is looked for among the unread: words and numbers, in all of it or in what came since. */
export type Looking = { needles: readonly string[]; since?: Date | undefined };

/** Transcripts and recordings of some ids: their own, or naming one. */
export function speechOf(ids: readonly string[]): Filter<{ _id: string; links: string[] }> & object {
  return { $or: [{ _id: { $in: [...ids] } }, { links: { $in: [...ids] } }] };
}

/**
 * The stored sound of a call: files that no recording of another call has too.
 * @param db the database
 * @param ids of the call
 */
export async function audioOf(db: Db, ids: readonly string[]): Promise<ObjectId[]> {
  const recordings = db.collection<Speech>('recordings');
  const own = await recordings.find(speechOf(ids)).toArray();
  const named = own.flatMap(({ audio }) => (audio ? [audio.sha256] : []));
  const others = await recordings
    .find({ 'audio.sha256': { $in: named }, _id: { $nin: own.map(({ _id }) => _id) } })
    .toArray();
  const shared = new Set(others.map(({ audio }) => audio?.sha256));
  const bucket = new GridFSBucket(db, { bucketName: AUDIO_BUCKET });
  const files = bucket.find({ filename: { $in: named.filter((one) => !shared.has(one)) } });
  return (await files.toArray()).map(({ _id }) => _id);
}

/**
 * What could not be read, or was refused, and names the call or holds its words.
 * @param db the database
 * @param ids of the call
 * @param looking its words and numbers, and `since` where only what came from then on is looked at
 */
export async function unreadOf(
  db: Db,
  ids: readonly string[],
  { needles, since }: Looking,
): Promise<{ name: 'quarantine' | 'rejected'; found: (string | ObjectId)[] }[]> {
  const bare = ids.map((id) => id.slice(id.lastIndexOf(':') + 1)).filter((id) => id.length >= SHORTEST_ID);
  const looked = writtenAs([...bare, ...needles]);
  const found: { name: 'quarantine' | 'rejected'; found: (string | ObjectId)[] }[] = [];
  for (const name of ['quarantine', 'rejected'] as const) {
    const held: (string | ObjectId)[] = [];
    const all = db
      .collection<QuarantinedDelivery | RejectedDelivery>(name)
      .find(since === undefined ? {} : { receivedAt: { $gte: since } }, {
        projection: { body: 1, target: 1 },
      });
    for await (const { _id, body, target } of all) {
      if (holds(Buffer.from(body.value()), looked) || holds(Buffer.from(target), looked)) held.push(_id);
    }
    found.push({ name, found: held });
  }
  return found;
}
