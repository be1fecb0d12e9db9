/** That an event which was parked is to be folded again, as an event of the log. It says nothing of a call itself. Pure. */
import { integer, isoAt, text } from './fields.ts';
import type { Fields } from './fields.ts';
import type { Identified } from './provider.ts';

/** Type of these events. */
export const RETRIED = 'event.retried';
/** What stands before the id of an event where an event speaks of it, and not of a part. */
const OF_EVENT = 'event:';
const ID_HEX = /^[0-9a-f]{32}$/;

/** Which event is folded again, its own time, and the commit that parked it: one parking is retried by one event. */
export type RetriedEvent = { idHex: string; eventAt: Date; parkedBy: number };

/**
 * The body of a retry: the same bytes whoever retries the same parking.
 * @param of which event
 */
export function retryBody({ idHex: event, eventAt, parkedBy }: RetriedEvent): Buffer {
  return Buffer.from(JSON.stringify({ type: RETRIED, event, at: eventAt.toISOString(), parkedBy }));
}

/**
 * Reads it. Its `partId` is `event:` and the id (hex) of the event that is folded again.
 * @param fields of the body
 * @returns null where the id or the number is missing
 */
export function readRetried(
  fields: Fields,
): Pick<Identified, 'key' | 'statedAt' | 'partId' | 'interpret'> | null {
  const event = text(fields['event'], 32);
  const parkedBy = integer(fields['parkedBy']);
  if (event === undefined || !ID_HEX.test(event) || parkedBy === undefined) return null;
  const partId = OF_EVENT + event;
  return {
    key: [partId, RETRIED, String(parkedBy), event],
    statedAt: isoAt(fields['at']) ?? null,
    partId,
    interpret: () => null,
  };
}
