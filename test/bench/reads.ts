/** `npm run bench -- reads`: one answer in one run beside a bare server, Koa with find and JSON, a `$group` over single calls, an ETag by middleware, and DuckDB. */
import { Command } from 'commander';
import Koa from 'koa';
import { createServer, request, Agent, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import setUp from '../support/global-setup.ts';
import tearDown from '../support/global-teardown.ts';
import { rowsOf } from '../../api/combine.ts';
import type { StoredBucket } from '../../projector/views/view.ts';
import { call, commit, openApi, openDatabase } from '../api/planted.ts';
import { plantMany } from '../api/walk.ts';
import { quantile } from './ingest/measures.ts';

const options = new Command('bench')
  .option('--requests <n>', 'requests of each', Number, 3_000)
  .option('--calls <n>', 'calls that are grouped', Number, 100_000)
  .parse()
  .opts<{ requests: number; calls: number }>();

type Rivals = {
  koaEtagOf(rows: unknown): RequestListener;
  duckOf(count: number): Promise<() => Promise<unknown>>;
};
const HOUR_MS = 3_600_000;
const FIRST = Date.parse('2026-03-10T00:00:00Z');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const took: Record<string, number> = {};

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
  await using api = await openApi(db);
  // Signs of life: without one for two seconds nothing that is kept is given.
  let living = Promise.resolve();
  const life = setInterval(
    () => (living = living.then(() => commit(db, (sequence += 1), { at: new Date() }))),
    500,
  );
  const url = `${api.url}/api/db/analytics/duration/hour?startDate=2026-03-10&endDate=2026-03-10`;
  const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
  const bytes = Buffer.from(await response.arrayBuffer());
  const { data } = JSON.parse(bytes.toString()) as { data: unknown };
  const spans = Array.from({ length: 24 }, (_, n) => ({
    label: String(n),
    startMs: FIRST + n * HOUR_MS,
    endMs: FIRST + (n + 1) * HOUR_MS,
  }));
  const koa = new Koa().use(async (context) => {
    const at = { $gte: new Date(FIRST), $lt: new Date(FIRST + 24 * HOUR_MS) };
    const found = await db
      .collection<StoredBucket>('duration_hourly')
      .find({ '_id.d': 'all', '_id.at': at } as never)
      .toArray();
    const cells = spans.map(
      ({ startMs }) => (found.find(({ _id }) => _id.at.getTime() === startMs) ?? {}) as never,
    );
    context.body = {
      success: true,
      data: { stats: rowsOf('duration', { spans, cells, asOfMs: Date.now() }) },
    };
  });
  await measured('warm', await asking(url));
  await measured('warm 304', await asking(url, { 'if-none-match': response.headers.get('etag') ?? '' }));
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
  await measured(
    'bare node:http',
    await asking(await listening((_, out) => out.writeHead(200, headers).end(bytes))),
  );
  await measured('koa + find + JSON', await asking(await listening(koa.callback() as never)));
  const rivals = await import('./rivals/reads.js' as string).then(
    (one) => one as Rivals,
    (error: unknown) => {
      console.log(
        `without the packages of test/bench: ${String(error).slice(0, 120)}; npm install --prefix test/bench`,
      );
      return null;
    },
  );
  if (rivals !== null) {
    const etag = await listening(rivals.koaEtagOf(data));
    const held = { 'if-none-match': (await fetch(etag)).headers.get('etag') ?? '' };
    await measured('koa-etag 304', await asking(etag, held));
    await measured(`DuckDB over ${options.calls} calls`, await rivals.duckOf(options.calls), 30);
  }
  await plantMany(db, options.calls);
  const group = [
    { $match: { startedAt: { $type: 'date' } } },
    {
      $group: {
        _id: { $dateTrunc: { date: '$startedAt', unit: 'hour' } },
        calls: { $sum: 1 },
        ms: { $sum: '$durationMs' },
      },
    },
    { $sort: { _id: 1 } },
  ];
  await measured(
    `$group over ${options.calls} calls`,
    () => db.collection('calls').aggregate(group).toArray(),
    5,
  );
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
} finally {
  agent.destroy();
  await tearDown();
}
process.exit();

/** Asks in turn, the first tenth to warm up, and keeps the median in µs. */
async function measured(name: string, ask: () => Promise<unknown>, times = options.requests): Promise<void> {
  const us: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const beganMs = performance.now();
    await ask();
    if (n >= times / 10) us.push((performance.now() - beganMs) * 1_000);
  }
  took[name] = quantile(us, 0.5);
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
