/** Twilio's callbacks for a planned call: form bodies for each change of a leg's status and for who picked up. */
import type { Body } from './delivery.ts';
import type { CallPlan, LegEvent, PlannedLeg } from './planned.ts';

/**
 * The callbacks of a call's legs.
 * @param call a planned call
 * @returns one body an event; the query carries the agent and the campaign where the dialler registered them
 */
export function twilioBodies(call: CallPlan): Body[] {
  return [call.leg, ...call.childLegs].flatMap((leg) =>
    leg === null ? [] : leg.events.map((event) => bodyOf(leg, event)),
  );
}

/**
 * The instant as Twilio writes it: RFC 2822, whole seconds, UTC.
 * @param at an instant
 * @returns such as `Tue, 24 Nov 2026 14:03:09 +0000`
 */
export function rfc2822(at: Date): string {
  return at.toUTCString().replace('GMT', '+0000');
}

/**
 * The parameters that every callback of an ended, unanswered leg has; ElevenLabs quotes them when a call fails.
 * @param leg CallSid, account and both ends
 * @param event how it ended: status, instant and SIP code
 * @returns parameters by name, all text
 */
export function failedLegParameters(
  leg: Pick<PlannedLeg, 'callSid' | 'accountSid' | 'from' | 'to'>,
  event: { status: string; at: Date; sipResponseCode: string },
): Record<string, string> {
  return {
    ...endsOf({ ...leg, direction: 'outbound-api' }),
    CallStatus: event.status,
    CallDuration: '0',
    Duration: '0',
    SipResponseCode: event.sipResponseCode,
    Timestamp: rfc2822(event.at),
    CallbackSource: 'call-progress-events',
    SequenceNumber: '2',
  };
}

function bodyOf(leg: PlannedLeg, event: LegEvent): Body {
  const query = new URLSearchParams();
  // The verdict on who picked up has a callback address of its own, which names neither.
  const named = event.kind === 'status';
  if (named && leg.agentId !== null) query.set('agentId', leg.agentId);
  if (named && leg.campaignId !== null) query.set('campaignId', leg.campaignId);
  const parameters = event.kind === 'status' ? statusParameters(leg, event) : detectionParameters(leg, event);
  return {
    path: `/webhooks/twilio${query.size > 0 ? `?${query.toString()}` : ''}`,
    body: Buffer.from(new URLSearchParams(parameters).toString(), 'utf8'),
    eventKey: event.key,
    at: event.at,
  };
}

function statusParameters(
  leg: PlannedLeg,
  event: Extract<LegEvent, { kind: 'status' }>,
): Record<string, string> {
  const { callDurationSecs, answeredBy, sipResponseCode } = event;
  return {
    ...endsOf(leg),
    ...GEOGRAPHY,
    CallStatus: event.status,
    ...(leg.parentCallSid === null ? {} : { ParentCallSid: leg.parentCallSid }),
    ...(answeredBy === null ? {} : { AnsweredBy: answeredBy }),
    ...(callDurationSecs === null
      ? {}
      : { CallDuration: String(callDurationSecs), Duration: String(Math.ceil(callDurationSecs / 60)) }),
    ...(sipResponseCode === null ? {} : { SipResponseCode: sipResponseCode }),
    Timestamp: rfc2822(event.at),
    CallbackSource: 'call-progress-events',
    SequenceNumber: String(event.sequence),
  };
}

/** The verdict comes without a status, a time and a sequence. */
function detectionParameters(
  leg: PlannedLeg,
  event: Extract<LegEvent, { kind: 'detection' }>,
): Record<string, string> {
  return {
    CallSid: leg.callSid,
    AccountSid: leg.accountSid,
    AnsweredBy: event.answeredBy,
    MachineDetectionDuration: String(event.detectionMs),
  };
}

function endsOf(
  leg: Pick<PlannedLeg, 'callSid' | 'accountSid' | 'from' | 'to' | 'direction'>,
): Record<string, string> {
  return {
    CallSid: leg.callSid,
    AccountSid: leg.accountSid,
    From: leg.from,
    To: leg.to,
    Caller: leg.from,
    Called: leg.to,
    Direction: leg.direction,
    ApiVersion: '2010-04-01',
  };
}

/** Mostly empty in practice; empty parameters count in the signature too. */
const GEOGRAPHY: Readonly<Record<string, string>> = {
  FromCity: '',
  FromState: '',
  FromZip: '',
  FromCountry: 'US',
  ToCity: '',
  ToState: '',
  ToZip: '',
  ToCountry: '',
};
