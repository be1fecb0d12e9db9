/**
 * What goes over the socket, as types alone: names, arguments and acknowledgements, for the server and for whoever writes a client.
 * It imports nothing, so a page can take it without the server behind it.
 */

/** The shapes in payloads: as the server makes them, or as JSON shows them to a client. */
export type Shapes = { call: object; campaign: object; bucket: object; spoken: object; grown: object };

/** What an answer is true at: the sequence of the last commit in it. */
export type Truth = { sequence: number };
/** Why something was not done, and after how many seconds it may be asked for again; null where waiting is of no use. */
export type Refused = { error: string; retryAfterSeconds: number | null };
/**
 * The `data` of a `connect_error` whose `message` is the refusal itself. The client does not come back by itself from that one:
 * it may after so many seconds, or, where they are null, once it has another key.
 */
export type ConnectRefusal = { status: number; retryAfterSeconds: number | null };
/** A view's room: `slice` such as `all` or `agent:a1`, which is `all` where left out. */
export type ViewAsked = { view: string; window: string; slice?: string };
/** A bucket, and the sequence that last changed it; `at` is its start, an ISO instant. */
export type BucketAt<S extends Shapes> = { at: string; revision: number; bucket: S['bucket'] };

/** What the server sends. */
export type ServerToClient<S extends Shapes = Shapes> = {
  active_calls: (calls: S['call'][], truth: Truth) => void;
  active_campaigns: (campaigns: S['campaign'][], truth: Truth) => void;
  call_update: (call: (S['call'] | { callId: string; mergedInto: string; revision: number }) & Truth) => void;
  campaign_update: (campaign: (S['campaign'] | { id: string; gone: true }) & Truth) => void;
  view_update: (update: Truth & Required<ViewAsked> & BucketAt<S>) => void;
  followed_call_update: (update: { callId: string } & Truth & (S['grown'] | { gone: true })) => void;
  error_update: (refused: Refused & { event: string }) => void;
  resync: () => void;
};

type Acknowledge<T> = (answer: T | Refused) => void;
type Done = Acknowledge<Record<string, never>>;

/** What a client sends; each may be acknowledged, a refusal without one comes as `error_update`. */
export type ClientToServer<S extends Shapes = Shapes> = {
  'subscribe:calls': (done?: Acknowledge<Truth>) => void;
  'subscribe:campaigns': (done?: Acknowledge<Truth>) => void;
  'get:active_calls': (done?: Acknowledge<Truth>) => void;
  'get:active_campaigns': (done?: Acknowledge<Truth>) => void;
  /** `from` is an ISO instant: the buckets from there on are acknowledged. */
  'subscribe:view': (
    asked: ViewAsked & { from: string },
    done?: Acknowledge<Truth & { buckets: BucketAt<S>[] }>,
  ) => void;
  'subscribe:call': (asked: { callId: string }, done?: Acknowledge<Truth & S['spoken']>) => void;
  'unsubscribe:calls': (done?: Done) => void;
  'unsubscribe:campaigns': (done?: Done) => void;
  'unsubscribe:view': (asked: ViewAsked, done?: Done) => void;
  'unsubscribe:call': (asked: { callId: string }, done?: Done) => void;
  /** `from`: the last sequence up to which everything on show was true. */
  replay: (asked: { from: number }, done?: Done) => void;
};
