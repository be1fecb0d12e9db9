/** Recordings by age, and pieces whose upload was cut: both live in GridFS, where a file is its entry and its pieces. */
import { GridFSBucket, ObjectId, type Db } from 'mongodb';
import { AUDIO_BUCKET } from '../../ingest/contract.ts';
import { step } from '../steps.ts';
import { note } from './progress.ts';

/** Files a page holds. */
const PAGE = 100;

/**
 * Deletes recordings that were stored before an instant. What is told of them, size and hash among it, stays in `recordings`.
 * @param db the database
 * @param before the instant
 * @param signal ends it after the file at hand
 * @returns how many went
 */
export async function deleteOldAudio(db: Db, before: Date, signal: AbortSignal): Promise<number> {
  const bucket = new GridFSBucket(db, { bucketName: AUDIO_BUCKET });
  // An id is made before its upload ends: by it the old ones are found by index, and their date says whether they are.
  const old = { _id: { $lt: idOf(before) }, uploadDate: { $lt: before } };
  let removed = 0;
  for (let deleted = PAGE; deleted === PAGE;) {
    deleted = 0;
    for (const { _id } of await bucket.find(old, { limit: PAGE, sort: { _id: 1 } }).toArray()) {
      if (signal.aborted) break;
      // The entry first: killed between, its pieces are left for the sweep, and no entry is left without sound.
      await bucket.delete(_id);
      deleted += 1;
      await note(db, { kind: 'audio', removed: 1 });
      step('retention_file_taken');
    }
    removed += deleted;
  }
  return removed;
}

/**
 * Deletes pieces of recordings that have no entry: their upload was cut, or their deletion. Those begun after an instant are left
 * alone, since the entry of an upload is written last.
 * @param db the database
 * @param before the instant
 * @param signal ends it after the file at hand
 * @returns how many pieces went
 */
export async function sweepOrphans(db: Db, before: Date, signal: AbortSignal): Promise<number> {
  const chunks = db.collection<{ _id: ObjectId; files_id: ObjectId }>(`${AUDIO_BUCKET}.chunks`);
  // An id tells when its upload began. Only the index is read, one entry a file.
  const orphans = chunks.aggregate<{ _id: ObjectId }>(
    [
      { $match: { files_id: { $lt: idOf(before) } } },
      { $sort: { files_id: 1 } },
      { $group: { _id: '$files_id' } },
      { $lookup: { from: `${AUDIO_BUCKET}.files`, localField: '_id', foreignField: '_id', as: 'file' } },
      { $match: { file: [] } },
      { $project: { _id: 1 } },
    ],
    { hint: 'files_id_1_n_1' },
  );
  let removed = 0;
  for await (const { _id } of orphans) {
    if (signal.aborted) break;
    const { deletedCount } = await chunks.deleteMany({ files_id: _id });
    await note(db, { kind: 'orphans', removed: deletedCount });
    removed += deletedCount;
  }
  return removed;
}

/** The least id that is made in the second after an instant. */
function idOf(at: Date): ObjectId {
  return ObjectId.createFromTime(Math.floor(at.getTime() / 1_000) + 1);
}
