/** The shapes of the simulator's plan: what happened on each call and which events its senders will tell of it. */
import type { AnsweredBy, Connection, EndedBy, Goal, LegStatus, Sentiment, Status } from './words.ts';

/** How a call came about, and so which senders know of it. */
export type Scenario = 'elevenlabs' | 'joined' | 'twilio' | 'failure' | 'generic';

/** One callback about a leg: a change of status, or the verdict on who picked up. `key` names the event in the ledger. */
export type LegEvent =
  | {
      kind: 'status';
      key: string;
      at: Date;
      status: LegStatus;
      sequence: number;
      /** Stated by terminal events only. */
      callDurationSecs: number | null;
      answeredBy: AnsweredBy | null;
      sipResponseCode: string | null;
    }
  | { kind: 'detection'; key: string; at: Date; answeredBy: AnsweredBy; detectionMs: number };

/** One Twilio leg. `agentId` and `campaignId` stand in the query of its callback address. */
export type PlannedLeg = {
  callSid: string;
  parentCallSid: string | null;
  accountSid: string;
  direction: 'inbound' | 'outbound-api' | 'outbound-dial';
  from: string;
  to: string;
  agentId: string | null;
  campaignId: string | null;
  events: LegEvent[];
};

/** One telling of a conversation; the first may come before the analysis. `at` has whole seconds. */
export type Telling = { key: string; at: Date; analysed: boolean };

/** What the analysis of a conversation says. */
export type PlannedAnalysis = { goal: Goal; sentiment: Exclude<Sentiment, 'mixed'> | null };

/** How a conversation reached the platform: a browser, a SIP trunk, or a Twilio leg named in one of two places. */
export type Medium =
  | { kind: 'web' }
  | { kind: 'sip'; direction: 'inbound' | 'outbound'; callId: string }
  | {
      kind: 'twilio';
      direction: 'inbound' | 'outbound';
      callSid: string;
      statedBy: 'phone_call' | 'variable';
    };

/** One ElevenLabs conversation. Lengths in seconds, cost in credits and whole millionths of a US dollar. */
export type PlannedConversation = {
  conversationId: string;
  agentId: string;
  agentName: string;
  campaign: { id: string; statedBy: 'variable' | 'batch' } | null;
  /** The language that is spoken; told to the receiver only where `languageTold`. */
  language: string;
  languageTold: boolean;
  medium: Medium;
  customerNumber: string;
  agentNumber: string;
  startedAt: Date;
  acceptedAt: Date;
  talkSecs: number;
  costCredits: number;
  costMicroUsd: number | null;
  voicemailDetected: boolean;
  userTurns: number;
  mood: Exclude<Sentiment, 'mixed'>;
  endedBy: EndedBy;
  endReason: string;
  analysis: PlannedAnalysis;
  tellings: Telling[];
};

/** A call that ElevenLabs could not place; `at` has whole seconds. */
export type PlannedFailure = {
  key: string;
  conversationId: string;
  agentId: string;
  reason: 'busy' | 'no-answer' | 'unknown';
  at: Date;
  /** The CallSid that the body states; null where the call went over a SIP trunk. */
  callSid: string | null;
  accountSid: string;
  from: string;
  to: string;
};

/** A call as another system reports it under Standard Webhooks. `score` is in ten-thousandths. */
export type PlannedReport = {
  reportId: string;
  agentId: string | null;
  campaignId: string | null;
  direction: 'inbound' | 'outbound' | null;
  language: string | null;
  startedAt: Date;
  answeredAt: Date | null;
  endedAt: Date;
  talkSecs: number | null;
  connection: Connection;
  endedBy: EndedBy | null;
  goal: Goal | null;
  sentiment: Sentiment | null;
  score: number | null;
  costMicroUsd: number | null;
  fromNumber: string;
  toNumber: string;
  twilioCallSid: string | null;
  /** Offset of the times in the payload, such as 120 for +02:00. */
  offsetMinutes: number;
  events: {
    key: string;
    type: 'call.completed' | 'call.failed' | 'call.analyzed';
    at: Date;
    messageId: string;
  }[];
};

/** What happened on one call, by witness, whoever hears of it. */
export type CallPlan = {
  index: number;
  scenario: Scenario;
  leg: PlannedLeg | null;
  childLegs: PlannedLeg[];
  conversations: PlannedConversation[];
  failure: PlannedFailure | null;
  report: PlannedReport | null;
};

/**
 * What should be seen of a call. Null means that nobody reported it. Talk time in whole ms and only where the call was
 * answered; cost in credits and millionths of a US dollar; score in ten-thousandths of −1..1.
 */
export type Truth = {
  callId: string;
  providers: string[];
  agentId: string | null;
  campaignId: string | null;
  direction: 'inbound' | 'outbound' | null;
  language: string | null;
  /** Null: known, but counted nowhere. */
  startedAt: Date | null;
  status: Status | null;
  connection: Connection;
  endedBy: EndedBy | null;
  goal: Goal;
  sentiment: Sentiment | null;
  sentimentSource: 'provider' | 'sender' | null;
  sentimentScore: number | null;
  /** No sender gave a label, and the last conversation has an English transcript with words of the caller to be scored here. */
  locallyScored: boolean;
  durationMs: number | null;
  costCredits: number | null;
  costMicroUsd: number | null;
};

/** One entry of the ledger: a planned call and what a reader of the product should see once every event has arrived. */
export type PlannedCall = CallPlan & { truth: Truth };

/**
 * The names of all events that will be told of a call.
 * @param call a planned call
 * @returns their keys, each once, witness by witness
 */
export function eventKeysOf(call: CallPlan): string[] {
  return [
    ...[call.leg, ...call.childLegs].flatMap((leg) => leg?.events ?? []),
    ...call.conversations.flatMap((conversation) => conversation.tellings),
    ...(call.failure === null ? [] : [call.failure]),
    ...(call.report?.events ?? []),
  ].map((event) => event.key);
}
