/** Twilio's signature: over the configured address and the form, or over the address alone where it carries the body's hash. Pure. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import type { ProviderSecret, SignedRequest, Verdict } from './provider.ts';
import { isOfFormSize, parseForm } from './twilio-form.ts';

/** The header that carries the signature. */
export const SIGNATURE_HEADER = 'x-twilio-signature';
/** Base64 of 20 bytes has 28 characters. */
const LONGEST_HEADER = 128;

/**
 * HMAC-SHA1 under the account's token; the address is the configured one, never a header of the request. No time is signed:
 * the unique key is the defence against replays. Source: Twilio, "Validating requests", and twilio-node's `validateRequest`.
 */
export function verifyTwilio(request: SignedRequest, secrets: readonly ProviderSecret[]): Verdict {
  const signature = request.headers[SIGNATURE_HEADER];
  if (signature === undefined || signature === '') return { ok: false, cause: 'missing' };
  if (signature.length > LONGEST_HEADER) return { ok: false, cause: 'malformed' };
  const url = request.publicUrl + request.target;
  const parameters = signedParameters(request);
  if (parameters === null) return { ok: false, cause: 'malformed' };
  const matching = secrets.filter(({ value }) => validateRequest(value, signature, url, parameters));
  const [secret] = matching;
  if (secret === undefined) return { ok: false, cause: 'wrong' };
  return { ok: true, secretId: secret.id, scheme: 'twilio-sha1', skewMs: null };
}

/** The parameters under the signature; null where the body would stay outside it. A GET has none beside its address. */
function signedParameters(request: Pick<SignedRequest, 'body' | 'headers' | 'target'>) {
  const stated = bodyHashIn(request.target);
  if (stated === null) {
    const isForm = !isJson(request.headers) && isOfFormSize(request.body);
    return isForm ? parseForm(request.body) : null;
  }
  const actual = bodySha256(request.body);
  const same = stated.length === actual.length && timingSafeEqual(Buffer.from(stated), Buffer.from(actual));
  return same ? {} : null;
}

const STATED_HASH = /([?&]bodySHA256=)([0-9a-f]{64})(?=&|$)/;

/** The hash of a JSON body (lower-case hex), as its signed address states it; null where it states none. */
export function bodyHashIn(target: string): string | null {
  return STATED_HASH.exec(target)?.[2] ?? null;
}

/**
 * The address an element of an array would have been sent to alone: the same with the hash of its own bytes, so that the same
 * element in another array is the same event.
 */
export function targetOfElement(target: string, element: Buffer): string {
  return target.replace(STATED_HASH, (_all, name: string) => name + bodySha256(element));
}

function bodySha256(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

function isJson(headers: SignedRequest['headers']): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(headers['content-type'] ?? '');
}
