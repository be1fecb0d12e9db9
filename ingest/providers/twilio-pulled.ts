/** A Call resource that was fetched from Twilio instead of told by a callback: its body, its key and its facts. Pure. */
import { RANK } from '../facts.ts';
import type { Facts } from '../facts.ts';
import { canonicalJson, textHash } from './canonical.ts';
import { groupsOf, isFields, label, microUsd, stated } from './fields.ts';
import type { Fields } from './fields.ts';
import { parseJson } from './json.ts';
import { unreadable } from './provider.ts';
import type { Findings } from './provider.ts';
import { legFacts } from './twilio-facts.ts';
import type { LegCallback } from './twilio-facts.ts';
import { CALL_STATUSES, checkForm, timestampAt } from './twilio-form.ts';
import type { CallStatus, FormParameters } from './twilio-form.ts';
import { callSidPart } from './twilio-ids.ts';

/** The type under which a fetched call stands in the log. */
export const PULLED_CALL = 'backfill.call';

/** Fields that change without the call changing: when the record was touched, and where its relatives are found. */
const VOLATILE = new Set(['date_updated', 'uri', 'subresource_uris']);

const TARGET = /^\/2010-04-01\/Accounts\/AC[0-9a-fA-F]{32}\/Calls\/CA[0-9a-fA-F]{32}\.json$/;

/**
 * Whether a stored target is that of a fetched call: such an address is never a webhook's.
 * @param target path and query
 */
export function isPulledCall(target: string): boolean {
  return TARGET.test(target);
}

/** The address of one call; also the path it could be fetched from. */
export function pulledCallTarget(ids: { accountSid: string; callSid: string }): string {
  return `/2010-04-01/Accounts/${ids.accountSid}/Calls/${ids.callSid}.json`;
}

/** The body of its event: the resource in canonical order, without what changes by itself. */
export function pulledCallBody(call: Fields): Buffer {
  return Buffer.from(
    canonicalJson(call, ([name = '', ...deeper]) => deeper.length === 0 && VOLATILE.has(name)),
  );
}

/**
 * The one event in the body of a fetched call. Its fields are held to the patterns of the callbacks' parameters.
 * @param body as {@link pulledCallBody} made it
 */
export function identifyPulledCall(body: Buffer): Findings {
  const parsed = parseJson(body);
  if (!parsed.ok) return unreadable(parsed.reason);
  const call = parsed.value;
  if (!isFields(call)) return unreadable('shape');
  const parameters = parametersOf(call);
  const { values, faults } = checkForm(parameters);
  if (faults.length > 0) return unreadable('schema', ...faults);
  const { AccountSid, CallSid } = values;
  const status = CALL_STATUSES.find((word) => word === values.CallStatus);
  if (AccountSid === undefined || CallSid === undefined) return unreadable('id', 'CallSid');
  if (status === undefined) return unreadable('schema', 'CallStatus');
  const parent = callSidPart(values.ParentCallSid);
  return [
    {
      readable: true,
      type: PULLED_CALL,
      key: [AccountSid, CallSid, PULLED_CALL, textHash(canonicalJson(call))],
      statedAt: null,
      partId: `twilio:${CallSid}`,
      links: parent === undefined ? [] : [parent],
      flags: [],
      interpret: () => pulledCallFacts(call, { status, values, parameters, target: '' }, status),
    },
  ];
}

/**
 * As a status callback of the same state, without its sequence: where a callback tells the same, the callback is believed. The
 * start has the rank of a derived one, since `start_time` may be that of the answer. `price` is negative, in the account's
 * currency, and null until it is known. Source: Twilio, "Call resource".
 */
function pulledCallFacts(call: Fields, callback: LegCallback, status: CallStatus): Facts {
  const facts = legFacts(callback, status);
  const startedAt = timeOf(call['start_time']) ?? timeOf(call['date_created']);
  const price = typeof call['price'] === 'string' ? decimal(call['price']) : undefined;
  const costMicroUsd = call['price_unit'] === 'USD' && price !== undefined ? microUsd(0 - price) : undefined;
  return {
    ...facts,
    groups: {
      ...facts.groups,
      ...groupsOf({
        startedAt: stated(RANK.startedAt.legDerived, startedAt),
        cost: stated(RANK.cost.leg, costMicroUsd === undefined ? undefined : { costMicroUsd }),
      }),
    },
  };
}

/** The resource's own word for what the callbacks tell apart. */
const ANSWERED_BY: ReadonlyMap<unknown, string> = new Map([['machine', 'machine_start']]);

/** The resource's fields under the names that callbacks have; its end is the time of the callback that tells of the end. */
function parametersOf(call: Fields): FormParameters {
  const parameters = Object.create(null) as FormParameters;
  const named = {
    AccountSid: call['account_sid'],
    CallSid: call['sid'],
    ParentCallSid: call['parent_call_sid'],
    CallStatus: call['status'],
    AnsweredBy: ANSWERED_BY.get(call['answered_by']) ?? call['answered_by'],
    Direction: call['direction'],
    CallDuration: call['duration'],
    Timestamp: call['end_time'],
    From: call['from'],
    To: call['to'],
  };
  for (const [name, value] of Object.entries(named)) {
    const said = label(value);
    if (said !== undefined) parameters[name] = said;
  }
  return parameters;
}

function timeOf(value: unknown): Date | undefined {
  return typeof value === 'string' ? timestampAt(value) : undefined;
}

function decimal(value: string): number | undefined {
  return /^-?\d{1,9}(\.\d{1,12})?$/.test(value) ? Number(value) : undefined;
}
