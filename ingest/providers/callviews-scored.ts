/** A sentiment scored here, as an event of the log: its body, and how it is read again. Pure. */
import { RANK, SENTIMENTS, WITNESSES } from '../facts.ts';
import type { Facts, Sentiment } from '../facts.ts';
import { readJudged } from './callviews-judged.ts';
import type { JudgedEvent } from './callviews-judged.ts';
import { LONGEST, numberWithin, oneOf, text } from './fields.ts';
import type { Fields } from './fields.ts';

/** Type of these events. */
export const SCORED = 'sentiment.scored';

/** Which scorer, and the version of all its rules together: a higher one overrules a lower one. */
export type Scorer = { scorer: string; version: number };
/** What a scorer found: a label, and the score it comes from, −1 to 1. */
export type Score = Scorer & { sentiment: Sentiment; score: number };

/**
 * The body of a scored sentiment: the same bytes whoever scores the same event with the same version, wherever and whenever.
 * @param of the event that was scored
 * @param found what the scorer found
 */
export function sentimentBody(of: JudgedEvent, found: Score): Buffer {
  const { idHex: from, partId, witness, eventAt } = of;
  const { scorer, version, sentiment, score } = found;
  const at = eventAt.toISOString();
  return Buffer.from(
    JSON.stringify({ type: SCORED, partId, witness, from, at, scorer, version, sentiment, score }),
  );
}

/**
 * Reads it: keyed by part, kind, version and the event it was made from.
 * @param fields of the body
 * @returns null where an id or the version is missing
 */
export function readScored(fields: Fields): ReturnType<typeof readJudged> {
  return readJudged(SCORED, fields, (version) => judgement(fields, version));
}

/** Only the label and its score, below every label that a sender gave. */
function judgement(fields: Fields, version: number): Facts | null {
  const witness = oneOf(WITNESSES, fields['witness']);
  const sentiment = oneOf(SENTIMENTS, fields['sentiment']);
  const sentimentScore = numberWithin(fields['score'], -1, 1);
  const scorer = text(fields['scorer'], LONGEST.id);
  if (witness === undefined || sentiment === undefined || sentimentScore === undefined) return null;
  const value = {
    sentiment,
    sentimentScore,
    sentimentSource: 'local' as const,
    sentimentVersion: `${scorer ?? ''}/${version}`,
  };
  return {
    witness,
    sequence: version,
    groups: { sentiment: { rank: RANK.sentiment.local, value } },
  };
}
