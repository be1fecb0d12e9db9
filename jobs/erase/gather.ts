/** Everything the database holds of one call: its ids, its events by part and link, and where its words are. */
import type { Db, Filter } from 'mongodb';
import type { StoredEvent } from '../../ingest/contract.ts';
import { LINKED, PERSONAL, WHOLE, type StoredTranscript } from '../../projector/contract.ts';
import { callsNow, countedNow } from './calls-now.ts';
import type { Gathered } from './held.ts';
import type { Counts } from './ledger.ts';
import { audioOf, speechOf, unreadOf } from './speech.ts';

const PERSONAL_PATHS = Object.entries(PERSONAL).flatMap(([group, fields]) =>
  fields.map((field) => `facts.groups.${group}.value.${field}`),
);
/** What takes words and numbers out of facts and leaves who said something and when. */
export const WITHOUT_WORDS = Object.fromEntries(PERSONAL_PATHS.map((path) => [path, '' as const]));
/** Events that still hold words, numbers or bytes. */
export const HOLDS_WORDS: Filter<StoredEvent> = {
  $or: [{ body: { $exists: true } }, ...PERSONAL_PATHS.map((path) => ({ [path]: { $exists: true } }))],
};

/**
 * Follows parts and links from some ids until nothing new is named: a recording names its call, a transcription its recording.
 * @param db the database
 * @param from ids that are known
 */
export async function gather(db: Db, from: readonly string[]): Promise<Gathered> {
  const seen = new Set(from);
  const events = new Map<string, StoredEvent>();
  for (let fresh = [...seen]; fresh.length > 0;) {
    const found = await db
      .collection<StoredEvent>('events')
      .find({
        $or: [{ partId: { $in: fresh } }, { ...LINKED, links: { $in: fresh } }],
        provider: { $ne: 'callviews' },
      })
      .toArray();
    const calls = await (
      await callsNow(db)
    )
      .find({ aliases: { $in: fresh }, ...WHOLE }, { projection: { aliases: 1 } })
      .toArray();
    for (const event of found) events.set(event._id.toString('hex'), event);
    const named = [...found.flatMap(idsOf), ...calls.flatMap(({ aliases }) => aliases)];
    fresh = [...new Set(named)].filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
  }
  return { ids: [...seen], events: [...events.values()] };
}

/**
 * Counts what holds words or numbers of the call.
 * @param db the database
 * @param gathered the call
 * @param needles words and numbers to look for among what could not be read
 */
export async function countsOf(
  db: Db,
  { ids, events }: Gathered,
  needles: readonly string[],
): Promise<Counts> {
  const held = { _id: { $in: events.map(({ _id }) => _id) }, ...HOLDS_WORDS };
  return {
    events: await db.collection<StoredEvent>('events').countDocuments(held),
    transcripts: await db.collection<StoredTranscript>('transcripts').countDocuments(speechOf(ids)),
    recordings: await db.collection<StoredTranscript>('recordings').countDocuments(speechOf(ids)),
    audio: (await audioOf(db, ids)).length,
    unread: (await unreadOf(db, ids, { needles })).reduce((sum, { found }) => sum + found.length, 0),
    countedCalls: await countedNow(db),
  };
}

function idsOf({ partId, links, facts }: StoredEvent): string[] {
  return [partId, ...links, facts?.parentPartId].filter((id) => id !== null && id !== undefined);
}
