/** Twilio Voice: its adapter, and which kind of callback a delivery is; the kinds are read in the files beside it. Pure. */
import { unreadable } from './provider.ts';
import type { Delivery, Findings, Provider } from './provider.ts';
import { identifyCallback } from './twilio-callbacks.ts';
import { parseForm } from './twilio-form.ts';
import { identifyJson } from './twilio-json.ts';
import { identifyPulledCall, isPulledCall } from './twilio-pulled.ts';
import { bodyHashIn, SIGNATURE_HEADER, verifyTwilio } from './twilio-signature.ts';
import { twilioText } from './twilio-text.ts';

/** A sink of Event Streams gives an answer 5 seconds, a status callback 15. Source: twilio.com/docs/events/webhook-quickstart. */
const EVENT_STREAM_MS = 4_000;

/** The adapter for Twilio. */
export const twilio: Provider = {
  name: 'twilio',
  headers: [SIGNATURE_HEADER, 'content-type', 'user-agent', 'i-twilio-idempotency-token'],
  emptyAnswer: true,
  secretFault: (secret) => (/^\S+$/.test(secret) ? null : 'holds blanks'),
  holdMs: ({ target }) => (bodyHashIn(target) === null ? undefined : EVENT_STREAM_MS),
  verify: verifyTwilio,
  identify,
  readText: twilioText,
};

/** What was fetched has the address it came from. A body under a hash is JSON, any other a form; without a body the form stands in the address, but not of a POST. */
function identify(delivery: Delivery): Findings {
  const { method, body, target } = delivery;
  if (isPulledCall(target)) return identifyPulledCall(body);
  if (bodyHashIn(target) !== null) return identifyJson(delivery);
  if (body.length > 0) return identifyCallback(parseForm(body), target);
  if (method === 'POST') return unreadable('schema', 'AccountSid');
  return identifyCallback(parseForm(Buffer.from(queryOf(target))), target);
}

function queryOf(target: string): string {
  const start = target.indexOf('?');
  return start === -1 ? '' : target.slice(start + 1);
}
