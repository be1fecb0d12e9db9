/** Takes words and numbers of a call away, wherever they are; done again it finds nothing more to do. */
import { GridFSBucket, type Db, type ObjectId } from 'mongodb';
import { AUDIO_BUCKET, retireBodies, type StoredEvent } from '../../ingest/contract.ts';
import { step } from '../steps.ts';
import { HOLDS_WORDS, WITHOUT_WORDS } from './gather.ts';
import type { Gathered } from './held.ts';
import { audioOf, speechOf, unreadOf, type Looking } from './speech.ts';

const DURABLE = { writeConcern: { w: 'majority', journal: true } } as const;

/**
 * Scrubs. Of an event, id, envelope, hash and the numbers of its facts stay, so a redelivery is a duplicate and every bucket as it was.
 * @param db the database
 * @param gathered the call
 * @param looking what of it is looked for among what could not be read
 * @returns how many documents were changed or deleted
 */
export async function scrub(db: Db, { ids, events: gathered }: Gathered, looking: Looking): Promise<number> {
  const events = db.collection<StoredEvent>('events');
  const held = await events
    .find({ _id: { $in: gathered.map(({ _id }) => _id) }, ...HOLDS_WORDS }, { projection: { _id: 1 } })
    .toArray();
  const eventIds = held.map(({ _id }) => _id);
  let changed = eventIds.length;
  // Facts first: what has lost its body and not its facts would look finished to nobody, and is found by the next run.
  await events.updateMany(
    { _id: { $in: eventIds } },
    { $unset: WITHOUT_WORDS, $set: { headers: {} } },
    DURABLE,
  );
  step('erasure_facts_taken');
  await retireBodies(events, { ids: eventIds, at: new Date(), why: 'erasure' });
  step('erasure_bodies_taken');
  const bucket = new GridFSBucket(db, { bucketName: AUDIO_BUCKET });
  for (const id of await audioOf(db, ids)) {
    await bucket.delete(id);
    changed += 1;
  }
  step('erasure_audio_taken');
  for (const name of ['recordings', 'transcripts']) {
    const speech = db.collection<{ _id: string; links: string[] }>(name);
    changed += (await speech.deleteMany(speechOf(ids), DURABLE)).deletedCount;
  }
  step('erasure_speech_taken');
  for (const { name, found } of await unreadOf(db, ids, looking)) {
    if (found.length === 0) continue;
    const unread = db.collection<{ _id: string | ObjectId }>(name);
    changed += (await unread.deleteMany({ _id: { $in: found } }, DURABLE)).deletedCount;
  }
  step('erasure_unread_taken');
  return changed;
}
