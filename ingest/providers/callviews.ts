/** What the system itself learns, as events of the log: the body of a locally scored sentiment and how it is read again. Pure. */
import { RANK, SENTIMENTS, WITNESSES } from '../facts.ts';
import type { Facts, Sentiment, Witness } from '../facts.ts';
import { fieldsOf, identifier, integer, isoAt, LONGEST, numberWithin, oneOf, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { parseJson } from './json.ts';
import { unreadable } from './provider.ts';
import type { Delivery, Findings, Reader } from './provider.ts';

/** The name under which the system's own events stand in the log. */
export const OWN_PROVIDER = 'callviews';
const SENTIMENT_SCORED = 'sentiment.scored';

/** Which scorer, and the version of all its rules together: a higher one overrules a lower one. */
export type Scorer = { scorer: string; version: number };
/** What a scorer found: a label, and the score it comes from, −1 to 1. */
export type Score = Scorer & { sentiment: Sentiment; score: number };

/** Of which event a judgement was made. `partId` is the part that is judged, and `witness` what that part is. */
export type JudgedEvent = { idHex: string; partId: string; witness: Witness; eventAt: Date };

/** The reader of the system's own events. Nobody can send them: there is no endpoint and no secret for this name. */
export const callviews: Reader & { headers: readonly string[] } = {
  name: OWN_PROVIDER,
  headers: [],
  identify,
};

/**
 * The body of a scored sentiment: the same bytes whoever scores the same event with the same version, wherever and whenever.
 * @param of the event that was scored
 * @param found what the scorer found
 */
export function sentimentBody(of: JudgedEvent, found: Score): Buffer {
  const { idHex, partId, witness, eventAt } = of;
  const { scorer, version, sentiment, score } = found;
  const at = eventAt.toISOString();
  return Buffer.from(
    JSON.stringify({
      type: SENTIMENT_SCORED,
      partId,
      witness,
      from: idHex,
      at,
      scorer,
      version,
      sentiment,
      score,
    }),
  );
}

/** Keyed by part, kind, version and the event it was made from. It states no link: it is a word about a part that is known. */
function identify({ body }: Delivery): Findings {
  const parsed = parseJson(body);
  if (!parsed.ok) return unreadable(parsed.reason);
  const fields = fieldsOf(parsed.value);
  if (fields['type'] !== SENTIMENT_SCORED) return unreadable('schema', 'type');
  const partId = identifier(fields['partId']);
  const from = text(fields['from'], LONGEST.id);
  const version = integer(fields['version']);
  if (partId === undefined || from === undefined || version === undefined) return unreadable('id');
  return [
    {
      readable: true,
      type: SENTIMENT_SCORED,
      key: [partId, SENTIMENT_SCORED, String(version), from],
      statedAt: isoAt(fields['at']) ?? null,
      partId,
      links: [],
      flags: [],
      interpret: () => judgement(fields, version),
    },
  ];
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
