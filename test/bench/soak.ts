/**
 * `npm run bench -- soak`: the four processes for an hour under live calls, open dashboards and readers; afterwards the views equal the
 * recount, and memory, open files and lag say whether it could go on like that.
 */
import { Command } from 'commander';
import { setMaxListeners } from 'node:events';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { io, type Socket } from 'socket.io-client';
import { startStack, type Stack } from '../demo/stack.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { createSender } from '../simulator/deliver.ts';
import { playLive } from '../simulator/live.ts';
import { waitUntilBothCaughtUp } from '../support/caught-up.ts';
import { quantile, rounded } from './ingest/measures.ts';
import { beginBench } from './result.ts';
import { growthAnHour, lookAt, type Sample } from './soak/samples.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SEED = 20_261_128;
/** Seconds of a call that pass in one: calls of minutes end within the run. */
const SPEED = 10;
const LOOK_MS = 10_000;
const READ_MS = 1_000;
const SETTLE_MS = 120_000;
/** Of a process: what a garbage collector's heap swings by within an hour. A leak that is slower shows in a longer soak. */
const MOST_GROWTH_MB = 20;

const options = new Command('bench-soak')
  .option('--minutes <n>', 'how long', Number, 60)
  .option('--rate <n>', 'calls that begin each second; each is some five webhooks', Number, 2)
  .option('--dashboards <n>', 'clients that follow every view', Number, 10)
  .parse()
  .opts<{ minutes: number; rate: number; dashboards: number }>();

const bench = beginBench('soak', options, SEED);
const dead: string[] = [];
const stack = await startStack(ROOT, {
  report: (line) => void process.stderr.write(`${line}\n`),
  died: (name, lines) => {
    dead.push(name);
    console.error(name, lines);
  },
});
try {
  const clients = await Promise.all(Array.from({ length: options.dashboards }, () => follow(stack)));
  const beganMs = performance.now();
  const over = AbortSignal.timeout(options.minutes * 60_000);
  // Each call under way waits for its next event and for this.
  setMaxListeners(0, over);
  const [sent, samples, reads] = await Promise.all([
    play(stack, over),
    watch(stack, beganMs, over),
    read(stack, over),
  ]);
  await waitUntilBothCaughtUp(stack.db, SETTLE_MS);
  const isExact = (await storedViews(stack.db)) === (await expectedViews(stack.db));
  const pushes = clients.reduce((sum, client) => sum + client.pushes, 0);
  for (const { socket } of clients) socket.close();
  const told = { sent, isExact, pushes, dead };
  console.log(JSON.stringify(told));
  const none = { better: 'less', value: 0, aim: 0 } as const;
  bench.add({
    what: 'webhooks sent, all by the simulator',
    unit: 'webhooks',
    better: 'more',
    value: sent.webhooks,
  });
  bench.add({ ...none, what: 'answers other than 200', unit: 'webhooks', value: sent.refused });
  bench.add({ ...none, what: 'views that differ from the recount', unit: 'views', value: isExact ? 0 : 1 });
  bench.add({ ...none, what: 'processes that ended', unit: 'processes', value: dead.length });
  bench.add({
    ...none,
    what: 'events parked',
    unit: 'events',
    value: await stack.db.collection('parked').countDocuments(),
  });
  bench.add({ ...none, what: 'reads not answered 200', unit: 'reads', value: reads.refused });
  const lags = samples.flatMap(({ lagMs }) => (lagMs === null ? [] : [lagMs]));
  bench.add({
    ...none,
    what: 'looks at which nobody knew the lag',
    unit: 'looks',
    value: samples.length - lags.length,
  });
  bench.add({ what: 'lag, p50', unit: 'ms', better: 'less', value: quantile(lags, 0.5) });
  bench.add({ what: 'lag, the most', unit: 'ms', better: 'less', value: Math.max(...lags) });
  bench.add({
    what: 'a read of the summary, p99',
    unit: 'ms',
    better: 'less',
    value: quantile(reads.tookMs, 0.99),
  });
  for (const name of Object.keys(stack.pids)) reportGrowth(name, samples);
  await bench.end();
} finally {
  await stack.stop();
}

function reportGrowth(name: string, samples: readonly Sample[]): void {
  const of = (pick: (one: Sample['processes'][string]) => number) =>
    samples.flatMap(({ atSeconds, processes }) => {
      const one = processes[name];
      return one === undefined ? [] : [{ atSeconds, value: pick(one) }];
    });
  const memory = of(({ residentMb }) => residentMb);
  const files = of(({ openFiles }) => openFiles);
  bench.add({
    ...{ what: `${name}: memory grows in the second half`, unit: 'MB an hour', better: 'less' },
    ...{ value: rounded(growthAnHour(memory)), aim: MOST_GROWTH_MB },
  });
  bench.add({
    ...{ what: `${name}: memory at its end`, unit: 'MB', better: 'less' },
    value: memory.at(-1)?.value ?? 0,
  });
  bench.add({
    ...{ what: `${name}: open files grow in the second half`, unit: 'an hour', better: 'less' },
    ...{ value: rounded(growthAnHour(files)), aim: 1 },
  });
}

/** A client as an open dashboard is one: every view of the day, and the calls. */
async function follow({ api }: Stack): Promise<{ socket: Socket; pushes: number }> {
  const client = { socket: io(api, { transports: ['websocket'], forceNew: true }), pushes: 0 };
  client.socket.onAny(() => (client.pushes += 1));
  client.socket.emit('subscribe:calls');
  const from = new Date(Date.now() - 86_400_000).toISOString();
  for (const view of ['duration', 'outcome', 'sentiment'])
    for (const window of ['hourly', 'daily'])
      await client.socket.emitWithAck('subscribe:view', { view, window, slice: 'all', from });
  return client;
}

async function play(
  { ingest, secrets }: Stack,
  over: AbortSignal,
): Promise<{ calls: number; webhooks: number; refused: number }> {
  const sender = createSender({ url: ingest, secrets, concurrency: 64 });
  const counts = { webhooks: 0, refused: 0 };
  const calls = await playLive({
    ...{ seed: SEED, callsPerSecond: options.rate, speed: SPEED, sender, signal: over },
    onResult: ({ answer }) => {
      counts.webhooks += 1;
      if (answer.status !== 200) counts.refused += 1;
    },
  });
  sender.close();
  return { calls, ...counts };
}

async function watch({ api, pids }: Stack, beganMs: number, over: AbortSignal): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (!over.aborted) {
    await pause(LOOK_MS, over);
    const answer = await fetch(`${api}/api/db/status`);
    const { data } = (await answer.json()) as { data: { lagMs: number | null } };
    const atSeconds = Math.round((performance.now() - beganMs) / 1_000);
    const sample = { atSeconds, lagMs: data.lagMs, processes: lookAt(pids) };
    samples.push(sample);
    if (samples.length % 6 === 0) console.log(JSON.stringify(sample));
  }
  return samples;
}

/** Reads as a page that is opened anew each second, each time of another range, so that not all comes from what is kept. */
async function read({ api }: Stack, over: AbortSignal): Promise<{ tookMs: number[]; refused: number }> {
  const tookMs: number[] = [];
  let refused = 0;
  for (let round = 0; !over.aborted; round += 1) {
    const from = new Date(Date.now() - (1 + (round % 30)) * 3_600_000).toISOString();
    const beganMs = performance.now();
    const answer = await fetch(`${api}/api/db/analytics/summary?startDate=${from}`);
    await answer.arrayBuffer();
    if (answer.status === 200) tookMs.push(performance.now() - beganMs);
    else refused += 1;
    await pause(READ_MS, over);
  }
  return { tookMs, refused };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
