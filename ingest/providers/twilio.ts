/** Twilio Voice: signature, identity and kinds of its callbacks; what a leg says is in `twilio-facts.ts`. Pure. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { fieldsOf, LONGEST, text } from './fields.ts';
import { parseJson } from './json.ts';
import { unreadable } from './provider.ts';
import type {
  Delivery,
  Findings,
  Identified,
  Provider,
  ProviderSecret,
  SignedRequest,
  Verdict,
} from './provider.ts';
import { detectionFacts, legFacts } from './twilio-facts.ts';
import type { LegCallback } from './twilio-facts.ts';
import { CALL_STATUSES, checkForm, parseForm, timestampAt } from './twilio-form.ts';

const SIGNATURE_HEADER = 'x-twilio-signature';
/** Base64 of 20 bytes has 28 characters. */
const LONGEST_HEADER = 128;

/** The adapter for Twilio. */
export const twilio: Provider = {
  name: 'twilio',
  headers: [SIGNATURE_HEADER, 'content-type', 'user-agent', 'i-twilio-idempotency-token'],
  emptyAnswer: true,
  secretFault: (secret) => (/^\S+$/.test(secret) ? null : 'holds blanks'),
  verify,
  identify,
};

/**
 * HMAC-SHA1 over the configured address and the form's parameters, or over the address alone when it carries the hash of a
 * JSON body. No time is signed: the unique key is the defence against replays.
 */
function verify(request: SignedRequest, secrets: readonly ProviderSecret[]): Verdict {
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

/** The parameters under the signature; null where the body would stay outside it. */
function signedParameters(request: Pick<SignedRequest, 'body' | 'headers' | 'target'>) {
  const stated = bodyHashIn(request.target);
  if (stated === null) return isJson(request.headers) ? null : parseForm(request.body);
  const actual = createHash('sha256').update(request.body).digest('hex');
  const same = stated.length === actual.length && timingSafeEqual(Buffer.from(stated), Buffer.from(actual));
  return same ? {} : null;
}

/** The hash of a JSON body, as its signed address states it (lower-case hex). */
function bodyHashIn(target: string): string | null {
  const start = target.indexOf('?');
  const stated = start === -1 ? null : new URLSearchParams(target.slice(start + 1)).get('bodySHA256');
  return stated !== null && /^[0-9a-f]{64}$/.test(stated) ? stated : null;
}

function isJson(headers: SignedRequest['headers']): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(headers['content-type'] ?? '');
}

function identify(delivery: Delivery): Findings {
  if (bodyHashIn(delivery.target) !== null) return identifyJson(delivery);
  const parameters = parseForm(delivery.body);
  const { values, faults } = checkForm(parameters);
  if (faults.length > 0) return unreadable('schema', ...faults);
  if (values.AccountSid === undefined) return unreadable('schema', 'AccountSid');
  const status = CALL_STATUSES.find((word) => word === values.CallStatus);
  const callback: LegCallback = { status, values, parameters, target: delivery.target };
  if (values.RecordingSid !== undefined) return [recording(callback)];
  if (values.CallSid === undefined) return unreadable('id', 'CallSid');
  const leg = status === undefined ? detection(callback) : legStatus(callback, status);
  return leg === null ? unreadable('schema', 'CallStatus') : [leg];
}

function legStatus(callback: LegCallback, status: (typeof CALL_STATUSES)[number]): Identified {
  const { values } = callback;
  const order = values.SequenceNumber ?? values.Timestamp;
  const ids = [values.AccountSid ?? '', values.CallSid ?? '', values.CallbackSource ?? ''];
  return {
    ...ofLeg(callback),
    type: `call.${status}`,
    key: order === undefined ? null : [...ids, order, status],
    statedAt: timestampAt(values.Timestamp) ?? null,
    interpret: () => legFacts(callback, status),
  };
}

function detection(callback: LegCallback): Identified | null {
  const { AccountSid, CallSid, AnsweredBy } = callback.values;
  if (AccountSid === undefined || CallSid === undefined || AnsweredBy === undefined) return null;
  return {
    ...ofLeg(callback),
    type: 'call.answered_by',
    key: [AccountSid, CallSid, 'amd', AnsweredBy],
    interpret: () => detectionFacts(callback),
  };
}

/** Kept, not yet interpreted: a recording never makes a call by itself. */
function recording(callback: LegCallback): Identified {
  const { RecordingSid = '', RecordingStatus } = callback.values;
  return {
    ...ofLeg(callback),
    type: 'recording',
    key: RecordingStatus === undefined ? null : [RecordingSid, RecordingStatus],
    partId: null,
    links: [],
    flags: ['unknown_type'],
  };
}

/** What every callback of a leg has in common. */
function ofLeg({ values }: LegCallback): Identified {
  return {
    readable: true,
    type: 'unknown',
    key: null,
    statedAt: null,
    partId: values.CallSid === undefined ? null : `twilio:${values.CallSid}`,
    links: values.ParentCallSid === undefined ? [] : [`twilio:${values.ParentCallSid}`],
    flags: [],
    interpret: () => null,
  };
}

/** JSON callbacks (operator results and such) are kept whole, without facts. */
function identifyJson(delivery: Delivery): Findings {
  const parsed = parseJson(delivery.body);
  if (!parsed.ok) return unreadable(parsed.reason);
  const fields = fieldsOf(parsed.value);
  const type = text(fields['event_type'] ?? fields['type'], LONGEST.type) ?? 'json';
  return [
    {
      ...ofLeg({ status: undefined, values: {}, parameters: {}, target: '' }),
      type,
      flags: ['unknown_type'],
    },
  ];
}
