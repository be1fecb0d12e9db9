/** A small history in which every event and every fact matters: what the mutants change and the byte comparison must see. */
import { RANK, type Facts, type TailedEvent } from '../../ingest/contract.ts';
import { eventOf, type EventSketch } from '../support/events.ts';

const at = (clock: string): Date => new Date(`2026-11-02T${clock}Z`);
const twilio = { provider: 'twilio', partId: 'twilio:CA1', type: 'call.status' };
const elevenlabs = { provider: 'elevenlabs', partId: 'elevenlabs:c1', type: 'post_call_transcription' };

/** Four calls, each event and each fact of which is needed: a joined one with a transfer and a recording, and three reported ones. */
const SKETCHES = {
  rings: {
    ...twilio,
    eventAt: at('10:44:58'),
    facts: {
      witness: 'leg',
      sequence: 0,
      groups: {
        status: { rank: RANK.status.queued, value: 'queued' },
        startedAt: { rank: RANK.startedAt.legStated, value: at('10:44:58') },
        route: { rank: RANK.route.leg, value: { direction: 'inbound', fromNumber: '+4312345' } },
      },
    },
  },
  ends: {
    ...twilio,
    eventAt: at('10:50:00'),
    facts: {
      witness: 'leg',
      sequence: 3,
      groups: {
        status: { rank: RANK.status.ended, value: 'ended' },
        endedAt: { rank: RANK.endedAt.leg, value: at('10:50:00') },
        durationMs: { rank: RANK.durationMs.leg, value: 300_000 },
        connection: { rank: RANK.connection.legCompleted, value: 'answered_unknown' },
      },
    },
  },
  talks: {
    ...elevenlabs,
    links: ['twilio:CA1'],
    eventAt: at('10:51:00'),
    facts: {
      witness: 'conversation',
      groups: {
        startedAt: { rank: RANK.startedAt.conversation, value: at('10:45:02') },
        durationMs: { rank: RANK.durationMs.conversation, value: 291_000 },
        connection: { rank: RANK.connection.conversation, value: 'answered_human' },
        ending: { rank: RANK.ending.conversation, value: { endedBy: 'customer' } },
        goal: { rank: RANK.goal.conversation, value: { goal: 'success' } },
        cost: { rank: RANK.cost.conversation, value: { costCredits: 410, costMicroUsd: 61_300 } },
        assignment: {
          rank: RANK.assignment.conversation,
          value: { agentId: 'a1', campaignId: 'k1', language: 'de' },
        },
      },
    },
  },
  feels: {
    ...elevenlabs,
    eventAt: at('10:52:00'),
    facts: {
      witness: 'conversation',
      groups: {
        sentiment: {
          rank: RANK.sentiment.conversation,
          value: { sentiment: 'positive', sentimentScore: 0.7, sentimentSource: 'provider' },
        },
      },
    },
  },
  transfers: {
    ...twilio,
    partId: 'twilio:CA9',
    eventAt: at('10:49:00'),
    facts: {
      witness: 'leg',
      parentPartId: 'twilio:CA1',
      sequence: 1,
      groups: {
        status: { rank: RANK.status.in_progress, value: 'in_progress' },
        startedAt: { rank: RANK.startedAt.legStated, value: at('10:40:00') },
      },
    },
  },
  plays: { ...elevenlabs, type: 'post_call_audio', eventAt: at('10:58:00'), facts: null },
  fails: report('r2', '10:59:59.999', 'failure', 'no_answer'),
  nears: report('r3', '23:59:30', 'success', 'answered_machine'),
  repeats: report('r4', '11:20:00', 'failure', 'answered_human'),
} satisfies Record<string, EventSketch>;

function report(
  id: string,
  clock: string,
  goal: 'success' | 'failure',
  connection: 'no_answer' | 'answered_machine' | 'answered_human',
) {
  const facts: Facts = {
    witness: 'report',
    groups: {
      status: { rank: RANK.status.ended, value: 'ended' },
      startedAt: { rank: RANK.startedAt.report, value: at(clock) },
      durationMs: { rank: RANK.durationMs.report, value: 60_000 },
      connection: { rank: RANK.connection.report, value: connection },
      goal: { rank: RANK.goal.report, value: { goal } },
      cost: { rank: RANK.cost.report, value: { costMicroUsd: 100_000 } },
      route: { rank: RANK.route.report, value: { direction: 'outbound' } },
    },
  };
  return { partId: `standard:default:${id}`, eventAt: new Date(at(clock).getTime() + 60_000), facts };
}

/** Name of an event of the history. */
export type EventName = keyof typeof SKETCHES;

/** The history by name: a call joined from two legs and a conversation, and three reported ones. */
export const EVENTS: ReadonlyMap<string, TailedEvent> = new Map(
  Object.entries(SKETCHES).map(([name, sketch]) => [name, eventOf(sketch)]),
);
