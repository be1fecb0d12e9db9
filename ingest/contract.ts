/** The door of ingest: what the other processes may know of the log and of what an event says. */
export type { StoredEvent, TailedEvent } from './event.ts';
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
  Status,
  Witness,
} from './facts.ts';
export { CONNECTIONS, ENDED_BY, RANK, SENTIMENTS, STATUSES } from './facts.ts';
