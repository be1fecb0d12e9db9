/** Finds what was said: transcripts that hold all words, the newest first, with where in each turn the words stand. */
import { MongoServerError, type Db, type Document } from 'mongodb';
import type { Turn } from '../../ingest/contract.ts';
import { WHOLE, type StoredCall, type StoredTranscript } from '../../projector/contract.ts';
import { Refusal } from '../refusal.ts';
import type { CallCursor } from './call-list.ts';
import { transcriptsGoneBeforeMs } from './retention.repository.ts';
import { atOneMoment, type Moment, type Snapshot } from './snapshot.ts';

/** What is looked for: words, folded; of one speaker or of any; told in a range of times; after a cursor. */
export type SearchQuestion = {
  words: readonly string[];
  speaker: Turn['speaker'] | undefined;
  range: { fromMs: number; toMs: number } | null;
  limit: number;
  after: CallCursor | null;
};

/** A turn with words in it: `snippet` is a piece of its text, `matches` are offsets in the snippet, in UTF-16 units, ends exclusive. */
export type FoundTurn = {
  turn: number;
  speaker: Turn['speaker'];
  atSeconds: number | null;
  snippet: string;
  snippetOffset: number;
  matches: { start: number; end: number }[];
};

/** One transcript that holds the words. */
export type Hit = { callId: string | null; transcriptId: string; toldAt: Date; turns: FoundTurn[] };

/**
 * A page of hits; it may be short of its limit, it is the last where `next` is null. `isPast`: nothing was found in a range of which
 * all has gone by age.
 */
export type HitPage = { moment: Moment; hits: Hit[]; next: CallCursor | null; isPast: boolean };

/** Transcripts one page looks at. */
const MOST_LOOKED_AT = 500;
/** Words so common that more than this is spent on them are no search. */
const MOST_MS = 3_000;
/** Turns shown of one transcript. */
const MOST_TURNS = 20;
/** Text on either side of the first word of a turn. */
const AROUND = 120;
const TIME_IS_UP = 50;

/**
 * Searches.
 * @param db the database
 * @param question what is looked for
 * @returns a page of hits
 * @throws Refusal where it would take too long; DatabaseAway where the database cannot be asked
 */
export function searchTranscripts(db: Db, question: SearchQuestion): Promise<HitPage> {
  return atOneMoment(db, async (snapshot) => {
    try {
      return await pageOf(snapshot, question);
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === TIME_IS_UP)) throw error;
      throw new Refusal('These words are in too many transcripts: add rarer words or a shorter range');
    }
  });
}

/**
 * The words of a text.
 * @param text any
 * @returns each word folded (no case, no accents), and where it stands
 */
export function wordsIn(text: string): { word: string; start: number; end: number }[] {
  return [...text.matchAll(WORD)]
    .filter(([word]) => /[\p{L}\p{N}]/u.test(word))
    .map((match) => ({
      word: match[0].normalize('NFD').replace(ACCENT, '').normalize('NFC').toLowerCase(),
      start: match.index,
      end: match.index + match[0].length,
    }));
}

/** What the index of the server takes for one word: a word cut otherwise, such as 50 out of €50, is in no index. */
const WORD = /[^\p{Pattern_Syntax}\p{Dash}\p{Quotation_Mark}\p{Terminal_Punctuation}\p{White_Space}]+/gu;
/** What it leaves out of account. Other marks are letters of their words: without its vowels a word of Hindi is another. */
const ACCENT = /(?=\p{M})\p{Diacritic}/gu;

async function pageOf(snapshot: Snapshot, question: SearchQuestion): Promise<HitPage> {
  const { session, collection, moment } = snapshot;
  const { words, range, after, limit } = question;
  const conditions: Document[] = [{ $text: { $search: words.map((word) => `"${word}"`).join(' ') } }];
  if (range !== null)
    conditions.push({ eventAt: { $gte: new Date(range.fromMs), $lt: new Date(range.toMs) } });
  if (after !== null) {
    const at = new Date(after.startedAtMs ?? 0);
    conditions.push({ $or: [{ eventAt: { $lt: at } }, { eventAt: at, _id: { $lt: after.callId } }] });
  }
  const found = collection<StoredTranscript>('transcripts')
    .find({ $and: conditions }, { session, maxTimeMS: MOST_MS, allowDiskUse: false })
    .sort({ eventAt: -1, _id: -1 })
    .limit(MOST_LOOKED_AT)
    .batchSize(limit + 1);
  const held: { stored: StoredTranscript; turns: FoundTurn[] }[] = [];
  let looked = 0;
  let last: StoredTranscript | undefined;
  for await (const stored of found) {
    const turns = turnsWith(stored.turns, question);
    // One more than asked for says that there is a next page.
    if (held.length === limit)
      return { moment, hits: await hitsOf(snapshot, held), next: cursorAfter(last), isPast: false };
    looked += 1;
    last = stored;
    if (turns.length > 0) held.push({ stored, turns });
  }
  const next = looked === MOST_LOOKED_AT ? cursorAfter(last) : null;
  const isPast =
    held.length === 0 && range !== null && range.toMs <= (await transcriptsGoneBeforeMs(snapshot));
  return { moment, hits: await hitsOf(snapshot, held), next, isPast };
}

function cursorAfter(stored: StoredTranscript | undefined): CallCursor | null {
  return stored === undefined ? null : { startedAtMs: stored.eventAt.getTime(), callId: stored._id };
}

/** The turns with words in them; none where not all words are said by whom they must be said. */
function turnsWith(turns: readonly Turn[], { words, speaker }: SearchQuestion): FoundTurn[] {
  const wanted = new Set(words);
  const missing = new Set(words);
  const found: FoundTurn[] = [];
  turns.forEach((one, turn) => {
    if (speaker !== undefined && one.speaker !== speaker) return;
    const all = wordsIn(one.text).filter(({ word }) => wanted.has(word));
    for (const { word } of all) missing.delete(word);
    const [first] = all;
    if (first === undefined || found.length >= MOST_TURNS) return;
    const from = signAt(one.text, Math.max(0, first.start - AROUND), -1);
    const snippet = one.text.slice(from, signAt(one.text, first.end + AROUND, 1));
    const matches = all
      .filter(({ end }) => end <= from + snippet.length)
      .map(({ start, end }) => ({ start: start - from, end: end - from }));
    const { atSeconds } = one;
    found.push({ turn, speaker: one.speaker, atSeconds, snippet, snippetOffset: from, matches });
  });
  return missing.size === 0 ? found : [];
}

/** An offset, or the next to it that cuts no sign of two units: half of one is no text, and strict readers refuse it. */
function signAt(text: string, offset: number, step: 1 | -1): number {
  const isInside = offset > 0 && (text.codePointAt(offset - 1) ?? 0) > 0xffff;
  return isInside ? offset + step : offset;
}

/** The calls that the transcripts belong to: those that know a transcript's part, or one that it names, as an alias. */
async function hitsOf(
  { session, collection }: Snapshot,
  held: readonly { stored: StoredTranscript; turns: FoundTurn[] }[],
): Promise<Hit[]> {
  const ids = held.flatMap(({ stored }) => [stored.partId, ...stored.links]);
  const calls =
    ids.length === 0
      ? []
      : await collection<StoredCall>('calls')
          .find({ aliases: { $in: ids }, ...WHOLE }, { session, projection: { callId: 1, aliases: 1 } })
          .batchSize(ids.length + 1)
          .toArray();
  const byAlias = new Map(calls.flatMap(({ callId, aliases }) => aliases.map((one) => [one, callId])));
  return held.map(({ stored, turns }) => {
    const known = [stored.partId, ...stored.links].find((one) => byAlias.has(one));
    const callId = known === undefined ? null : (byAlias.get(known) ?? null);
    return { callId, transcriptId: stored._id, toldAt: stored.eventAt, turns };
  });
}
