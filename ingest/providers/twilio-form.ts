/** A Twilio form callback, strictly checked: the signature does not separate parameters, so the patterns do. Pure. */
import { LONGEST } from './fields.ts';
import { ACCOUNT_SID, CALL_SID } from './twilio-ids.ts';

/** Parameters by name; a name that came more than once has a list. The object has no prototype. */
export type FormParameters = Record<string, string | string[]>;

/** Far above any callback: a form is taken apart and sorted for each spelling and secret, so anyone may make us do it. */
const MOST = { bytes: 128 * 1024, parameters: 1_000 };
const AMPERSAND = 0x26;

/**
 * Whether a form is of a size that a callback may have.
 * @param body the bytes as received, signed or not
 */
export function isOfFormSize(body: Buffer): boolean {
  if (body.length > MOST.bytes) return false;
  let parameters = 1;
  for (let at = body.indexOf(AMPERSAND); at >= 0; at = body.indexOf(AMPERSAND, at + 1)) {
    parameters += 1;
    if (parameters > MOST.parameters) return false;
  }
  return true;
}

/**
 * Parses a form without ever building nested objects.
 * @param body the bytes as received
 */
export function parseForm(body: Buffer): FormParameters {
  const parameters = Object.create(null) as FormParameters;
  for (const [name, value] of new URLSearchParams(body.toString('utf8'))) {
    const held = parameters[name];
    if (Array.isArray(held)) held.push(value);
    else parameters[name] = held === undefined ? value : [held, value];
  }
  return parameters;
}

/** States a leg passes, as Twilio names them. */
export const CALL_STATUSES = [
  'queued',
  'initiated',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'failed',
  'no-answer',
  'canceled',
] as const;
/** One of {@link CALL_STATUSES}. */
export type CallStatus = (typeof CALL_STATUSES)[number];

/** Answers of answering machine detection. */
export const ANSWERED_BY =
  /^(human|machine_start|machine_end_beep|machine_end_silence|machine_end_other|fax|unknown)$/;

const RFC_2822 = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (\+0000|GMT|UTC)$/;
const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/** What each parameter must look like where it is present; an empty value counts as absent. */
const PATTERNS = {
  AccountSid: ACCOUNT_SID,
  CallSid: CALL_SID,
  ParentCallSid: CALL_SID,
  CallStatus: new RegExp(`^(${CALL_STATUSES.join('|')})$`),
  AnsweredBy: ANSWERED_BY,
  ApiVersion: /^\d{4}-\d\d-\d\d$/,
  CallbackSource: /^[a-z-]{1,60}$/,
  SequenceNumber: /^\d{1,6}$/,
  CallDuration: /^\d{1,6}$/,
  SipResponseCode: /^\d{3}$/,
  Direction: /^[a-z-]{1,40}$/,
  Timestamp: new RegExp(`${RFC_2822.source}|${ISO_UTC.source}`),
  RecordingSid: /^RE[0-9a-fA-F]{32}$/,
  RecordingStatus: /^[a-z-]{1,40}$/,
  RecordingDuration: /^-?\d{1,6}$/,
  RecordingChannels: /^[12]$/,
  TranscriptionSid: /^(GT|TR)[0-9a-fA-F]{32}$/,
  TranscriptionEvent: /^[a-z-]{1,60}$/,
  TranscriptionStatus: /^[a-z-]{1,40}$/,
  SequenceId: /^\d{1,9}$/,
  MachineDetectionDuration: /^\d{1,9}$/,
} as const;
/** What a parameter may be called. */
const NAME = /^[A-Za-z][A-Za-z0-9_.-]*$/;
/** Names of the checked parameters. */
export type CheckedName = keyof typeof PATTERNS;

/** The checked parameters, and those that no pattern of theirs fits. */
export type CheckedForm = { values: Partial<Record<CheckedName, string>>; faults: string[] };

/**
 * Checks the parameters the facts rest on.
 * @param parameters of the callback
 * @returns the values that fit and the names of those that do not
 */
export function checkForm(parameters: FormParameters): CheckedForm {
  const form: CheckedForm = { values: {}, faults: [] };
  for (const [name, value] of Object.entries(parameters)) {
    // What is left over where parameters were split anew under the same signature is no name, or a name that came before.
    if (!NAME.test(name)) form.faults.push('a parameter that has no name of one');
    else if (Array.isArray(value) && !Object.hasOwn(PATTERNS, name)) form.faults.push(name);
  }
  for (const [name, pattern] of Object.entries(PATTERNS) as [CheckedName, RegExp][]) {
    const value = parameters[name];
    if (value === undefined || value === '') continue;
    if (typeof value === 'string' && pattern.test(value)) form.values[name] = value;
    else form.faults.push(name);
  }
  return form;
}

/** A parameter whose content is free, such as a number; undefined where it is absent, empty or repeated. */
export function freeText(parameters: FormParameters, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST.id) : undefined;
}

/** The callback's own time (whole seconds, UTC); undefined where it has none. */
export function timestampAt(value: string | undefined): Date | undefined {
  const at = value === undefined ? undefined : new Date(value);
  return at === undefined || Number.isNaN(at.getTime()) ? undefined : at;
}
