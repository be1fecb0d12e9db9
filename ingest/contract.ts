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
export { PULLED_CONVERSATION } from './providers/elevenlabs-pulled.ts';
export { parseJson } from './providers/json.ts';
export { PULLED_CALL } from './providers/twilio-pulled.ts';
export { ACCOUNT_SID } from './providers/twilio-ids.ts';
export { createPulledLog } from './pulled.ts';
export type { PulledEvent, PulledLog } from './pulled.ts';
