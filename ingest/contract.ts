/** The door of ingest: what the other processes may know of the log and of what an event says. */
export type { StoredEvent, TailedEvent, EventFlag } from './event.ts';
export type { Facts, Group, GroupValues, Stated, Witness } from './facts.ts';
export type { Connection, Direction, EndedBy, Goal, Sentiment, SentimentSource, Status } from './facts.ts';
export { CONNECTIONS, ENDED_BY, SENTIMENTS, SENTIMENT_SOURCES, STATUSES, WITNESSES } from './facts.ts';
export { FACTS_VERSION, RANK } from './facts.ts';
export { interpret } from './interpret.ts';
export type { Reading } from './interpret.ts';
export { createSettingsOf } from './endpoint-settings.ts';
export type { KeptSettings, SettingsOf } from './endpoint-settings.ts';
export type { InterpretSettings } from './interpret-settings.ts';
export type { QuarantinedDelivery } from './quarantine.ts';
export type { RejectedDelivery } from './rejected-delivery.ts';
