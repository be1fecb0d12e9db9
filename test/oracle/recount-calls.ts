/** The recount's second third: each field of a call, from its witnesses sorted by the published order of belief. */
import type { Group, GroupValues, Status, TailedEvent } from '../../ingest/contract.ts';
import type { Call } from '../../projector/call.ts';
import type { Part } from '../../projector/parts.ts';
import { eventsByCall, sendersOf, sortedOnce, timesOf, voicesOf } from './recount-parts.ts';
import type { SpeakingEvent, Statement, Voice } from './recount-parts.ts';

/** A call as it must be stored, but for its revision. */
export type RecountedCall = { _id: string; parts: Part[] } & Call;

/**
 * Makes the calls of a log anew.
 * @param log all its events, in any order, any of them more than once
 * @returns one call for each set of joined parts
 */
export function recountCalls(log: readonly TailedEvent[]): RecountedCall[] {
  return eventsByCall(log).map(callOf);
}

function callOf(all: readonly SpeakingEvent[]): RecountedCall {
  const erasures = all.flatMap(({ facts }) => facts.groups.erasure ?? []);
  const events = erasures.length === 0 ? all : all.map(silenced);
  const isCounted = erasures.every(({ value }) => value.keepCount);
  const voices = voicesOf(events);
  const parts = voices.map(({ part }) => part);
  const whole = voices.filter(({ part }) => part.parentPartId === null);
  const conversations = whole.filter(isConversation).sort(byStart);
  // "EL of the last conversation": where the table says so, the others are not asked, even where it is silent.
  // An attempt that never connected did not start: it is asked only where there is no conversation.
  const held = conversations.filter(
    ({ said }) => said.durationMs !== undefined || said.status?.value !== 'ended',
  );
  const last = held.at(-1) ?? conversations.at(-1);
  const oneConversation = whole.filter((voice) => !isConversation(voice) || voice === last);
  const ending = first(believed(oneConversation, 'ending'));
  const goal = first(believed(oneConversation, 'goal'));
  const sentiment = first(believed(oneConversation, 'sentiment'));
  const wording = first(believed(oneConversation, 'wording'));
  const assignment = believed(oneConversation, 'assignment');
  const route = believed(whole, 'route');
  const { firstEventAt, lastEventAt } = timesOf(events);
  // "Given up" only while no later event exists, and only of a call that somebody told of and nobody ended.
  const told = first(believed(whole, 'status'));
  const judgedAt = voices.flatMap(({ said }) => (said.givenUp === undefined ? [] : [+said.givenUp.value]));
  const givenUp = told !== null && told !== 'ended' && judgedAt.some((ms) => ms >= +lastEventAt);
  const status = givenUp ? 'ended' : told;
  const heard = first(believed(whole, 'connection'));
  const talked = total(conversations.map(({ said }) => said.durationMs?.value));
  const aliases = sortedOnce(parts.flatMap((part) => [part.id, ...part.links]));
  const callId = nameOf(aliases, parts);
  return {
    _id: callId,
    callId,
    aliases,
    providers: sendersOf(events),
    endpoints: sortedOnce(events.map((event) => event.endpoint)),
    agentId: first(assignment.map((value) => value.agentId)),
    agentName: first(assignment.map((value) => value.agentName)),
    campaignId: first(assignment.map((value) => value.campaignId)),
    language: first(assignment.map((value) => value.language)),
    direction: first(route.map((value) => value.direction)),
    fromNumber: first(route.map((value) => value.fromNumber)),
    toNumber: first(route.map((value) => value.toNumber)),
    status,
    startedAt: isCounted ? startOf(whole) : null,
    answeredAt: first(believed(whole, 'answeredAt')),
    endedAt: first(believed(whole, 'endedAt')),
    durationMs: talked ?? first(believed(whole, 'durationMs')),
    connection: (givenUp && heard === 'in_progress' ? null : heard) ?? connectionByState(status),
    endedBy: ending?.endedBy ?? null,
    endReason: ending?.endReason ?? (givenUp ? 'given_up' : null),
    goal: goal?.goal ?? 'unknown',
    goalScore: goal?.goalScore ?? null,
    sentiment: sentiment?.sentiment ?? null,
    sentimentScore: sentiment?.sentimentScore ?? null,
    sentimentSource: sentiment?.sentimentSource ?? null,
    sentimentVersion: sentiment?.sentimentVersion ?? null,
    // "Sum over parts": a child leg gives no status, no duration and no count, but what it cost was paid.
    costCredits: total(voices.map(({ said }) => said.cost?.value.costCredits)),
    costMicroUsd: total(voices.map(({ said }) => said.cost?.value.costMicroUsd)),
    summary: wording?.summary ?? null,
    title: wording?.title ?? null,
    factsVersion: Math.max(...events.map((event) => event.factsVersion)),
    firstEventAt,
    lastEventAt,
    parts,
  };
}

/** An erasure blanks words and numbers wherever they were said; who said them first, and when, stays. */
function silenced(event: SpeakingEvent): SpeakingEvent {
  const { route, wording, ending, ...others } = event.facts.groups;
  const groups: SpeakingEvent['facts']['groups'] = { ...others };
  if (wording !== undefined) groups.wording = { rank: wording.rank, value: {} };
  if (route !== undefined) {
    const { direction } = route.value;
    groups.route = { rank: route.rank, value: direction === undefined ? {} : { direction } };
  }
  if (ending !== undefined) {
    const { endedBy } = ending.value;
    groups.ending = { rank: ending.rank, value: endedBy === undefined ? {} : { endedBy } };
  }
  return { ...event, facts: { ...event.facts, groups } };
}

function isConversation({ part }: Voice): boolean {
  return part.witness === 'conversation';
}

/** The documents do not order witnesses of one rank: here the last to start stands first, without a start it counts as earliest. */
function byStart(a: Voice, b: Voice): number {
  const startMs = ({ said }: Voice): number => said.startedAt?.value.getTime() ?? 0;
  return startMs(a) - startMs(b) || (a.part.id < b.part.id ? -1 : 1);
}

/** What these witnesses say of a group, the most believed first. */
function believed<G extends Group>(voices: readonly Voice[], group: G): GroupValues[G][] {
  const statements: Statement<GroupValues[G]>[] = [];
  for (const { said } of [...voices].sort(byStart).reverse()) {
    const statement: Statement<GroupValues[G]> | undefined = said[group];
    if (statement !== undefined) statements.push(statement);
  }
  return statements.sort((a, b) => b.rank - a.rank).map(({ value }) => value);
}

/** Of the best witnesses the earliest: a call starts with its first conversation. */
function startOf(voices: readonly Voice[]): Date | null {
  const starts = voices.map(({ said }) => said.startedAt).filter((start) => start !== undefined);
  starts.sort((a, b) => b.rank - a.rank || a.value.getTime() - b.value.getTime());
  return starts[0]?.value ?? null;
}

/** "States in progress" come last: a call that is known and not over is in progress, whatever nobody says of it. */
function connectionByState(status: Status | null): Call['connection'] {
  return status === 'queued' || status === 'ringing' || status === 'in_progress' ? 'in_progress' : 'unknown';
}

/** The least of all ids, heard of or only named: leg, child leg, conversation, report, then as text. */
function nameOf(ids: readonly string[], parts: readonly Part[]): string {
  const kindOf = (id: string): number => {
    if (parts.some((part) => part.id === id && part.parentPartId !== null)) return 1;
    if (id.startsWith('twilio:')) return 0;
    // Of agent platforms there are several, of other systems' reports two kinds.
    return ['standard', 'twilio-intelligence', 'callviews'].includes(id.split(':')[0] ?? '') ? 3 : 2;
  };
  const named = [...ids].sort((a, b) => kindOf(a) - kindOf(b) || (a < b ? -1 : 1));
  return named[0] ?? '';
}

function first<T>(values: readonly (T | undefined)[]): T | null {
  return values.find((value) => value !== undefined) ?? null;
}

function total(values: readonly (number | undefined)[]): number | null {
  const said = values.filter((value) => value !== undefined);
  return said.length === 0 ? null : said.reduce((sum, value) => sum + value, 0);
}
