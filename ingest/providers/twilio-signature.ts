/** Twilio's signature: over the configured address and the form, or over the address alone where it carries the body's hash. Pure. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'node:querystring';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { ProviderSecret, SignedRequest, Verdict } from './provider.ts';
import { isOfFormSize, parseForm } from './twilio-form.ts';

/** The header that carries the signature. */
export const SIGNATURE_HEADER = 'x-twilio-signature';
/** Base64 of 20 bytes has 28 characters. */
const LONGEST_HEADER = 128;

/**
 * HMAC-SHA1 under the account's token; the address is the configured one, never a header of the request. No time is signed:
 * the unique key is the defence against replays. As Twilio's library does, the address is tried with and without its port, as
 * received and in the two spellings that some senders sign; each by what it says itself, and the one that fits is the request's
 * from there on, or the same signature would fit a second reading. Source: Twilio, "Validating requests", and twilio-node's
 * `validateRequest`.
 */
export function verifyTwilio(request: SignedRequest, secrets: readonly ProviderSecret[]): Verdict {
  const signature = request.headers[SIGNATURE_HEADER];
  if (signature === undefined || signature === '') return { ok: false, cause: 'missing' };
  if (signature.length > LONGEST_HEADER) return { ok: false, cause: 'malformed' };
  let isMalformed = true;
  for (const target of spellingsOf(request)) {
    const parameters = signedParameters({ ...request, target });
    if (parameters === null) continue;
    isMalformed = false;
    const matching = secrets.find(({ value }) =>
      originsOf(request.publicUrl).some((origin) =>
        isSame(signature, getExpectedTwilioSignature(value, origin + target, parameters)),
      ),
    );
    if (matching !== undefined)
      return { ok: true, secretId: matching.id, scheme: 'twilio-sha1', skewMs: null, target };
  }
  return { ok: false, cause: isMalformed ? 'malformed' : 'wrong' };
}

/** The target as received, as a URL is normally written, and with its query written anew, each once. */
function spellingsOf({ publicUrl, target }: SignedRequest): Set<string> {
  const spellings = new Set([target]);
  const address = publicUrl + target;
  if (!URL.canParse(address)) return spellings;
  const { pathname, search, hash } = new URL(address);
  spellings.add(pathname + search + hash);
  const query = search.slice(1) + hash;
  if (query !== '') spellings.add(`${pathname}?${stringify(parse(query))}`);
  return spellings;
}

/** The configured address without its port and with it. */
function originsOf(publicUrl: string): [string, string] {
  const [, host = '', port] = /^(.*?)(:\d+)?$/.exec(publicUrl) ?? [];
  return [host, host + (port ?? (/^https:/i.test(publicUrl) ? ':443' : ':80'))];
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
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
