/** Retell AI: signature, identity and types of its webhooks; what a call says is in `retell-facts.ts`. Pure. */
import { fieldsOf, identifier, isFields, LONGEST, millisecondsAt, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { isStale, matchingSecret, signedMilliseconds, textKeys } from './hmac.ts';
import { parseJson } from './json.ts';
import { unreadable } from './provider.ts';
import type { Delivery, Findings, Provider, ProviderSecret, SignedRequest, Verdict } from './provider.ts';
import { callFacts, CALL_EVENTS } from './retell-facts.ts';
import { retellText } from './retell-text.ts';
import { callSidPart } from './twilio-ids.ts';

const SIGNATURE_HEADER = 'x-retell-signature';
/** A real header has 82 characters. */
const LONGEST_HEADER = 256;
/** The SDK's own window, on both sides (`FIVE_MINUTES` in its `webhook_auth.ts`). */
const TOLERANCE = { oldMs: 300_000, aheadMs: 300_000 };

/** The adapter for Retell. The secret is the API key that the dashboard marks with a webhook badge. */
export const retell: Provider = {
  name: 'retell',
  headers: [SIGNATURE_HEADER, 'content-type', 'user-agent'],
  emptyAnswer: false,
  secretFault: (secret) =>
    /^\S{8,}$/.test(secret)
      ? null
      : 'holds blanks or is shorter than the 8 characters an API key has at least',
  verify,
  identify,
  readText: retellText,
};

/**
 * `v=<unix ms>,d=<hex>`: HMAC-SHA256 of body and milliseconds, one after the other with nothing between, under the API key.
 * Digits moved from one to the other would leave a body that is no JSON. Source: docs.retellai.com/features/secure-webhook
 * and `src/lib/webhook_auth.ts` in RetellAI/retell-typescript-sdk.
 */
function verify(request: SignedRequest, secrets: readonly ProviderSecret[], now: Date): Verdict {
  const header = request.headers[SIGNATURE_HEADER];
  if (header === undefined || header === '') return { ok: false, cause: 'missing' };
  const [, time, digest = ''] =
    header.length > LONGEST_HEADER ? [] : (/^\s*v=(\d+)\s*,\s*d=([0-9a-f]{64})\s*$/i.exec(header) ?? []);
  const signedMs = signedMilliseconds(time);
  if (time === undefined || signedMs === null) return { ok: false, cause: 'malformed' };
  const secretId = matchingSecret(textKeys(secrets), [request.body, time], [Buffer.from(digest, 'hex')]);
  if (secretId === null) return { ok: false, cause: 'wrong' };
  const skewMs = now.getTime() - signedMs;
  return isStale(skewMs, TOLERANCE)
    ? { ok: false, cause: 'stale' }
    : { ok: true, secretId, scheme: 'retell-v', skewMs };
}

/** Events of a call that say nothing which its end does not say: kept for readers of transcripts and transfers. */
const SILENT_EVENTS: ReadonlySet<string> = new Set([
  'transcript_updated',
  'transfer_started',
  'transfer_bridged',
  'transfer_cancelled',
  'transfer_ended',
]);

/**
 * `{event, call}`: the body has no id and no time of its own, and a call has each of the three interpreted events once. Of the
 * others there may be many; their bytes are their key. Source: docs.retellai.com/features/webhook-overview.
 */
function identify(delivery: Delivery): Findings {
  const parsed = parseJson(delivery.body);
  if (!parsed.ok) return unreadable(parsed.reason);
  if (!isFields(parsed.value)) return unreadable('shape');
  const type = text(parsed.value['event'], LONGEST.type);
  if (type === undefined) return unreadable('schema', 'event');
  const call = fieldsOf(parsed.value['call']);
  const callId = identifier(call['call_id']);
  const known = CALL_EVENTS.find((word) => word === type);
  if (known !== undefined && callId === undefined) return unreadable('id', 'call.call_id');
  const leg = callSidPart(fieldsOf(call['telephony_identifier'])['twilio_call_sid']);
  return [
    {
      readable: true,
      type,
      key: known === undefined || callId === undefined ? null : [delivery.endpoint, type, callId],
      statedAt: statedAt(type, call) ?? null,
      partId: callId === undefined ? null : `retell:${callId}`,
      links: leg === undefined ? [] : [leg],
      flags: known === undefined && !SILENT_EVENTS.has(type) ? ['unknown_type'] : [],
      interpret: () => (known === undefined ? null : callFacts(known, call)),
    },
  ];
}

/** When an analysis was ready is not told: a later one of the same call counts by its arrival. */
function statedAt(type: string, call: Fields): Date | undefined {
  if (type === 'call_started') return millisecondsAt(call['start_timestamp']);
  return type === 'call_ended' ? millisecondsAt(call['end_timestamp']) : undefined;
}
