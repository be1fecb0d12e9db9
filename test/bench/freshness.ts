/** `npm run bench`: how long from a webhook's first byte to the push on a socket, at a steady open-loop rate, on the whole product. */
import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import { startStack, type Stack } from '../demo/stack.ts';
import { createSender } from '../simulator/deliver.ts';
import { deliveriesOf } from '../simulator/payloads.ts';
import { planCalls } from '../simulator/plan.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const WARM_UP_SHARE = 0.2;
const options = new Command('bench')
  .option('--rate <n>', 'webhooks a second', Number, 100)
  .option('--seconds <n>', 'how long', Number, 30)
  .parse()
  .opts<{ rate: number; seconds: number }>();

const stack = await startStack(ROOT, {
  report: (line) => void process.stderr.write(`${line}\n`),
  died: console.error,
});
try {
  const sentAtMs = await play(stack);
  const [acks, pushes] = await measure(stack, sentAtMs);
  console.log(
    JSON.stringify({
      ...options,
      ackMs: spread(acks),
      webhookToPushMs: spread(pushes),
      residentMb: memoryOf(stack.pids),
    }),
  );
} finally {
  await stack.stop();
}

type Sent = { startMs: number; ackMs: number };
type Played = { sent: Map<string, Sent>; pushedAtMs: { sequence: number; atMs: number }[] };

/** Sends at the rate whatever the answers take (an open loop), while a client listens to every bucket of the range. */
async function play({ api, ingest, secrets }: Stack): Promise<Played> {
  const baseAt = new Date();
  const wanted = options.rate * options.seconds;
  const deliveries = planCalls({ seed: 1, calls: wanted, days: 1, baseAt })
    .flatMap((call) => deliveriesOf(call, baseAt))
    .slice(0, wanted);
  const socket = io(api, { transports: ['websocket'] });
  const pushedAtMs: Played['pushedAtMs'] = [];
  socket.on('view_update', ({ sequence }: { sequence: number }) =>
    pushedAtMs.push({ sequence, atMs: performance.now() }),
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
  return { sent, pushedAtMs };
}

/** Which commit each event was in, from the updates; when a push of that commit or a later one came, from the client. */
async function measure({ db }: Stack, { sent, pushedAtMs }: Played): Promise<[number[], number[]]> {
  const updates = await db
    .collection<{ _id: number; events: { buffer: Uint8Array }[]; buckets: unknown[] }>('updates')
    .find({ 'buckets.0': { $exists: true } })
    .toArray();
  const sequenceOf = new Map(
    updates.flatMap((update) =>
      update.events.map((id) => [Buffer.from(id.buffer).toString('base64url'), update._id]),
    ),
  );
  const all = [...sent].slice(Math.floor(sent.size * WARM_UP_SHARE));
  const pushes = all.flatMap(([position, { startMs }]) => {
    const sequence = sequenceOf.get(position);
    const push = sequence === undefined ? undefined : pushedAtMs.find((one) => one.sequence >= sequence);
    return push === undefined ? [] : [push.atMs - startMs];
  });
  return [all.map(([, { ackMs }]) => ackMs), pushes];
}

function spread(values: number[]): Record<string, number> {
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
