/** Small wrongs that a projector could do, each of which the byte comparison must catch: the proof that the oracle sees. */
import { Binary } from 'mongodb';
import { RANK, type Facts, type Group, type GroupValues, type TailedEvent } from '../../ingest/contract.ts';
import type { StoredCall } from '../../projector/documents.ts';
import type { MemoryViews } from '../support/memory-views.ts';
import { bucketName } from './recount-buckets.ts';
import { EVENTS, type EventName } from './history.ts';

/** One wrong, done to the events that the fold is given or to what it made of them. */
export type Mutant = { wrong: string } & (
  { ofEvents(events: readonly TailedEvent[]): TailedEvent[] } | { ofViews(views: MemoryViews): void }
);

const NINE = '2026-11-02T09:00:00.000Z';
const HOUR = '2026-11-02T10:00:00.000Z';
const DAY = '2026-11-02T00:00:00.000Z';
const NEXT_DAY = '2026-11-03T00:00:00.000Z';
const CALL = 'twilio:CA1';

/** All mutants, first those of what is folded, then those of what is stored. */
export const MUTANTS: readonly Mutant[] = [
  { wrong: 'an event is dropped', ofEvents: without('repeats') },
  { wrong: 'an event that only corrects is dropped', ofEvents: without('feels') },
  {
    wrong: 'an event is counted twice, under a second id',
    ofEvents: (events) => [...events, twin('repeats')],
  },
  {
    wrong: 'an event that says nothing of a call is folded all the same',
    ofEvents: altered('plays', () => ({ facts: { witness: 'conversation', groups: {} } })),
  },
  {
    wrong: 'a call moves over the edge of the hour',
    ofEvents: starting('fails', '2026-11-02T11:00:00.000Z'),
  },
  {
    wrong: 'a call moves over the edge of a quarter',
    ofEvents: starting('nears', '2026-11-02T23:44:59.999Z'),
  },
  { wrong: 'a call moves over the edge of the day', ofEvents: starting('nears', '2026-11-03T00:00:00.000Z') },
  {
    wrong: 'a call starts an hour off, as in local time',
    ofEvents: starting('repeats', '2026-11-02T12:20:00Z'),
  },
  { wrong: 'a call has no start', ofEvents: silentOf('repeats', 'startedAt') },
  { wrong: 'a sentiment is lost', ofEvents: silentOf('feels', 'sentiment') },
  { wrong: 'a sentiment turns into its opposite', ofEvents: feeling({ sentiment: 'negative' }) },
  { wrong: 'a score changes its sign', ofEvents: feeling({ sentimentScore: -0.7 }) },
  { wrong: 'a score is off by a ten-thousandth', ofEvents: feeling({ sentimentScore: 0.7001 }) },
  { wrong: "a local label passes for the provider's", ofEvents: feeling({ sentimentSource: 'local' }) },
  {
    wrong: 'the direction is swapped',
    ofEvents: saying('fails', { route: { rank: RANK.route.report, value: { direction: 'inbound' } } }),
  },
  {
    wrong: 'failure becomes success',
    ofEvents: saying('fails', { goal: { rank: RANK.goal.report, value: { goal: 'success' } } }),
  },
  {
    wrong: 'an unknown goal becomes failure',
    ofEvents: saying('feels', { goal: { rank: 9, value: { goal: 'failure' } } }),
  },
  {
    wrong: 'a talk is one bin longer',
    ofEvents: saying('nears', { durationMs: { rank: RANK.durationMs.report, value: 61_200 } }),
  },
  {
    wrong: 'a talk is in seconds instead of milliseconds',
    ofEvents: saying('nears', { durationMs: { rank: RANK.durationMs.report, value: 60 } }),
  },
  {
    wrong: 'the leg is believed for the talk time, not the conversation',
    ofEvents: saying('ends', { durationMs: { rank: RANK.durationMs.conversation, value: 300_000 } }),
  },
  {
    wrong: 'a leg that completed outranks what the platform heard',
    ofEvents: saying('ends', {
      connection: { rank: RANK.connection.legAnsweredBy, value: 'answered_unknown' },
    }),
  },
  { wrong: 'an ended call rings again', ofEvents: silentOf('ends', 'status') },
  {
    wrong: 'a cost is off by a millionth of a dollar',
    ofEvents: saying('talks', {
      cost: { rank: RANK.cost.conversation, value: { costCredits: 410, costMicroUsd: 61_301 } },
    }),
  },
  {
    wrong: 'a cost is a float',
    ofEvents: saying('talks', {
      cost: {
        rank: RANK.cost.conversation,
        value: { costCredits: 410, costMicroUsd: 61_300.000_01 },
      },
    }),
  },
  { wrong: 'a link is lost', ofEvents: altered('talks', () => ({ links: [] })) },
  {
    wrong: 'a link leads to another call',
    ofEvents: altered('talks', () => ({ links: ['standard:default:r3'] })),
  },
  {
    wrong: 'two strangers are joined',
    ofEvents: altered('nears', () => ({ links: ['standard:default:r4'] })),
  },
  {
    wrong: 'a transfer counts as a call of its own',
    ofEvents: altered('transfers', ({ facts }) => ({
      facts: facts && { witness: 'leg', groups: facts.groups },
    })),
  },
  { wrong: 'an event is of the wrong provider', ofEvents: altered('talks', () => ({ provider: 'twilio' })) },
  { wrong: 'an event is of the wrong endpoint', ofEvents: altered('talks', () => ({ endpoint: 'second' })) },
  {
    wrong: 'an event happened later',
    ofEvents: altered('feels', ({ eventAt }) => ({ eventAt: new Date(+eventAt + 1) })),
  },
  {
    wrong: "the sender's sequence is not looked at",
    ofEvents: altered('ends', ({ facts }) => ({ facts: facts && { witness: 'leg', groups: facts.groups } })),
  },

  { wrong: 'a cell is doubled', ofViews: adding(hour('outcome'), { 'goal.success': 1 }) },
  {
    wrong: 'a retracted contribution stays in one bucket',
    ofViews: adding(day('sentiment'), { 'label.unknown': 1 }),
  },
  {
    wrong: 'a retracted contribution was never there',
    ofViews: adding(day('outcome'), { 'connection.busy': -1 }),
  },
  { wrong: 'a call counts in its hour but not in its day', ofViews: dropping(day('duration')) },
  { wrong: 'a call counts in its day but not in its hour', ofViews: dropping(hour('duration')) },
  { wrong: 'calls without an agent have no bucket', ofViews: dropping(day('duration', 'agent')) },
  {
    wrong: 'calls without a campaign stand under the text null',
    ofViews: moving(day('outcome', 'campaign'), day('outcome', 'campaign', 'null')),
  },
  { wrong: 'a bucket is a day late', ofViews: moving(day('outcome'), day('outcome', 'all', null, NEXT_DAY)) },
  {
    wrong: 'a bucket stands under the wrong provider',
    ofViews: moving(day('duration', 'provider', 'elevenlabs'), day('duration', 'provider', 'openai')),
  },
  {
    wrong: 'a bucket stands in the wrong dimension',
    ofViews: moving(day('sentiment', 'agent', 'a1'), day('sentiment', 'campaign', 'a1')),
  },
  {
    wrong: 'an hour without calls has one',
    ofViews: adding(hour('duration', 'all', null, NINE), { calls: 1 }),
  },
  { wrong: 'a quarter is dropped', ofViews: renaming(hour('outcome'), /^q\.2\./, 'q.2.gone.') },
  { wrong: 'a call is in the wrong quarter', ofViews: renaming(hour('outcome'), /^q\.2\./, 'q.1.') },
  { wrong: 'a bin is off by one', ofViews: renaming(day('duration'), /^bins\.631$/, 'bins.632') },
  {
    wrong: 'success and failure are swapped in one bucket',
    ofViews: renaming(day('outcome', 'campaign', 'k1'), /^goal\.success$/, 'goal.failure'),
  },
  { wrong: 'a sum has the noise of floats in it', ofViews: adding(day('duration'), { costMicroUsd: 1e-9 }) },
  { wrong: 'a call is missing though it is counted', ofViews: ({ calls }) => void calls.delete(CALL) },
  { wrong: 'a joined call still has a document of its own', ofViews: ofCall({ _id: 'elevenlabs:c1' }) },
  { wrong: 'a call has lost an alias', ofViews: ofCall({ aliases: [CALL] }) },
  { wrong: 'a call shows a default where nobody said anything', ofViews: ofCall({ agentName: 'unknown' }) },
  { wrong: 'a time is off by a millisecond', ofViews: ofCall({ firstEventAt: new Date(1_793_616_000_000) }) },
  { wrong: 'a call has lost what its witnesses said', ofViews: ofCall({ parts: [] }) },
];

function isNamed(event: TailedEvent, name: EventName): boolean {
  return event._id.toString('hex') === eventNamed(name)._id.toString('hex');
}

function eventNamed(name: EventName): TailedEvent {
  const event = EVENTS.get(name);
  if (event === undefined) throw new Error(`no event ${name}`);
  return event;
}

/** The event under another id and about another part: what a broken key would make of a redelivery. */
function twin(name: EventName): TailedEvent {
  const event = eventNamed(name);
  return { ...event, _id: new Binary(Buffer.alloc(16, 7)), partId: `${event.partId ?? ''}-again` };
}

function without(name: EventName) {
  return (events: readonly TailedEvent[]) => events.filter((event) => !isNamed(event, name));
}

function altered(name: EventName, change: (event: TailedEvent) => Partial<TailedEvent>) {
  return (events: readonly TailedEvent[]) =>
    events.map((event) => (isNamed(event, name) ? { ...event, ...change(event) } : event));
}

function saying(name: EventName, groups: Facts['groups']) {
  return altered(name, ({ facts }) => ({
    facts: facts && { ...facts, groups: { ...facts.groups, ...groups } },
  }));
}

function starting(name: EventName, at: string) {
  return saying(name, { startedAt: { rank: RANK.startedAt.report, value: new Date(at) } });
}

function silentOf(name: EventName, group: Group) {
  return altered(name, ({ facts }) => {
    const others = Object.entries(facts?.groups ?? {}).filter(([said]) => said !== group);
    return { facts: facts && { ...facts, groups: Object.fromEntries(others) } };
  });
}

function feeling(change: Partial<GroupValues['sentiment']>) {
  const value = {
    sentiment: 'positive',
    sentimentScore: 0.7,
    sentimentSource: 'provider',
    ...change,
  } as const;
  return saying('feels', { sentiment: { rank: RANK.sentiment.conversation, value } });
}

function hour(view: string, dimension = 'all', key: string | null = null, at = HOUR): string {
  return bucketName(`${view}_hourly`, { d: dimension, k: key, at });
}

function day(view: string, dimension = 'all', key: string | null = null, at = DAY): string {
  return bucketName(`${view}_daily`, { d: dimension, k: key, at });
}

function adding(bucket: string, cells: Record<string, number>) {
  return ({ buckets }: MemoryViews): void => {
    const held = buckets.get(bucket) ?? new Map<string, number>();
    for (const [path, add] of Object.entries(cells)) held.set(path, (held.get(path) ?? 0) + add);
    buckets.set(bucket, held);
  };
}

function dropping(bucket: string) {
  return ({ buckets }: MemoryViews): void => void buckets.delete(bucket);
}

function moving(from: string, to: string) {
  return ({ buckets }: MemoryViews): void => {
    buckets.set(to, buckets.get(from) ?? new Map<string, number>());
    buckets.delete(from);
  };
}

function renaming(bucket: string, path: RegExp, to: string) {
  return ({ buckets }: MemoryViews): void => {
    const cells = [...(buckets.get(bucket) ?? [])];
    buckets.set(bucket, new Map(cells.map(([name, count]) => [name.replace(path, to), count])));
  };
}

/** Changes the joined call, or, where the change holds another id, adds a copy under it. */
function ofCall(change: Partial<StoredCall>) {
  return ({ calls }: MemoryViews): void => {
    const call = calls.get(CALL);
    if (call !== undefined) calls.set(change._id ?? CALL, { ...call, ...change });
  };
}
