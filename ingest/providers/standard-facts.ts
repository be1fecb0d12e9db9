/** What another system's report of a call says, in the words of `facts.ts`. Pure. */
import { CONNECTIONS, DIRECTIONS, ENDED_BY, RANK, SENTIMENTS } from '../facts.ts';
import type { Connection, Facts, GroupValues } from '../facts.ts';
import {
  anyOf,
  fieldsOf,
  groupsOf,
  identifier,
  integer,
  isoAt,
  label,
  LONGEST,
  microUsd,
  numberWithin,
  oneOf,
  stated,
  text,
} from './fields.ts';
import type { Fields } from './fields.ts';
import { callSidPart } from './twilio-ids.ts';

/** Types that are interpreted: a call that ended, one that never connected, and what was learned of it later. */
export const REPORT_TYPES = ['call.completed', 'call.failed', 'call.analyzed'] as const;
/** One of {@link REPORT_TYPES}. */
export type ReportType = (typeof REPORT_TYPES)[number];

/**
 * A report of a whole call.
 * @param type which report; `call.analyzed` only adds and never ends a call
 * @param fields the event's `data`
 */
export function reportFacts(type: ReportType, fields: Fields): Facts {
  const seconds = integer(fields['duration_seconds']);
  return {
    witness: 'report',
    groups: groupsOf({
      status: type === 'call.analyzed' ? undefined : stated(RANK.status.ended, 'ended'),
      startedAt: stated(RANK.startedAt.report, isoAt(fields['started_at'])),
      answeredAt: stated(RANK.answeredAt.report, isoAt(fields['answered_at'])),
      endedAt: stated(RANK.endedAt.report, isoAt(fields['ended_at'])),
      durationMs: stated(RANK.durationMs.report, seconds === undefined ? undefined : seconds * 1_000),
      connection: stated(RANK.connection.report, connectionOf(type, fields)),
      ending: stated(
        RANK.ending.report,
        anyOf<GroupValues['ending']>({
          endedBy: known(oneOf(ENDED_BY, fields['ended_by'])),
          endReason: text(fields['end_reason'], LONGEST.reason),
        }),
      ),
      goal: stated(RANK.goal.report, goalOf(fields)),
      sentiment: stated(RANK.sentiment.report, sentimentOf(fields)),
      cost: stated(
        RANK.cost.report,
        anyOf<GroupValues['cost']>({ costMicroUsd: microUsd(fields['cost_usd']) }),
      ),
      assignment: stated(RANK.assignment.report, assignmentOf(fields)),
      route: stated(
        RANK.route.report,
        anyOf<GroupValues['route']>({
          direction: oneOf(DIRECTIONS, fields['direction']),
          fromNumber: text(fields['from_number'], LONGEST.id),
          toNumber: text(fields['to_number'], LONGEST.id),
        }),
      ),
      wording: stated(
        RANK.wording.report,
        anyOf<GroupValues['wording']>({
          summary: text(fields['summary'], LONGEST.summary),
          title: text(fields['title'], LONGEST.title),
        }),
      ),
    }),
  };
}

/** Platforms whose conversations a report may name, by the field that does. */
const CONVERSATIONS = {
  elevenlabs_conversation_id: 'elevenlabs',
  retell_call_id: 'retell',
  vapi_call_id: 'vapi',
} as const;

/** The telephone leg and the conversations that the report names as the same call. */
export function reportLinks(fields: Fields): string[] {
  const related = fieldsOf(fields['related_ids']);
  const conversations = Object.entries(CONVERSATIONS).map(([name, platform]) => {
    const id = identifier(related[name]);
    return id === undefined ? undefined : `${platform}:${id}`;
  });
  return [callSidPart(related['twilio_call_sid']), ...conversations].filter((link) => link !== undefined);
}

/** A failed call without a stated reason is still known to have failed. */
function connectionOf(type: ReportType, fields: Fields): Connection | undefined {
  const word = known(oneOf(CONNECTIONS, fields['connection']));
  return word ?? (type === 'call.failed' ? 'failed' : undefined);
}

/** `unknown` is no fact. */
function known<T extends string>(word: T | undefined): T | undefined {
  return word === 'unknown' ? undefined : word;
}

function goalOf(fields: Fields): GroupValues['goal'] | undefined {
  const goal = oneOf(['success', 'failure'] as const, fields['goal']);
  const goalScore = numberWithin(fields['goal_score'], 0, 1);
  return goal === undefined ? undefined : { goal, ...(goalScore === undefined ? {} : { goalScore }) };
}

function sentimentOf(fields: Fields): GroupValues['sentiment'] | undefined {
  const told = anyOf<Pick<GroupValues['sentiment'], 'sentiment' | 'sentimentScore'>>({
    sentiment: oneOf(SENTIMENTS, fields['sentiment']),
    sentimentScore: numberWithin(fields['sentiment_score'], -1, 1),
  });
  return told === undefined ? undefined : { ...told, sentimentSource: 'sender' };
}

function assignmentOf(fields: Fields): GroupValues['assignment'] | undefined {
  return anyOf<GroupValues['assignment']>({
    agentId: label(fields['agent_id']),
    campaignId: label(fields['campaign_id']),
    language: text(fields['language'], LONGEST.language),
  });
}
