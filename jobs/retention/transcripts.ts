/** Transcripts by age: what was said goes, what it came to stays in the views. */
import { Timestamp, type Db } from 'mongodb';
import type { StoredTranscript } from '../../projector/contract.ts';
import { step } from '../steps.ts';
import { note } from './progress.ts';

/** Transcripts deleted at a time. */
const PAGE = 500;

/**
 * Deletes transcripts whose telling was received before an instant.
 * @param db the database
 * @param before the instant
 * @param signal ends it after the page at hand
 * @returns how many went
 */
export async function deleteOldTranscripts(db: Db, before: Date, signal: AbortSignal): Promise<number> {
  const transcripts = db.collection<StoredTranscript>('transcripts');
  const old = { receivedAt: { $lt: before } };
  let removed = 0;
  for (let more = true; more && !signal.aborted;) {
    const page = await transcripts
      .find(old, { projection: { _id: 1 } })
      .sort({ receivedAt: 1 })
      .limit(PAGE)
      .toArray();
    const ids = page.map(({ _id }) => _id);
    // Asked once more: a later telling may have replaced it meanwhile.
    const { deletedCount } = await transcripts.deleteMany({ _id: { $in: ids }, ...old });
    step('retention_page_taken');
    removed += deletedCount;
    more = page.length === PAGE;
    const upTo = more ? {} : { upTo: new Timestamp({ t: Math.floor(before.getTime() / 1_000), i: 0 }) };
    await note(db, { kind: 'transcripts', removed: deletedCount, ...upTo });
  }
  return removed;
}
