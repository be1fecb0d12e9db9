/** How a Vapi call connected and who ended it, read from `endedReason`, of which there are hundreds: by pattern. Pure. */
import { RANK } from '../facts.ts';
import type { Connection, EndedBy, GroupValues, Stated } from '../facts.ts';
import { anyOf, fieldsOf, isoAt, LONGEST, text } from './fields.ts';
import type { Fields } from './fields.ts';

/** Reasons of calls in which nobody was reached; the first that fits decides. Source: docs.vapi.ai/calls/call-ended-reason. */
const NOT_ANSWERED: readonly (readonly [RegExp, Connection])[] = [
  [/^customer-busy$/, 'busy'],
  [/^customer-did-not-answer$/, 'no_answer'],
  [/outbound-sip-(408|480)-/, 'no_answer'],
  [/^vonage-rejected$/, 'rejected'],
  [/^scheduled-call-deleted$|caller-hungup-before-call-connect$/, 'canceled'],
  [/^(call\.start\.error|call-start-error)-/, 'failed'],
  [/^assistant-(not-|request-(failed|returned-))/, 'failed'],
  [/^customer-did-not-give-microphone-permission$|^twilio-reported-customer-misdialed$/, 'failed'],
  [
    /failed-to-connect(-call)?$|transport-never-connected$|outbound-sip-|bypass-enabled-but-no-call/,
    'failed',
  ],
];

/**
 * How the call went. Whether a person answered is inferred from whether one spoke, and that anybody did from the call's start.
 * @param message an end-of-call report
 * @returns undefined where it gives no reason, or one that says nothing of a call that never began
 */
export function connectionOf(message: Fields): Stated<Connection> | undefined {
  const reason = reasonOf(message);
  if (reason === undefined) return undefined;
  const unanswered = NOT_ANSWERED.find(([pattern]) => pattern.test(reason))?.[1];
  if (unanswered !== undefined) return { rank: RANK.connection.conversationFailure, value: unanswered };
  const rank = RANK.connection.conversation;
  if (reason === 'voicemail') return { rank, value: 'answered_machine' };
  if (hasSpoken(message)) return { rank, value: 'answered_human' };
  if (startedAtOf(message) !== undefined) return { rank, value: 'answered_unknown' };
  return reason === 'manually-canceled'
    ? { rank: RANK.connection.conversationFailure, value: 'canceled' }
    : undefined;
}

/** When the call began; it has no such time before it is in progress. */
export function startedAtOf(message: Fields): Date | undefined {
  return isoAt(message['startedAt']) ?? isoAt(fieldsOf(message['call'])['startedAt']);
}

/** The reports keep what was said in their artifact; older ones beside it. */
function hasSpoken(message: Fields): boolean {
  const lists: unknown[] = [fieldsOf(message['artifact'])['messages'], message['messages']];
  return lists.some(
    (turns) => Array.isArray(turns) && turns.some((turn) => fieldsOf(turn)['role'] === 'user'),
  );
}

/** By prefix, as Vapi names them; what is an error of nobody in particular is the platform's. */
const ENDINGS: readonly (readonly [RegExp, EndedBy])[] = [
  [/^assistant-forwarded-call$|hook-executed-transfer$|returned-forwarding-phone-number$/, 'transfer'],
  [/^assistant-(ended-call|said-end-call-phrase)/, 'agent'],
  [/^customer-ended-call/, 'customer'],
  [/^silence-timed-out$|warm-transfer-silence-timeout$/, 'timeout_silence'],
  [/^exceeded-max-duration$|warm-transfer-max-duration$/, 'timeout_max'],
  [/vapifault-/, 'platform_error'],
  [/^twilio-|^vonage-(disconnected|failed)|sip-|^phone-call-provider-|transport-/, 'telephony_error'],
  [/error|^worker-shutdown$|^assistant-(not-|request-|join-timed-out)/, 'platform_error'],
];
/** Reasons that name a provider and are no error: the other side's line was put down in the usual way. */
const NO_ONE = /^call\.(in-progress|ringing)\.(twilio-completed-call|sip-completed-call|sip-inbound-caller)/;

/** Who ended the call, as far as the reason says, and the reason as it is. */
export function endingOf(message: Fields): GroupValues['ending'] | undefined {
  const endReason = reasonOf(message);
  const told = ENDINGS.find(([pattern]) => endReason !== undefined && pattern.test(endReason))?.[1];
  const endedBy = endReason !== undefined && NO_ONE.test(endReason) ? undefined : told;
  return anyOf<GroupValues['ending']>({ endedBy, endReason });
}

function reasonOf(message: Fields): string | undefined {
  const given = text(message['endedReason'], LONGEST.reason);
  return given ?? text(fieldsOf(message['call'])['endedReason'], LONGEST.reason);
}
