/** The shape of one webhook request on its way from a planned event to the ingest. */

/** The senders that are played. */
export type Provider = 'elevenlabs' | 'twilio' | 'standard';

/** One request before it is signed. `eventKey` is the event's name in the ledger; the due time counts from the base instant. */
export type Delivery = {
  provider: Provider;
  /** Path and query, such as `/webhooks/twilio?agentId=…`. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  eventKey: string;
  dueOffsetMs: number;
  /** Set for Standard Webhooks: the id that stays the same over retries. */
  messageId?: string;
  /** How far the sender's clock is off when it signs. */
  clockSkewMs?: number;
};

/** A body as a provider's file makes it, with the instant at which it is sent. */
export type Body = Omit<Delivery, 'provider' | 'dueOffsetMs' | 'headers'> & { at: Date };
