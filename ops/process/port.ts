/** The operations port of a process: its metrics, whether it lives, whether it is ready. */
import { createServer, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { closeServer, listen } from './http.ts';
import type { Log } from './log.ts';

/** Where to listen, what to show. `isReady` answers true, or the reason why not. */
export type OperationsPlan = {
  host: string;
  port: number;
  registry: Registry;
  isReady(): Promise<true | string> | true | string;
  log: Log;
};

/**
 * Opens the operations port: `/metrics` (Prometheus text), `/live` (200 while the process answers), `/ready` (200 or 503 with
 * the reason).
 * @param plan where and what
 * @returns the port and how to close it
 */
export async function startOperationsPort(
  plan: OperationsPlan,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(plan, request.url ?? '/', response).catch((error: unknown) => {
      plan.log.error({ err: error }, 'answering on the operations port');
      say(response, 500, 'error');
    });
  });
  const port = await listen(server, plan.host, plan.port);
  plan.log.info({ host: plan.host, opsPort: port }, 'operations port open');
  return { port, close: () => closeServer(server) };
}

async function answer(plan: OperationsPlan, url: string, response: ServerResponse): Promise<void> {
  switch (url.split('?', 1)[0] ?? '/') {
    case '/metrics':
      response.setHeader('content-type', plan.registry.contentType);
      say(response, 200, await plan.registry.metrics());
      return;
    case '/live':
      say(response, 200, 'live\n');
      return;
    case '/ready': {
      const ready = await plan.isReady();
      say(response, ready === true ? 200 : 503, ready === true ? 'ready\n' : `${ready}\n`);
      return;
    }
    default:
      say(response, 404, 'not found\n');
  }
}

function say(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.writeHead(status).end(text);
}
