/** Twilio's ids as they appear in its own callbacks and inside other senders' events. Pure. */

/** A call leg's id; anything else under the name of one counts for none. */
export const CALL_SID = /^CA[0-9a-fA-F]{32}$/;
/** An account's id. */
export const ACCOUNT_SID = /^AC[0-9a-fA-F]{32}$/;

/**
 * The part that a CallSid names.
 * @param value anything that stands where a CallSid may
 * @returns `twilio:CA…`, or undefined where it is no CallSid
 */
export function callSidPart(value: unknown): string | undefined {
  return typeof value === 'string' && CALL_SID.test(value) ? `twilio:${value}` : undefined;
}
