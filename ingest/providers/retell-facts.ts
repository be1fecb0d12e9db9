/** What a Retell call says, in the words of `facts.ts`. Pure. */
import { DIRECTIONS, RANK, SENTIMENTS } from '../facts.ts';
import type { Connection, EndedBy, Facts, GroupValues, Stated, Status } from '../facts.ts';
import {
  anyOf,
  fieldsOf,
  groupsOf,
  integer,
  label,
  LONGEST,
  microUsd,
  millisecondsAt,
  oneOf,
  stated,
  text,
} from './fields.ts';
import type { Fields } from './fields.ts';

/** Events that are interpreted: a call connected, it is over, and what was learned of it later. */
export const CALL_EVENTS = ['call_started', 'call_ended', 'call_analyzed'] as const;
/** One of {@link CALL_EVENTS}. */
export type CallEvent = (typeof CALL_EVENTS)[number];

/** `call_status`, as the SDK's `PhoneCallResponse` lists it. */
const STATES: ReadonlyMap<unknown, Status> = new Map<unknown, Status>([
  ['registered', 'queued'],
  ['ongoing', 'in_progress'],
  ['ended', 'ended'],
  ['not_connected', 'ended'],
  ['error', 'ended'],
]);

/**
 * A call as the webhook shows it: the object of `GET /v2/get-call`, times and length in milliseconds, cost in US cents.
 * Source: docs.retellai.com/api-references/get-call and `src/resources/call.ts` in RetellAI/retell-typescript-sdk.
 * @param event which event carried it
 * @param call the event's `call`
 * @returns facts of witness `conversation`; how it went and ended only once it is over
 */
export function callFacts(event: CallEvent, call: Fields): Facts {
  const analysis = fieldsOf(call['call_analysis']);
  const state = STATES.get(call['call_status']) ?? (event === 'call_started' ? 'in_progress' : 'ended');
  const over = state === 'ended';
  const connected = call['call_status'] !== 'not_connected';
  const durationMs = over && connected ? integer(call['duration_ms']) : undefined;
  return {
    witness: 'conversation',
    groups: groupsOf({
      status: stated(RANK.status[state], state),
      startedAt: startOf(call, over),
      endedAt: over ? stated(RANK.endedAt.conversation, millisecondsAt(call['end_timestamp'])) : undefined,
      durationMs: stated(RANK.durationMs.conversation, durationMs),
      connection: over ? connectionOf(call, analysis) : undefined,
      ending: over ? stated(RANK.ending.conversation, endingOf(call)) : undefined,
      // Without a conversation nothing was reached or missed, whatever the analysis of an empty transcript says.
      goal: connected ? stated(RANK.goal.conversation, goalOf(analysis)) : undefined,
      sentiment: connected ? stated(RANK.sentiment.conversation, sentimentOf(analysis)) : undefined,
      cost: stated(RANK.cost.conversation, costOf(call)),
      assignment: stated(RANK.assignment.conversation, assignmentOf(call)),
      route: stated(
        RANK.route.conversation,
        anyOf<GroupValues['route']>({
          direction: oneOf(DIRECTIONS, call['direction']),
          fromNumber: text(call['from_number'], LONGEST.id),
          toNumber: text(call['to_number'], LONGEST.id),
        }),
      ),
      wording: stated(
        RANK.wording.conversation,
        anyOf<GroupValues['wording']>({
          summary: text(analysis['call_summary'], LONGEST.summary),
        }),
      ),
    }),
  };
}

/** A call that never began has at best the time of its end. */
function startOf(call: Fields, over: boolean): Stated<Date> | undefined {
  const startedAt = stated(RANK.startedAt.conversation, millisecondsAt(call['start_timestamp']));
  if (startedAt !== undefined || !over) return startedAt;
  return stated(RANK.startedAt.failureEventTime, millisecondsAt(call['end_timestamp']));
}

/** Reasons that tell how the telephone call went; source: docs.retellai.com/reliability/debug-call-disconnect. */
const NOT_CONNECTED: ReadonlyMap<unknown, Connection> = new Map<unknown, Connection>([
  ['dial_busy', 'busy'],
  ['dial_no_answer', 'no_answer'],
  ['user_declined', 'rejected'],
  ['manual_stopped', 'canceled'],
]);
/** Reasons that are failures of dialling, even where the status does not say `not_connected`. */
const DIAL_FAILED: ReadonlySet<unknown> = new Set([
  'dial_failed',
  'invalid_destination',
  'telephony_provider_permission_denied',
  'telephony_provider_unavailable',
  'sip_routing_error',
  'marked_as_spam',
  'error_user_not_joined',
  'registered_call_timeout',
]);

/** Whether a person answered is inferred from whether one spoke, where neither reason nor analysis says. */
function connectionOf(call: Fields, analysis: Fields): Stated<Connection> {
  const reason = call['disconnection_reason'];
  const unanswered = reason === 'manual_stopped' ? undefined : NOT_CONNECTED.get(reason);
  if (call['call_status'] === 'not_connected' || unanswered !== undefined || DIAL_FAILED.has(reason)) {
    return { rank: RANK.connection.conversationFailure, value: NOT_CONNECTED.get(reason) ?? 'failed' };
  }
  const rank = RANK.connection.conversation;
  const machine = reason === 'voicemail_reached' || reason === 'ivr_reached';
  if (machine || analysis['in_voicemail'] === true) return { rank, value: 'answered_machine' };
  const turns: unknown = call['transcript_object'];
  const spoke = Array.isArray(turns) && turns.some((turn) => fieldsOf(turn)['role'] === 'user');
  if (spoke) return { rank, value: 'answered_human' };
  return { rank, value: call['call_status'] === 'error' ? 'failed' : 'answered_unknown' };
}

const ENDINGS: ReadonlyMap<string, EndedBy> = new Map<string, EndedBy>([
  ['user_hangup', 'customer'],
  ['user_declined', 'customer'],
  ['agent_hangup', 'agent'],
  ['voicemail_reached', 'agent'],
  ['ivr_reached', 'agent'],
  ['call_transfer', 'transfer'],
  ['transfer_bridged', 'transfer'],
  ['inactivity', 'timeout_silence'],
  ['max_duration_reached', 'timeout_max'],
  ['dial_failed', 'telephony_error'],
  ['invalid_destination', 'telephony_error'],
  ['telephony_provider_permission_denied', 'telephony_error'],
  ['telephony_provider_unavailable', 'telephony_error'],
  ['sip_routing_error', 'telephony_error'],
  ['marked_as_spam', 'telephony_error'],
  ['concurrency_limit_reached', 'platform_error'],
  ['no_concurrency_fallback', 'platform_error'],
  ['no_valid_payment', 'platform_error'],
  ['scam_detected', 'platform_error'],
]);

/** All `error_…` reasons are the platform's; a reason of tomorrow is kept as it is. */
function endingOf(call: Fields): GroupValues['ending'] | undefined {
  const endReason = text(call['disconnection_reason'], LONGEST.reason);
  const failed = endReason?.startsWith('error_') === true ? ('platform_error' as const) : undefined;
  return anyOf<GroupValues['ending']>({ endedBy: ENDINGS.get(endReason ?? '') ?? failed, endReason });
}

function goalOf(analysis: Fields): GroupValues['goal'] | undefined {
  const successful = analysis['call_successful'];
  return typeof successful === 'boolean' ? { goal: successful ? 'success' : 'failure' } : undefined;
}

/** `Positive`, `Neutral` or `Negative`; `Unknown` is no label. */
function sentimentOf(analysis: Fields): GroupValues['sentiment'] | undefined {
  const given = analysis['user_sentiment'];
  const sentiment = oneOf(SENTIMENTS, typeof given === 'string' ? given.toLowerCase() : undefined);
  return sentiment === undefined ? undefined : { sentiment, sentimentSource: 'provider' };
}

function costOf(call: Fields): GroupValues['cost'] | undefined {
  const cents = fieldsOf(call['call_cost'])['combined_cost'];
  const costMicroUsd = typeof cents === 'number' ? microUsd(cents / 100) : undefined;
  return costMicroUsd === undefined ? undefined : { costMicroUsd };
}

/** The campaign is the customer's own: a dynamic variable of the call, else a field of its metadata. */
function assignmentOf(call: Fields): GroupValues['assignment'] | undefined {
  return anyOf<GroupValues['assignment']>({
    agentId: text(call['agent_id'], LONGEST.id),
    agentName: text(call['agent_name'], LONGEST.id),
    campaignId:
      label(fieldsOf(call['retell_llm_dynamic_variables'])['campaign_id']) ??
      label(fieldsOf(call['metadata'])['campaign_id']),
  });
}
