/** Signed webhooks for tests of ingest: requests as the three senders make them, over secrets that are only for tests. */
import { createHmac } from 'node:crypto';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';

/** Secrets of the test endpoints, by sender; the first is today's, the second the one being retired. */
export const TEST_SECRETS = {
  elevenlabs: ['wsec_test_secret', 'wsec_previous_secret'],
  twilio: ['12345', '67890'],
  standard: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
} as const;

/** A CallSid and an AccountSid of the right shape. */
export const CALL_SID = `CA${'0'.repeat(31)}1`;
/** See {@link CALL_SID}. */
export const ACCOUNT_SID = `AC${'0'.repeat(31)}1`;

/** A request ready to be sent. */
export type TestRequest = { target: string; headers: Record<string, string>; body: Buffer };

/** What a sender signs with, when, and where to. */
export type Signing = { secret?: string; at?: Date; target?: string; url?: string };

/**
 * A webhook as ElevenLabs signs it.
 * @param body bytes, or an object that becomes JSON
 * @param signing secret and time of the signature
 */
export function elevenlabsRequest(body: Buffer | object, signing: Signing = {}): TestRequest {
  const { secret = TEST_SECRETS.elevenlabs[0], at = new Date(), target = '/webhooks/elevenlabs' } = signing;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const seconds = Math.floor(at.getTime() / 1_000);
  const v0 = createHmac('sha256', secret).update(`${seconds}.`).update(bytes).digest('hex');
  return { target, body: bytes, headers: { 'elevenlabs-signature': `t=${seconds},v0=${v0}` } };
}

/**
 * A form callback as Twilio signs it.
 * @param parameters of the form
 * @param signing token, and the public address that is signed
 */
export function twilioRequest(parameters: Record<string, string>, signing: Signing = {}): TestRequest {
  const {
    secret = TEST_SECRETS.twilio[0],
    target = '/webhooks/twilio',
    url = 'https://public.example',
  } = signing;
  return {
    target,
    body: Buffer.from(new URLSearchParams(parameters).toString()),
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-twilio-signature': getExpectedTwilioSignature(secret, url + target, parameters),
    },
  };
}

/**
 * A webhook by the Standard Webhooks scheme.
 * @param id its `webhook-id`
 * @param body bytes, or an object that becomes JSON
 * @param signing secret and time of the signature
 */
export function standardRequest(id: string, body: Buffer | object, signing: Signing = {}): TestRequest {
  const { secret = TEST_SECRETS.standard[0], at = new Date(), target = '/webhooks/standard' } = signing;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const seconds = Math.floor(at.getTime() / 1_000);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const v1 = createHmac('sha256', key).update(`${id}.${seconds}.`).update(bytes).digest('base64');
  return {
    target,
    body: bytes,
    headers: { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${v1}` },
  };
}

/** The parameters of a status callback, with everything Twilio always sends. */
export function statusParameters(more: Record<string, string>): Record<string, string> {
  return {
    AccountSid: ACCOUNT_SID,
    CallSid: CALL_SID,
    ApiVersion: '2010-04-01',
    CallbackSource: 'call-progress-events',
    Direction: 'outbound-api',
    From: '+15550100001',
    To: '+15550100002',
    Timestamp: 'Mon, 23 Nov 2026 10:00:00 +0000',
    SequenceNumber: '0',
    ...more,
  };
}

/**
 * A copy of headers or parameters without one of them.
 * @param fields to copy
 * @param name the one left out
 */
export function without(fields: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}
