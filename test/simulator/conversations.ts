/** Plans ElevenLabs conversations: what was said for how long, how it ended, what its analysis says and when it is told. */
import type { Agent, Campaign } from './catalogue.ts';
import { after } from './legs.ts';
import type { Medium, PlannedAnalysis, PlannedConversation, Telling } from './planned.ts';
import { ID_LETTERS, type Random } from './random.ts';
import { TERMINATION_REASONS } from './words.ts';

/** What is given of a conversation before its course is drawn. Lengths in whole seconds. */
export type Setting = {
  agent: Agent;
  campaign: Campaign | null;
  medium: Medium;
  customerNumber: string;
  agentNumber: string;
  startedAt: Date;
  ringSecs: number;
  course: 'talk' | 'voicemail' | 'transfer';
  /** Whether the platform noticed a voicemail by itself; otherwise only the carrier may know. */
  voicemailDetected: boolean;
};

/** Shares of what happens, from what receivers of such calls report. */
const NO_WORDS = 0.04;
const LANGUAGE_UNTOLD = 0.03;
const LATE_ANALYSIS = 0.12;
const NATIVE_SENTIMENT = 0.6;
const COST_IN_USD = 0.7;
/** Median talk of a conversation and the spread of its logarithm; none is longer than the platform's limit here. */
const MEDIAN_TALK_SECS = 130;
const TALK_SPREAD = 0.75;
const LONGEST_TALK_SECS = 1_800;
const SECS_PER_USER_TURN = 13;
const MOST_USER_TURNS = 16;

/**
 * Draws the course of one conversation.
 * @param random stream to draw from
 * @param setting what is given
 * @returns the conversation with its tellings
 */
export function planConversation(random: Random, setting: Setting): PlannedConversation {
  const conversationId = `conv_${random.text(26, ID_LETTERS)}`;
  const voicemail = setting.course === 'voicemail';
  const silent = voicemail || random.chance(NO_WORDS);
  const talkSecs = voicemail ? random.whole(12, 45) : silent ? random.whole(8, 30) : talkLength(random);
  const mood = random.weighted([
    ['positive', 45],
    ['neutral', 33],
    ['negative', 22],
  ] as const);
  const endedAt = after(setting.startedAt, setting.ringSecs + talkSecs);
  return {
    conversationId,
    agentId: setting.agent.agentId,
    agentName: setting.agent.agentName,
    campaign: statedCampaign(setting.campaign),
    language: setting.agent.language,
    languageTold: !random.chance(LANGUAGE_UNTOLD),
    medium: setting.medium,
    customerNumber: setting.customerNumber,
    agentNumber: setting.agentNumber,
    startedAt: setting.startedAt,
    acceptedAt: after(setting.startedAt, setting.ringSecs),
    talkSecs,
    ...costOf(random, talkSecs),
    voicemailDetected: setting.voicemailDetected,
    userTurns: silent ? 0 : Math.min(MOST_USER_TURNS, Math.max(1, Math.round(talkSecs / SECS_PER_USER_TURN))),
    mood,
    ...endingOf(random, { course: setting.course, silent, talkSecs }),
    analysis: silent
      ? { goal: voicemail ? 'unknown' : 'failure', sentiment: null }
      : analysisOf(random, mood),
    tellings: tellingsOf(random, conversationId, endedAt),
  };
}

function talkLength(random: Random): number {
  return Math.min(
    LONGEST_TALK_SECS,
    Math.max(6, Math.round(random.logNormal(MEDIAN_TALK_SECS, TALK_SPREAD))),
  );
}

function statedCampaign(campaign: Campaign | null): PlannedConversation['campaign'] {
  return campaign === null ? null : { id: campaign.id, statedBy: campaign.batch ? 'batch' : 'variable' };
}

function costOf(random: Random, talkSecs: number): { costCredits: number; costMicroUsd: number | null } {
  const costCredits = Math.round(talkSecs * (6.6 + random.fraction()));
  return {
    costCredits,
    costMicroUsd: random.chance(COST_IN_USD) ? costCredits * 180 + random.whole(0, 99) : null,
  };
}

function endingOf(
  random: Random,
  { course, silent, talkSecs }: { course: Setting['course']; silent: boolean; talkSecs: number },
): Pick<PlannedConversation, 'endedBy' | 'endReason'> {
  const drawn = random.weighted([
    ['customer', 52],
    ['agent', 38],
    ['timeout_silence', 4],
    ['unknown', 6],
  ] as const);
  const endedBy =
    course === 'transfer'
      ? 'transfer'
      : course === 'voicemail'
        ? 'agent'
        : silent
          ? 'timeout_silence'
          : talkSecs === LONGEST_TALK_SECS
            ? 'timeout_max'
            : drawn;
  return { endedBy, endReason: random.pick<string>(TERMINATION_REASONS[endedBy]) };
}

function analysisOf(random: Random, mood: PlannedConversation['mood']): PlannedAnalysis {
  const success = mood === 'positive' ? 78 : mood === 'neutral' ? 58 : 24;
  const goal = random.weighted([
    ['success', success],
    ['failure', 92 - success],
    ['unknown', 8],
  ] as const);
  return { goal, sentiment: random.chance(NATIVE_SENTIMENT) ? mood : null };
}

/** Mostly one telling after the analysis; sometimes one at once and, minutes later, the analysed one. */
function tellingsOf(random: Random, conversationId: string, endedAt: Date): Telling[] {
  const late = random.chance(LATE_ANALYSIS);
  const analysedAt = after(endedAt, late ? random.whole(120, 1_500) : random.whole(5, 60));
  const instants = late ? [after(endedAt, 3), analysedAt] : [analysedAt];
  return instants.map((at) => ({
    key: `elevenlabs/post_call_transcription/${conversationId}/${at.getTime() / 1000}`,
    at,
    analysed: at === analysedAt,
  }));
}
