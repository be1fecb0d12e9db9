/** Any other system, by the Standard Webhooks scheme (`webhook-*` headers, or `svix-*`); its facts are in `standard-facts.ts`. Pure. */
import { isStale, matchingSecret, signedSecondsMs } from './hmac.ts';
import { fieldsOf, identifier, isFields, isoAt, LONGEST, text } from './fields.ts';
import { parseJson } from './json.ts';
import { unreadable } from './provider.ts';
import type { Delivery, Findings, Provider, ProviderSecret, SignedRequest, Verdict } from './provider.ts';
import { reportFacts, reportLinks, REPORT_TYPES } from './standard-facts.ts';
import { matchingPublicKey, sharedKeys, standardSecretFault } from './standard-secrets.ts';

/** The library's own window, on both sides. */
const TOLERANCE = { oldMs: 300_000, aheadMs: 300_000 };
/** A signature has 47 characters; while secrets are rotated a few stand in one header. */
const LONGEST_HEADER = 4_096;
/** An ed25519 check costs far more than a hash: a header full of them must not. */
const MOST_ASYMMETRIC = 4;
const FAMILIES = ['webhook', 'svix'] as const;

/** The adapter for generic senders. */
export const standardWebhooks: Provider = {
  name: 'standard',
  headers: [
    ...FAMILIES.flatMap((family) => [`${family}-id`, `${family}-timestamp`, `${family}-signature`]),
    'content-type',
    'user-agent',
  ],
  emptyAnswer: false,
  secretFault: standardSecretFault,
  verify,
  identify,
};

/**
 * Over `id.timestamp.body`: `v1,<base64>` is HMAC-SHA256 under a shared secret, `v1a,<base64>` ed25519 under the sender's key;
 * several signatures may stand in the header, divided by blanks. Source: the specification at standardwebhooks.com.
 */
function verify(request: SignedRequest, secrets: readonly ProviderSecret[], now: Date): Verdict {
  const { id, time, signatures } = signedHeaders(request.headers);
  if (!id || !time || !signatures) return { ok: false, cause: 'missing' };
  const signedMs = signedSecondsMs(time);
  if (signedMs === null || signatures.length > LONGEST_HEADER) return { ok: false, cause: 'malformed' };
  const shared = valuesOf(signatures, 'v1,');
  const asymmetric = valuesOf(signatures, 'v1a,').slice(0, MOST_ASYMMETRIC);
  if (shared.length + asymmetric.length === 0) return { ok: false, cause: 'malformed' };
  const head = `${id}.${time}.`;
  const bySecret = matchingSecret(sharedKeys(secrets), [head, request.body], shared);
  const content = () => Buffer.concat([Buffer.from(head), request.body]);
  const secretId = bySecret ?? matchingPublicKey(secrets, content, asymmetric);
  if (secretId === null) return { ok: false, cause: 'wrong' };
  const skewMs = now.getTime() - signedMs;
  return isStale(skewMs, TOLERANCE)
    ? { ok: false, cause: 'stale' }
    : { ok: true, secretId, scheme: bySecret === null ? 'standard-v1a' : 'standard-v1', skewMs };
}

function valuesOf(signatures: string, version: string): Buffer[] {
  return signatures
    .split(' ')
    .filter((part) => part.startsWith(version))
    .map((part) => Buffer.from(part.slice(version.length), 'base64'));
}

/** The three headers of one family, never mixed: the id that is keyed on must be the one that was signed. */
function signedHeaders(headers: SignedRequest['headers']) {
  const family = headers['webhook-signature'] === undefined ? 'svix' : 'webhook';
  return {
    id: headers[`${family}-id`],
    time: headers[`${family}-timestamp`],
    signatures: headers[`${family}-signature`],
  };
}

function identify(delivery: Delivery): Findings {
  const parsed = parseJson(delivery.body);
  if (!parsed.ok) return unreadable(parsed.reason);
  if (!isFields(parsed.value)) return unreadable('shape');
  const type = text(parsed.value['type'], LONGEST.type);
  if (type === undefined) return unreadable('schema', 'type');
  const fields = fieldsOf(parsed.value['data']);
  const callId = identifier(fields['call_id']);
  const known = REPORT_TYPES.find((word) => word === type);
  if (known !== undefined && callId === undefined) return unreadable('id', 'data.call_id');
  const messageId = identifier(signedHeaders(delivery.headers).id);
  return [
    {
      readable: true,
      type,
      key: messageId === undefined ? null : [delivery.endpoint, messageId],
      statedAt: isoAt(parsed.value['timestamp']) ?? null,
      partId: callId === undefined ? null : `standard:${delivery.endpoint}:${callId}`,
      links: known === undefined ? [] : reportLinks(fields),
      flags: known === undefined ? ['unknown_type'] : [],
      interpret: () => (known === undefined ? null : reportFacts(known, fields)),
    },
  ];
}
