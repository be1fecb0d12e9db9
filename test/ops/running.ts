/** The four processes as an operator runs them, with their operations ports, for tests of what they tell of themselves. */
import { startProcess, type ProcessSketch, type RunningProcess } from '../support/processes.ts';
import { standardRequest, TEST_SECRETS } from '../support/webhooks.ts';
import type { World } from '../support/world.ts';

/** The product, running; `scrape` fetches the metrics of one process. */
export type RunningProduct = {
  apiUrl: string;
  ingestUrl: string;
  /** Addresses of the operations ports, without scheme. */
  targets: Record<ProcessSketch['name'], string>;
  processes: Record<ProcessSketch['name'], RunningProcess>;
  scrape(name: ProcessSketch['name']): Promise<string>;
  /** Kills a process and starts it again on its ports; resolves when its operations port is open. */
  restart(name: ProcessSketch['name']): Promise<void>;
  /** Sends one signed report of a call that has ended. */
  report(callId: string, data?: object): Promise<number>;
  [Symbol.asyncDispose](): Promise<void>;
};

const NAMES = ['projector', 'api', 'jobs', 'ingest'] as const;

/**
 * Starts all four on one world and waits until they serve.
 * @param world a prepared database
 * @param further settings beside those that are needed
 */
export async function openProduct(
  world: World,
  further: Record<string, string> = {},
): Promise<RunningProduct> {
  const env = {
    MONGODB_URI: world.uri,
    MONGODB_DATABASE: world.database,
    STANDARD_WEBHOOK_SECRET: TEST_SECRETS.standard[0],
    ...further,
  };
  const started = NAMES.map((name) => [name, startProcess({ name, env })] as const);
  const processes = Object.fromEntries(started) as Record<ProcessSketch['name'], RunningProcess>;
  const ports = started.map(async ([name, one]) => {
    const { opsPort } = await one.said('operations port open');
    return [name, `127.0.0.1:${String(opsPort)}`] as const;
  });
  const targets = Object.fromEntries(await Promise.all(ports)) as RunningProduct['targets'];
  const portOf = async (name: 'api' | 'ingest'): Promise<string> =>
    `http://127.0.0.1:${String((await processes[name].said('listening')).port)}`;
  const [apiUrl, ingestUrl] = [await portOf('api'), await portOf('ingest')];
  const portsOf = (name: ProcessSketch['name']): Record<string, string> => ({
    [`${name.toUpperCase()}_OPS_PORT`]: targets[name].split(':')[1] ?? '',
    ...(name === 'api' && { API_PORT: new URL(apiUrl).port }),
    ...(name === 'ingest' && { INGEST_PORT: new URL(ingestUrl).port }),
  });
  return {
    ...{ apiUrl, ingestUrl, targets, processes },
    scrape: async (name) => (await fetch(`http://${targets[name]}/metrics`)).text(),
    async restart(name) {
      await processes[name][Symbol.asyncDispose]();
      processes[name] = startProcess({ name, env: { ...env, ...portsOf(name) } });
      await processes[name].said('operations port open');
    },
    async report(callId, data = {}) {
      const at = new Date().toISOString();
      const request = standardRequest(`msg_${callId}`, {
        type: 'call.completed',
        timestamp: at,
        data: {
          call_id: callId,
          started_at: at,
          duration_seconds: 61,
          connection: 'answered_human',
          ...data,
        },
      });
      const { target, headers, body } = request;
      return (await fetch(ingestUrl + target, { method: 'POST', headers, body: new Uint8Array(body) }))
        .status;
    },
    async [Symbol.asyncDispose]() {
      for (const one of Object.values(processes)) await one[Symbol.asyncDispose]();
    },
  };
}

/**
 * Waits until something holds.
 * @param what for the error
 * @param look says what was found, undefined where it does not hold yet
 * @param withinMs how long at most
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 15_000,
): Promise<T> {
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited ${withinMs} ms in vain for ${what}`);
}
