/** What a Twilio voice callback says of its leg, in the words of `facts.ts`. Pure. */
import { RANK } from '../facts.ts';
import type { Connection, Direction, Facts, GroupValues, Stated, Status } from '../facts.ts';
import { anyOf, groupsOf, later, LONGEST, stated, text } from './fields.ts';
import { ANSWERED_BY, freeText, timestampAt } from './twilio-form.ts';
import type { CallStatus, CheckedForm, FormParameters } from './twilio-form.ts';

const STATES: Readonly<Record<CallStatus, Status>> = {
  queued: 'queued',
  initiated: 'queued',
  ringing: 'ringing',
  'in-progress': 'in_progress',
  completed: 'ended',
  busy: 'ended',
  failed: 'ended',
  'no-answer': 'ended',
  canceled: 'ended',
};

/** Twilio's words for who called. */
export const DIRECTIONS: ReadonlyMap<string, Direction> = new Map<string, Direction>([
  ['inbound', 'inbound'],
  ['outbound-api', 'outbound'],
  ['outbound-dial', 'outbound'],
]);

/** SIP answers by which the other side declines: 603 Decline, 607 Unwanted, 608 Rejected. */
const DECLINED = new Set(['603', '607', '608']);

/** A voice callback, checked: its status where it has one, its parameters and the address it was sent to. */
export type LegCallback = {
  status: CallStatus | undefined;
  values: CheckedForm['values'];
  parameters: FormParameters;
  target: string;
};

/**
 * A status callback of one leg.
 * @param callback with a status
 * @param status its status
 * @returns facts of witness `leg`, with the sender's sequence; of a child leg also its parent
 */
export function legFacts(callback: LegCallback, status: CallStatus): Facts {
  const { values, parameters, target } = callback;
  const at = timestampAt(values.Timestamp);
  const state = STATES[status];
  const seconds = values.CallDuration === undefined ? undefined : Number(values.CallDuration);
  return {
    ...legOf(values),
    groups: groupsOf({
      status: stated(RANK.status[state], state),
      startedAt: startOf(status, at, seconds),
      answeredAt: status === 'in-progress' ? stated(RANK.answeredAt.leg, at) : undefined,
      endedAt: state === 'ended' ? stated(RANK.endedAt.leg, at) : undefined,
      durationMs:
        status === 'completed' && seconds !== undefined
          ? stated(RANK.durationMs.leg, seconds * 1_000)
          : undefined,
      connection: connectionOf(status, values),
      ending: status === 'failed' ? stated(RANK.ending.leg, { endedBy: 'telephony_error' }) : undefined,
      assignment: stated(RANK.assignment.leg, assignmentOf(target)),
      route: stated(
        RANK.route.leg,
        anyOf<GroupValues['route']>({
          direction: DIRECTIONS.get(values.Direction ?? ''),
          fromNumber: freeText(parameters, 'From'),
          toNumber: freeText(parameters, 'To'),
        }),
      ),
    }),
  };
}

/**
 * Asynchronous answering machine detection: who answered, and nothing else.
 * @param callback without a status
 */
export function detectionFacts(callback: LegCallback): Facts {
  const verdict = answeredBy(callback.values.AnsweredBy);
  return {
    ...legOf(callback.values),
    groups: groupsOf({ connection: stated(RANK.connection.legDetection, verdict) }),
  };
}

function legOf(values: CheckedForm['values']): Omit<Facts, 'groups'> {
  return {
    witness: 'leg',
    ...(values.ParentCallSid === undefined ? {} : { parentPartId: `twilio:${values.ParentCallSid}` }),
    ...(values.SequenceNumber === undefined ? {} : { sequence: Number(values.SequenceNumber) }),
  };
}

/** Stated by the first callbacks; else the end less the talk. A leg that was never answered has no talk to take off. */
function startOf(
  status: CallStatus,
  at: Date | undefined,
  seconds: number | undefined,
): Stated<Date> | undefined {
  if (status === 'queued' || status === 'initiated') return stated(RANK.startedAt.legStated, at);
  if (STATES[status] !== 'ended') return undefined;
  const talked = seconds ?? (status === 'completed' ? undefined : 0);
  return stated(RANK.startedAt.legDerived, talked === undefined ? undefined : later(at, -talked));
}

function connectionOf(status: CallStatus, values: CheckedForm['values']): Stated<Connection> | undefined {
  switch (status) {
    case 'queued':
    case 'initiated':
    case 'ringing':
      return undefined;
    case 'in-progress':
    case 'completed': {
      const verdict = stated(RANK.connection.legAnsweredBy, answeredBy(values.AnsweredBy));
      if (verdict !== undefined) return verdict;
      return status === 'completed'
        ? stated(RANK.connection.legCompleted, 'answered_unknown')
        : stated(RANK.connection.inProgress, 'in_progress');
    }
    case 'busy':
    case 'no-answer':
    case 'canceled':
    case 'failed': {
      const declined = DECLINED.has(values.SipResponseCode ?? '');
      const named = status === 'no-answer' ? 'no_answer' : status;
      return stated(RANK.connection.legNotAnswered, declined ? 'rejected' : named);
    }
  }
}

/** What answering machine detection found; `unknown` is no verdict. */
export function answeredBy(word: unknown): Connection | undefined {
  if (typeof word !== 'string' || !ANSWERED_BY.test(word) || word === 'unknown') return undefined;
  return word === 'human' ? 'answered_human' : 'answered_machine';
}

/** Agent and campaign stand in the registered callback URL, which is under the signature. */
function assignmentOf(target: string): GroupValues['assignment'] | undefined {
  const start = target.indexOf('?');
  const query = new URLSearchParams(start === -1 ? '' : target.slice(start + 1));
  return anyOf<GroupValues['assignment']>({
    agentId: text(query.get('agentId'), LONGEST.id),
    campaignId: text(query.get('campaignId'), LONGEST.id),
  });
}
