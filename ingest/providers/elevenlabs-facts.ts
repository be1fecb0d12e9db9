/** What an ElevenLabs conversation or failed call attempt says, in the words of `facts.ts`. Pure. */
import { RANK } from '../facts.ts';
import type { Connection, EndedBy, Facts, GroupValues } from '../facts.ts';
import { DEFAULT_SETTINGS } from '../interpret-settings.ts';
import type { InterpretSettings } from '../interpret-settings.ts';
import { conversationSentiment } from './elevenlabs-sentiment.ts';
import {
  anyOf,
  fieldsOf,
  groupsOf,
  integer,
  label,
  later,
  LONGEST,
  microUsd,
  numberWithin,
  oneOf,
  secondsAt,
  stated,
  text,
} from './fields.ts';
import type { Fields } from './fields.ts';
import { callSidPart } from './twilio-ids.ts';

/**
 * A whole conversation, as `post_call_transcription` tells it.
 * @param fields the event's `data`
 * @param settings the endpoint's
 * @returns facts of witness `conversation`; how it went and ended only once it is over
 */
export function conversationFacts(fields: Fields, settings: InterpretSettings = DEFAULT_SETTINGS): Facts {
  const metadata = fieldsOf(fields['metadata']);
  const analysis = fieldsOf(fields['analysis']);
  const startedAt = secondsAt(metadata['start_time_unix_secs']);
  const seconds = integer(metadata['call_duration_secs']);
  const status = fields['status'];
  const over = status !== 'in-progress' && status !== 'initiated';
  return {
    witness: 'conversation',
    groups: groupsOf({
      status: statusOf(status),
      startedAt: stated(RANK.startedAt.conversation, startedAt),
      answeredAt: stated(RANK.answeredAt.conversation, secondsAt(metadata['accepted_time_unix_secs'])),
      endedAt: over ? stated(RANK.endedAt.conversation, later(startedAt, seconds)) : undefined,
      durationMs:
        over && seconds !== undefined ? stated(RANK.durationMs.conversation, seconds * 1_000) : undefined,
      connection: over ? stated(RANK.connection.conversation, connectionOf(fields, metadata)) : undefined,
      ending: over ? stated(RANK.ending.conversation, endingOf(metadata, status)) : undefined,
      goal: stated(RANK.goal.conversation, goalOf(analysis)),
      sentiment: stated(RANK.sentiment.conversation, conversationSentiment(fields, settings)),
      cost: stated(
        RANK.cost.conversation,
        anyOf<GroupValues['cost']>({
          costCredits: creditsOf(metadata),
          costMicroUsd: microUsd(metadata['cost_fiat']),
        }),
      ),
      assignment: stated(RANK.assignment.conversation, assignmentOf(fields, metadata, settings)),
      route: stated(RANK.route.conversation, routeOf(fieldsOf(metadata['phone_call']))),
      wording: stated(
        RANK.wording.conversation,
        anyOf<GroupValues['wording']>({
          summary: text(analysis['transcript_summary'], LONGEST.summary),
          title: text(analysis['call_summary_title'], LONGEST.title),
        }),
      ),
    }),
  };
}

/** The telephone leg a conversation names: in its phone call, or in the dynamic variable that the settings name. */
export function conversationLinks(fields: Fields, settings: InterpretSettings = DEFAULT_SETTINGS): string[] {
  const phoneCall = fieldsOf(fieldsOf(fields['metadata'])['phone_call']);
  const named = [phoneCall['call_sid'], dynamicVariables(fields)[settings.callSidVariable]].map(callSidPart);
  return [...new Set(named.filter((part) => part !== undefined))];
}

const FAILURES: ReadonlyMap<unknown, Connection> = new Map<unknown, Connection>([
  ['busy', 'busy'],
  ['no-answer', 'no_answer'],
  ['unknown', 'failed'],
]);

/**
 * A call that never connected, as `call_initiation_failure` tells it. It has no start of its own: the event's time stands in.
 * @param fields the event's `data`
 * @param statedAt the event's time
 */
export function failureFacts(fields: Fields, statedAt: Date | null): Facts {
  const agentId = text(fields['agent_id'], LONGEST.id);
  return {
    witness: 'conversation',
    groups: groupsOf({
      status: stated(RANK.status.ended, 'ended'),
      startedAt: stated(RANK.startedAt.failureEventTime, statedAt ?? undefined),
      connection: stated(RANK.connection.conversationFailure, FAILURES.get(fields['failure_reason'])),
      assignment: stated(RANK.assignment.conversation, anyOf<GroupValues['assignment']>({ agentId })),
    }),
  };
}

/** The leg of a failed attempt: Twilio's body names it; a SIP body's `call_sid` is none. */
export function failureLinks(fields: Fields): string[] {
  const part = callSidPart(fieldsOf(fieldsOf(fields['metadata'])['body'])['CallSid']);
  return part === undefined ? [] : [part];
}

function statusOf(status: unknown): Facts['groups']['status'] | undefined {
  if (status === 'done' || status === 'failed') return { rank: RANK.status.ended, value: 'ended' };
  return status === 'in-progress' ? { rank: RANK.status.in_progress, value: 'in_progress' } : undefined;
}

/** Whether a person answered is inferred from whether one spoke: the platform does not say. */
function connectionOf(fields: Fields, metadata: Fields): Connection {
  if (fields['status'] === 'failed') return 'failed';
  const voicemail = fieldsOf(fieldsOf(metadata['features_usage'])['voicemail_detection']);
  if (voicemail['used'] === true) return 'answered_machine';
  const turns: unknown = fields['transcript'];
  const spoke = Array.isArray(turns) && turns.some((turn) => fieldsOf(turn)['role'] === 'user');
  return spoke ? 'answered_human' : 'answered_unknown';
}

/** Texts seen in `termination_reason`, which is free text: the first that fits decides, none leaves the raw reason alone. */
const REASONS: readonly (readonly [RegExp, EndedBy])[] = [
  [/max(imum)?[ _-]?(allowed )?(call |conversation )?duration|duration (limit )?exceeded/i, 'timeout_max'],
  [/silence|inactiv/i, 'timeout_silence'],
  [/end_call|\bagent (has )?(ended|hung up)|ended by (the )?agent/i, 'agent'],
  [
    /client disconnected|remote party|\b(user|customer|caller|client) (has )?(ended|hung up|disconnected)/i,
    'customer',
  ],
  [/ended by (the )?(user|customer|caller|client)/i, 'customer'],
  [/error/i, 'platform_error'],
];

/** Only a transfer to a number ends the conversation; one to another agent goes on in it. */
function endingOf(metadata: Fields, status: unknown): GroupValues['ending'] | undefined {
  const reason = text(metadata['termination_reason'], LONGEST.reason);
  const error = fieldsOf(metadata['error']);
  const failed = status === 'failed' || error['code'] !== undefined;
  const transferred = fieldsOf(fieldsOf(metadata['features_usage'])['transfer_to_number'])['used'] === true;
  const told = REASONS.find(([pattern]) => reason !== undefined && pattern.test(reason))?.[1];
  return anyOf<GroupValues['ending']>({
    endedBy: transferred ? 'transfer' : (told ?? (failed ? 'platform_error' : undefined)),
    endReason: reason ?? text(error['reason'], LONGEST.reason),
  });
}

/** `unknown` and anything new are no facts; a score counts only beside a verdict and on a scale that is known. */
function goalOf(analysis: Fields): GroupValues['goal'] | undefined {
  const goal = oneOf(['success', 'failure'] as const, analysis['call_successful']);
  const goalScore = numberWithin(analysis['call_success_score'], 0, 1);
  return goal === undefined ? undefined : { goal, ...(goalScore === undefined ? {} : { goalScore }) };
}

function creditsOf(metadata: Fields): number | undefined {
  const credits = integer(metadata['cost']);
  return credits !== undefined && credits >= 0 ? credits : undefined;
}

function assignmentOf(
  fields: Fields,
  metadata: Fields,
  settings: InterpretSettings,
): GroupValues['assignment'] | undefined {
  return anyOf<GroupValues['assignment']>({
    agentId: text(fields['agent_id'], LONGEST.id),
    agentName: text(fields['agent_name'], LONGEST.id),
    campaignId:
      label(dynamicVariables(fields)[settings.campaignVariable]) ??
      label(fieldsOf(metadata['batch_call'])['batch_call_id']),
    language: text(metadata['main_language'], LONGEST.language),
  });
}

/** The platform names its own number and the other one; which of them called is in the direction. */
function routeOf(phoneCall: Fields): GroupValues['route'] | undefined {
  const direction = oneOf(['inbound', 'outbound'] as const, phoneCall['direction']);
  if (direction === undefined) return undefined;
  const own = text(phoneCall['agent_number'], LONGEST.id);
  const other = text(phoneCall['external_number'], LONGEST.id);
  const [fromNumber, toNumber] = direction === 'inbound' ? [other, own] : [own, other];
  return anyOf<GroupValues['route']>({ direction, fromNumber, toNumber });
}

function dynamicVariables(fields: Fields): Fields {
  return fieldsOf(fieldsOf(fields['conversation_initiation_client_data'])['dynamic_variables']);
}
