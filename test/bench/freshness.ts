/** `npm run bench`: how long from a webhook's answer to its commit, and from its first byte to the push on a socket, at a steady open-loop rate. */
import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import { startStack, type Stack } from '../demo/stack.ts';
import { startPolled, type Run } from './freshness/polled.ts';
import { createSender } from '../simulator/deliver.ts';
import { deliveriesOf } from '../simulator/payloads.ts';
import { planCalls } from '../simulator/plan.ts';
import { beginBench } from './result.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const WARM_UP_SHARE = 0.2;
const options = new Command('bench')
  .option('--rate <n>', 'webhooks a second', Number, 100)
  .option('--seconds <n>', 'how long', Number, 30)
  .parse()
  .opts<{ rate: number; seconds: number }>();

const SEED = 1;
/** Rate → from the answer to the commit, what half and what all but a hundredth must be in, in ms. */
const AIMS: Readonly<Record<number, { p50: number; p99: number }>> = {
  100: { p50: 25, p99: 100 },
  1_000: { p50: 50, p99: 200 },
};

const bench = beginBench('freshness', options, SEED);
const stack = await startStack(ROOT, {
  report: (line) => void process.stderr.write(`${line}\n`),
  died: console.error,
});
try {
  const played = await play(stack, SEED);
  const [acks, visible, pushes] = await measure(stack, played);
  const ours = {
    ackMs: spread(acks),
    ackToVisibleMs: spread(visible),
    webhookToPushMs: spread(pushes),
    residentMb: memoryOf(stack.pids),
  };
  // After it, not beside it: it would take from what it is compared with.
  const stopPolled = startPolled(stack.db);
  const { sent } = await play(stack, SEED + 1);
  const polled = spread(polledOf(sent, await stopPolled()));
  console.log(JSON.stringify({ ...options, ...ours, mergedEachSecondMs: polled }));
  for (const name of ['p50', 'p99'] as const) {
    const shape = { id: 'B6', unit: 'ms', better: 'less' } as const;
    const aim = AIMS[options.rate]?.[name];
    bench.add({
      ...{ ...shape, what: `from the answer to the commit at ${options.rate}/s, ${name}` },
      ...{ value: ours.ackToVisibleMs[name], ...(aim !== undefined && { aim }) },
      rivals: [{ what: 'the last hour merged each second', value: polled[name] }],
    });
    bench.add({
      ...{ ...shape, what: `from the webhook to the push at ${options.rate}/s, ${name}` },
      value: ours.webhookToPushMs[name],
      rivals: [{ what: 'the answer to the webhook alone', value: ours.ackMs[name] }],
    });
  }
  bench.add({
    ...{
      what: 'webhooks without a push: no bucket changed, or it came too late',
      unit: 'webhooks',
      better: 'less',
    },
    value: ours.ackMs.n - ours.webhookToPushMs.n,
  });
  await bench.end();
} finally {
  await stack.stop();
}

type Sent = { startMs: number; ackMs: number };
type At = { sequence: number; atMs: number };
type Played = { sent: Map<string, Sent>; committed: At[]; pushed: At[] };

/** Sends at the rate whatever the answers take (an open loop), while a client listens to every bucket of the range. */
async function play({ api, ingest, secrets, db }: Stack, seed: number): Promise<Played> {
  const baseAt = new Date();
  const wanted = options.rate * options.seconds;
  const deliveries = planCalls({ seed, calls: wanted, days: 1, baseAt })
    .flatMap((call) => deliveriesOf(call, baseAt))
    .slice(0, wanted);
  const socket = io(api, { transports: ['websocket'] });
  const pushed: At[] = [];
  const committed: At[] = [];
  const stream = db.collection<{ _id: number }>('updates').watch([{ $project: { documentKey: 1 } }]);
  stream.on('change', (change) => {
    if ('documentKey' in change)
      committed.push({ sequence: change.documentKey._id, atMs: performance.now() });
  });
  socket.on('view_update', ({ sequence }: { sequence: number }) =>
    pushed.push({ sequence, atMs: performance.now() }),
  );
  const from = new Date(baseAt.getTime() - 3 * 86_400_000).toISOString();
  await socket.emitWithAck('subscribe:view', { view: 'duration', window: 'hourly', slice: 'all', from });
  const sender = createSender({ url: ingest, secrets, concurrency: 256 });
  const sent = new Map<string, Sent>();
  const answers: Promise<unknown>[] = [];
  const beganMs = performance.now();
  for (const [index, delivery] of deliveries.entries()) {
    const early = beganMs + (index * 1_000) / options.rate - performance.now();
    if (early > 0) await sleep(early);
    const startMs = performance.now();
    answers.push(
      sender.deliver(delivery).then(({ answer, tookMs }) => {
        if (answer.status !== 200 || answer.position === null) throw new Error(`answered ${answer.status}`);
        sent.set(answer.position, { startMs, ackMs: tookMs });
      }),
    );
  }
  await Promise.all(answers);
  await sleep(2_000);
  socket.close();
  sender.close();
  await stream.close();
  return { sent, committed, pushed };
}

/** Which commit each event was in, from the updates; when it could be read by others, and when a push of it or a later one came. */
async function measure({ db }: Stack, played: Played): Promise<[number[], number[], number[]]> {
  const updates = await db
    .collection<{ _id: number; events: { buffer: Uint8Array }[]; buckets: unknown[] }>('updates')
    .find({ 'buckets.0': { $exists: true } })
    .toArray();
  const sequenceOf = new Map(
    updates.flatMap((update) =>
      update.events.map((id) => [Buffer.from(id.buffer).toString('base64url'), update._id]),
    ),
  );
  const all = afterWarmUp(played.sent);
  const firstOf = (list: At[], position: string): number | undefined => {
    const sequence = sequenceOf.get(position);
    return sequence === undefined ? undefined : list.find((one) => one.sequence >= sequence)?.atMs;
  };
  return [
    all.map(([, { ackMs }]) => ackMs),
    all.flatMap(([position, { startMs, ackMs }]) => {
      const atMs = firstOf(played.committed, position);
      // The commit may be seen before the answer was read.
      return atMs === undefined ? [] : [Math.max(0, atMs - startMs - ackMs)];
    }),
    all.flatMap(([position, { startMs }]) => {
      const atMs = firstOf(played.pushed, position);
      return atMs === undefined ? [] : [atMs - startMs];
    }),
  ];
}

function afterWarmUp(sent: Played['sent']): [string, Sent][] {
  return [...sent].slice(Math.floor(sent.size * WARM_UP_SHARE));
}

/** Of the usual way: an event can be read once the first run that began after its answer has ended. */
function polledOf(sent: Played['sent'], runs: Run[]): number[] {
  return afterWarmUp(sent).flatMap(([, { startMs, ackMs }]) => {
    const run = runs.find(({ beganMs }) => beganMs >= startMs + ackMs);
    return run === undefined ? [] : [run.endedMs - startMs - ackMs];
  });
}

function spread(values: number[]) {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10;
  return { n: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), most: at(1) };
}

/** Resident memory by process, where the system tells it. */
function memoryOf(pids: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return [name, Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024)];
    }),
  );
}
