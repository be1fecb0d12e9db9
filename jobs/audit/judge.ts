/** What one call comes to, judged from all its events at once: the audit's own reading of the table of witnesses. Pure. */
import type { Facts, Group, GroupValues, StoredEvent } from '../../ingest/contract.ts';

/** What the recount needs of an event. */
export type CountedEvent = Pick<StoredEvent, '_id' | 'provider' | 'partId' | 'links' | 'eventAt' | 'facts'>;

/** An event that says something of a call. */
export type Saying = CountedEvent & { partId: string; facts: Facts };
type Part = { id: string; isTalk: boolean; isChild: boolean; startMs: number; said: Statement[] };
/** `order` tells two statements of one witness apart: the greater text overrules. */
type Statement = { group: string; rank: number; value: unknown; order: string };

/**
 * Whether an event says something of a call.
 * @param event any event
 * @returns false for one without facts or without a part: it changes no number
 */
export function saysSomething(event: CountedEvent): event is Saying {
  return event.facts !== null && event.partId !== null;
}

/**
 * Judges one call.
 * @param events all events of all its parts, in any order
 * @returns start (ms since 1970, null where nobody states one), slices as [dimension, key], and for each view the cells by path
 */
export function judge(events: readonly Saying[]) {
  const parts = grouped(events, (event) => event.partId).map(partOf);
  const whole = parts.filter((part) => !part.isChild).sort(laterLast);
  const talks = whole.filter((part) => part.isTalk);
  // Of what was said in several conversations only the last one's word counts; an attempt that came to nothing is none.
  const last = talks.findLast((part) => best([part], 'status') !== 'ended' || talkMs(part) !== undefined);
  const asked = whole.filter((part) => !part.isTalk || part === (last ?? talks.at(-1)));
  // Of equally believed starts the earliest: the order of start turned round.
  const start = best([...whole].reverse(), 'startedAt');
  const isForgotten = parts.some((part) => best([part], 'erasure')?.keepCount === false);
  const said = best(whole, 'status');
  const lastMs = Math.max(...events.map((event) => event.eventAt.getTime()));
  // Our own word that it is over counts until anything later is heard.
  const over = parts.some((part) => (best([part], 'givenUp')?.getTime() ?? 0) >= lastMs);
  const isLeft = over && said !== undefined && said !== 'ended';
  const status = isLeft ? 'ended' : said;
  const heard = best(whole, 'connection');
  const connection =
    (isLeft && heard === 'in_progress' ? undefined : heard) ??
    (status === undefined || status === 'ended' ? 'unknown' : 'in_progress');
  const talked = talks.flatMap((part) => talkMs(part) ?? []);
  const durationMs = talked.length > 0 ? total(talked) : best(whole, 'durationMs');
  const costs = parts.flatMap((part) => best([part], 'cost') ?? []);
  const isAnswered = connection.startsWith('answered');
  const hasEnded = status === 'ended';
  const feeling = best(asked, 'sentiment');
  const measured = hasEnded && isAnswered ? durationMs : undefined;
  const assigned = (field: 'agentId' | 'campaignId' | 'language'): string | null =>
    firstSaid(asked, 'assignment', field);
  return {
    startMs: start === undefined || isForgotten ? null : start.getTime(),
    slices: [
      ['all', null],
      ['agent', assigned('agentId')],
      ['campaign', assigned('campaignId')],
      ...[...new Set(events.map((event) => event.provider))]
        // What the system judged itself was reported by nobody.
        .filter((provider) => provider !== 'callviews')
        .map((provider) => ['provider', provider]),
      ['direction', firstSaid(whole, 'route', 'direction')],
      ['language', assigned('language')],
    ],
    cells: {
      duration: new Map([
        ['calls', 1],
        ['answered', isAnswered ? 1 : 0],
        ['costCredits', total(costs.map((cost) => cost.costCredits ?? 0))],
        ['costMicroUsd', total(costs.map((cost) => cost.costMicroUsd ?? 0))],
        ['measured', measured === undefined ? 0 : 1],
        ['durationMs', measured ?? 0],
        [`bins.${binOf(measured ?? 0)}`, measured === undefined ? 0 : 1],
      ]),
      outcome: new Map([
        ['calls', 1],
        [`goal.${best(asked, 'goal')?.goal ?? 'unknown'}`, 1],
        [`connection.${connection}`, 1],
        ['ended', hasEnded ? 1 : 0],
        ['endedAnswered', hasEnded && isAnswered ? 1 : 0],
        [`endedBy.${best(asked, 'ending')?.endedBy ?? 'unknown'}`, hasEnded ? 1 : 0],
      ]),
      sentiment: new Map([
        ['calls', 1],
        [`label.${feeling?.sentiment ?? 'unknown'}`, 1],
        [`source.${feeling?.sentimentSource ?? ''}`, feeling === undefined ? 0 : 1],
        ['scored', feeling?.sentimentScore === undefined ? 0 : 1],
        ['scoreSum', Math.round((feeling?.sentimentScore ?? 0) * 10_000)],
      ]),
    },
  };
}

const talkMs = (part: Part): number | undefined => best([part], 'durationMs');

/** One witness: of each group the statement that nothing of its own overrules. */
function partOf(events: readonly Saying[]): Part {
  const all = events.flatMap((event) =>
    Object.entries(event.facts.groups).map(([group, { rank, value }]): Statement => ({
      group,
      rank,
      value,
      order: orderOf(event, rank),
    })),
  );
  const said = grouped(all, (one) => one.group).map((same) =>
    same.reduce((one, other) => (other.order > one.order ? other : one)),
  );
  return {
    id: events[0]?.partId ?? '',
    isTalk: events.some((event) => event.facts.witness === 'conversation'),
    isChild: events.some((event) => event.facts.parentPartId !== undefined),
    startMs:
      said
        .flatMap((one) => (one.value instanceof Date && one.group === 'startedAt' ? one.value.getTime() : []))
        .at(0) ?? 0,
    said,
  };
}

/** Rank, the sender's sequence, the event's time and its id, as text of fixed width. */
function orderOf(event: Saying, rank: number): string {
  const numbers = [rank, event.facts.sequence ?? 0, Math.max(0, event.eventAt.getTime())];
  return numbers.map((n) => String(n).padStart(16, '0')).join() + event._id.toString('hex');
}

function laterLast(a: Part, b: Part): number {
  return a.startMs - b.startMs || (a.id < b.id ? -1 : 1);
}

/** What parts say of a group, the most believed last; of equal ranks the last of the parts is the last. */
function sayingsOf(parts: readonly Part[], group: Group): Statement[] {
  const all = parts.flatMap((part) => part.said.filter((one) => one.group === group));
  return all.sort((a, b) => a.rank - b.rank);
}

/** The word that is believed. */
function best<G extends Group>(parts: readonly Part[], group: G): GroupValues[G] | undefined {
  // Statements come from the groups of facts: their name says the type of their value.
  return sayingsOf(parts, group).at(-1)?.value as GroupValues[G] | undefined;
}

/** One field, from the most believed witness that has it. */
function firstSaid(parts: readonly Part[], group: 'assignment' | 'route', field: string): string | null {
  const values = sayingsOf(parts, group).map((one) =>
    new Map<string, unknown>(Object.entries(one.value as object)).get(field),
  );
  return values.findLast((value): value is string => typeof value === 'string') ?? null;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

/** 0 for 0, else one more than the least n with (101/99)^n not below the length: the logarithm guesses, whole numbers decide. */
function binOf(ms: number): number {
  if (ms === 0) return 0;
  const reaches = (n: number): boolean => 101n ** BigInt(n) >= BigInt(ms) * 99n ** BigInt(n);
  let n = Math.max(0, Math.ceil(Math.log(ms) / Math.log(101 / 99)) - 1);
  while (!reaches(n)) n += 1;
  return n + 1;
}

/**
 * Puts equals together.
 * @param all in any order
 * @param keyOf equal keys go together
 * @returns groups in the order of their first members
 */
export function grouped<T>(all: readonly T[], keyOf: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return [...groups.values()];
}
