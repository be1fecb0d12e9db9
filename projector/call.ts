/**
 * The call that people see: parts joined by links, and for each group of fields the witness that is believed. One pure
 * function of a set of parts, so a call is the same whatever the order in which its witnesses were heard.
 */
import type {
  Connection,
  Direction,
  EndedBy,
  Goal,
  Group,
  GroupValues,
  Sentiment,
  SentimentSource,
  Status,
} from '../ingest/contract.ts';
import { isUncounted } from './erased.ts';
import type { Part, Register } from './parts.ts';

/**
 * A call as the API shows it. Null means that nobody reported it, never a default; lengths are ms, costs credits and whole
 * millionths of a US dollar. `startedAt` null: the call is known, but not yet counted.
 */
export type Call = {
  callId: string;
  aliases: string[];
  providers: string[];
  endpoints: string[];
  agentId: string | null;
  agentName: string | null;
  campaignId: string | null;
  direction: Direction | null;
  fromNumber: string | null;
  toNumber: string | null;
  status: Status | null;
  startedAt: Date | null;
  answeredAt: Date | null;
  endedAt: Date | null;
  durationMs: number | null;
  connection: Connection;
  endedBy: EndedBy | null;
  endReason: string | null;
  goal: Goal;
  goalScore: number | null;
  sentiment: Sentiment | null;
  sentimentScore: number | null;
  sentimentSource: SentimentSource | null;
  sentimentVersion: string | null;
  language: string | null;
  costCredits: number | null;
  costMicroUsd: number | null;
  summary: string | null;
  title: string | null;
  factsVersion: number;
  firstEventAt: Date;
  lastEventAt: Date;
};

/**
 * Makes the call of a set of parts.
 * @param parts all parts that links join, at least one, in any order
 * @returns the call; `callId` is the least of its ids by kind (leg, child leg, conversation, report), then as text
 */
export function callOf(parts: readonly Part[]): Call {
  const all = [...parts].sort((a, b) => (a.id < b.id ? -1 : 1));
  // A child leg is one end of a transfer: it never gives the call's status, length, cost or count.
  const whole = all.filter((part) => part.parentPartId === null).sort(byStart);
  const aliases = idsOf(all);
  const ending = believed(whole, 'ending');
  const goal = believed(whole, 'goal');
  const sentiment = believed(whole, 'sentiment');
  const lastEventAt = new Date(Math.max(...all.map((part) => part.lastEventAt.getTime())));
  const told = believed(whole, 'status') ?? null;
  const isGivenUp = told !== null && told !== 'ended' && wasGivenUp(all, lastEventAt);
  const status = isGivenUp ? 'ended' : told;
  return {
    callId: leastId(aliases, all),
    aliases,
    providers: union(all.map((part) => part.providers)),
    endpoints: union(all.map((part) => part.endpoints)),
    ...assignmentOf(whole),
    ...routeOf(whole),
    status,
    // Without a start a call is in no bucket and in no list by time.
    startedAt: isUncounted(all) ? null : startOf(whole),
    answeredAt: believed(whole, 'answeredAt') ?? null,
    endedAt: believed(whole, 'endedAt') ?? null,
    durationMs: talkMs(whole),
    connection: connectionOf(believed(whole, 'connection'), { status, isGivenUp }),
    endedBy: ending?.endedBy ?? null,
    endReason: ending?.endReason ?? (isGivenUp ? 'given_up' : null),
    goal: goal?.goal ?? 'unknown',
    goalScore: goal?.goalScore ?? null,
    sentiment: sentiment?.sentiment ?? null,
    sentimentScore: sentiment?.sentimentScore ?? null,
    sentimentSource: sentiment?.sentimentSource ?? null,
    sentimentVersion: sentiment?.sentimentVersion ?? null,
    costCredits: sum(all.map((part) => part.groups.cost?.value.costCredits)),
    costMicroUsd: sum(all.map((part) => part.groups.cost?.value.costMicroUsd)),
    summary: believed(whole, 'wording')?.summary ?? null,
    title: believed(whole, 'wording')?.title ?? null,
    factsVersion: Math.max(...all.map((part) => part.factsVersion)),
    firstEventAt: new Date(Math.min(...all.map((part) => part.firstEventAt.getTime()))),
    lastEventAt,
  };
}

/**
 * All ids a set of parts is known by: their own and those they state links to, heard of or not.
 * @param parts parts in any order
 * @returns sorted ids, each once
 */
export function idsOf(parts: readonly Part[]): string[] {
  return union(parts.map((part) => [part.id, ...part.links]));
}

function byStart(a: Part, b: Part): number {
  const difference = (a.groups.startedAt?.value.getTime() ?? 0) - (b.groups.startedAt?.value.getTime() ?? 0);
  return difference !== 0 ? difference : a.id < b.id ? -1 : 1;
}

/**
 * The statement that is believed: the greatest rank; of witnesses of equal rank the last to start that says something.
 */
function believed<G extends Group>(whole: readonly Part[], group: G): GroupValues[G] | undefined {
  let best: Register<GroupValues[G]> | undefined;
  for (const part of asked(whole, group)) {
    const register: Register<GroupValues[G]> | undefined = part.groups[group];
    if (register !== undefined && (best === undefined || register.by.charAt(0) >= best.by.charAt(0)))
      best = register;
  }
  return best?.value;
}

/** Groups that only the last conversation to start is asked for; in the others every conversation is heard. */
const OF_LAST_CONVERSATION: ReadonlySet<Group> = new Set([
  'ending',
  'goal',
  'sentiment',
  'assignment',
  'wording',
]);

function asked(whole: readonly Part[], group: Group): readonly Part[] {
  if (!OF_LAST_CONVERSATION.has(group)) return whole;
  const conversations = whole.filter((part) => part.witness === 'conversation');
  const last = conversations.findLast(tookPlace) ?? conversations.at(-1);
  return whole.filter((part) => part.witness !== 'conversation' || part === last);
}

/** An attempt that ended without talk time is no conversation: it must not silence the one before it. */
function tookPlace({ groups }: Part): boolean {
  return groups.status?.value !== 'ended' || groups.durationMs !== undefined;
}

/** The start by the best witness; of several conversations the earliest. */
function startOf(whole: readonly Part[]): Date | null {
  let best: Register<Date> | undefined;
  for (const part of whole) {
    const register = part.groups.startedAt;
    if (register !== undefined && (best === undefined || register.by.charAt(0) > best.by.charAt(0)))
      best = register;
  }
  return best?.value ?? null;
}

/** The system's own word that a call is over holds only until anything later is heard of it. */
function wasGivenUp(all: readonly Part[], lastEventAt: Date): boolean {
  return all.some(({ groups }) => groups.givenUp !== undefined && groups.givenUp.value >= lastEventAt);
}

/** How a call went; of one that was given up, "in progress" is no answer any more. */
function connectionOf(
  said: Connection | undefined,
  { status, isGivenUp }: { status: Status | null; isGivenUp: boolean },
): Connection {
  if (isGivenUp && said === 'in_progress') return 'unknown';
  return said ?? (status === 'ended' || status === null ? 'unknown' : 'in_progress');
}

/** Talk time: the sum over conversations; without any, what the best other witness says. */
function talkMs(whole: readonly Part[]): number | null {
  const talked = whole
    .filter((part) => part.witness === 'conversation')
    .map((part) => part.groups.durationMs?.value);
  return sum(talked) ?? believed(whole, 'durationMs') ?? null;
}

/** Field by field, since a platform that knows the agent need not know the campaign that the dialler put into its URL. */
function assignmentOf(
  whole: readonly Part[],
): Pick<Call, 'agentId' | 'agentName' | 'campaignId' | 'language'> {
  const said = ranked(whole, 'assignment');
  return {
    agentId: said.find((value) => value.agentId !== undefined)?.agentId ?? null,
    agentName: said.find((value) => value.agentName !== undefined)?.agentName ?? null,
    campaignId: said.find((value) => value.campaignId !== undefined)?.campaignId ?? null,
    language: said.find((value) => value.language !== undefined)?.language ?? null,
  };
}

function routeOf(whole: readonly Part[]): Pick<Call, 'direction' | 'fromNumber' | 'toNumber'> {
  const said = ranked(whole, 'route');
  return {
    direction: said.find((value) => value.direction !== undefined)?.direction ?? null,
    fromNumber: said.find((value) => value.fromNumber !== undefined)?.fromNumber ?? null,
    toNumber: said.find((value) => value.toNumber !== undefined)?.toNumber ?? null,
  };
}

/** What the witnesses say of a group, the most believed first. */
function ranked<G extends Group>(whole: readonly Part[], group: G): GroupValues[G][] {
  const said: Register<GroupValues[G]>[] = [];
  for (const part of asked(whole, group)) {
    const register: Register<GroupValues[G]> | undefined = part.groups[group];
    if (register !== undefined) said.push(register);
  }
  // Stable sort on parts in order of start, taken from the end: of equal ranks the last to start comes first.
  return said
    .reverse()
    .sort((a, b) => (a.by.charAt(0) > b.by.charAt(0) ? -1 : a.by.charAt(0) < b.by.charAt(0) ? 1 : 0))
    .map((register) => register.value);
}

/** Ids that name no conversation of an agent platform: reports of other systems, and what was read out of a recording. */
const REPORT_IDS = /^(standard|twilio-intelligence|callviews):/;

function leastId(aliases: readonly string[], parts: readonly Part[]): string {
  const children = new Set(parts.filter((part) => part.parentPartId !== null).map((part) => part.id));
  const kind = (id: string): number => {
    if (id.startsWith('twilio:')) return children.has(id) ? 1 : 0;
    return REPORT_IDS.test(id) ? 3 : 2;
  };
  return aliases.reduce((least, id) => {
    const difference = kind(id) - kind(least);
    return difference < 0 || (difference === 0 && id < least) ? id : least;
  });
}

function union(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].sort();
}

function sum(values: readonly (number | undefined)[]): number | null {
  const said = values.filter((value) => value !== undefined);
  return said.length === 0 ? null : said.reduce((total, value) => total + value, 0);
}
