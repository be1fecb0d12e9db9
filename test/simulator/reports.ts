/** Plans calls of any other system, which reports them whole under Standard Webhooks. */
import type { Scene } from './catalogue.ts';
import { after } from './legs.ts';
import type { PlannedReport } from './planned.ts';
import { ID_LETTERS, type Random } from './random.ts';

const ID_ALPHABET = `${ID_LETTERS}ABCDEFGHJKMNPQRSTVWXYZ`;

/**
 * Draws one call and how its system reports it: at once, or first without and later with what the analysis found.
 * @param scene who calls, and when
 * @returns the report
 */
export function planReport(scene: Scene): PlannedReport {
  const { random } = scene;
  const outbound = random.chance(0.6);
  const answered = random.chance(0.8);
  // Other systems tell milliseconds; nothing here may rest on whole seconds.
  const startedAt = new Date(scene.startedAt.getTime() + random.whole(0, 999));
  const ringSecs = random.whole(2, 30);
  const talkSecs = answered ? Math.min(1_500, Math.round(random.logNormal(100, 0.8)) + 3) : null;
  const endedAt = after(startedAt, ringSecs + (talkSecs ?? 0));
  const reportId = `call-${random.text(16, ID_LETTERS)}`;
  const score = random.whole(-100, 100) * 100;
  const sentiment = answered && random.chance(0.7) ? labelOf(random, score) : null;
  return {
    reportId,
    agentId: random.chance(0.85) ? scene.agent.agentId : null,
    campaignId: scene.campaign?.id ?? null,
    direction: random.chance(0.9) ? (outbound ? 'outbound' : 'inbound') : null,
    language: random.chance(0.8) ? scene.agent.language : null,
    startedAt,
    answeredAt: answered ? after(startedAt, ringSecs) : null,
    endedAt,
    talkSecs,
    ...(answered ? answeredEnding(random) : unansweredEnding(random)),
    goal: answered ? random.pick(['success', 'success', 'failure', 'unknown'] as const) : null,
    sentiment,
    score: sentiment !== null && random.chance(0.8) ? score : null,
    costMicroUsd: random.chance(0.6) ? random.whole(2_000, 900_000) : null,
    fromNumber: outbound ? scene.companyNumber : scene.customerNumber,
    toNumber: outbound ? scene.customerNumber : scene.companyNumber,
    twilioCallSid: null,
    offsetMinutes: random.pick([0, 0, 60, 330, -300]),
    events: eventsOf(random, { reportId, endedAt, answered }),
  };
}

function labelOf(random: Random, score: number): PlannedReport['sentiment'] {
  if (random.chance(0.08)) return 'mixed';
  return score > 2_500 ? 'positive' : score < -2_500 ? 'negative' : 'neutral';
}

function answeredEnding(random: Random): Pick<PlannedReport, 'connection' | 'endedBy'> {
  return {
    connection: random.pick([
      'answered_human',
      'answered_human',
      'answered_human',
      'answered_machine',
      'answered_unknown',
    ] as const),
    endedBy: random.weighted([
      ['customer', 40],
      ['agent', 30],
      ['transfer', 6],
      ['timeout_silence', 4],
      ['timeout_max', 2],
      ['platform_error', 3],
      ['telephony_error', 3],
      [null, 12],
    ] as const),
  };
}

function unansweredEnding(random: Random): Pick<PlannedReport, 'connection' | 'endedBy'> {
  const connection = random.pick([
    'busy',
    'no_answer',
    'no_answer',
    'canceled',
    'rejected',
    'failed',
  ] as const);
  return { connection, endedBy: connection === 'failed' ? 'telephony_error' : null };
}

function eventsOf(
  random: Random,
  { reportId, endedAt, answered }: { reportId: string; endedAt: Date; answered: boolean },
): PlannedReport['events'] {
  const event = (
    type: PlannedReport['events'][number]['type'],
    at: Date,
  ): PlannedReport['events'][number] => ({
    key: `standard/${reportId}/${type}`,
    type,
    at,
    messageId: `msg_${random.text(27, ID_ALPHABET)}`,
  });
  const first = event(answered ? 'call.completed' : 'call.failed', after(endedAt, 1));
  const analysedLater = answered && random.chance(0.3);
  return analysedLater ? [first, event('call.analyzed', after(endedAt, random.whole(20, 600)))] : [first];
}
