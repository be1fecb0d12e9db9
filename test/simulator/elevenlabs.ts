/** ElevenLabs' webhooks for a planned call: the conversation after its end, and the call that could not be placed. */
import type { Body } from './delivery.ts';
import type { CallPlan, PlannedConversation, PlannedFailure, Telling } from './planned.ts';
import { createRandom, HEX } from './random.ts';
import { transcriptOf } from './transcript.ts';
import { failedLegParameters } from './twilio.ts';

/**
 * The webhooks of a call's conversations and of its failure.
 * @param call a planned call
 * @returns one body a telling; the analysis is missing where the platform had not made it yet
 */
export function elevenLabsBodies(call: CallPlan): Body[] {
  const told = call.conversations.flatMap((conversation) =>
    conversation.tellings.map((telling) =>
      bodyOf(telling, 'post_call_transcription', conversationContent(conversation, telling)),
    ),
  );
  const { failure } = call;
  return failure === null
    ? told
    : [...told, bodyOf(failure, 'call_initiation_failure', failureContent(failure))];
}

function bodyOf(event: { key: string; at: Date }, type: string, content: Record<string, unknown>): Body {
  const envelope = { type, event_timestamp: unixSecs(event.at), data: content };
  return {
    path: '/webhooks/elevenlabs',
    body: Buffer.from(JSON.stringify(envelope), 'utf8'),
    eventKey: event.key,
    at: event.at,
  };
}

function conversationContent(conversation: PlannedConversation, telling: Telling): Record<string, unknown> {
  return {
    agent_id: conversation.agentId,
    agent_name: conversation.agentName,
    conversation_id: conversation.conversationId,
    status: 'done',
    user_id: null,
    branch_id: null,
    version_id: null,
    transcript: transcriptOf(conversation),
    metadata: metadataOf(conversation),
    ...(telling.analysed ? { analysis: analysisOf(conversation) } : {}),
    conversation_initiation_client_data: initiationOf(conversation),
    has_audio: true,
    has_user_audio: conversation.userTurns > 0,
    has_response_audio: true,
  };
}

function metadataOf(conversation: PlannedConversation): Record<string, unknown> {
  const { campaign, costMicroUsd } = conversation;
  return {
    start_time_unix_secs: unixSecs(conversation.startedAt),
    accepted_time_unix_secs: unixSecs(conversation.acceptedAt),
    call_duration_secs: conversation.talkSecs,
    cost: conversation.costCredits,
    ...(costMicroUsd === null ? {} : { cost_fiat: costMicroUsd / 1e6 }),
    deletion_settings: { deletion_time_unix_secs: null, deleted_logs_at_time_unix_secs: null },
    feedback: { type: null, overall_score: null, likes: 0, dislikes: 0, rating: null, comment: null },
    authorization_method: conversation.medium.kind === 'web' ? 'signed_url' : 'authorization_header',
    charging: {
      dev_discount: false,
      is_burst: false,
      tier: 'business',
      call_charge: conversation.costCredits,
    },
    phone_call: phoneCallOf(conversation),
    batch_call: campaign?.statedBy === 'batch' ? batchCallOf(campaign.id, conversation.conversationId) : null,
    termination_reason: conversation.endReason,
    error: null,
    warnings: [],
    ...(conversation.languageTold ? { main_language: conversation.language } : {}),
    text_only: false,
    features_usage: featuresOf(conversation),
    conversation_initiation_source: { web: 'react_sdk', sip: 'sip_trunk', twilio: 'twilio' }[
      conversation.medium.kind
    ],
    timezone: null,
  };
}

function phoneCallOf({ medium, customerNumber, agentNumber, conversationId }: PlannedConversation): unknown {
  if (medium.kind === 'web' || (medium.kind === 'twilio' && medium.statedBy === 'variable')) return null;
  const random = createRandom('phone_call', conversationId);
  const ends = {
    direction: medium.direction,
    phone_number_id: `phnum_${random.text(26, HEX)}`,
    agent_number: agentNumber,
    external_number: customerNumber,
  };
  return medium.kind === 'sip'
    ? { type: 'sip_trunking', ...ends, call_sid: medium.callId }
    : { type: 'twilio', ...ends, stream_sid: `MZ${random.text(32, HEX)}`, call_sid: medium.callSid };
}

function batchCallOf(id: string, conversationId: string): Record<string, unknown> {
  return {
    batch_call_id: id,
    batch_call_recipient_id: `rcpt_${createRandom('batch', conversationId).text(24, HEX)}`,
  };
}

function featuresOf({ voicemailDetected, endedBy }: PlannedConversation): Record<string, unknown> {
  const off = { enabled: false, used: false };
  return {
    language_detection: { enabled: true, used: false },
    transfer_to_agent: off,
    transfer_to_number: { enabled: true, used: endedBy === 'transfer' },
    voicemail_detection: { enabled: true, used: voicemailDetected },
    multivoice: off,
    workflow: off,
  };
}

function analysisOf({ analysis, conversationId }: PlannedConversation): Record<string, unknown> {
  const { goal, sentiment } = analysis;
  const score = createRandom('analysis', conversationId).whole(60, 95) / 100;
  return {
    evaluation_criteria_results: {
      caller_was_helped: {
        criteria_id: 'caller_was_helped',
        result: goal,
        rationale:
          'Judged by whether the request stated by the caller was settled before the end of the call.',
      },
    },
    data_collection_results: {},
    call_successful: goal,
    transcript_summary:
      'The caller stated a request; the agent looked it up, answered the questions and closed the call.',
    call_summary_title: 'Request handled by the assistant',
    ...(sentiment === null
      ? {}
      : {
          sentiment_analysis: {
            overall_label: sentiment,
            overall_sentiment_score:
              sentiment === 'negative' ? 1 - score : sentiment === 'neutral' ? 0.5 : score,
            overall_frustration_score: sentiment === 'negative' ? score : 0.1,
            num_scored_user_turns: 3,
          },
        }),
  };
}

function initiationOf(conversation: PlannedConversation): Record<string, unknown> {
  const { medium, campaign } = conversation;
  return {
    conversation_config_override: { tts: null, conversation: null, agent: null },
    custom_llm_extra_body: {},
    dynamic_variables: {
      system__agent_id: conversation.agentId,
      system__conversation_id: conversation.conversationId,
      system__call_duration_secs: conversation.talkSecs,
      system__time_utc: conversation.startedAt.toISOString(),
      ...(medium.kind === 'twilio' ? { system__call_sid: medium.callSid } : {}),
      ...(campaign?.statedBy === 'variable' ? { campaign_id: campaign.id } : {}),
      customer_tier: 'standard',
    },
  };
}

function failureContent(failure: PlannedFailure): Record<string, unknown> {
  const status = { busy: 'busy', 'no-answer': 'no-answer', unknown: 'failed' }[failure.reason];
  const sipStatus = { busy: 486, 'no-answer': 480, unknown: 404 }[failure.reason];
  const { callSid } = failure;
  const metadata =
    callSid === null
      ? { type: 'sip', body: sipBody(failure, sipStatus) }
      : {
          type: 'twilio',
          body: failedLegParameters(
            { ...failure, callSid },
            { status, at: failure.at, sipResponseCode: String(sipStatus) },
          ),
        };
  return {
    agent_id: failure.agentId,
    conversation_id: failure.conversationId,
    failure_reason: failure.reason,
    metadata,
  };
}

function sipBody(failure: PlannedFailure, sipStatus: number): Record<string, unknown> {
  return {
    from_number: failure.from,
    to_number: failure.to,
    sip_status_code: sipStatus,
    error_reason: `INVITE failed: sip status: ${sipStatus}`,
    call_sid: `SCL_${createRandom('sip', failure.conversationId).text(12, HEX)}`,
  };
}

function unixSecs(at: Date): number {
  return at.getTime() / 1000;
}
