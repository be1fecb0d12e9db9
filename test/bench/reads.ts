/** `npm run bench -- reads`: one answer in one run beside a bare server, Koa with find and JSON, a `$group` over single calls, an ETag by middleware, and two stores of columns. */
import { Command } from 'commander';
import Koa from 'koa';
import { createServer, request, Agent, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import setUp from '../support/global-setup.ts';
import tearDown from '../support/global-teardown.ts';
import { rowsOf } from '../../api/combine.ts';
import type { StoredBucket } from '../../projector/views/view.ts';
import { call, commit, openApi, openDatabase } from '../api/planted.ts';
import { openSingleCalls } from './reads/single-calls.ts';
import { quantile } from './ingest/measures.ts';
import { beginBench } from './result.ts';

const options = new Command('bench')
  .option('--requests <n>', 'requests of each', Number, 3_000)
  .option('--calls <n>', 'calls that are grouped', Number, 100_000)
  .parse()
  .opts<{ requests: number; calls: number }>();

type Rivals = {
  koaEtagOf(rows: () => unknown): RequestListener;
  duckOf(count: number): Promise<() => Promise<unknown>>;
  chdbOf(count: number): () => Promise<unknown>;
};
const HOUR_MS = 3_600_000;
const FIRST = Date.parse('2026-03-10T00:00:00Z');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const took: Record<string, number> = {};
const ROUNDS = 5;
/** How many times as quick a 304 by a stored tag has to be. */
const ETAG_TIMES = 5;
/** Installed apart; its types are none of the product's. */
const RIVALS: string = './rivals/reads.js';
type Case = { name: string; ask: () => Promise<unknown>; times?: number };

const bench = beginBench('reads', options);
await setUp();
try {
  await using database = await openDatabase();
  const { db } = database;
  const calls = Array.from({ length: 24 * 4 }, (_, n) =>
    call(`x:${n}`, {
      startedAt: new Date(FIRST + (n / 4) * HOUR_MS),
      durationMs: 1_000 * (1 + ((n * 37) % 600)),
    }),
  );
  let sequence = 1;
  await commit(db, sequence, { at: new Date(), calls });
  await using api = await openApi(db, { isWatched: false });
  // Signs of life: without one for two seconds nothing that is kept is given.
  let living = Promise.resolve();
  const life = setInterval(() => {
    living = living.then(() => commit(db, (sequence += 1), { at: new Date() }));
  }, 500);
  const url = `${api.url}/api/db/analytics/duration/hour?startDate=2026-03-10&endDate=2026-03-10`;
  const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
  const bytes = Buffer.from(await response.arrayBuffer());
  const { data } = JSON.parse(bytes.toString()) as { data: unknown };
  const spans = Array.from({ length: 24 }, (_, n) => ({
    label: String(n),
    startMs: FIRST + n * HOUR_MS,
    endMs: FIRST + (n + 1) * HOUR_MS,
  }));
  const rowsNow = async () => {
    const at = { $gte: new Date(FIRST), $lt: new Date(FIRST + 24 * HOUR_MS) };
    const wanted = { '_id.d': 'all', '_id.at': at } as never;
    const found = await db.collection<StoredBucket>('duration_hourly').find(wanted).toArray();
    const cells = spans.map(
      ({ startMs }) => (found.find(({ _id }) => _id.at.getTime() === startMs) ?? {}) as never,
    );
    return { stats: rowsOf('duration', { spans, cells, asOfMs: FIRST + 24 * HOUR_MS }) };
  };
  const koa = new Koa().use(async (context) => {
    context.body = { success: true, data: await rowsNow() };
  });
  const answer = koa.callback();
  const cases: Case[] = [{ name: 'warm', ask: asking(url) }];
  const ours = { 'if-none-match': response.headers.get('etag') ?? '' };
  cases.push({ name: 'warm 304', ask: asking(url, ours) });
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
  const bare = await listening((_, out) => out.writeHead(200, headers).end(bytes));
  cases.push({ name: 'bare node:http', ask: asking(bare) });
  cases.push({
    name: 'koa + find + JSON',
    ask: asking(await listening((asked, out) => void answer(asked, out))),
  });
  const rivals = await import(RIVALS).then(
    (one) => one as Rivals,
    (error: unknown) => {
      console.log(
        `without the packages of test/bench: ${String(error).slice(0, 120)}; npm install --prefix test/bench`,
      );
      return null;
    },
  );
  if (rivals !== null) {
    for (const [name, rows] of Object.entries({ 'rows in memory': () => data, 'find + JSON': rowsNow })) {
      const etag = await listening(rivals.koaEtagOf(rows));
      const held = { 'if-none-match': (await fetch(etag)).headers.get('etag') ?? '' };
      cases.push({ name: `koa-etag 304, ${name}`, ask: asking(etag, held) });
    }
    const [duck, chdb] = [await rivals.duckOf(options.calls), rivals.chdbOf(options.calls)];
    cases.push(
      { name: `DuckDB, a day of ${options.calls} calls`, ask: duck, times: 50 },
      { name: `chDB, a day of ${options.calls} calls`, ask: chdb, times: 50 },
    );
  }
  await using single = await openSingleCalls(options.calls, process.env.CALLVIEWS_TEST_MONGOD_BINARY ?? '');
  cases.push(
    { name: `$group over ${options.calls} calls`, ask: single.ofAll, times: ROUNDS },
    { name: `$group over the last day of ${options.calls} calls`, ask: single.ofOneDay, times: ROUNDS },
  );
  await measured(cases);
  clearInterval(life);
  await living;
  const warm = took.warm ?? NaN;
  for (const [name, us] of Object.entries(took))
    console.log(
      JSON.stringify({
        case: name,
        p50Us: Math.round(us),
        warmIsTimes: Math.round((us / warm) * 100) / 100,
        perSecond: Math.round(1e6 / us),
      }),
    );
  const shape = { unit: 'µs until answered, p50', better: 'less' } as const;
  const beside = (...has: string[]) =>
    Object.entries(took)
      .filter(([name]) => has.some((part) => name.includes(part)))
      .map(([what, us]) => ({ what, value: Math.round(us) }));
  bench.add({
    ...{ id: 'B7', what: 'warm, 24 hours', value: Math.round(warm), ...shape },
    rivals: beside('bare', 'koa + find', 'DuckDB', 'chDB', '$group'),
  });
  bench.add({
    ...{ id: 'B8', what: 'warm 304', value: Math.round(took['warm 304'] ?? NaN), ...shape },
    rivals: beside('koa-etag').map((rival) => ({ ...rival, aim: ETAG_TIMES })),
  });
  await bench.end();
} finally {
  agent.destroy();
  await tearDown();
}
process.exit();

/** Asks each in turn, round by round, so that none has the warmer process; keeps the median of all but the first round, in µs. */
async function measured(cases: readonly Case[]): Promise<void> {
  const all = new Map(cases.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const { name, ask, times = options.requests } of cases)
      for (let n = 0; n < times / ROUNDS; n += 1) {
        const beganMs = performance.now();
        await ask();
        if (round > 0) all.get(name)?.push((performance.now() - beganMs) * 1_000);
      }
  for (const [name, us] of all) took[name] = quantile(us, 0.5);
}

function asking(url: string, headers: Record<string, string> = {}): () => Promise<unknown> {
  return () =>
    new Promise((resolve, reject) => {
      request(url, { agent, headers }, (response) => response.resume().on('end', resolve))
        .on('error', reject)
        .end();
    });
}

async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
