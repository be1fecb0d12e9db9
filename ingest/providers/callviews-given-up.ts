/** That a call was given up, since nobody told of its end for long, as an event of the log. Pure. */
import { RANK, WITNESSES } from '../facts.ts';
import type { Facts } from '../facts.ts';
import type { JudgedEvent } from './callviews-scored.ts';
import { identifier, integer, isoAt, LONGEST, oneOf, text } from './fields.ts';
import type { Fields } from './fields.ts';
import type { Identified } from './provider.ts';

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
export function readGivenUp(
  fields: Fields,
): Pick<Identified, 'key' | 'statedAt' | 'partId' | 'interpret'> | null {
  const partId = identifier(fields['partId']);
  const from = text(fields['from'], LONGEST.id);
  const version = integer(fields['version']);
  if (partId === undefined || from === undefined || version === undefined) return null;
  return {
    key: [partId, GIVEN_UP, String(version), from],
    statedAt: isoAt(fields['at']) ?? null,
    partId,
    interpret: () => judgement(fields, version),
  };
}

/** No state of its own: a call that is only given up has none of the ranks by which a sender's word would be overruled. */
function judgement(fields: Fields, version: number): Facts | null {
  const witness = oneOf(WITNESSES, fields['witness']);
  const value = isoAt(fields['at']);
  if (witness === undefined || value === undefined) return null;
  return { witness, sequence: version, groups: { givenUp: { rank: RANK.givenUp.rule, value } } };
}
