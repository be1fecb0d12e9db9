/** Warm reads before Koa: what is kept for an address is answered by node:http, with the very headers Koa would have sent. */
import helmet from 'helmet';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Access } from './access.ts';
import type { Answers, Standing } from './answers.ts';
import { codingFor } from './codings.ts';
import type { Follower } from './follow.ts';
import { countRequest, type ApiMetrics } from './metrics.ts';
import { KEPT_COST } from './limits.ts';
import { askerOf } from './routes/route.ts';
import type { Finished, Variant } from './routes/finish.ts';
import { isHeld, momentHeaders } from './routes/write.ts';

/** What warm reads are answered with; `security` is what helmet is asked for, here and under Koa. */
export type HotParts = {
  answers: Pick<Answers, 'find' | 'has'>;
  follower: Pick<Follower, 'freshness'>;
  access: Access;
  metrics: ApiMetrics;
  security: Parameters<typeof helmet>[0];
};

/** Only answers under this path are kept; anything else need not be looked for. */
const KEPT_UNDER = '/api/db/analytics/';

/**
 * Makes the answering of warm reads.
 * @param parts kept answers, doorkeeper, metrics and headers
 * @returns answers a request and says true, or leaves it alone and says false: what is not kept, what comes from a page of
 *   elsewhere, and whoever is refused are Koa's
 */
export function createHot(parts: HotParts): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { answers, follower, access, metrics, security } = parts;
  const fixed = { ...headersOf(security), vary: 'Origin, Accept-Encoding' };
  // As node:http takes them without looking each up again: names and values in turn, for the answer and for 304.
  const lasting = new WeakMap<Variant, { whole: string[]; held: string[] }>();
  const lastingOf = ({ headers }: Finished, variant: Variant): { whole: string[]; held: string[] } => {
    const known = lasting.get(variant);
    if (known !== undefined) return known;
    const { 'content-type': type = '', ...shared } = headers;
    const held = { ...fixed, ...shared, etag: variant.etag };
    const own = { 'content-type': type, 'content-length': String(variant.bytes.length), ...variant.headers };
    const lists = { held: Object.entries(held).flat(), whole: Object.entries({ ...held, ...own }).flat() };
    lasting.set(variant, lists);
    return lists;
  };
  const send = (
    { request, response, began }: { request: IncomingMessage; response: ServerResponse; began: number },
    standing: Standing,
    variant: Variant,
  ): void => {
    const { finished } = standing;
    const held = isHeld(request.headers, variant.etag);
    const list = lastingOf(finished, variant)[held ? 'held' : 'whole'];
    const moment = momentHeaders(standing, follower.freshness());
    const headers = list.slice();
    for (const name in moment) headers.push(name, moment[name] ?? '');
    response.writeHead(held ? 304 : 200, headers);
    response.end(held ? undefined : variant.bytes);
    const answered = { route: finished.route, method: 'GET', status: held ? 304 : 200 };
    countRequest(metrics.handles, answered, performance.now() - began);
  };

  return (request, response) => {
    const { method, url = '', headers } = request;
    if (method !== 'GET' || !url.startsWith(KEPT_UNDER) || headers.origin !== undefined) return false;
    const began = performance.now();
    // Exports are written down, which is no warm read.
    if (url.includes('format=') || !answers.has(url)) return false;
    if (access.admitNow(askerOf(request), { scope: 'read', cost: KEPT_COST }) === null) return false;
    const standing = answers.find(url);
    if (standing === undefined) return false;
    const coding = codingFor(headers['accept-encoding']);
    const variant = standing.finished.ready(coding);
    const exchange = { request, response, began };
    if (variant !== undefined) send(exchange, standing, variant);
    else
      standing.finished
        .variant(coding)
        .then((made) => send(exchange, standing, made))
        .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    return true;
  };
}

/** The headers that helmet sets, which are the same for every answer: taken from an exchange that goes nowhere. */
function headersOf(security: HotParts['security']): Record<string, string> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(security)(request, response, () => undefined);
  return Object.fromEntries(
    response.getHeaderNames().map((name) => [name, String(response.getHeader(name))]),
  );
}
