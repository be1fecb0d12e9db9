/** `npm run bench -- calibrate`: what the machine itself gives: a sync of 4 KB, an echo of node:http, a ping of mongod, and what others take. */
import { Command } from 'commander';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer, get, Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { findMongod } from '../../ops/mongod/find.ts';
import { startReplicaSet } from '../../ops/mongod/start.ts';
import { machineTicks, quantile, rounded } from './ingest/measures.ts';
import { beginBench } from './result.ts';

const options = new Command('bench')
  .option('--times <n>', 'how often each is done', Number, 2_000)
  .parse()
  .opts<{ times: number }>();

const BLOCK = Buffer.alloc(4_096, 'x');
/** More than this, and a run shows nothing. */
const STOLEN_AT_MOST_PERCENT = 5;

const bench = beginBench('calibrate', options);
const before = machineTicks();
keep('fdatasync of 4 KB', await syncsUs());
keep('an echo of node:http', await echoesUs());
keep('a ping of mongod', await pingsUs());
const after = machineTicks();
bench.add({
  ...{ id: 'B0', what: 'taken by the hypervisor', unit: '% of the machine', better: 'less' },
  value: rounded((100 * (after.stolen - before.stolen)) / (after.all - before.all)),
  aim: STOLEN_AT_MOST_PERCENT,
});
await bench.end();

function keep(what: string, us: readonly number[]): void {
  const shape = { id: 'B0', unit: 'µs', better: 'less' } as const;
  const [p50, p99] = [quantile(us, 0.5), quantile(us, 0.99)];
  console.log(JSON.stringify({ what, p50Us: p50, p99Us: p99 }));
  bench.add({ ...shape, what: `${what}, p50`, value: p50 });
  bench.add({ ...shape, what: `${what}, p99`, value: p99 });
}

async function timed(act: () => unknown): Promise<number[]> {
  const us: number[] = [];
  for (let n = 0; n < options.times; n += 1) {
    const beganMs = performance.now();
    await act();
    us.push((performance.now() - beganMs) * 1_000);
  }
  return us;
}

async function syncsUs(): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'callviews-bench-'));
  const file = openSync(join(folder, 'synced'), 'w');
  const us = await timed(() => {
    writeSync(file, BLOCK);
    fdatasyncSync(file);
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return us;
}

async function echoesUs(): Promise<number[]> {
  const server = createServer((request, response) => request.pipe(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { port } = server.address() as AddressInfo;
  const us = await timed(
    () =>
      new Promise((resolve, reject) => {
        get({ port, agent }, (response) => response.resume().on('end', resolve)).on('error', reject);
      }),
  );
  agent.destroy();
  server.close();
  return us;
}

async function pingsUs(): Promise<number[]> {
  const binary = await findMongod({ environment: process.env, report: () => undefined });
  const set = await startReplicaSet({ nodes: 1, binary, cacheSizeGb: 1 });
  const client = await new MongoClient(set.uri).connect();
  try {
    return await timed(() => client.db('admin').command({ ping: 1 }));
  } finally {
    await client.close();
    await set.stop();
  }
}
