/** Vapi: authentication, identity and types of its server messages; what a call says is in `vapi-facts.ts`. Pure. */
import { fieldsOf, identifier, isFields, isoAt, LONGEST, millisecondsAt, text } from './fields.ts';
import type { Fields } from './fields.ts';
import {
  equalSecret,
  isStale,
  matchingSecret,
  signedMilliseconds,
  signedSecondsMs,
  textKeys,
} from './hmac.ts';
import { parseJson } from './json.ts';
import { unreadable } from './provider.ts';
import type { Delivery, Findings, Provider, ProviderSecret, SignedRequest, Verdict } from './provider.ts';
import { callSidPart } from './twilio-ids.ts';
import { reportFacts, statusFacts } from './vapi-facts.ts';
import { vapiText } from './vapi-text.ts';

/** The credential's header names are free; these are its defaults, and the name most receivers chose. */
const SIGNATURE_HEADERS = ['x-vapi-signature', 'x-signature'] as const;
const TIMESTAMP_HEADERS = ['x-vapi-timestamp', 'x-timestamp'] as const;
const SECRET_HEADER = 'x-vapi-secret';
const LONGEST_HEADER = 512;
/** Vapi states no window; five minutes on both sides is what other senders use. */
const TOLERANCE = { oldMs: 300_000, aheadMs: 300_000 };

/** The adapter for Vapi. Headers that hold the secret itself are not among those that are kept. */
export const vapi: Provider = {
  name: 'vapi',
  headers: [...SIGNATURE_HEADERS, ...TIMESTAMP_HEADERS, 'content-type', 'user-agent'],
  emptyAnswer: false,
  secretFault: (secret) => (/^\S{8,}$/.test(secret) ? null : 'holds blanks or is shorter than 8 characters'),
  verify,
  identify,
  readText: vapiText,
};

/**
 * A signature where one is given, else the secret itself, in `X-Vapi-Secret` or as a bearer token. Source:
 * docs.vapi.ai/server-url/server-authentication, and `HMACAuthenticationPlan` in Vapi's API description for the defaults.
 */
function verify(request: SignedRequest, secrets: readonly ProviderSecret[], now: Date): Verdict {
  const { headers } = request;
  const signature = SIGNATURE_HEADERS.map((name) => headers[name]).find((value) => value !== undefined);
  if (signature !== undefined && signature !== '')
    return verifySignature(request, signature, { secrets, now });
  const bearer = /^Bearer (\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const given = headers[SECRET_HEADER] ?? bearer;
  if (given === undefined || given === '') return { ok: false, cause: 'missing' };
  if (given.length > LONGEST_HEADER) return { ok: false, cause: 'malformed' };
  const secretId = equalSecret(secrets, given);
  if (secretId === null) return { ok: false, cause: 'wrong' };
  const scheme = headers[SECRET_HEADER] === undefined ? 'vapi-bearer' : 'vapi-secret';
  return { ok: true, secretId, scheme, skewMs: null };
}

/**
 * HMAC-SHA256 in hex or base64, `sha256=` before it or not, over `timestamp.body` where a timestamp header is there and over
 * the body alone where none is: the two forms a credential of type HMAC takes.
 */
function verifySignature(
  request: SignedRequest,
  signature: string,
  { secrets, now }: { secrets: readonly ProviderSecret[]; now: Date },
): Verdict {
  const value = signatureBytes(signature);
  const time = TIMESTAMP_HEADERS.map((name) => request.headers[name]).find((header) => header !== undefined);
  const signedMs = signedSecondsMs(time) ?? Number.NaN;
  const timeMs = signedMilliseconds(time) ?? signedMs;
  if (value === null || (time !== undefined && Number.isNaN(timeMs)))
    return { ok: false, cause: 'malformed' };
  const content = time === undefined ? [request.body] : [`${time}.`, request.body];
  const secretId = matchingSecret(textKeys(secrets), content, [value]);
  if (secretId === null) return { ok: false, cause: 'wrong' };
  const skewMs = time === undefined ? null : now.getTime() - timeMs;
  return skewMs !== null && isStale(skewMs, TOLERANCE)
    ? { ok: false, cause: 'stale' }
    : { ok: true, secretId, scheme: 'vapi-hmac', skewMs };
}

/** The 32 bytes of a signature; null where it is neither hex nor base64 of so many. */
function signatureBytes(signature: string): Buffer | null {
  const value = signature.trim().replace(/^sha256=/i, '');
  if (/^[0-9a-f]{64}$/i.test(value)) return Buffer.from(value, 'hex');
  return /^[A-Za-z0-9+/]{43}=$/.test(value) ? Buffer.from(value, 'base64') : null;
}

/**
 * Messages of a live call in which Vapi tells a listener what goes on, or asks it something. They say nothing that the status
 * and the report do not; a request wants an answer that this endpoint does not give. Source: docs.vapi.ai/server-url/events.
 */
const SILENT_TYPES: ReadonlySet<string> = new Set([
  ...['conversation-update', 'transcript', 'speech-update', 'model-output', 'user-interrupted', 'hang'],
  ...['transfer-update', 'language-change-detected', 'voice-input', 'phone-call-control', 'tool-calls'],
  ...['assistant-request', 'transfer-destination-request', 'knowledge-base-request', 'assistant.started'],
]);

/**
 * `{message: {type, call, …}}`: the body has no id; a call has one report and each status once, so these are the key. A report
 * that differs is a variant. Source: docs.vapi.ai/server-url/events and `ServerMessage…` in VapiAI/server-sdk-typescript.
 */
function identify(delivery: Delivery): Findings {
  const parsed = parseJson(delivery.body);
  if (!parsed.ok) return unreadable(parsed.reason);
  if (!isFields(parsed.value)) return unreadable('shape');
  const message = fieldsOf(parsed.value['message']);
  const type = text(message['type'], LONGEST.type);
  if (type === undefined) return unreadable('schema', 'message.type');
  const call = fieldsOf(message['call']);
  const callId = identifier(call['id']);
  const status = text(message['status'], 60);
  const read = READERS.get(type);
  if (read !== undefined && callId === undefined) return unreadable('id', 'message.call.id');
  const leg = callSidPart(call['phoneCallProviderId']);
  const keyed = read !== undefined && callId !== undefined;
  return [
    {
      readable: true,
      type,
      key: keyed ? [delivery.endpoint, type, callId, type === 'status-update' ? (status ?? '') : ''] : null,
      statedAt:
        (type === 'end-of-call-report' ? isoAt(message['endedAt']) : undefined) ?? sentAt(message) ?? null,
      partId: callId === undefined ? null : `vapi:${callId}`,
      links: leg === undefined ? [] : [leg],
      flags: read === undefined && !SILENT_TYPES.has(type) ? ['unknown_type'] : [],
      interpret: () => read?.(message) ?? null,
    },
  ];
}

const READERS = new Map([
  ['end-of-call-report', reportFacts],
  ['status-update', statusFacts],
]);

/** The message's own time, in milliseconds; older versions wrote it as text. */
function sentAt(message: Fields): Date | undefined {
  return millisecondsAt(message['timestamp']) ?? isoAt(message['timestamp']);
}
