/** The single calls the page knows: running ones and the latest. Lists and pushes are merged, older news is dropped. Pure. */
import type { Shape, Told } from './document.ts';
import { instantIn, numberIn, textIn, textsIn, isFields } from './fields.ts';

/** A call as the page shows it; `revision` is the sequence it was last changed at. Null means that nobody reported it. */
export type LiveCall = {
  callId: string;
  agent: string | null;
  agentId: string | null;
  campaignId: string | null;
  providers: readonly string[];
  direction: string | null;
  fromNumber: string | null;
  toNumber: string | null;
  status: string | null;
  connection: string | null;
  goal: string | null;
  sentiment: string | null;
  startedAtMs: number | null;
  durationMs: number | null;
  revision: number;
};
/** Calls by id. */
export type Calls = ReadonlyMap<string, LiveCall>;

/** Ended calls kept beyond those on show, so that an old list cannot bring one back as running. */
const ENDED_KEPT = 200;

/**
 * Reads a call as the API shows it.
 * @param value a member of a list, or a pushed call
 * @returns null where it has no id
 */
export function liveCall(value: unknown): LiveCall | null {
  if (!isFields(value)) return null;
  const told: Told<Shape<'Call'> & { sequence: number }> = value;
  const callId = textIn(told, 'callId');
  if (callId === null) return null;
  return {
    callId,
    agent: textIn(told, 'agentName') ?? textIn(told, 'agentId'),
    agentId: textIn(told, 'agentId'),
    campaignId: textIn(told, 'campaignId'),
    providers: textsIn(told.providers),
    direction: textIn(told, 'direction'),
    fromNumber: textIn(told, 'fromNumber'),
    toNumber: textIn(told, 'toNumber'),
    status: textIn(told, 'status'),
    connection: textIn(told, 'connection'),
    goal: textIn(told, 'goal'),
    sentiment: textIn(told, 'sentiment'),
    startedAtMs: instantIn(told, 'startedAt'),
    durationMs: numberIn(told, 'durationMs'),
    revision: numberIn(told, 'revision') ?? numberIn(told, 'sequence') ?? 0,
  };
}

/**
 * Takes in calls, each unless a newer state of it is known.
 * @param calls what is known
 * @param news calls in any order
 * @returns the calls, without the oldest ended ones
 */
export function withCalls(calls: Calls, news: readonly LiveCall[]): Calls {
  const next = new Map(calls);
  for (const call of news) {
    const known = next.get(call.callId);
    if (known === undefined || known.revision <= call.revision) next.set(call.callId, call);
  }
  return next.size > ENDED_KEPT ? pruned(next) : next;
}

/**
 * Takes a list of all running calls as the truth at a sequence number.
 * @param calls what is known
 * @param active the running calls
 * @param sequence what the list is true at
 * @returns the calls; one that is shown as running, is not listed and has not changed since is dropped
 */
export function withActive(calls: Calls, active: readonly LiveCall[], sequence: number): Calls {
  const listed = new Set(active.map((call) => call.callId));
  const kept = new Map(calls);
  for (const call of calls.values()) {
    if (isActive(call) && !listed.has(call.callId) && call.revision <= sequence) kept.delete(call.callId);
  }
  return withCalls(kept, active);
}

/**
 * The running calls.
 * @param calls what is known
 * @returns the longest running first, so that rows keep their place as others begin
 */
export function activeIn(calls: Calls): LiveCall[] {
  return [...calls.values()]
    .filter(isActive)
    .sort((a, b) => (a.startedAtMs ?? Infinity) - (b.startedAtMs ?? Infinity) || byId(a, b));
}

/**
 * The latest calls, running ones included.
 * @param calls what is known
 * @param limit how many at most
 * @returns newest first
 */
export function latestIn(calls: Calls, limit: number): LiveCall[] {
  return [...calls.values()]
    .filter((call) => call.startedAtMs !== null)
    .sort((a, b) => (b.startedAtMs ?? 0) - (a.startedAtMs ?? 0) || byId(a, b))
    .slice(0, limit);
}

/**
 * Whether a call is running.
 * @param call any call
 * @returns true while it rings or is in progress
 */
export function isActive(call: Pick<LiveCall, 'status'>): boolean {
  return call.status === 'ringing' || call.status === 'in_progress';
}

/**
 * Joins a newer first page with a list.
 * @param list what is known, newest first
 * @param page the calls that are first now
 * @returns the list with known calls as they are now, and those that are new
 */
export function joined(
  list: readonly LiveCall[],
  page: readonly LiveCall[],
): { known: LiveCall[]; fresh: LiveCall[] } {
  const now = new Map(page.map((call) => [call.callId, call]));
  const ids = new Set(list.map(({ callId }) => callId));
  return {
    known: list.map((call) => {
      const later = now.get(call.callId);
      return later === undefined || later.revision < call.revision ? call : later;
    }),
    fresh: page.filter(({ callId }) => !ids.has(callId)),
  };
}

/**
 * Puts calls in their places of a list.
 * @param list newest first
 * @param fresh calls that are not in it, in any order
 * @returns both, newest first
 */
export function inserted(list: readonly LiveCall[], fresh: readonly LiveCall[]): LiveCall[] {
  const next = [...list];
  for (const call of fresh) {
    let [low, high] = [0, next.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = next[middle];
      if (at !== undefined && isNewer(at, call)) low = middle + 1;
      else high = middle;
    }
    next.splice(low, 0, call);
  }
  return next;
}

/** The order of the API's list: by start, then by id; those without a start come last. */
function isNewer(a: LiveCall, b: LiveCall): boolean {
  const [startA, startB] = [a.startedAtMs ?? -Infinity, b.startedAtMs ?? -Infinity];
  return startA === startB ? a.callId > b.callId : startA > startB;
}

function pruned(calls: Map<string, LiveCall>): Calls {
  const ended = [...calls.values()].filter((call) => !isActive(call));
  ended.sort((a, b) => (b.startedAtMs ?? 0) - (a.startedAtMs ?? 0));
  for (const call of ended.slice(ENDED_KEPT / 2)) calls.delete(call.callId);
  return calls;
}

function byId(a: LiveCall, b: LiveCall): number {
  return a.callId < b.callId ? -1 : 1;
}
