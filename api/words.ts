/** Every word that an answer counts under, so that a row has all of them, 0 where zero is the truth. Pure. */
import type {
  Connection,
  Direction,
  EndedBy,
  Goal,
  Sentiment,
  SentimentSource,
  Status,
  Turn,
  Witness,
} from '../ingest/contract.ts';
import type { ViewName } from '../projector/contract.ts';

/**
 * The cells of a view that have a name of their own, which is all but its histogram.
 * @param view which view
 * @returns their dotted paths
 */
export function pathsOf(view: ViewName): string[] {
  const under = (name: string, words: object): string[] =>
    Object.keys(words).map((word) => `${name}.${word}`);
  switch (view) {
    case 'duration':
      return ['calls', 'answered', 'measured', 'durationMs', 'costCredits', 'costMicroUsd'];
    case 'outcome':
      return [
        ...['calls', 'ended', 'endedAnswered', 'goal.success', 'goal.failure', 'goal.unknown'],
        ...under('connection', CONNECTIONS),
        ...under('endedBy', ENDED_BY),
      ];
    case 'sentiment':
      return [
        ...['calls', 'scored', 'scoreSum', 'label.unknown'],
        ...under('label', LABELS),
        ...under('source', SOURCES),
      ];
  }
}

/** How calls connect. */
export const CONNECTIONS: Readonly<Record<Connection, 0>> = {
  answered_human: 0,
  answered_machine: 0,
  answered_unknown: 0,
  busy: 0,
  no_answer: 0,
  canceled: 0,
  rejected: 0,
  failed: 0,
  in_progress: 0,
  unknown: 0,
};
/** Who ends calls. */
export const ENDED_BY: Readonly<Record<EndedBy, 0>> = {
  customer: 0,
  agent: 0,
  transfer: 0,
  timeout_silence: 0,
  timeout_max: 0,
  platform_error: 0,
  telephony_error: 0,
  unknown: 0,
};
/** Who labels sentiment. */
export const SOURCES: Readonly<Record<SentimentSource, 0>> = {
  provider: 0,
  endpoint_mapping: 0,
  operator: 0,
  sender: 0,
  local: 0,
};
/** How callers feel, where somebody says so. */
export const LABELS: Readonly<Record<Sentiment, 0>> = { positive: 0, neutral: 0, negative: 0, mixed: 0 };
/** Where a call stands. */
export const STATUSES: Readonly<Record<Status, 0>> = { queued: 0, ringing: 0, in_progress: 0, ended: 0 };
/** Which side placed a call. */
export const DIRECTIONS: Readonly<Record<Direction, 0>> = { inbound: 0, outbound: 0 };
/** Whether a call reached what it was for. */
export const GOALS: Readonly<Record<Goal, 0>> = { success: 0, failure: 0, unknown: 0 };
/** Who tells of a call. */
export const WITNESSES: Readonly<Record<Witness, 0>> = { leg: 0, conversation: 0, report: 0 };
/** Who speaks. */
export const SPEAKERS: Readonly<Record<Turn['speaker'], 0>> = { caller: 0, agent: 0, unknown: 0 };
