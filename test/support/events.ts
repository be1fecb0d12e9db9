/** Builders of log events for tests of the fold: single ones by hand, whole histories at random from a seed. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { Binary, Timestamp } from 'mongodb';
import type { Facts, TailedEvent } from '../../ingest/contract.ts';
import { CONNECTIONS, ENDED_BY, RANK, SENTIMENTS, STATUSES } from '../../ingest/contract.ts';

/** What a test says of an event; the rest is filled in, the id is made from all of it. */
export type EventSketch = Partial<Omit<TailedEvent, '_id' | 'logAt' | 'facts'>> & { facts: Facts | null };

/**
 * Makes a log event.
 * @param sketch what matters to the test
 * @returns the event as the projector's tail delivers it; its log time is for the server to fill in
 */
export function eventOf(sketch: EventSketch): TailedEvent {
  const event = {
    provider: 'standard',
    endpoint: 'default',
    type: 'call.completed',
    partId: 'standard:default:1',
    links: [],
    eventAt: new Date('2026-11-02T10:00:00Z'),
    receivedAt: new Date('2026-11-02T10:00:01Z'),
    factsVersion: 1,
    flags: [],
    ...sketch,
  };
  const id = createHash('sha256').update(JSON.stringify(event)).digest().subarray(0, 16);
  return { _id: new Binary(id), logAt: new Timestamp({ t: 0, i: 0 }), ...event };
}

const PARTS = {
  leg: ['twilio:CA1', 'twilio:CA2', 'twilio:CA3'],
  conversation: ['elevenlabs:c1', 'elevenlabs:c2', 'elevenlabs:c3'],
  report: ['standard:default:r1', 'standard:default:r2'],
} as const;
const ALL_PARTS = Object.values(PARTS).flat();
const BASE_MS = Date.parse('2026-11-01T22:00:00Z');

const at = fc.integer({ min: 0, max: 6 * 60 }).map((minutes) => new Date(BASE_MS + minutes * 60_000));
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const stated = <T>(ranks: Record<string, number>, value: fc.Arbitrary<T>) =>
  optional(fc.record({ rank: fc.constantFrom(...Object.values(ranks)), value }));

/** Unknown is never a fact: no adapter states it. */
const known = <T extends string>(words: readonly T[]): T[] => words.filter((word) => word !== 'unknown');

const groups = fc.record({
  status: optional(fc.constantFrom(...STATUSES).map((value) => ({ rank: RANK.status[value], value }))),
  startedAt: stated(RANK.startedAt, at),
  answeredAt: stated(RANK.answeredAt, at),
  endedAt: stated(RANK.endedAt, at),
  durationMs: stated(RANK.durationMs, fc.integer({ min: 0, max: 4_000_000 })),
  connection: stated(RANK.connection, fc.constantFrom(...known(CONNECTIONS))),
  ending: stated(RANK.ending, fc.record({ endedBy: fc.constantFrom(...known(ENDED_BY)) })),
  goal: stated(RANK.goal, fc.record({ goal: fc.constantFrom('success' as const, 'failure' as const) })),
  sentiment: stated(
    RANK.sentiment,
    fc.record({
      sentiment: fc.constantFrom(...SENTIMENTS),
      sentimentScore: fc.integer({ min: -100, max: 100 }).map((hundredths) => hundredths / 100),
      sentimentSource: fc.constantFrom('provider' as const, 'local' as const),
    }),
  ),
  cost: stated(RANK.cost, fc.record({ costCredits: fc.nat(500), costMicroUsd: fc.nat(90_000) })),
  assignment: stated(
    RANK.assignment,
    fc.record({ agentId: fc.constantFrom('a1', 'a2'), campaignId: fc.constantFrom('k1', 'k2') }),
  ),
  route: stated(
    RANK.route,
    fc.record({
      direction: fc.constantFrom('inbound' as const, 'outbound' as const),
      fromNumber: fc.constantFrom('+15550100001', '+15550100002'),
    }),
  ),
  wording: stated(RANK.wording, fc.record({ summary: fc.constantFrom('A parcel.', 'A bill.') })),
});

/** One random event about a small set of parts, with random links between them: joins of every shape come up. */
export const anyEvent: fc.Arbitrary<TailedEvent> = fc
  .record({
    witness: fc.constantFrom('leg' as const, 'conversation' as const, 'report' as const),
    number: fc.nat(2),
    link: fc.option(fc.constantFrom(...ALL_PARTS), { nil: undefined, freq: 3 }),
    child: fc.integer({ min: 0, max: 9 }),
    sequence: optional(fc.nat(4)),
    eventAt: at,
    groups,
    silent: fc.integer({ min: 0, max: 19 }),
    judged: fc.integer({ min: 0, max: 79 }),
  })
  .map(({ witness, number, link, child, sequence, eventAt, groups: said, silent, judged }) => {
    const ids: readonly string[] = PARTS[witness];
    const partId = ids[number % ids.length] ?? 'standard:default:r1';
    const isChild = witness === 'leg' && child === 0 && partId !== 'twilio:CA1';
    if (judged === 0) return erasureOf({ partId, witness, eventAt }, number !== 0);
    if (judged <= 8) return givenUpOf({ partId, witness, eventAt });
    if (judged <= 16) return judgementOf({ partId, witness, eventAt }, said.sentiment?.value.sentiment);
    const provider = partId.split(':')[0] ?? 'standard';
    const defined = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
    const facts: Facts = {
      witness,
      groups: defined,
      ...(sequence !== undefined && { sequence }),
      ...(isChild && { parentPartId: 'twilio:CA1' }),
    };
    const links = link === undefined || link === partId ? [] : [link];
    return eventOf({ provider, partId, links, eventAt, facts: silent === 0 ? null : facts });
  });

/** A word of the system itself about a part: alone, or beside what its sender says. */
function judgementOf(
  about: { partId: string; witness: Facts['witness']; eventAt: Date },
  sentiment: (typeof SENTIMENTS)[number] = 'neutral',
): TailedEvent {
  const { partId, witness, eventAt } = about;
  const value = { sentiment, sentimentScore: 0.25, sentimentSource: 'local' as const };
  const groups = { sentiment: { rank: RANK.sentiment.local, value } };
  return eventOf({ provider: 'callviews', partId, eventAt, facts: { witness, sequence: 1, groups } });
}

/** Words and numbers of the call go, and with some its count. */
function erasureOf(
  { partId, witness, eventAt }: { partId: string; witness: Facts['witness']; eventAt: Date },
  keepCount: boolean,
) {
  const rank = keepCount ? RANK.erasure.counted : RANK.erasure.uncounted;
  const groups = { erasure: { rank, value: { keepCount } } };
  return eventOf({ provider: 'callviews', partId, eventAt, facts: { witness, groups } });
}

/** Our own word that a call is over: about the last event, or about one that others come after. */
function givenUpOf({
  partId,
  witness,
  eventAt,
}: {
  partId: string;
  witness: Facts['witness'];
  eventAt: Date;
}) {
  const groups = { givenUp: { rank: RANK.givenUp.rule, value: eventAt } };
  return eventOf({ provider: 'callviews', partId, eventAt, facts: { witness, sequence: 1, groups } });
}

/**
 * The same event about other parts: random histories of many calls at once.
 * @param event an event of {@link anyEvent}
 * @param scope added to every part id in it
 * @returns the event with other ids, its own among them
 */
export function scopedEvent(event: TailedEvent, scope: number): TailedEvent {
  const renamed = (id: string): string => `${id}-${scope}`;
  const { _id: _, logAt: __, facts, ...rest } = event;
  return eventOf({
    ...rest,
    partId: event.partId === null ? null : renamed(event.partId),
    links: event.links.map(renamed),
    facts:
      facts === null
        ? null
        : {
            ...facts,
            ...(facts.parentPartId !== undefined && { parentPartId: renamed(facts.parentPartId) }),
          },
  });
}
