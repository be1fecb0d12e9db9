/** Asks a vendor's API for JSON: one configured address, no redirects, time and size bounded, faults ridden out or told. */
import { setTimeout as pause } from 'node:timers/promises';
import { parseJson } from '../../ingest/contract.ts';
import { PATIENCE, pauseAfter, retryAfterMs, type Patience } from './patience.ts';

/** The vendors that are asked. */
export const VENDORS = ['elevenlabs', 'twilio'] as const;
/** One of {@link VENDORS}. */
export type Vendor = (typeof VENDORS)[number];

/** An API gave no usable answer; the message names vendor, path and fault, never query, header or body. */
export class VendorError extends Error {
  /** The status where there was an answer that will not change by asking again. */
  readonly status: number | undefined;
  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** A vendor's API. */
export type VendorApi = {
  vendor: Vendor;
  /**
   * Gets JSON.
   * @param target path and query on the configured address; one that leads elsewhere is refused
   * @returns the parsed answer
   * @throws VendorError after the last try, or at once where asking again is no use
   */
  get: (target: string) => Promise<unknown>;
};

/** What an API is built from; `headers` carry the credentials. */
export type VendorPlan = {
  vendor: Vendor;
  /** Its address, perhaps with a path before all paths. */
  url: string;
  headers: () => Record<string, string>;
  signal: AbortSignal;
  patience?: Patience;
};

/** A page of 500 calls has about 1 MB, a conversation with all metrics 5 MB; more than a document takes is of no use. */
const LARGEST_BYTES = 15 * 1024 * 1024;

/** What one try came to. */
type Tried =
  { kind: 'answer'; value: unknown } | { kind: 'again'; fault: string; retryAfterMs: number | null };

/**
 * Builds the client.
 * @param plan vendor, address and credentials
 */
export function createVendorApi(plan: VendorPlan): VendorApi {
  const { vendor, signal, patience = PATIENCE } = plan;
  return {
    vendor,
    get: async (target) => {
      const url = addressOf(plan, target);
      for (let tried = 1; ; tried += 1) {
        const came = await tryOnce(plan, url);
        if (came.kind === 'answer') return came.value;
        signal.throwIfAborted();
        if (tried >= patience.tries)
          throw new VendorError(`${vendor} ${url.pathname}: ${came.fault}, ${tried} tries`);
        await pause(pauseAfter(tried, came.retryAfterMs, patience), undefined, { signal });
      }
    },
  };
}

/** The whole address. An absolute one, `//host` or a back-slash would lead the credentials elsewhere. */
function addressOf({ vendor, url: base }: VendorPlan, target: string): URL {
  const { origin, pathname } = new URL(base);
  const whole = target.startsWith('/') ? origin + pathname.replace(/\/$/, '') + target : '';
  const url = URL.canParse(whole) ? new URL(whole) : null;
  if (url?.origin !== origin || /^[/\\]{2}/.test(target))
    throw new VendorError(`${vendor}: an address outside the configured API is refused`);
  return url;
}

async function tryOnce(plan: VendorPlan, url: URL): Promise<Tried> {
  const { vendor, patience = PATIENCE } = plan;
  using deadline = deadlineOf(plan.signal, patience.answerMs);
  const again = (fault: string, response?: Response): Tried => ({
    kind: 'again',
    fault,
    retryAfterMs: retryAfterMs(response?.headers.get('retry-after') ?? null, Date.now()),
  });
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...plan.headers() },
      redirect: 'manual',
      signal: deadline.signal,
    });
    const { status } = response;
    if (status !== 200) {
      await response.body?.cancel();
      if (status === 429 || status === 408 || status >= 500) return again(`answered ${status}`, response);
      const why = status >= 300 && status < 400 ? 'redirects, which is refused' : `answered ${status}`;
      throw new VendorError(`${vendor} ${url.pathname}: ${why}`, status);
    }
    const body = await bytesOf(response);
    if (body === null) throw new VendorError(`${vendor} ${url.pathname}: the answer is too large`, status);
    const parsed = parseJson(body);
    if (parsed.ok) return { kind: 'answer', value: parsed.value };
    if (parsed.reason === 'depth')
      throw new VendorError(`${vendor} ${url.pathname}: the answer is nested too deeply`, status);
    return again('the answer is no whole JSON');
  } catch (error) {
    if (error instanceof VendorError) throw error;
    return again(faultOf(error));
  }
}

/**
 * A signal that is aborted after a time or with another one. `AbortSignal.any` keeps what it is made of by weak references only:
 * a time limit that nobody else holds may be collected before it strikes, and the request then waits for ever.
 */
function deadlineOf(stop: AbortSignal, ms: number): Disposable & { signal: AbortSignal } {
  const deadline = new AbortController();
  const clock = setTimeout(() => deadline.abort(new DOMException('no answer in time', 'TimeoutError')), ms);
  const onStop = (): void => deadline.abort(stop.reason);
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop);
  return {
    signal: deadline.signal,
    [Symbol.dispose]: () => {
      clearTimeout(clock);
      stop.removeEventListener('abort', onStop);
    },
  };
}

async function bytesOf(response: Response): Promise<Buffer | null> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest.
  for await (const piece of piecesOf(response)) {
    bytes += piece.length;
    if (bytes > LARGEST_BYTES) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function piecesOf({ body }: Response): AsyncIterable<Uint8Array> | Uint8Array[] {
  return body ?? [];
}

/** In words of ours: an error of the network may quote what was sent. */
function faultOf(error: unknown): string {
  const named = typeof error === 'object' && error !== null ? error : {};
  if ('name' in named && named.name === 'TimeoutError') return 'gave no answer in time';
  const cause = 'cause' in named ? named.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? `could not be reached (${code})` : 'the connection broke';
}
