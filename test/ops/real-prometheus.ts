/** A real Prometheus of Debian's that scrapes the running product with the deployed rules, every length of time shrunk. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rulesOf } from '../../ops/prometheus/rules.ts';
import { SCRAPED, scrapeOf, type Targets } from '../../ops/prometheus/scrape.ts';
import type { RunningProduct } from './running.ts';
import { until } from './running.ts';

/** One series of an answer, with its value now. */
export type Sample = { metric: Record<string, string>; value: [number, string] };

/**
 * Starts it.
 * @param targets operations ports
 * @param factor how much shorter than as deployed all windows are
 * @returns `query` asks for an expression now, `scrape` changes what is scraped, `firing` for the names of alerts that fire; disposing it ends it
 */
export async function startPrometheus(targets: RunningProduct['targets'], factor: number) {
  const folder = await mkdtemp(join(tmpdir(), 'callviews-prometheus-'));
  await writeFile(join(folder, 'rules.yml'), rulesOf({ factor, everySeconds: 1 }));
  const file = join(folder, 'prometheus.yml');
  const list = (those: Partial<RunningProduct['targets']>): Promise<void> =>
    writeFile(file, scrapeOf({ targets: addressesOf(those), everySeconds: 1, alertmanager: null }));
  await list(targets);
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      ...[`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`, '--log.level=warn'],
      ...[`--web.listen-address=127.0.0.1:${port}`],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  const ended = once(child, 'close');
  await until('Prometheus to be ready', async () => {
    if (child.exitCode !== null) throw new Error(`prometheus ended:\n${said}`);
    const answer = await fetch(`${url}/-/ready`).catch(() => null);
    return answer?.status === 200 ? true : undefined;
  });
  const query = async (expr: string): Promise<Sample[]> => {
    const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr }).toString()}`);
    const body = (await answer.json()) as { status: string; error?: string; data: { result: Sample[] } };
    if (body.status !== 'success') throw new Error(`${expr}: ${body.error ?? 'refused'}`);
    return body.data.result;
  };
  return {
    query,
    /** Has it scrape these from now on. */
    async scrape(those: Partial<RunningProduct['targets']>): Promise<void> {
      await list(those);
      child.kill('SIGHUP');
    },
    async firing(): Promise<string[]> {
      const found = await query('ALERTS{alertstate="firing"}');
      return [...new Set(found.map(({ metric }) => metric.alertname ?? ''))].sort();
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

function addressesOf(those: Partial<RunningProduct['targets']>): Targets {
  return Object.fromEntries(SCRAPED.map((name) => [name, { address: those[name] ?? null }])) as Targets;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
