/** The door of ingest: what the other processes may know of the log and of what an event says. */
export type { StoredEvent, TailedEvent } from './event.ts';
export type { Facts, Group, GroupValues, Witness } from './facts.ts';
export type { Connection, Direction, EndedBy, Goal, Sentiment, SentimentSource, Status } from './facts.ts';
export { CONNECTIONS, ENDED_BY, RANK, SENTIMENTS, STATUSES } from './facts.ts';
export { createKeeper } from './keeper.ts';
export type { Kept, Keeper } from './keeper.ts';
export type { QuarantinedDelivery } from './quarantine.ts';
export type { Verified } from './record.ts';
export type { RejectedDelivery } from './rejected-delivery.ts';
export { endpointOf, sendersOf, takeUp } from './senders.ts';
export type { Senders, TakenUp } from './senders.ts';
export { INGEST_SETTINGS } from './settings.ts';
