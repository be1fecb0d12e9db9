/** Signs deliveries as their senders do: ElevenLabs, Twilio, Standard Webhooks; written from the published schemes. */
import { createHmac } from 'node:crypto';
import type { Delivery } from './delivery.ts';

/** One secret a provider, in the form in which the provider hands it out. */
export type Secrets = { elevenlabs: string; twilio: string; standard: string };

/** How and when a delivery is signed: `publicUrl` is the address that the sender believes it calls, without a path. */
export type Signing = { secrets: Secrets; publicUrl: string; at: Date };

/**
 * The headers that prove a delivery to be its sender's.
 * @param delivery what is sent
 * @param signing secrets, address and the sender's clock; each attempt is signed anew
 * @returns headers to send beside the delivery's own
 */
export function signatureHeaders(
  delivery: Delivery,
  { secrets, publicUrl, at }: Signing,
): Record<string, string> {
  const unixSecs = Math.floor(at.getTime() / 1000);
  switch (delivery.provider) {
    case 'elevenlabs':
      return { 'elevenlabs-signature': signElevenLabs(secrets.elevenlabs, unixSecs, delivery.body) };
    case 'twilio': {
      const url = publicUrl.replace(/\/$/, '') + delivery.path;
      const form = new URLSearchParams(delivery.body.toString('utf8'));
      return { 'x-twilio-signature': signTwilio(secrets.twilio, url, form) };
    }
    case 'standard': {
      const message = { id: delivery.messageId ?? '', unixSecs, body: delivery.body };
      return {
        'webhook-id': message.id,
        'webhook-timestamp': String(unixSecs),
        'webhook-signature': signStandard(secrets.standard, message),
      };
    }
  }
}

/**
 * ElevenLabs: HMAC-SHA256 over time, dot and body; the key is the whole secret as text.
 * @param secret such as `wsec_…`
 * @param unixSecs time of signing
 * @param body bytes as sent
 * @returns value of the header `ElevenLabs-Signature`
 */
export function signElevenLabs(secret: string, unixSecs: number, body: Buffer): string {
  const hex = createHmac('sha256', secret).update(`${unixSecs}.`).update(body).digest('hex');
  return `t=${unixSecs},v0=${hex}`;
}

/**
 * Twilio: HMAC-SHA1 over the public address and every parameter, sorted by name; of a repeated name each distinct value.
 * @param token the account's auth token
 * @param url public address with its query, without fragment
 * @param form parameters of the body
 * @returns value of the header `X-Twilio-Signature`
 */
export function signTwilio(token: string, url: string, form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort();
  const text = names
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .join('');
  return createHmac('sha1', token)
    .update(url + text, 'utf8')
    .digest('base64');
}

/**
 * Standard Webhooks v1: HMAC-SHA256 over id, time and body; the key is the base64 after `whsec_`.
 * @param secret such as `whsec_…`
 * @param message its id, the time of this attempt and the bytes as sent
 * @returns value of the header `webhook-signature`
 */
export function signStandard(
  secret: string,
  message: { id: string; unixSecs: number; body: Buffer },
): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const hmac = createHmac('sha256', key).update(`${message.id}.${message.unixSecs}.`).update(message.body);
  return `v1,${hmac.digest('base64')}`;
}
