/** One POST over connections that stay open: the simulator's wire to the ingest. */
import { Agent, request } from 'node:http';
import type { Delivery } from './delivery.ts';

/** What came back. Status 0: no answer at all, `error` says why. `position` is the header `Callviews-Position`. */
export type Answer = {
  status: number;
  fate: string | null;
  position: string | null;
  retryAfterMs: number;
  error: string | null;
};

/** An open wire. */
export type Poster = {
  post(delivery: Delivery, headers: Readonly<Record<string, string>>): Promise<Answer>;
  close(): void;
};

/** Providers give up on an answer after some 15 seconds. */
const ANSWER_WITHIN_MS = 15_000;

/**
 * Opens a wire.
 * @param url address of the ingest, `http` only
 * @param connections how many connections stay open
 * @returns `post` never rejects: a failed connection is an answer of status 0
 */
export function createPoster(url: string, connections: number): Poster {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const base = new URL(url);
  if (base.protocol !== 'http:') throw new Error(`the simulator speaks http only: ${url}`);
  return {
    post: (delivery, signature) =>
      new Promise((resolve) => {
        const headers = { ...delivery.headers, ...signature, 'content-length': delivery.body.length };
        const sending = request(
          {
            agent,
            host: base.hostname.replace(/[[\]]/g, ''),
            port: base.port,
            path: delivery.path,
            method: 'POST',
            headers,
          },
          (incoming) => {
            const chunks: Buffer[] = [];
            incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
            incoming.on('error', (error) => resolve(noAnswer(error)));
            incoming.on('end', () => {
              const { 'retry-after': retryAfter, 'callviews-position': position } = incoming.headers;
              resolve({
                status: incoming.statusCode ?? 0,
                fate: fateOf(Buffer.concat(chunks)),
                position: typeof position === 'string' ? position : null,
                retryAfterMs: Number(retryAfter ?? 0) * 1000 || 0,
                error: null,
              });
            });
          },
        );
        sending.setTimeout(ANSWER_WITHIN_MS, () => sending.destroy(new Error('no answer in time')));
        sending.on('error', (error) => resolve(noAnswer(error)));
        sending.end(delivery.body);
      }),
    close: () => agent.destroy(),
  };
}

function noAnswer(error: Error): Answer {
  return { status: 0, fate: null, position: null, retryAfterMs: 0, error: error.message };
}

/** The fate stands in `data.fate` of a JSON answer; any other answer has none. */
function fateOf(body: Buffer): string | null {
  const found = /"fate":"(\w+)"/.exec(body.toString('utf8'));
  return found?.[1] ?? null;
}
