/** Any other system, by the Standard Webhooks scheme (`webhook-*` headers, or `svix-*`); its facts are in `standard-facts.ts`. Pure. */
import { isStale, matchingSecret, signedSecondsMs } from './hmac.ts';
import { fieldsOf, identifier, isFields, isoAt, LONGEST, text } from './fields.ts';
import { parseJson } from './json.ts';
import { unreadable } from './provider.ts';
import type { Delivery, Findings, Provider, ProviderSecret, SignedRequest, Verdict } from './provider.ts';
import { reportFacts, reportLinks, REPORT_TYPES } from './standard-facts.ts';

/** The library's own window, on both sides. */
const TOLERANCE = { oldMs: 300_000, aheadMs: 300_000 };
/** A signature has 47 characters; while secrets are rotated a few stand in one header. */
const LONGEST_HEADER = 4_096;
/** Shorter keys come from a secret that lost characters on its way. */
const SHORTEST_KEY_BYTES = 16;
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
  secretFault: (secret) =>
    keyOf(secret) === null
      ? `is not whsec_ and canonical base64 of at least ${SHORTEST_KEY_BYTES} bytes`
      : null,
  verify,
  identify,
};

/** `v1,<base64>` over `id.timestamp.body`; several signatures may stand in the header, divided by blanks. */
function verify(request: SignedRequest, secrets: readonly ProviderSecret[], now: Date): Verdict {
  const { id, time, signatures } = signedHeaders(request.headers);
  if (!id || !time || !signatures) return { ok: false, cause: 'missing' };
  const signedMs = signedSecondsMs(time);
  if (signedMs === null || signatures.length > LONGEST_HEADER) return { ok: false, cause: 'malformed' };
  const values = signatures
    .split(' ')
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice(3), 'base64'));
  if (values.length === 0) return { ok: false, cause: 'malformed' };
  const keys = secrets.flatMap(({ id: secretId, value }) => {
    const key = keyOf(value);
    return key === null ? [] : [{ id: secretId, key }];
  });
  const secretId = matchingSecret(keys, [`${id}.${time}.`, request.body], values);
  if (secretId === null) return { ok: false, cause: 'wrong' };
  const skewMs = now.getTime() - signedMs;
  return isStale(skewMs, TOLERANCE)
    ? { ok: false, cause: 'stale' }
    : { ok: true, secretId, scheme: 'standard-v1', skewMs };
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

/** The key of a secret; null unless its base64 is canonical, since a lenient reading turns a typo into a short key. */
function keyOf(secret: string): Buffer | null {
  const encoded = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  const key = Buffer.from(encoded, 'base64');
  return key.length >= SHORTEST_KEY_BYTES && key.toString('base64') === encoded ? key : null;
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
