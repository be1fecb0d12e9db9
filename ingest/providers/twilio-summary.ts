/** What a call summary of Twilio's Voice Insights says of its leg, in the words of `facts.ts`. Pure. */
import { RANK } from '../facts.ts';
import type { Connection, Facts, GroupValues, Stated, Status } from '../facts.ts';
import { anyOf, fieldsOf, groupsOf, integer, isoAt, LONGEST, stated, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { answeredBy, DIRECTIONS } from './twilio-facts.ts';
import { callSidPart } from './twilio-ids.ts';

/** Twilio's words in `call_state`; a leg that was never dialled is over as well. */
const STATES: ReadonlyMap<unknown, Status> = new Map<unknown, Status>([
  ['ringing', 'ringing'],
  ['answered', 'in_progress'],
  ['completed', 'ended'],
  ['busy', 'ended'],
  ['fail', 'ended'],
  ['noanswer', 'ended'],
  ['canceled', 'ended'],
  ['undialed', 'ended'],
]);

const NOT_ANSWERED: ReadonlyMap<unknown, Connection> = new Map<unknown, Connection>([
  ['busy', 'busy'],
  ['fail', 'failed'],
  ['noanswer', 'no_answer'],
  ['canceled', 'canceled'],
]);

/**
 * A call summary, partial or complete: what Twilio knows of a leg up to half an hour after its end. `connect_duration` is the
 * talk in seconds; `duration` includes the ringing and is left out.
 * @param data of the CloudEvent. Source: Twilio, "Call Summary" event type and resource
 * @returns facts of witness `leg`; of a child leg also its parent
 */
export function summaryFacts(data: Fields): Facts {
  const state = STATES.get(data['call_state']);
  const over = state === 'ended';
  const talkSeconds = data['call_state'] === 'completed' ? integer(data['connect_duration']) : undefined;
  const parentPartId = callSidPart(data['parent_call_sid']);
  return {
    witness: 'leg',
    ...(parentPartId === undefined ? {} : { parentPartId }),
    groups: groupsOf({
      status: state === undefined ? undefined : stated(RANK.status[state], state),
      startedAt: stated(RANK.startedAt.legSummary, isoAt(data['start_time'])),
      endedAt: over ? stated(RANK.endedAt.leg, isoAt(data['end_time'])) : undefined,
      durationMs: stated(RANK.durationMs.leg, talkSeconds === undefined ? undefined : talkSeconds * 1_000),
      connection: connectionOf(data),
      ending:
        data['call_state'] === 'fail'
          ? stated(RANK.ending.leg, { endedBy: 'telephony_error' as const })
          : undefined,
      route: stated(RANK.route.leg, routeOf(data)),
    }),
  };
}

/** Who answered counts only of a leg that was answered. */
function connectionOf(data: Fields): Stated<Connection> | undefined {
  const state = data['call_state'];
  const notAnswered = stated(RANK.connection.legNotAnswered, NOT_ANSWERED.get(state));
  if (notAnswered !== undefined || (state !== 'completed' && state !== 'answered')) return notAnswered;
  const verdict = answeredBy(data['answered_by']);
  if (verdict !== undefined) return stated(RANK.connection.legAnsweredBy, verdict);
  return state === 'completed'
    ? stated(RANK.connection.legCompleted, 'answered_unknown')
    : stated(RANK.connection.inProgress, 'in_progress');
}

function routeOf(data: Fields): GroupValues['route'] | undefined {
  const direction = text(fieldsOf(data['properties'])['direction'], LONGEST.id)?.replaceAll('_', '-');
  return anyOf<GroupValues['route']>({
    direction: DIRECTIONS.get(direction ?? ''),
    fromNumber: text(fieldsOf(data['from'])['caller'], LONGEST.id),
    toNumber: text(fieldsOf(data['to'])['callee'], LONGEST.id),
  });
}
