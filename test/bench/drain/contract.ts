/** Who is compared in the bench of the backlog, and what a slice tells. */

/** Name → what it does; `oneByOne`: it writes event by event, so it gets a small share of the backlog. */
export const CONSUMERS = {
  bare: { what: 'bare drain of the same stream, nothing done', oneByOne: false },
  writes: { what: 'its final writes alone, in the same transactions', oneByOne: false },
  ours: { what: 'callviews: its projector', oneByOne: false },
  gathered: { what: 'next(), 1,000 gathered, the same commit', oneByOne: false },
  single: { what: 'next(), the same commit for each event', oneByOne: true },
  naive: { what: 'next(), updateOne $inc, token saved', oneByOne: true },
  emmett: { what: 'emmett, inline projections of one view', oneByOne: true },
} as const;

/** A consumer of the backlog. */
export type ConsumerName = keyof typeof CONSUMERS;

/** What a consumer is told; its writes are kept in `recordTo`, those of `writes` are in `recordedIn`. */
export type Slice = {
  uri: string;
  who: ConsumerName;
  wanted: number;
  token: unknown;
  pid: number;
  recordTo?: string;
  recordedIn?: string;
};

/** What a slice took, per event in µs of CPU, and the resident memory it had at most. */
export type Drained = {
  events: number;
  seconds: number;
  eventsPerSecond: number;
  nodeUs: number;
  mongodUs: number;
  mostMb: number;
};
