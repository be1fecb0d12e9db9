/** What the judgements of the system have in common: of which event each was made, and how its own event is keyed. Pure. */
import type { Facts, Witness } from '../facts.ts';
import { identifier, integer, isoAt, LONGEST, text } from './fields.ts';
import type { Fields } from './fields.ts';
import type { Identified } from './provider.ts';

/** Of which event a judgement was made. `partId` is the part that is judged, and `witness` what that part is. */
export type JudgedEvent = { idHex: string; partId: string; witness: Witness; eventAt: Date };

/**
 * Reads a judgement: keyed by part, kind, version of the rule, and the event it was made from.
 * @param type of these events
 * @param fields of the body
 * @param judgement what it says, given its version
 * @returns null where an id or the version is missing
 */
export function readJudged(
  type: string,
  fields: Fields,
  judgement: (version: number) => Facts | null,
): Pick<Identified, 'key' | 'statedAt' | 'partId' | 'interpret'> | null {
  const partId = identifier(fields['partId']);
  const from = text(fields['from'], LONGEST.id);
  const version = integer(fields['version']);
  if (partId === undefined || from === undefined || version === undefined) return null;
  return {
    key: [partId, type, String(version), from],
    statedAt: isoAt(fields['at']) ?? null,
    partId,
    interpret: () => judgement(version),
  };
}
