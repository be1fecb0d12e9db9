/** A log for the bench of the rebuild: telephone legs joined with conversations, and reports, over two weeks and many agents. */
import { createHash } from 'node:crypto';
import { Binary, type Db } from 'mongodb';
import { RANK, type Facts, type StoredEvent, type TailedEvent } from '../../../ingest/contract.ts';
import { eventOf } from '../../support/events.ts';
import { storedEvent } from '../../support/log-writer.ts';

const DAYS = 14;
const EVENTS_A_CALL = 4;
const AGENTS = 60;
const CAMPAIGNS = 12;
const AT_ONCE = 2_000;
const BASE_MS = Date.parse('2026-11-01T00:00:00Z');
/** As large as a short transcript: read by nobody here, and in the way as in a real log. */
const BODY = new Binary(Buffer.alloc(2_000, 'x'));

/** How the log is made: over so many agents, its calls numbered from here on. */
export type Shape = { agents?: number; firstCall?: number };

/**
 * Fills the log.
 * @param db a prepared database
 * @param count how many events, four for each call
 * @param shape of the calls
 * @returns how many there are
 */
export async function fillLog(db: Db, count: number, shape: Shape = {}): Promise<number> {
  const { agents = AGENTS, firstCall = 0 } = shape;
  const events = db.collection<StoredEvent>('events');
  let batch: StoredEvent[] = [];
  let written = 0;
  for (let call = firstCall; written < count; call += 1) {
    const share = ((call - firstCall) * EVENTS_A_CALL) / count;
    for (const event of eventsOfCall(call, { startMs: startOfCall(call, share), agents })) {
      const id = createHash('sha256')
        .update(`${event.type}${event.partId ?? ''}`)
        .digest()
        .subarray(0, 16);
      batch.push({ ...storedEvent({ ...event, _id: new Binary(id) }), body: BODY });
      written += 1;
    }
    if (batch.length < AT_ONCE && written < count) continue;
    await events.insertMany(batch, { ordered: false });
    batch = [];
  }
  return written;
}

/** As in life: neighbours in the log start within minutes of each other. */
function startOfCall(call: number, share: number): number {
  return BASE_MS + Math.floor(share * DAYS * 86_400_000) + ((call * 7_919) % 600) * 1_000;
}

/**
 * The events of one call: a leg's three and a conversation's one.
 * @param call its number
 * @param where when it starts, ms since 1970, and over how many agents calls are spread
 * @returns in the order in which they come
 */
export function eventsOfCall(call: number, where: { startMs: number; agents?: number }): TailedEvent[] {
  const { startMs, agents = AGENTS } = where;
  const at = (seconds: number): Date => new Date(startMs + seconds * 1_000);
  const leg = { provider: 'twilio', partId: `twilio:CA${call}` };
  const said = (facts: Facts['groups'], witness: Facts['witness'], sequence?: number): Facts => ({
    witness,
    groups: facts,
    ...(sequence !== undefined && { sequence }),
  });
  const route = {
    rank: RANK.route.leg,
    value: { direction: 'inbound' as const, fromNumber: `+49301${call}` },
  };
  const startedAt = { rank: RANK.startedAt.legStated, value: at(0) };
  const status = (value: 'ringing' | 'in_progress' | 'ended') => ({ rank: RANK.status[value], value });
  const assignment = {
    agentId: `agent-${call % agents}`,
    campaignId: `campaign-${call % CAMPAIGNS}`,
    language: 'en',
  };
  return [
    eventOf({
      ...leg,
      type: 'ringing',
      eventAt: at(0),
      facts: said({ status: status('ringing'), startedAt, route }, 'leg', 0),
    }),
    eventOf({
      ...leg,
      type: 'answered',
      eventAt: at(4),
      facts: said(
        { status: status('in_progress'), answeredAt: { rank: RANK.answeredAt.leg, value: at(4) } },
        'leg',
        1,
      ),
    }),
    eventOf({
      ...leg,
      type: 'completed',
      eventAt: at(184),
      facts: said(
        {
          status: status('ended'),
          endedAt: { rank: RANK.endedAt.leg, value: at(184) },
          durationMs: { rank: RANK.durationMs.leg, value: 60_000 + (call % 300) * 1_000 },
          connection: { rank: RANK.connection.legCompleted, value: 'answered_unknown' },
        },
        'leg',
        2,
      ),
    }),
    eventOf({
      provider: 'elevenlabs',
      partId: `elevenlabs:conv_${call}`,
      type: 'post_call_transcription',
      links: [leg.partId],
      eventAt: at(190),
      facts: said(
        {
          startedAt: { rank: RANK.startedAt.conversation, value: at(4) },
          durationMs: { rank: RANK.durationMs.conversation, value: 55_000 + (call % 300) * 1_000 },
          connection: { rank: RANK.connection.conversation, value: 'answered_human' },
          goal: { rank: RANK.goal.conversation, value: { goal: call % 3 === 0 ? 'failure' : 'success' } },
          cost: {
            rank: RANK.cost.conversation,
            value: { costCredits: 100 + (call % 50), costMicroUsd: 5_000 },
          },
          sentiment: {
            rank: RANK.sentiment.conversation,
            value: { sentiment: 'positive', sentimentScore: 0.5, sentimentSource: 'provider' },
          },
          assignment: { rank: RANK.assignment.conversation, value: assignment },
        },
        'conversation',
      ),
    }),
  ];
}
