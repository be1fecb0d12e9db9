/** What a Vapi call says, in the words of `facts.ts`. Pure. */
import { RANK } from '../facts.ts';
import type { Direction, Facts, GroupValues, Stated, Status } from '../facts.ts';
import {
  anyOf,
  fieldsOf,
  groupsOf,
  isoAt,
  label,
  LONGEST,
  microUsd,
  numberWithin,
  stated,
  text,
} from './fields.ts';
import type { Fields } from './fields.ts';
import { connectionOf, endingOf, startedAtOf } from './vapi-reasons.ts';

/** `status` of a status update; one that is none of a call's (`not-found`) is no fact. */
const STATES: ReadonlyMap<unknown, Status> = new Map<unknown, Status>([
  ['scheduled', 'queued'],
  ['queued', 'queued'],
  ['ringing', 'ringing'],
  ['in-progress', 'in_progress'],
  ['forwarding', 'in_progress'],
  ['ended', 'ended'],
]);

/**
 * A change of a call's status. How it went is left to the report, save that a status that ends it gives the reason.
 * @param message of type `status-update`; source: `ServerMessageStatusUpdate` in VapiAI/server-sdk-typescript
 */
export function statusFacts(message: Fields): Facts {
  const state = STATES.get(message['status']);
  const over = state === 'ended';
  return {
    witness: 'conversation',
    groups: groupsOf({
      status: state === undefined ? undefined : stated(RANK.status[state], state),
      startedAt: startOf(message, over),
      ending: over ? stated(RANK.ending.conversation, endingOf(message)) : undefined,
      assignment: stated(RANK.assignment.conversation, assignmentOf(message)),
      route: stated(RANK.route.conversation, routeOf(message)),
    }),
  };
}

/**
 * A call that is over, with its analysis. Times are ISO 8601, `durationSeconds` seconds with a fraction, `cost` US dollars.
 * @param message of type `end-of-call-report`; source: `ServerMessageEndOfCallReport` in VapiAI/server-sdk-typescript
 */
export function reportFacts(message: Fields): Facts {
  const call = fieldsOf(message['call']);
  const analysis = fieldsOf(message['analysis']);
  const endedAt = isoAt(message['endedAt']) ?? isoAt(call['endedAt']);
  const connection = connectionOf(message);
  const answered = connection?.value.startsWith('answered_') === true;
  const durationMs = answered || connection === undefined ? lengthOf(message, endedAt) : undefined;
  return {
    witness: 'conversation',
    groups: groupsOf({
      status: stated(RANK.status.ended, 'ended'),
      startedAt: startOf(message, true),
      endedAt: stated(RANK.endedAt.conversation, endedAt),
      durationMs: stated(RANK.durationMs.conversation, durationMs),
      connection,
      ending: stated(RANK.ending.conversation, endingOf(message)),
      goal: stated(RANK.goal.conversation, goalOf(analysis)),
      cost: stated(
        RANK.cost.conversation,
        anyOf<GroupValues['cost']>({
          costMicroUsd: microUsd(message['cost']) ?? microUsd(call['cost']),
        }),
      ),
      assignment: stated(RANK.assignment.conversation, assignmentOf(message)),
      route: stated(RANK.route.conversation, routeOf(message)),
      wording: stated(
        RANK.wording.conversation,
        anyOf<GroupValues['wording']>({
          summary: text(analysis['summary'], LONGEST.summary) ?? text(message['summary'], LONGEST.summary),
        }),
      ),
    }),
  };
}

/** A call that never began has at best the time at which it was made. */
function startOf(message: Fields, over: boolean): Stated<Date> | undefined {
  const startedAt = startedAtOf(message);
  if (startedAt !== undefined || !over) return stated(RANK.startedAt.conversation, startedAt);
  return stated(RANK.startedAt.failureEventTime, isoAt(fieldsOf(message['call'])['createdAt']));
}

/** The stated length, which the SDK's types leave out; else the time between the stated ends. */
function lengthOf(message: Fields, endedAt: Date | undefined): number | undefined {
  const seconds = numberWithin(message['durationSeconds'], 0, 1e9);
  if (seconds !== undefined) return Math.round(seconds * 1_000);
  const startedAt = startedAtOf(message);
  return startedAt === undefined || endedAt === undefined
    ? undefined
    : endedAt.getTime() - startedAt.getTime();
}

/**
 * Only the verdict of the rubric PassFail is one. A mark on a scale says nothing of where success begins, so it stays in the
 * body. Source: docs.vapi.ai/assistants/call-analysis.
 */
function goalOf(analysis: Fields): GroupValues['goal'] | undefined {
  const verdict = String(analysis['successEvaluation']).toLowerCase();
  if (verdict === 'true') return { goal: 'success' };
  return verdict === 'false' ? { goal: 'failure' } : undefined;
}

/** The campaign is the customer's own where the call's variables or metadata name one, else Vapi's. */
function assignmentOf(message: Fields): GroupValues['assignment'] | undefined {
  const call = fieldsOf(message['call']);
  const assistants = [fieldsOf(message['assistant']), fieldsOf(call['assistant'])];
  const variables = fieldsOf(fieldsOf(call['assistantOverrides'])['variableValues']);
  const [agentName] = assistants
    .map((one) => text(one['name'], LONGEST.id))
    .filter((name) => name !== undefined);
  return anyOf<GroupValues['assignment']>({
    agentId: text(call['assistantId'], LONGEST.id) ?? text(assistants[0]?.['id'], LONGEST.id),
    agentName,
    campaignId:
      label(variables['campaign_id']) ??
      label(fieldsOf(call['metadata'])['campaign_id']) ??
      label(call['campaignId']),
  });
}

const DIRECTIONS: ReadonlyMap<unknown, Direction> = new Map<unknown, Direction>([
  ['inboundPhoneCall', 'inbound'],
  ['outboundPhoneCall', 'outbound'],
]);

/** Vapi names its own number and the customer's; which of them called is in the type of the call. */
function routeOf(message: Fields): GroupValues['route'] | undefined {
  const call = fieldsOf(message['call']);
  const direction = DIRECTIONS.get(call['type']);
  if (direction === undefined) return undefined;
  const numberIn = (name: string) =>
    text(fieldsOf(message[name])['number'], LONGEST.id) ?? text(fieldsOf(call[name])['number'], LONGEST.id);
  const [own, other] = [numberIn('phoneNumber'), numberIn('customer')];
  const [fromNumber, toNumber] = direction === 'inbound' ? [other, own] : [own, other];
  return anyOf<GroupValues['route']>({ direction, fromNumber, toNumber });
}
