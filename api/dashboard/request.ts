/** One request to the API: the envelope is opened, and what headers say of freshness stands beside its content. */
import { API_BASE_URL } from './api-base.ts';
import type { Ask, Content, Method, Path } from './document.ts';
import { INVALID_ANSWER, isFields, textIn, type Fields } from './fields.ts';

/** What headers said: the last commit an answer knows of, whether the server calls itself stale, its clock. */
export type Signs = { asOfMs: number | null; behind: boolean; serverMs: number | null };
/** A good answer; its content is an object, what is in it is as the document says unless the server is of another version. */
export type Answer<T> = Signs & { data: T };
/** Parameters; undefined and null ones are not sent. */
export type Query = Readonly<Record<string, string | number | null | undefined>>;
type AnyAsk = {
  method?: string;
  params?: Readonly<Record<string, string>>;
  query?: Query;
  json?: unknown;
  csv?: string;
  ifMatch?: number;
};

/** The server said no; the message is the server's own text. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** An answer that takes longer is given up: the page says so and asks again. */
const PATIENCE_MS = 20_000;

/**
 * Asks the API. What it is asked with and what it answers is typed by its document.
 * @param path such as `/api/db/calls/{id}`
 * @param ask parameters, and what is written if anything
 * @returns the answer's content
 * @throws RefusedError with the server's text where the status is not 2xx; Error with {@link INVALID_ANSWER} where the
 * envelope is wrong; what `fetch` throws when the server cannot be reached
 */
export async function request<P extends Path, M extends Method = 'get'>(
  path: P,
  ask: Ask<P, M>,
): Promise<Answer<Content<P, M>>>;
export async function request(path: string, ask: AnyAsk): Promise<Answer<unknown>> {
  const at = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ask.params?.[name] ?? ''));
  const response = await fetch(`${API_BASE_URL}${at}${searchOf(ask.query ?? {})}`, {
    ...(ask.method !== undefined && { method: ask.method.toUpperCase() }),
    headers: headersOf(ask),
    ...bodyOf(ask),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body = await response.text();
  const envelope = parsed(body);
  if (!response.ok) throw new RefusedError(serverText(response, envelope, body), response.status);
  if (envelope?.success !== true || !isFields(envelope.data)) throw new Error(INVALID_ANSWER);
  return {
    data: envelope.data,
    asOfMs: headerInstant(response, 'callviews-as-of'),
    behind: response.headers.get('callviews-stale') === 'true',
    serverMs: headerInstant(response, 'date'),
  };
}

/**
 * What a failed request means, in words for people.
 * @param error what was thrown
 * @returns a sentence without a full stop
 */
export function textOf(error: unknown): string {
  if (error instanceof TypeError) return 'The API cannot be reached';
  if (error instanceof DOMException) return 'The API did not answer in time';
  return error instanceof Error ? error.message : 'An unknown error occurred';
}

/**
 * A query as it stands in an address.
 * @param query parameters; undefined and null ones are left out
 * @returns with its question mark, or nothing
 */
export function searchOf(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function headersOf({ json, csv, ifMatch }: AnyAsk): Record<string, string> {
  return {
    accept: 'application/json',
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...(csv !== undefined && { 'content-type': 'text/csv' }),
    ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
  };
}

function bodyOf({ json, csv }: AnyAsk): { body?: string } {
  if (json !== undefined) return { body: JSON.stringify(json) };
  return csv === undefined ? {} : { body: csv };
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
