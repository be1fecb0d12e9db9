/** Secrets of the Standard Webhooks scheme: shared keys and public keys, and what is wrong with a mistaken one. Pure. */
import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Key } from './hmac.ts';
import type { ProviderSecret } from './provider.ts';

/** Shorter keys come from a secret that lost characters on its way; the scheme's own have 24 to 64 bytes. */
const SHORTEST_KEY_BYTES = 16;
const PUBLIC_KEY_BYTES = 32;
/** What stands before a raw ed25519 key in a SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const SHARED = 'whsec_';
const PUBLIC = 'whpk_';
const PRIVATE = 'whsk_';

/**
 * What is wrong with a secret: a shared one, `whsec_` and base64 (the prefix may be missing), or a public key, `whpk_` and
 * base64 of 32 bytes. The traps are those people fell into: see standard-webhooks #235 and openai-node #1887.
 * @returns a sentence's end that never repeats the secret; null when it is fine
 */
export function standardSecretFault(secret: string): string | null {
  if (/^v1a?,/.test(secret))
    return 'begins with a version and a comma, as signatures do: paste it from whsec_ on';
  if (/\s/.test(secret)) return 'holds blanks or line breaks: paste it in one piece';
  if (/^["'].*["']$/.test(secret)) return 'stands in quotation marks: paste it without them';
  if (secret.startsWith(PRIVATE)) return "is the sender's private key (whsk_): ask for the public one, whpk_";
  if (secret.startsWith(PUBLIC)) {
    return decoded(secret.slice(PUBLIC.length))?.length === PUBLIC_KEY_BYTES
      ? null
      : `is not whpk_ and canonical base64 of ${PUBLIC_KEY_BYTES} bytes`;
  }
  if (keyOf(secret) === null)
    return `is not whsec_ and canonical base64 of at least ${SHORTEST_KEY_BYTES} bytes`;
  return null;
}

/** The shared keys among the secrets, as HMAC keys; a malformed secret is none. */
export function sharedKeys(secrets: readonly ProviderSecret[]): Key[] {
  return secrets.flatMap(({ id, value }) => {
    const key = keyOf(value);
    return key === null ? [] : [{ id, key }];
  });
}

/**
 * Looks for a public key whose owner made one of the signatures (`v1a`, ed25519).
 * @param secrets the endpoint's secrets; shared ones are passed over
 * @param content the signed content
 * @param signatures 64 bytes each; others are passed over
 * @returns id of the secret, or null
 */
export function matchingPublicKey(
  secrets: readonly ProviderSecret[],
  content: () => Buffer,
  signatures: readonly Buffer[],
): string | null {
  const keys = secrets.flatMap(({ id, value }) => {
    const key = publicKeyOf(value);
    return key === null ? [] : [{ id, key }];
  });
  if (keys.length === 0 || signatures.length === 0) return null;
  const signed = content();
  const found = keys.find(({ key }) => signatures.some((signature) => verify(null, signed, key, signature)));
  return found?.id ?? null;
}

function publicKeyOf(secret: string): KeyObject | null {
  if (!secret.startsWith(PUBLIC)) return null;
  const raw = decoded(secret.slice(PUBLIC.length));
  if (raw?.length !== PUBLIC_KEY_BYTES) return null;
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}

function keyOf(secret: string): Buffer | null {
  if (secret.startsWith(PUBLIC) || secret.startsWith(PRIVATE)) return null;
  const key = decoded(secret.startsWith(SHARED) ? secret.slice(SHARED.length) : secret);
  return key !== null && key.length >= SHORTEST_KEY_BYTES ? key : null;
}

/** Canonical base64 only: Node's lenient reading turns a typo into a short key. */
function decoded(encoded: string): Buffer | null {
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.toString('base64') === encoded ? bytes : null;
}
