/** The door of ingest: what the other processes may know of the log and of what an event says. */
export type { StoredEvent, TailedEvent, EventFlag } from './event.ts';
export type {
  Connection,
  Direction,
  EndedBy,
  Facts,
  Goal,
  Group,
  GroupValues,
  Sentiment,
  SentimentSource,
  Stated,
  Status,
  Witness,
} from './facts.ts';
export {
  CONNECTIONS,
  ENDED_BY,
  FACTS_VERSION,
  RANK,
  SENTIMENTS,
  SENTIMENT_SOURCES,
  STATUSES,
  WITNESSES,
} from './facts.ts';
export { interpret } from './interpret.ts';
export type { Reading } from './interpret.ts';
export type { QuarantinedDelivery } from './quarantine.ts';
export type { RejectedDelivery } from './rejected.ts';
