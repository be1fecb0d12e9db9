/** The door of ingest: what the other processes may know of the log and of what an event says. */
export type { StoredEvent, TailedEvent } from './event.ts';
export type { Facts, Group, GroupValues, Witness } from './facts.ts';
export type { Connection, Direction, EndedBy, Goal, Sentiment, SentimentSource, Status } from './facts.ts';
export { CONNECTIONS, ENDED_BY, RANK, SENTIMENTS, STATUSES } from './facts.ts';
