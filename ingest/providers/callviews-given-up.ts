/** That a call was given up, since nobody told of its end for long, as an event of the log. Pure. */
import { RANK, WITNESSES } from '../facts.ts';
import type { Facts } from '../facts.ts';
import { readJudged } from './callviews-judged.ts';
import type { JudgedEvent } from './callviews-judged.ts';
import { isoAt, oneOf } from './fields.ts';
import type { Fields } from './fields.ts';

/** Type of these events. */
export const GIVEN_UP = 'call.given_up';
/** Version of the rule: a higher one overrules a lower one. */
const RULE = 1;

/**
 * The body of a judgement that a call is over: the same bytes whoever judges after the same last event.
 * @param last the last event that was heard of the call
 */
export function givenUpBody({ idHex: from, partId, witness, eventAt }: JudgedEvent): Buffer {
  const at = eventAt.toISOString();
  return Buffer.from(JSON.stringify({ type: GIVEN_UP, partId, witness, from, at, version: RULE }));
}

/**
 * Reads it: keyed by part, kind, version and the last event heard. It holds only while no later event exists.
 * @param fields of the body
 * @returns null where an id or the version is missing
 */
export function readGivenUp(fields: Fields): ReturnType<typeof readJudged> {
  return readJudged(GIVEN_UP, fields, (version) => judgement(fields, version));
}

/** No state of its own: a call that is only given up has none of the ranks by which a sender's word would be overruled. */
function judgement(fields: Fields, version: number): Facts | null {
  const witness = oneOf(WITNESSES, fields['witness']);
  const value = isoAt(fields['at']);
  if (witness === undefined || value === undefined) return null;
  return { witness, sequence: version, groups: { givenUp: { rank: RANK.givenUp.rule, value } } };
}
