/** One GET to the API: the envelope is opened, and what headers say of freshness stands beside its content. */
import { API_BASE_URL } from './api-base.ts';
import { isFields, textIn, type Fields } from './fields.ts';

/** A good answer. `asOfMs` is the last commit it knows of, `behind` that the server calls itself stale, `serverMs` its clock. */
export type Answer = {
  data: unknown;
  asOfMs: number | null;
  behind: boolean;
  serverMs: number | null;
};

/** The server said no; the message is the server's own text. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** Said of an answer that is no envelope or lacks what it must hold (text fixed for callers). */
export const INVALID_ANSWER = 'Invalid data format from API';

/** An answer that takes longer is given up: the page says so and asks again. */
const PATIENCE_MS = 20_000;

/**
 * Asks the API.
 * @param path such as `/api/db/analytics/outcomes`
 * @param query parameters; undefined ones are not sent
 * @returns the answer's content
 * @throws RefusedError with the server's text where the status is not 2xx; Error with {@link INVALID_ANSWER} where the
 * envelope is wrong; what `fetch` throws when the server cannot be reached
 */
export async function request(
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
): Promise<Answer> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
  const text = search.toString();
  const response = await fetch(`${API_BASE_URL}${path}${text === '' ? '' : `?${text}`}`, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body = await response.text();
  const envelope = parsed(body);
  if (!response.ok) throw new RefusedError(serverText(response, envelope, body));
  if (envelope?.success !== true || !('data' in envelope)) throw new Error(INVALID_ANSWER);
  return {
    data: envelope.data,
    asOfMs: headerInstant(response, 'callviews-as-of'),
    behind: response.headers.get('callviews-stale') === 'true',
    serverMs: headerInstant(response, 'date'),
  };
}

function parsed(body: string): Fields | null {
  try {
    const value: unknown = JSON.parse(body);
    return isFields(value) ? value : null;
  } catch {
    // Not JSON: a proxy's page, or nothing. The caller names it.
    return null;
  }
}

function serverText(response: Response, envelope: Fields | null, body: string): string {
  if (envelope !== null) return textIn(envelope, 'error') ?? `status ${response.status}`;
  const plain = body.trim();
  // A proxy's HTML page is no text for people.
  return plain === '' || plain.startsWith('<')
    ? `${response.status} ${response.statusText}`.trim()
    : plain.slice(0, 200);
}

function headerInstant(response: Response, name: string): number | null {
  const ms = Date.parse(response.headers.get(name) ?? '');
  return Number.isNaN(ms) ? null : ms;
}
