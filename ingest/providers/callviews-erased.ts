/** That a call's words and numbers are erased, as an event of the log: whatever still arrives for it is blanked too. Pure. */
import { RANK, WITNESSES } from '../facts.ts';
import type { Facts, Witness } from '../facts.ts';
import { identifier, isoAt, oneOf } from './fields.ts';
import type { Fields } from './fields.ts';
import type { Identified } from './provider.ts';

/** Type of these events. */
export const ERASED = 'call.erased';
const RULE = '1';

/** Which call, in which of its parts it is said, at a time the part knows, and whether the call stays counted. */
export type Erasure = { callId: string; partId: string; witness: Witness; at: Date; keepCount: boolean };

/**
 * The body of an erasure.
 * @param erasure which call and how
 */
export function erasureBody({ callId, partId, witness, at, keepCount }: Erasure): Buffer {
  const body = { type: ERASED, callId, partId, witness, at: at.toISOString(), keepCount };
  return Buffer.from(JSON.stringify(body));
}

/**
 * Reads it: keyed by the call and by whether it stays counted.
 * @param fields of the body
 * @returns null where an id is missing
 */
export function readErased(
  fields: Fields,
): Pick<Identified, 'key' | 'statedAt' | 'partId' | 'interpret'> | null {
  const callId = identifier(fields['callId']);
  const partId = identifier(fields['partId']);
  if (callId === undefined || partId === undefined) return null;
  const keepCount = fields['keepCount'] !== false;
  return {
    key: [callId, ERASED, RULE, keepCount ? 'counted' : 'uncounted'],
    statedAt: isoAt(fields['at']) ?? null,
    partId,
    interpret: () => erasure(fields, keepCount),
  };
}

/** What is not to be counted any more outranks what may be: it never comes back. */
function erasure(fields: Fields, keepCount: boolean): Facts | null {
  const witness = oneOf(WITNESSES, fields['witness']);
  if (witness === undefined) return null;
  const rank = keepCount ? RANK.erasure.counted : RANK.erasure.uncounted;
  return { witness, groups: { erasure: { rank, value: { keepCount } } } };
}
