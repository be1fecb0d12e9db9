/** `npm run bench -- api`: warm and cold reads of analytics beside a Koa route that does nothing and a bare server, in one run. */
import Router from '@koa/router';
import { Command } from 'commander';
import Koa from 'koa';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import setUp from '../support/global-setup.ts';
import tearDown from '../support/global-teardown.ts';
import { call, commit, openApi, openDatabase } from '../api/planted.ts';
import type { Order, Report } from './api/client.ts';
import { quantile } from './ingest/measures.ts';
import { beginBench } from './result.ts';

const options = new Command('bench')
  .option('--rounds <n>', 'how often each is asked, in turn', Number, 5)
  .option('--requests <n>', 'requests a round', Number, 2_000)
  .parse()
  .opts<{ rounds: number; requests: number }>();

const DAYS = 31;
const HOUR_MS = 3_600_000;
const FIRST = Date.parse('2026-03-01T00:00:00Z');
const RANGES = {
  '24 hours': 'startDate=2026-03-10&endDate=2026-03-10',
  '31 days of hours': 'startDate=2026-03-01&endDate=2026-03-31',
};

/** A first read ever is held to these, in ms; warm ones to a share of a server that does nothing else. */
const COLD_P99_MS = { '24 hours': 10, '31 days of hours': 60 };
const OF_BARE = 0.9;
/** Bare servers: one answers with every byte of ours, the other without the headers that protect and tell how fresh an answer is. */
const SAME = 'node:http, same bytes, headers too';
const BARE = 'node:http, same body, two headers';
const PLAIN = { 'content-type': 'application/json' };
const BY_ITSELF = new Set(['date', 'connection', 'keep-alive', 'content-length']);

const bench = beginBench('api', options);
await setUp();
const client = fork(fileURLToPath(new URL('./api/client.ts', import.meta.url)), {
  execArgv: ['--import', 'tsx'],
});
try {
  await using database = await openDatabase();
  let sequence = 0;
  for (let day = 0; day < DAYS; day += 1) {
    const calls = Array.from({ length: 24 * 4 }, (_, n) =>
      call(`${day}:${n}`, {
        startedAt: new Date(FIRST + (24 * day + n / 4) * HOUR_MS),
        durationMs: 1_000 * (1 + ((n * 37 + day) % 600)),
        agentId: `agent-${n % 5}`,
      }),
    );
    await commit(database.db, (sequence += 1), { at: new Date(), calls });
  }
  await using api = await openApi(database.db, { isWatched: false });
  let isCold = false;
  api.server.prependListener('request', () => isCold && api.cache.invalidateCacheByPattern(''));
  // Signs of life: without one for two seconds nothing that is kept is given.
  let living = Promise.resolve();
  const life = setInterval(() => {
    living = living.then(() => commit(database.db, (sequence += 1), { at: new Date() }));
  }, 500);
  try {
    for (const [range, query] of Object.entries(RANGES)) {
      const url = `${api.url}/api/db/analytics/duration/hour?${query}`;
      const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
      const bytes = Buffer.from(await response.arrayBuffer());
      const held = { 'if-none-match': response.headers.get('etag') ?? '' };
      // What node:http adds by itself is left to it.
      const headers: Record<string, string> = {};
      response.headers.forEach((value, name) => {
        if (!BY_ITSELF.has(name)) headers[name] = value;
      });
      const [koa, bare, same] = [
        await listening(koaOf(bytes)),
        await listening(bareOf(bytes, PLAIN)),
        await listening(bareOf(bytes, headers)),
      ];
      const cases: Record<
        string,
        { url: string; headers: Record<string, string>; cold?: true; share?: number }
      > = {
        [SAME]: { url: same.url, headers: {} },
        [BARE]: { url: bare.url, headers: {} },
        'koa no-op, same body': { url: koa.url, headers: {} },
        warm: { url, headers: {} },
        'warm gzip': { url, headers: { 'accept-encoding': 'gzip' } },
        'warm 304': { url, headers: held },
        'warm under koa': { url, headers: { origin: 'https://else.example' } },
        cold: { url, headers: {}, cold: true, share: 0.05 },
      };
      const took = new Map<string, { us: number[]; cpuUs: number }>();
      for (let round = 0; round <= options.rounds; round += 1)
        for (const [name, { cold = false, share = 1, ...order }] of Object.entries(cases)) {
          isCold = cold;
          const before = process.cpuUsage();
          const times = Math.ceil(options.requests * share);
          const { tookUs } = await asked({ ...order, times });
          const { user, system } = process.cpuUsage(before);
          // The first round warms everything up.
          if (round === 0) continue;
          const sum = took.get(name) ?? { us: [], cpuUs: 0 };
          took.set(name, { us: [...sum.us, ...tookUs], cpuUs: sum.cpuUs + user + system });
        }
      const coldUs = quantile(took.get('cold')?.us ?? [], 0.5);
      keep(range, took);
      for (const [name, { us, cpuUs }] of took)
        console.log(
          JSON.stringify({
            ...{ range, bytes: bytes.length, case: name, requests: us.length },
            p50Us: Math.round(quantile(us, 0.5)),
            p99Us: Math.round(quantile(us, 0.99)),
            serverCpuUs: Math.round(cpuUs / us.length),
            coldIsTimes: Math.round((coldUs / quantile(us, 0.5)) * 10) / 10,
          }),
        );
      for (const { server } of [koa, bare, same]) server.close();
    }
  } finally {
    clearInterval(life);
    await living;
  }
  await bench.end();
} finally {
  client.disconnect();
  await tearDown();
}

function keep(range: string, took: ReadonlyMap<string, { us: number[]; cpuUs: number }>): void {
  const cpu = (name: string): number => {
    const { us, cpuUs } = took.get(name) ?? { us: [], cpuUs: 0 };
    return Math.round(cpuUs / us.length);
  };
  const p50Ms = (name: string): number => Math.round(quantile(took.get(name)?.us ?? [], 0.5) / 10) / 100;
  const rival = (what: string) => ({ what, value: cpu(what) });
  const shape = { better: 'less', unit: 'µs CPU a request' } as const;
  bench.add({
    ...{ id: 'B7', what: `warm, ${range}`, value: cpu('warm'), ...shape },
    rivals: [{ ...rival(SAME), aim: OF_BARE }, rival(BARE), rival('koa no-op, same body')],
  });
  bench.add({
    ...{ id: 'B7', what: `warm, ${range}: answered, p50`, unit: 'ms', value: p50Ms('warm'), better: 'less' },
    rivals: [SAME, BARE, 'cold'].map((what) => ({ what, value: p50Ms(what) })),
  });
  bench.add({
    ...{ id: 'B7', what: `cold, ${range}: answered, p99`, unit: 'ms', better: 'less' },
    value: Math.round(quantile(took.get('cold')?.us ?? [], 0.99) / 100) / 10,
    ...(range in COLD_P99_MS && { aim: COLD_P99_MS[range as keyof typeof COLD_P99_MS] }),
  });
  for (const what of ['warm 304', 'warm gzip'])
    bench.add({
      ...{ id: 'B8', what: `${what}, ${range}`, value: cpu(what), ...shape },
      rivals: [rival(SAME), rival('warm')],
    });
}

async function asked(order: Order): Promise<Report> {
  client.send(order);
  const [report] = (await once(client, 'message')) as [Report];
  return report;
}

function koaOf(bytes: Buffer): Server {
  const router = new Router().get('/', (context) => {
    context.type = 'json';
    context.body = bytes;
  });
  return createServer(new Koa().use(router.routes()).callback() as never);
}

function bareOf(bytes: Buffer, headers: Record<string, string>): Server {
  const list = Object.entries({ ...headers, 'content-length': String(bytes.length) }).flat();
  return createServer((_, response) => response.writeHead(200, list).end(bytes));
}

async function listening(server: Server): Promise<{ server: Server; url: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
