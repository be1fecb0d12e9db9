/** Plans what happens on one call under each scenario: who called whom, what each witness saw, in whole seconds. */
import { telephoneNumber, type Scene } from './catalogue.ts';
import { planConversation, type Setting } from './conversations.ts';
import { after, ANSWERED, detectionOf, planLeg, unansweredCourse } from './legs.ts';
import type { CallPlan, Medium, PlannedConversation, PlannedLeg, Scenario } from './planned.ts';
import { HEX, ID_LETTERS } from './random.ts';
import { planReport } from './reports.ts';
import type { TerminalStatus } from './words.ts';

/** What the witnesses of one call saw. */
export type Witnesses = Omit<CallPlan, 'index' | 'scenario'>;

const NOBODY: Witnesses = { leg: null, childLegs: [], conversations: [], failure: null, report: null };

/** How each scenario is planned. */
export const SCENARIOS: Readonly<Record<Scenario, (scene: Scene) => Witnesses>> = {
  elevenlabs: planPlatformOnly,
  joined: planJoined,
  twilio: planTwilioOnly,
  failure: planFailure,
  generic: planGeneric,
};

/** A conversation in a browser or over a SIP trunk: only ElevenLabs knows of it. */
function planPlatformOnly(scene: Scene): Witnesses {
  const { random } = scene;
  if (!random.chance(0.2))
    return {
      ...NOBODY,
      conversations: [converse(scene, { medium: { kind: 'web' }, ringSecs: 0, course: 'talk' })],
    };
  const direction = random.pick(['inbound', 'outbound'] as const);
  const medium: Medium = { kind: 'sip', direction, callId: `SCL_${random.text(12, ID_LETTERS)}` };
  const course = direction === 'outbound' && random.chance(0.25) ? 'voicemail' : 'talk';
  return { ...NOBODY, conversations: [converse(scene, { medium, ringSecs: random.whole(2, 20), course })] };
}

/** A telephone call that Twilio carries and ElevenLabs talks on; the conversation names the CallSid. */
function planJoined(scene: Scene): Witnesses {
  const { random } = scene;
  const direction = random.chance(0.55) ? 'outbound' : 'inbound';
  const voicemail = direction === 'outbound' && random.chance(0.18);
  const course = voicemail ? 'voicemail' : random.chance(0.12) ? 'transfer' : 'talk';
  const ringSecs = direction === 'outbound' ? random.whole(3, 25) : 1;
  const leg = legOf(scene, direction);
  const statedBy = random.chance(0.05) ? 'variable' : 'phone_call';
  const medium: Medium = { kind: 'twilio', direction, callSid: leg.callSid, statedBy };
  const detection = direction === 'outbound' ? detectionOf(random, voicemail) : null;
  const noticed = detection === null || detection.answeredBy === 'unknown' || random.chance(0.5);
  const voicemailDetected = voicemail && noticed;
  const conversations = talkOn(scene, { medium, ringSecs, course, voicemailDetected });
  const talkEndsAt = after(scene.startedAt, ringSecs + (conversations[0]?.talkSecs ?? 0));
  const childSecs = course === 'transfer' ? random.whole(30, 400) : 0;
  const talkSecs = conversations.reduce((sum, one) => sum + one.talkSecs, 2 * (conversations.length - 1));
  const childLegs =
    course === 'transfer' ? [childOf(scene, leg, { startedAt: talkEndsAt, callSecs: childSecs })] : [];
  const callSecs = talkSecs + random.whole(0, 3) + (course === 'transfer' ? childSecs + CHILD_RING_SECS : 0);
  // Inbound, the conversation is accepted a second after the leg began: that second belongs to the leg's own length.
  const legSecs =
    direction === 'inbound' ? { ringSecs: 0, callSecs: callSecs + ringSecs } : { ringSecs, callSecs };
  const planned = planLeg(leg, { ...ANSWERED, startedAt: scene.startedAt, ...legSecs, detection });
  return { ...NOBODY, leg: planned, childLegs, conversations };
}

/** What the platform knows of a leg: one conversation, seldom a second one with another agent on the same leg. */
function talkOn(
  scene: Scene,
  setting: Pick<Setting, 'medium' | 'ringSecs' | 'course' | 'voicemailDetected'>,
) {
  const { random, startedAt, catalogue } = scene;
  // A dialler may name the campaign in the callback address only; the platform then knows of none.
  const told = random.chance(0.2) ? { ...scene, campaign: null } : scene;
  // The platform's clock starts a second after the leg's.
  const first = converse(
    { ...told, startedAt: after(startedAt, 1) },
    { ...setting, ringSecs: setting.ringSecs - 1 },
  );
  if (setting.course !== 'talk' || !random.chance(0.06)) return [first];
  const again = {
    ...told,
    agent: random.weighted(catalogue.agents),
    startedAt: after(first.acceptedAt, first.talkSecs + 2),
  };
  return [first, converse(again, { ...setting, ringSecs: 0 })];
}

/** A telephone call without an agent platform: announcements, queues, transfers to people, calls that nobody takes. */
function planTwilioOnly(scene: Scene): Witnesses {
  const { random, startedAt } = scene;
  const direction = random.chance(0.35) ? 'inbound' : 'outbound';
  const leg = legOf(scene, direction);
  const ending: TerminalStatus =
    direction === 'inbound'
      ? 'completed'
      : random.weighted([
          ['completed', 58],
          ['no-answer', 18],
          ['busy', 12],
          ['canceled', 6],
          ['failed', 6],
        ] as const);
  if (ending !== 'completed') return { ...NOBODY, leg: planLeg(leg, unansweredCourse(scene, ending)) };
  const ringSecs = direction === 'inbound' ? 0 : random.whole(3, 25);
  const voicemail = direction === 'outbound' && random.chance(0.25);
  const detection = direction === 'outbound' ? detectionOf(random, voicemail) : null;
  const talkSecs = Math.min(1_500, Math.round(random.logNormal(70, 0.8)) + 4);
  if (voicemail || !random.chance(0.3)) {
    const course = { ...ANSWERED, startedAt, ringSecs, callSecs: talkSecs, detection };
    return { ...NOBODY, leg: planLeg(leg, course) };
  }
  const childSecs = random.whole(20, 500);
  const child = childOf(scene, leg, {
    startedAt: after(startedAt, ringSecs + talkSecs),
    callSecs: childSecs,
  });
  const callSecs = talkSecs + CHILD_RING_SECS + childSecs;
  return {
    ...NOBODY,
    leg: planLeg(leg, { ...ANSWERED, startedAt, ringSecs, callSecs, detection }),
    childLegs: [child],
  };
}

/** A call that ElevenLabs could not place: with Twilio's callbacks beside it, with only the CallSid, or over a SIP trunk. */
function planFailure(scene: Scene): Witnesses {
  const { random, catalogue } = scene;
  const reason = random.weighted([
    ['no-answer', 50],
    ['busy', 40],
    ['unknown', 10],
  ] as const);
  const told = random.weighted([
    ['callbacks', 50],
    ['call_sid', 30],
    ['sip', 20],
  ] as const);
  const leg = legOf(scene, 'outbound');
  const course = unansweredCourse(scene, reason === 'unknown' ? 'failed' : reason);
  const conversationId = `conv_${random.text(26, ID_LETTERS)}`;
  const at = after(scene.startedAt, course.ringSecs + 2);
  const failure = {
    key: `elevenlabs/call_initiation_failure/${conversationId}/${at.getTime() / 1000}`,
    conversationId,
    agentId: scene.agent.agentId,
    reason,
    at,
    callSid: told === 'sip' ? null : leg.callSid,
    accountSid: catalogue.accountSid,
    from: leg.from,
    to: leg.to,
  };
  return { ...NOBODY, leg: told === 'callbacks' ? planLeg(leg, course) : null, failure };
}

/** A call of another system; now and then Twilio carried it and tells of it too. */
function planGeneric(scene: Scene): Witnesses {
  const report = planReport(scene);
  if (report.talkSecs === null || !scene.random.chance(0.15)) return { ...NOBODY, report };
  const leg = legOf(scene, report.direction ?? 'outbound');
  const course = {
    ...ANSWERED,
    startedAt: scene.startedAt,
    ringSecs: 4,
    callSecs: report.talkSecs + 1,
    detection: null,
  };
  // Who ended it is left open here: a leg may state an end of its own, and which of the two is shown is not published.
  return {
    ...NOBODY,
    leg: planLeg(leg, course),
    report: { ...report, endedBy: null, twilioCallSid: leg.callSid },
  };
}

/** Seconds a transferred call rings at its new end. */
const CHILD_RING_SECS = 5;

function converse(
  scene: Scene,
  rest: Pick<Setting, 'medium' | 'ringSecs' | 'course'> & { voicemailDetected?: boolean },
): PlannedConversation {
  const { agent, campaign, customerNumber, companyNumber, startedAt } = scene;
  const voicemailDetected = rest.voicemailDetected ?? rest.course === 'voicemail';
  const setting = {
    agent,
    campaign,
    customerNumber,
    agentNumber: companyNumber,
    startedAt,
    ...rest,
    voicemailDetected,
  };
  return planConversation(scene.random, setting);
}

/** A leg without events. Its callback address names the agent and the campaign, each of them only sometimes. */
function legOf(scene: Scene, direction: 'inbound' | 'outbound'): Omit<PlannedLeg, 'events'> {
  const { random, catalogue, companyNumber, customerNumber } = scene;
  const ends = direction === 'inbound' ? [customerNumber, companyNumber] : [companyNumber, customerNumber];
  return {
    callSid: `CA${random.text(32, HEX)}`,
    parentCallSid: null,
    accountSid: catalogue.accountSid,
    direction: direction === 'inbound' ? 'inbound' : 'outbound-api',
    from: ends[0] ?? '',
    to: ends[1] ?? '',
    agentId: random.chance(0.9) ? scene.agent.agentId : null,
    campaignId: random.chance(0.85) ? (scene.campaign?.id ?? null) : null,
  };
}

function childOf(
  scene: Scene,
  parent: Pick<PlannedLeg, 'callSid' | 'accountSid'>,
  course: { startedAt: Date; callSecs: number },
): PlannedLeg {
  const leg = {
    callSid: `CA${scene.random.text(32, HEX)}`,
    parentCallSid: parent.callSid,
    accountSid: parent.accountSid,
    direction: 'outbound-dial' as const,
    from: scene.companyNumber,
    to: telephoneNumber(scene.random),
    agentId: null,
    campaignId: null,
  };
  return planLeg(leg, { ...ANSWERED, ...course, ringSecs: CHILD_RING_SECS, detection: null });
}
