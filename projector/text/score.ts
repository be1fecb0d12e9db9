/** How a caller felt, judged by their own words: VADER's rules over English turns, for calls that no sender labelled. */
import type { ReadTranscript, Score, Scorer, Turn } from '../../ingest/contract.ts';

/**
 * Who scores. The version counts all rules of this file and the package together and rises when any changes: a body made from
 * the same event under the same version must have the same bytes for ever.
 */
export const SCORER: Scorer = { scorer: 'vader-sentiment@1.1.3', version: 1 };

/** From here on a score is a feeling; between the two ends it is none. Source: VADER's own cut-offs. */
const CUT_OFF = 0.05;
/** Scores are kept in ten-thousandths, as the package gives them and the views sum them. */
const SCALE = 10_000;
/** What is scored at most of a turn and of a call, in characters: 20,000 take some 60 ms, in which nothing else runs. */
const MOST = { ofTurn: 2_000, ofCall: 20_000 };

/** Scores a transcript; null where it is not in English, as far as is stated, or the caller said nothing. */
export type ScoreTranscript = (transcript: ReadTranscript) => Promise<Score | null>;

/**
 * Makes the scorer. The package and its lexicon are loaded when the first transcript is scored.
 * @returns a pure function of the transcript
 */
export function createScorer(): ScoreTranscript {
  let loading: Promise<(text: string) => number> | undefined;
  return async (transcript) => {
    const said = isEnglish(transcript.language) ? wordsOfCaller(transcript.turns) : [];
    if (said.length === 0) return null;
    loading ??= loadVader();
    const compound = await loading;
    const mean = said.reduce((sum, text) => sum + compound(text), 0) / said.length;
    const score = Math.round(mean * SCALE) / SCALE + 0;
    const sentiment = score >= CUT_OFF ? 'positive' : score <= -CUT_OFF ? 'negative' : 'neutral';
    return { ...SCORER, sentiment, score };
  };
}

async function loadVader(): Promise<(text: string) => number> {
  const { default: vader } = await import('vader-sentiment');
  return (text) => vader.SentimentIntensityAnalyzer.polarity_scores(text).compound;
}

/** `en`, `en-US`, `en_gb`: a language that is not stated is not guessed. */
function isEnglish(language: string | null): boolean {
  return language !== null && /^en($|[-_])/i.test(language);
}

/** The caller's turns that hold a word, each on its own: one long text would drift to the ends of the scale. */
function wordsOfCaller(turns: readonly Turn[]): string[] {
  const said: string[] = [];
  let room = MOST.ofCall;
  for (const { speaker, text } of turns) {
    if (speaker !== 'caller' || !/\p{L}/u.test(text)) continue;
    const part = text.slice(0, Math.min(MOST.ofTurn, room));
    room -= part.length;
    said.push(part);
    if (room <= 0) break;
  }
  return said;
}
