/** What an event may say of a call, in words no provider owns: written beside the event at ingest, folded by the projector. Pure. */

/**
 * Version of the rules that turn a body into facts. Raised when an adapter reads a body differently; events whose stored
 * `factsVersion` is lower are interpreted again where a newer reading is asked for.
 */
export const FACTS_VERSION = 1;

/** How far a call has come, least first: a later state is never undone by an earlier one that arrives late. */
export const STATUSES = ['queued', 'ringing', 'in_progress', 'ended'] as const;
/** How a call went at the telephone level. */
export const CONNECTIONS = [
  'answered_human',
  'answered_machine',
  'answered_unknown',
  'busy',
  'no_answer',
  'canceled',
  'rejected',
  'failed',
  'in_progress',
  'unknown',
] as const;
/** Who or what ended a call. */
export const ENDED_BY = [
  'customer',
  'agent',
  'transfer',
  'timeout_silence',
  'timeout_max',
  'platform_error',
  'telephony_error',
  'unknown',
] as const;
/** Whether the call reached what it was for. */
export const GOALS = ['success', 'failure', 'unknown'] as const;
/** How the caller felt; no label (null) means that nobody reported one. */
export const SENTIMENTS = ['positive', 'neutral', 'negative', 'mixed'] as const;
/** Who gave a sentiment label. */
export const SENTIMENT_SOURCES = ['provider', 'endpoint_mapping', 'operator', 'sender', 'local'] as const;
/** Which side placed the call, seen from the company. */
export const DIRECTIONS = ['inbound', 'outbound'] as const;

/** One of {@link STATUSES}. */
export type Status = (typeof STATUSES)[number];
/** One of {@link CONNECTIONS}. */
export type Connection = (typeof CONNECTIONS)[number];
/** One of {@link ENDED_BY}. */
export type EndedBy = (typeof ENDED_BY)[number];
/** One of {@link GOALS}. */
export type Goal = (typeof GOALS)[number];
/** One of {@link SENTIMENTS}. */
export type Sentiment = (typeof SENTIMENTS)[number];
/** One of {@link SENTIMENT_SOURCES}. */
export type SentimentSource = (typeof SENTIMENT_SOURCES)[number];
/** One of {@link DIRECTIONS}. */
export type Direction = (typeof DIRECTIONS)[number];

/** What each group of fields holds; the fields of a group are believed or replaced together. Lengths in ms, costs as integers. */
export type GroupValues = {
  status: Status;
  startedAt: Date;
  answeredAt: Date;
  endedAt: Date;
  durationMs: number;
  connection: Connection;
  ending: { endedBy?: EndedBy; endReason?: string };
  goal: { goal: Exclude<Goal, 'unknown'>; goalScore?: number };
  sentiment: {
    sentiment?: Sentiment;
    sentimentScore?: number;
    sentimentSource: SentimentSource;
    sentimentVersion?: string;
  };
  cost: { costCredits?: number; costMicroUsd?: number };
  assignment: { agentId?: string; agentName?: string; campaignId?: string; language?: string };
  route: { direction?: Direction; fromNumber?: string; toNumber?: string };
  wording: { summary?: string; title?: string };
  /** The system's own judgement that the call is over: the time of the last event it heard, and true only while none is later. */
  givenUp: Date;
  /** Words and numbers are erased; whether the call stays counted. */
  erasure: { keepCount: boolean };
};
/** Name of a group of fields. */
export type Group = keyof GroupValues;

/** A value an event states, with the rank of its witness: among statements of one group the greatest rank is believed. */
export type Stated<T> = { rank: number; value: T };

/**
 * What kind of witness a part is: an agent platform's conversation, a telephone leg, another system's report of a whole
 * call. The order is that in which their ids name a call.
 */
export const WITNESSES = ['leg', 'conversation', 'report'] as const;
/** One of {@link WITNESSES}. */
export type Witness = (typeof WITNESSES)[number];

/**
 * What one event says: of which part, what that part is, and each group it states. `sequence` is the sender's own counter
 * where it has one; `parentPartId` is set for a child leg. A group that is absent was not reported: null and unknown are
 * never facts.
 */
export type Facts = {
  witness: Witness;
  parentPartId?: string;
  sequence?: number;
  groups: { [G in Group]?: Stated<GroupValues[G]> };
};

/**
 * Which witness is believed, per group: the greater number wins, whatever arrives first. Stated values rank above derived
 * ones, telephony above platforms for how a call connected, platforms above telephony for what was said in it.
 */
export const RANK = {
  /** By state: an ended call does not ring again. */
  status: { queued: 0, ringing: 1, in_progress: 2, ended: 3 },
  startedAt: { failureEventTime: 1, report: 2, conversation: 3, legDerived: 4, legSummary: 5, legStated: 6 },
  answeredAt: { report: 1, conversation: 2, leg: 3 },
  endedAt: { report: 1, conversation: 2, leg: 3 },
  durationMs: { report: 1, leg: 2, conversation: 3 },
  connection: {
    inProgress: 1,
    legCompleted: 2,
    report: 3,
    conversationFailure: 4,
    conversation: 5,
    legNotAnswered: 6,
    legAnsweredBy: 7,
    legDetection: 8,
  },
  ending: { report: 1, leg: 2, conversation: 3 },
  goal: { report: 1, operator: 2, conversation: 3 },
  sentiment: { local: 1, report: 2, operator: 3, conversation: 4 },
  cost: { report: 1, leg: 2, conversation: 3 },
  assignment: { report: 1, leg: 2, conversation: 3 },
  route: { report: 1, conversation: 2, leg: 3 },
  wording: { report: 1, conversation: 2 },
  givenUp: { rule: 1 },
  erasure: { counted: 1, uncounted: 2 },
} as const satisfies Record<Group, Record<string, number>>;

/** The earliest instant a call may have started: before it, a clock or a unit is wrong. */
export const EARLIEST_PLAUSIBLE_AT = new Date('2015-01-01T00:00:00Z');
/** How far a start may lie ahead of the arrival of the event that tells it, for clocks that differ. */
export const PLAUSIBLE_AHEAD_MS = 5 * 60_000;
/** The longest talk time that counts: a day. */
export const LONGEST_PLAUSIBLE_MS = 24 * 3_600_000;

/**
 * Takes implausible times and lengths out of facts, so that a signed but impossible value is kept with its event and never
 * counted. Judged against the stored arrival, not against now: a rebuild years later agrees.
 * @param facts what the event says
 * @param receivedAt when the event arrived
 * @returns the facts without what cannot be, and whether anything was taken out
 */
export function withoutImplausible(facts: Facts, receivedAt: Date): { facts: Facts; implausible: boolean } {
  const latestMs = receivedAt.getTime() + PLAUSIBLE_AHEAD_MS;
  const cannotBe = (group: Group): boolean => {
    if (group === 'durationMs') {
      const durationMs = facts.groups.durationMs?.value ?? 0;
      return !Number.isInteger(durationMs) || durationMs < 0 || durationMs > LONGEST_PLAUSIBLE_MS;
    }
    if (group !== 'startedAt' && group !== 'answeredAt' && group !== 'endedAt') return false;
    const atMs = facts.groups[group]?.value.getTime() ?? latestMs;
    // Written so that an invalid date, which compares as neither, cannot be either.
    return !(atMs >= EARLIEST_PLAUSIBLE_AT.getTime() && atMs <= latestMs);
  };
  const stated = Object.entries(facts.groups);
  const plausible = stated.filter(([group]) => !cannotBe(group as Group));
  const implausible = plausible.length < stated.length;
  return { facts: implausible ? { ...facts, groups: Object.fromEntries(plausible) } : facts, implausible };
}
