/** How a finished answer is sent: the headers of what holds only now, and its bytes, or that the client has them. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Context } from 'koa';
import type { Standing } from '../answers.ts';
import { codingFor } from '../codings.ts';
import type { Freshness } from '../follow.ts';

/**
 * Sends an answer through Koa.
 * @param context the exchange
 * @param standing the answer
 * @param now how fresh this process is
 */
export async function write(context: Context, standing: Standing, now: Freshness): Promise<void> {
  const { finished } = standing;
  const { bytes, etag, headers } = await finished.variant(codingFor(context.headers['accept-encoding']));
  context.set({ ...finished.headers, ...headers, ...momentHeaders(standing, now) });
  context.set('ETag', etag);
  context.vary('Accept-Encoding');
  context.status = isHeld(context.headers, etag) ? 304 : 200;
  if (context.status === 200) context.body = bytes;
}

/**
 * The headers that are true at the answering only.
 * @param standing the answer
 * @param now how fresh this process is
 * @returns as-of, lag, and whether it must be taken for stale
 */
export function momentHeaders({ at, mustBeStale }: Standing, now: Freshness): Record<string, string> {
  const { lagMs, isStale } = now;
  const headers: Record<string, string> = { 'callviews-stale': mustBeStale || isStale ? 'true' : 'false' };
  if (at !== null) headers['callviews-as-of'] = textOf(at);
  if (lagMs !== null) headers['callviews-lag-ms'] = String(lagMs);
  return headers;
}

/** Of commits as text: thousands of answers are true at the same one. */
const texts = new WeakMap<Date, string>();

function textOf(at: Date): string {
  let text = texts.get(at);
  if (text === undefined) {
    text = at.toISOString();
    texts.set(at, text);
  }
  return text;
}

/**
 * Whether the client has the answer already and says so.
 * @param headers of the request
 * @param etag of the answer
 * @returns true where 304 is the answer
 */
export function isHeld(headers: IncomingHttpHeaders, etag: string): boolean {
  const held = headers['if-none-match'];
  if (held === undefined || /(^|,)\s*no-cache\s*(,|$)/.test(headers['cache-control'] ?? '')) return false;
  if (held === etag || held.trim() === '*') return true;
  const opaque = etag.replace(/^W\//, '');
  return held.split(',').some((one) => one.trim().replace(/^W\//, '') === opaque);
}
