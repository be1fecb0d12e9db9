/** The proof by search: every document of every collection, as the bytes it is stored as, looked through for words of the call. */
import { BSON, type Db } from 'mongodb';
import { AUDIO_BUCKET } from '../../ingest/contract.ts';
import type { Searched } from './ledger.ts';
import { holds, writtenAs } from './needles.ts';

/** Sound holds no text; it went by its recording. The ledger itself holds what is looked for while it is under way. */
const NOT_LOOKED_AT = new Set([`${AUDIO_BUCKET}.chunks`, 'erasures']);

/** What names the call that a document is of. */
type Named = { _id?: unknown; partId?: unknown; links?: unknown; aliases?: unknown };
/** Collections whose documents name their call. */
const OF_CALLS = /^(events|calls.*|transcripts|recordings)$/;

/**
 * Searches.
 * @param db the database
 * @param needles words and numbers of the call
 * @param ids of the call; documents of other calls that hold the same words are counted apart
 */
export async function search(db: Db, needles: readonly string[], ids: readonly string[]): Promise<Searched> {
  const looked = writtenAs(needles);
  const own = new Set(ids);
  const searched: Searched = { documents: 0, found: {}, inOtherCalls: 0, at: new Date() };
  const collections = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  for (const { name } of collections) {
    if (NOT_LOOKED_AT.has(name) || name.startsWith('system.')) continue;
    const all = db.collection(name, { readConcern: { level: 'majority' } }).find({}, { raw: true });
    for await (const raw of all) {
      searched.documents += 1;
      const bytes = Buffer.from(raw as unknown as Uint8Array);
      if (!holds(bytes, looked)) continue;
      if (OF_CALLS.test(name) && !isOf(own, BSON.deserialize(bytes))) searched.inOtherCalls += 1;
      else searched.found[name] = (searched.found[name] ?? 0) + 1;
    }
  }
  return searched;
}

function isOf(own: ReadonlySet<string>, { _id, partId, links, aliases }: Named): boolean {
  const named = [_id, partId, ...listOf(links), ...listOf(aliases)];
  return named.some((id) => typeof id === 'string' && own.has(id));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
