/** Brings deliveries to a running ingest as real senders do: signed at each attempt, again after a 503, with faults on request. */
import type { Delivery } from './delivery.ts';
import { createPoster, type Answer } from './post.ts';
import { createRandom } from './random.ts';
import { signatureHeaders, type Secrets } from './sign.ts';

/** What goes wrong on the way; shares are 0..1. */
export type Faults = {
  seed: number;
  /** Share of deliveries that are sent twice. */
  duplicates: number;
  /** Share of deliveries that arrive later than they should, by up to {@link LONGEST_DELAY_MS}. */
  reorder: number;
  /** The senders' clocks are off by up to this much, either way. */
  skewMs: number;
  /** Share of deliveries that are never sent. */
  loss: number;
};

/** What is to be sent, in this order, and the keys of the events of which no delivery is left. */
export type Schedule = { deliveries: Delivery[]; lost: Set<string> };

/** What became of one delivery: the last answer, or status 0 where there was none. */
export type Outcome = { delivery: Delivery; answer: Answer; attempts: number; tookMs: number };

/** Counts of a run. `fates` are the ingest's own words, which Twilio deliveries do not get. */
export type Counts = {
  sent: number;
  accepted: number;
  attempts: number;
  statuses: Record<string, number>;
  fates: Record<string, number>;
};

/** Where and how deliveries are sent. `publicUrl` is the address that Twilio signs, by default `url`. */
export type SenderOptions = { url: string; publicUrl?: string; secrets: Secrets; concurrency: number };
/** A sender that keeps its connections. */
export type Sender = { deliver(delivery: Delivery): Promise<Outcome>; close(): void };

/** The longest that a delivery is held back. */
export const LONGEST_DELAY_MS = 20 * 60_000;
/** A second delivery follows within this time. */
const LONGEST_REPEAT_MS = 60_000;
/** Waits between attempts: short beside the providers' own, so that a run ends. */
const RETRY_WAITS_MS = [100, 300, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000];

/**
 * Decides what is lost, doubled or late, before anything is sent. Pure: the same seed decides the same.
 * @param deliveries what the senders mean to send
 * @param faults how much goes wrong
 * @returns the deliveries in the order of their arrival, and the events that nobody will ever hear of
 */
export function schedule(deliveries: readonly Delivery[], faults: Faults): Schedule {
  const kept: Delivery[] = [];
  const lost = new Set<string>();
  for (const delivery of deliveries) {
    const random = createRandom(faults.seed, 'faults', delivery.eventKey);
    const clockSkewMs = random.whole(-faults.skewMs, faults.skewMs);
    const delayMs = random.chance(faults.reorder) ? random.whole(1, LONGEST_DELAY_MS) : 0;
    const repeated = random.chance(faults.duplicates);
    const repeatMs = random.whole(1, LONGEST_REPEAT_MS);
    if (random.chance(faults.loss)) {
      lost.add(delivery.eventKey);
      continue;
    }
    const first = { ...delivery, clockSkewMs, dueOffsetMs: delivery.dueOffsetMs + delayMs };
    kept.push(first);
    if (repeated) kept.push({ ...first, dueOffsetMs: first.dueOffsetMs + repeatMs });
  }
  return { deliveries: kept.sort((a, b) => a.dueOffsetMs - b.dueOffsetMs), lost };
}

/**
 * Opens a sender.
 * @param options address, secrets and the number of connections
 * @returns `deliver` sends one delivery until it is taken or the attempts are used up; it never rejects
 */
export function createSender(options: SenderOptions): Sender {
  const poster = createPoster(options.url, options.concurrency);
  const attempt = (delivery: Delivery): Promise<Answer> => {
    const at = new Date(Date.now() + (delivery.clockSkewMs ?? 0));
    const signing = { secrets: options.secrets, publicUrl: options.publicUrl ?? options.url, at };
    return poster.post(delivery, signatureHeaders(delivery, signing));
  };
  return {
    async deliver(delivery) {
      const startMs = performance.now();
      let answer = await attempt(delivery);
      let attempts = 1;
      for (const waitMs of RETRY_WAITS_MS) {
        if (!isRetried(answer)) break;
        await pause(Math.max(waitMs, Math.min(answer.retryAfterMs, 5_000)));
        answer = await attempt(delivery);
        attempts += 1;
      }
      return { delivery, answer, attempts, tookMs: performance.now() - startMs };
    },
    close: () => poster.close(),
  };
}

/**
 * Sends deliveries in their order, so many at a time or so many a second.
 * @param deliveries what is sent; due times give the order only
 * @param options the sender's, besides a rate and someone to tell of each outcome
 * @returns counts of statuses and fates
 */
export async function send(
  deliveries: readonly Delivery[],
  options: SenderOptions & { ratePerSecond?: number; onResult?: (outcome: Outcome) => void },
): Promise<Counts> {
  const sender = createSender(options);
  const counts = emptyCounts();
  const gapMs = options.ratePerSecond === undefined ? 0 : 1000 / options.ratePerSecond;
  const startMs = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < deliveries.length; index = next++) {
      const delivery = deliveries[index];
      if (delivery === undefined) return;
      const early = startMs + index * gapMs - performance.now();
      if (early > 0) await pause(early);
      const outcome = await sender.deliver(delivery);
      count(counts, outcome);
      options.onResult?.(outcome);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.concurrency }, work));
  } finally {
    sender.close();
  }
  return counts;
}

/**
 * Counts of nothing.
 * @returns zeros, to be added to by {@link count}
 */
export function emptyCounts(): Counts {
  return { sent: 0, accepted: 0, attempts: 0, statuses: {}, fates: {} };
}

/**
 * Adds one outcome.
 * @param counts what is added to
 * @param outcome what became of a delivery
 */
export function count(counts: Counts, { answer, attempts }: Outcome): void {
  const status = answer.status === 0 ? 'no answer' : String(answer.status);
  counts.sent += 1;
  counts.accepted += answer.status === 200 ? 1 : 0;
  counts.attempts += attempts;
  counts.statuses[status] = (counts.statuses[status] ?? 0) + 1;
  if (answer.fate !== null) counts.fates[answer.fate] = (counts.fates[answer.fate] ?? 0) + 1;
}

/** Senders repeat what was not answered or what the receiver could not take just now; other refusals are final. */
function isRetried({ status }: Answer): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
