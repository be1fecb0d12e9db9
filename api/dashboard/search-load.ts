/** Loads what was said anywhere: transcripts that hold all words. */
import type { Shape } from './document.ts';
import { INVALID_ANSWER, listOf, numberIn, textIn, textsIn } from './fields.ts';
import { request, type Query, type Signs } from './request.ts';

/** A turn with words in it; offsets are in the snippet, in UTF-16 units. */
export type FoundTurn = {
  turn: number;
  speaker: string;
  atSeconds: number | null;
  snippet: string;
  isCut: boolean;
  matches: { start: number; end: number }[];
};
/** One transcript that holds the words. */
export type Hit = { callId: string | null; transcriptId: string; toldAtMs: number; turns: FoundTurn[] };
/** A page of hits. */
export type HitPage = { words: string[]; hits: Hit[]; nextCursor: string | null };

/**
 * Searches.
 * @param query words, speaker and range
 * @param cursor where the page begins, or null for the first
 * @param heard told what headers say
 */
export async function searchFor(
  query: Query,
  cursor: string | null,
  heard: (signs: Signs) => void,
): Promise<HitPage> {
  const answer = await request('/api/db/transcripts/search', { query: { ...query, limit: 20, cursor } });
  heard(answer);
  const { data } = answer;
  const hits = listOf(data.hits);
  if (hits === null) throw new Error(INVALID_ANSWER);
  return { words: textsIn(data.words), hits: hits.map(hitOf), nextCursor: textIn(data, 'nextCursor') };
}

function hitOf(hit: Shape<'Hit'>): Hit {
  return {
    callId: textIn(hit, 'callId'),
    transcriptId: textIn(hit, 'transcriptId') ?? '',
    toldAtMs: Date.parse(textIn(hit, 'toldAt') ?? ''),
    turns: (listOf(hit.turns) ?? []).map((turn) => ({
      turn: numberIn(turn, 'turn') ?? 0,
      speaker: textIn(turn, 'speaker') ?? 'unknown',
      atSeconds: numberIn(turn, 'atSeconds'),
      snippet: textIn(turn, 'snippet') ?? '',
      isCut: (numberIn(turn, 'snippetOffset') ?? 0) > 0,
      matches: (listOf(turn.matches) ?? []).map((match) => ({
        start: numberIn(match, 'start') ?? 0,
        end: numberIn(match, 'end') ?? 0,
      })),
    })),
  };
}
