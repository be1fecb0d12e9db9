/** What can become of a webhook, and for each fate the status of the answer: the one table both are read from. Pure. */

/** One row: HTTP status, the text of a refusal, and whether the connection is closed with it. */
type Row = { status: number; error?: string; close?: true; retryAfterSeconds?: number };

/** Every fate of a request to ingest. */
export const FATES = {
  stored: { status: 200 },
  duplicate: { status: 200 },
  variant: { status: 200 },
  unknown_type: { status: 200 },
  quarantined: { status: 200 },
  stale: { status: 401, error: 'Signature refused' },
  unsigned: { status: 401, error: 'Signature refused' },
  /** A flood of unsigned requests from one address: in place of 401, and only after that very request failed verification. */
  limited: { status: 429, error: 'Too many refused requests', close: true, retryAfterSeconds: 30 },
  not_found: { status: 404, error: 'Unknown webhook' },
  wrong_method: { status: 405, error: 'Method not allowed' },
  too_slow: { status: 408, error: 'Body came too slowly', close: true },
  too_large: { status: 413, error: 'Body is too large', close: true },
  encoded: { status: 415, error: 'Content-Encoding is not accepted', close: true },
  /** Nothing can be checked without a secret: never accepted, yet worth another try. */
  unconfigured: { status: 503, error: 'Webhook is not configured', close: true, retryAfterSeconds: 60 },
  overloaded: { status: 503, error: 'Too busy', close: true, retryAfterSeconds: 1 },
  /** The write was not acknowledged; it may have happened, and the retry finds out. */
  unavailable: { status: 503, error: 'Not stored yet', retryAfterSeconds: 2 },
  failed: { status: 500, error: 'Internal error' },
  /** The sender hung up: nobody is left to answer. */
  aborted: { status: 400, error: 'Body is incomplete', close: true },
} as const satisfies Record<string, Row>;

/** One of {@link FATES}. */
export type Fate = keyof typeof FATES;

/** The closed set of counter labels. */
export const FATE_LABELS = Object.keys(FATES);

/** The row of a fate, with every column. */
export function rowOf(fate: Fate): Row {
  return FATES[fate];
}
