/**
 * The ledger's truth: what a reader of the product should see of a call, worked out from the plan alone and from which
 * events arrived. It shares no code with the product; the order of belief is the published one.
 */
import type { CallPlan, LegEvent, PlannedConversation, Truth } from './planned.ts';
import {
  ANSWERED_BY,
  FAILURE_REASONS,
  NOT_ANSWERED,
  REJECTING_SIP_CODES,
  type Connection,
  type EndedBy,
  type Status,
} from './words.ts';

/**
 * What should be seen of a call when only some of its events have arrived.
 * @param call the plan of the call
 * @param heard whether the event of that key has arrived
 * @returns the truth, or null where nothing was heard
 */
export function truthOf(call: CallPlan, heard: (key: string) => boolean): Truth | null {
  const known = knownOf(call, heard);
  if (known.providers.length === 0) return null;
  const { last, report, failure, told, conversations } = known;
  const connection = connectionOf(known);
  const feeling = sentimentOf(known);
  // Of several conversations the last is asked how the caller felt, whoever labels it.
  const english = last?.languageTold === true && last.language === 'en' && last.userTurns > 0;
  return {
    callId: callIdOf(known),
    providers: known.providers,
    agentId: last?.agentId ?? failure?.agentId ?? told?.agentId ?? report?.agentId ?? null,
    campaignId: last?.campaign?.id ?? told?.campaignId ?? report?.campaignId ?? null,
    direction: directionOf(known),
    language: (last?.languageTold === true ? last.language : null) ?? report?.language ?? null,
    startedAt: startOf(known),
    status: statusOf(known),
    connection,
    endedBy: endedByOf(known),
    goal:
      (known.analysed ? last?.analysis.goal : undefined) ??
      (known.reportAnalysed ? report?.goal : null) ??
      'unknown',
    ...feeling,
    locallyScored: feeling.sentiment === null && english,
    durationMs: connection.startsWith('answered_') ? talkMsOf(known) : null,
    costCredits: sum(conversations.map((one) => one.costCredits)),
    costMicroUsd: sum([...conversations.map((one) => one.costMicroUsd), report?.costMicroUsd ?? null]),
  };
}

/** A conversation's word first; then a leg that failed, which is the network's doing; then the report's. */
function endedByOf({ last, ended, report }: Known): EndedBy | null {
  if (last !== undefined) return last.endedBy === 'unknown' ? null : last.endedBy;
  return ended?.status === 'failed' ? 'telephony_error' : (report?.endedBy ?? null);
}

type StatusEvent = Extract<LegEvent, { kind: 'status' }>;
type Known = ReturnType<typeof knownOf>;

/** The witnesses that were heard, each with what of it was heard. */
function knownOf(call: CallPlan, heard: (key: string) => boolean) {
  const isHeard = (event: { key: string }): boolean => heard(event.key);
  const legEvents = (call.leg?.events ?? []).filter(isHeard);
  const statuses = legEvents.filter((event) => event.kind === 'status');
  const childHeard = call.childLegs.some((leg) => leg.events.some(isHeard));
  const conversations = call.conversations
    .filter((one) => one.tellings.some(isHeard))
    .sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
  const last = conversations.at(-1);
  const failure = call.failure !== null && isHeard(call.failure) ? call.failure : undefined;
  const reportEvents = (call.report?.events ?? []).filter(isHeard);
  const report = reportEvents.length > 0 ? (call.report ?? undefined) : undefined;
  const providers = [
    ...(last !== undefined || failure !== undefined ? ['elevenlabs'] : []),
    ...(report !== undefined ? ['standard'] : []),
    ...(legEvents.length > 0 || childHeard ? ['twilio'] : []),
  ];
  return {
    providers,
    leg: legEvents.length > 0 ? (call.leg ?? undefined) : undefined,
    // The verdict on who picked up states neither direction nor agent nor campaign: a leg known by it alone tells none.
    told: statuses.length > 0 ? (call.leg ?? undefined) : undefined,
    parentCallSid: childHeard ? call.leg?.callSid : undefined,
    statuses,
    verdicts: legEvents.filter((event) => event.kind === 'detection'),
    ended: statuses.find((event) => event.callDurationSecs !== null),
    conversations,
    last,
    analysed: last?.tellings.some((telling) => telling.analysed && isHeard(telling)) ?? false,
    failure,
    report,
    // An analysis adds to a report and never ends a call.
    reportEnded: reportEvents.some((event) => event.type !== 'call.analyzed'),
    // The newest event of a report holds the analysis, whether that is a later one or the only one.
    reportAnalysed: reportEvents.some((event) => event === call.report?.events.at(-1)),
  };
}

/** The least of the ids: CallSid, conversation, report. A parent leg counts before its children even when only they told of it. */
function callIdOf(known: Known): string {
  const { medium } = known.last ?? {};
  const callSid =
    known.leg?.callSid ??
    known.parentCallSid ??
    (medium?.kind === 'twilio' ? medium.callSid : null) ??
    known.failure?.callSid ??
    known.report?.twilioCallSid ??
    null;
  if (callSid !== null) return `twilio:${callSid}`;
  const conversationIds = known.conversations.map((one) => one.conversationId).sort();
  const conversationId = conversationIds[0] ?? known.failure?.conversationId;
  if (conversationId !== undefined) return `elevenlabs:${conversationId}`;
  return `standard:default:${known.report?.reportId ?? ''}`;
}

function directionOf({ told, last, report }: Known): Truth['direction'] {
  if (told !== undefined) return told.direction === 'inbound' ? 'inbound' : 'outbound';
  const medium = last?.medium;
  const stated = medium?.kind === 'sip' || (medium?.kind === 'twilio' && medium.statedBy === 'phone_call');
  return (stated ? medium.direction : null) ?? report?.direction ?? null;
}

function startOf({ statuses, ended, conversations, report, failure }: Known): Date | null {
  const initiated = statuses.find((event) => event.status === 'initiated');
  if (initiated !== undefined) return initiated.at;
  if (ended !== undefined) return new Date(ended.at.getTime() - (ended.callDurationSecs ?? 0) * 1000);
  return conversations[0]?.startedAt ?? report?.startedAt ?? failure?.at ?? null;
}

function statusOf({ statuses, ended, last, reportEnded, failure }: Known): Status | null {
  if (ended !== undefined || last !== undefined || reportEnded || failure !== undefined) return 'ended';
  if (statuses.some((event) => event.status === 'in-progress')) return 'in_progress';
  if (statuses.some((event) => event.status === 'ringing')) return 'ringing';
  return statuses.length > 0 ? 'queued' : null;
}

/** By order of belief: Twilio's verdict, a leg not answered, the conversation, the failure, the report, a leg completed. */
function connectionOf(known: Known): Connection {
  const { statuses, verdicts, ended, last, failure, report } = known;
  for (const { answeredBy } of [...verdicts, ...statuses.toReversed()]) {
    const verdict = answeredBy === null ? null : ANSWERED_BY[answeredBy];
    if (verdict !== null) return verdict;
  }
  const unanswered = ended === undefined ? null : notAnswered(ended);
  if (unanswered !== null) return unanswered;
  if (last !== undefined) return conversationConnection(last);
  if (failure !== undefined) return FAILURE_REASONS[failure.reason];
  if (report !== undefined) return report.connection;
  if (ended !== undefined) return 'answered_unknown';
  return statuses.length > 0 ? 'in_progress' : 'unknown';
}

function notAnswered({ status, sipResponseCode }: StatusEvent): Connection | null {
  if (status !== 'busy' && status !== 'no-answer' && status !== 'canceled' && status !== 'failed')
    return null;
  const rejected = sipResponseCode !== null && REJECTING_SIP_CODES.includes(sipResponseCode);
  return rejected ? 'rejected' : NOT_ANSWERED[status];
}

function conversationConnection(conversation: PlannedConversation): Connection {
  if (conversation.voicemailDetected) return 'answered_machine';
  return conversation.userTurns === 0 ? 'answered_unknown' : 'answered_human';
}

function sentimentOf(known: Known): Pick<Truth, 'sentiment' | 'sentimentSource' | 'sentimentScore'> {
  const label = known.analysed ? (known.last?.analysis.sentiment ?? null) : null;
  // The scale of the platform's own score is not published, so no score is believed.
  if (label !== null) return { sentiment: label, sentimentSource: 'provider', sentimentScore: null };
  const { report } = known;
  if (!known.reportAnalysed || report === undefined || report.sentiment === null)
    return { sentiment: null, sentimentSource: null, sentimentScore: null };
  return { sentiment: report.sentiment, sentimentSource: 'sender', sentimentScore: report.score };
}

function talkMsOf({ conversations, ended, report }: Known): number | null {
  const talkSecs =
    sum(conversations.map((one) => one.talkSecs)) ?? ended?.callDurationSecs ?? report?.talkSecs;
  return talkSecs === undefined || talkSecs === null ? null : talkSecs * 1000;
}

function sum(values: readonly (number | null)[]): number | null {
  const said = values.filter((value) => value !== null);
  return said.length === 0 ? null : said.reduce((total, value) => total + value, 0);
}
