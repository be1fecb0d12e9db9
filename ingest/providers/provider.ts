/** What a sender must bring to be understood: pure functions from signed bytes to events and facts. Read by the hot route. */
import type { EventFlag } from '../event.ts';
import type { Facts } from '../facts.ts';
import type { InterpretSettings } from '../interpret-settings.ts';
import type { TextReading } from './text.ts';

/** One secret of an endpoint; `id` names it in stored events without telling it. */
export type ProviderSecret = { id: string; value: string };

/** A request as it arrived. Header names are lower-case; a header sent twice is joined by a comma, as Node does. */
export type SignedRequest = {
  body: Buffer;
  headers: Readonly<Record<string, string | undefined>>;
  /** Path and query as received. */
  target: string;
  /** Address that senders use for this ingest, without path; never taken from the request. */
  publicUrl: string;
};

/** Why a signature does not count. `stale`: right, but outside its time window. */
export type RefusalCause = 'missing' | 'malformed' | 'wrong' | 'stale';

/**
 * Whether a request is the sender's own, and by which secret; `skewMs` is our clock minus the signed one, null where none is
 * signed. `target`: path and query as they were signed, where that may be another spelling than the one received.
 */
export type Verdict =
  | { ok: true; secretId: string; scheme: string; skewMs: number | null; target?: string }
  | { ok: false; cause: RefusalCause };

/**
 * What is read again for ever: verified bytes and what travelled with them under the signature. `method` is known on arrival
 * only; an event without a body came by GET, since a POST without one is never stored.
 */
export type Delivery = {
  method?: string;
  endpoint: string;
  target: string;
  body: Buffer;
  headers: Readonly<Record<string, string | undefined>>;
  receivedAt: Date;
};

/** Size and hash (hex) of a recording as audio. */
export type AudioEntry = { bytes: number; sha256: string };

/** A recording that travels in a body as base64 text, and the body that is stored in place of that one. */
export type CarriedAudio = { base64: string; standIn: (entry: AudioEntry) => Buffer };

/** The ends of a body that is too large to be held; together they may cover the whole of it. */
export type BodyEnds = { head: Buffer; tail: Buffer; bytes: number };

/** As {@link CarriedAudio}, with the text told by where it stands in the body. */
export type PlacedAudio = Omit<CarriedAudio, 'base64'> & { from: number; to: number };

/** A verification that sees the body piece by piece. */
export type StreamVerifier = { update: (piece: Buffer) => void; verdict: (now: Date) => Verdict };

/** For a sender whose bodies may be too large to be held in memory. */
export type LargeBodies = {
  /** Begins a verification, or tells why the headers alone forbid one. */
  verifier: (
    headers: SignedRequest['headers'],
    secrets: readonly ProviderSecret[],
  ) => StreamVerifier | RefusalCause;
  /** Finds the recording in a verified body; null where it carries none. */
  audioIn: (ends: BodyEnds) => PlacedAudio | null;
};

/** Why signed bytes cannot be read. */
export type UnreadableReason = 'unparsable' | 'depth' | 'shape' | 'schema' | 'id';

/** Target and bytes of one element of a delivery that holds several: what it would be had it been sent alone. */
export type OwnBytes = Pick<Delivery, 'target' | 'body'>;

/** One event found in a delivery. */
export type Identified = {
  readable: true;
  /** Set where the event is one element of the body; else the delivery's own target and body are the event's. */
  own?: OwnBytes;
  type: string;
  /** Natural key from signed fields alone; null where the sender gave no usable one. */
  key: readonly string[] | null;
  /** The event's own time as far as it is the same in every redelivery; null where it is not stated. */
  statedAt: Date | null;
  partId: string | null;
  links: string[];
  flags: EventFlag[];
  /** The recording in its body, which is never stored with the event. */
  audio?: CarriedAudio;
  /** What the event says of its part; null where it says nothing of a call. Pure, repeatable. */
  interpret: () => Facts | null;
};

/** Something signed that cannot be read. `issues` name fields, never values. */
export type Unreadable = { readable: false; reason: UnreadableReason; issues: string[]; own?: OwnBytes };

/** What one delivery holds: at least one finding. */
export type Findings = readonly (Identified | Unreadable)[];

/** A sender: how it signs and what its bodies mean. All functions are pure. */
export type Provider = {
  name: string;
  /** Headers kept with a stored event and with a rejected request. */
  headers: readonly string[];
  /** Whether the sender wants an empty 200. */
  emptyAnswer: boolean;
  /** What is wrong with a configured secret; null when it is fine. Never repeats the secret. */
  secretFault: (secret: string) => string | null;
  /** How long its sender waits for an answer while the database is away, in ms; left out, or undefined, as long as most do. */
  holdMs?: (delivery: Delivery) => number | undefined;
  verify: (request: SignedRequest, secrets: readonly ProviderSecret[], now: Date) => Verdict;
  /** Where absent, a body over the usual cap is refused. */
  large?: LargeBodies;
  /** Without settings the defaults hold. */
  identify: (delivery: Delivery, settings?: InterpretSettings) => Findings;
  /** What a stored event holds of speech; null where nothing. Left out by senders that never tell what was said. */
  readText?: (delivery: Delivery) => TextReading | null;
};

/** A provider as those know it who read the log again. */
export type Reader = Pick<Provider, 'name' | 'identify' | 'readText'>;

/**
 * The finding for bytes that cannot be read.
 * @param reason why
 * @param issues field paths at fault
 */
export function unreadable(reason: UnreadableReason, ...issues: string[]): Findings {
  return [{ readable: false, reason, issues }];
}
