/** A vendor's API on this machine, as a stand-in: answers what it is told to, and misbehaves on demand. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../../../ops/process/http.ts';

/** How one request goes wrong: too many, out of order, no answer, half a body, an answer elsewhere. */
export type Fault = 404 | 429 | 500 | 'silent' | 'cut' | 'redirect' | 'reset';

/** A running stand-in. */
export type StandIn = {
  url: string;
  /** Path and query of each request so far. */
  asked: string[];
  /** Faults of the next requests, in order; null, or none left: all goes well. */
  faults: (Fault | null)[];
  /** A fault of every request whose path fits, for ever. */
  broken: { path: RegExp; fault: Fault } | null;
  /** The greatest number of requests that were under way at once. */
  most: () => number;
  [Symbol.asyncDispose](): Promise<void>;
};

const ANSWER_MS = 3;

/**
 * Starts a stand-in.
 * @param answer body for a path and its query; null: 404
 * @param isAllowed whether the request's credentials are right
 */
export async function startStandIn(
  answer: (url: URL) => object | null,
  isAllowed: (request: IncomingMessage) => boolean,
): Promise<StandIn> {
  let underWay = 0;
  let most = 0;
  const server = createServer((request, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    response.on('close', () => (underWay -= 1));
    const url = new URL(request.url ?? '/', 'http://stand.in');
    standIn.asked.push(request.url ?? '');
    const always = standIn.broken?.path.test(url.pathname) === true ? standIn.broken.fault : undefined;
    const fault = standIn.faults.shift() ?? always;
    const body = isAllowed(request) ? answer(url) : null;
    // A moment later, so that requests under way at once are seen to be.
    setTimeout(() => {
      if (fault !== undefined) misbehave(response, fault, JSON.stringify(body));
      else if (!isAllowed(request)) end(response, 401, { detail: 'who are you' });
      else end(response, body === null ? 404 : 200, body ?? { detail: 'not here' });
    }, ANSWER_MS);
  });
  const port = await listen(server, '127.0.0.1', 0);
  const standIn: StandIn = {
    url: `http://127.0.0.1:${port}`,
    asked: [],
    faults: [],
    broken: null,
    most: () => most,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return standIn;
}

function end(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function misbehave(response: ServerResponse, fault: Fault, body: string): void {
  switch (fault) {
    case 429:
      response.writeHead(429, { 'retry-after': '0' }).end();
      return;
    case 404:
      response.writeHead(404).end('{}');
      return;
    case 500:
      response.writeHead(500).end('<html>Internal Server Error</html>');
      return;
    case 'silent':
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json' }).end(body.slice(0, body.length / 2));
      return;
    case 'redirect':
      response.writeHead(302, { location: 'http://127.0.0.1:9/elsewhere' }).end();
      return;
    case 'reset':
      response.socket?.destroy();
      return;
  }
}
