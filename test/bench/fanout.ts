/**
 * `npm run bench -- fanout`: events into the log at a steady rate, projector and api as processes, a thousand clients and more in
 * others, each in one of some rooms: how long from the event's acknowledgement to each client and where that time goes, what a client
 * weighs, what pacing saves. Then a bare `ws` server sends the same bytes to as many clients at the same pace, while as many events
 * come in as before.
 */
import { Command } from 'commander';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RANK } from '../../ingest/contract.ts';
import type { StoredUpdate } from '../../projector/documents.ts';
import setUp from '../support/global-setup.ts';
import tearDown from '../support/global-teardown.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { eventOf } from '../support/events.ts';
import { appendEvents } from '../support/log-writer.ts';
import { startProcess } from '../support/processes.ts';
import { openWorld } from '../support/world.ts';
import type { Order, Told } from './fanout/clients.ts';
import type { Replayed } from './fanout/plain.ts';
import { replayOf, roomOf, spread, stagesOf, type Placed, type Stamps } from './fanout/stages.ts';
import { busyPercent, cpuUs, machineTicks, memoryMb } from './ingest/measures.ts';
import { beginBench } from './result.ts';

const options = new Command('bench-fanout')
  .option('--clients <n>', 'how many', Number, 1_000)
  .option('--rate <n>', 'events a second', Number, 200)
  .option('--seconds <n>', 'how long', Number, 10)
  .option('--rooms <n>', 'rooms over which clients and events are spread', Number, 20)
  .option('--processes <n>', 'processes of clients', Number, 2)
  .parse()
  .opts<{ clients: number; rate: number; seconds: number; rooms: number; processes: number }>();

/** Below what one address may ask for: a connection costs five, its room one. */
const CONNECTIONS_PER_SECOND = 250;
const BEAT_MS = 25;
const WARM_UP_SHARE = 0.2;

/** How many fewer messages than one for each event and client there have to be; and a share of what bare `ws` does. */
const AIMS = { fewerTimes: 10, ofBare: 0.7 };

const bench = beginBench('fanout', options);
await setUp();
const children = Array.from({ length: options.processes }, () => forked('./fanout/clients.ts'));
const plain = forked('./fanout/plain.ts');
/** Heard before anyone asks for it: it is said once. */
const plainPort = once(plain, 'message').then(([said]) => said as { port: number });
try {
  await using world = await openWorld();
  const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database };
  await using projector = startProcess({ name: 'projector', env });
  const stamping = `--import ${new URL('./fanout/stamps.js', import.meta.url).href}`;
  await using api = startProcess({ name: 'api', env: { ...env, NODE_OPTIONS: stamping } });
  await projector.said('lease taken');
  const { port } = await api.said('listening');
  const pid = api.child.pid ?? 0;
  // What a process grows by in its first requests is no client's.
  const url = `http://127.0.0.1:${String(port)}`;
  for (let n = 0; n < 50; n += 1) await (await fetch(`${url}/api/db/status`)).arrayBuffer();
  const beforeMb = memoryMb(pid).now;
  await Promise.all(children.map((child, index) => ordered(child, connecting(url, index))));
  await sleep(2_000);
  const connectedMb = memoryMb(pid).now;
  const beganUs = cpuUs(pid);
  const ticks = machineTicks();
  const sent = await send(world.db);
  await waitUntilCaughtUp(world.db, 30_000);
  await sleep(1_000);
  const tookUs = cpuUs(pid) - beganUs;
  const machineBusyPercent = busyPercent(ticks);
  const events = await placed(world.db, sent);
  const judged = (judge: Placed[]) => Promise.all(children.map((child) => ordered(child, { judge })));
  const told = await judged(events);
  const sinceCommit = await judged(events.map((one) => ({ ...one, atMs: one.committedMs })));
  const latencies = latenciesIn(told);
  const residentMb = { before: beforeMb, connected: connectedMb, ...memoryMb(pid) };
  api.child.kill('SIGUSR2');
  const stamps = (await api.said('stamps')) as Stamps;
  const fromWrite = await judged(
    stamps.written.map((push) => ({ ...push, room: roomOf(push), atMs: push.firstMs, committedMs: 0 })),
  );
  const bare = await bareServer(stamps, () => send(world.db, sent.length));
  const sum = (name: 'received' | 'missing') =>
    told.reduce((all, one) => all + (name in one ? (one as Record<typeof name, number>)[name] : 0), 0);
  // Sending each event by itself would be one message for each client of its room.
  const byEvent = (sent.length * options.clients) / options.rooms;
  console.log(
    JSON.stringify({
      ...options,
      eventToClientMs: spread(latencies),
      commitToClientMs: spread(latenciesIn(sinceCommit)),
      stagesMs: { ...stagesOf(events, stamps), firstWriteToClient: spread(latenciesIn(fromWrite)) },
      ...{ bareWs: bare, machineBusyPercent },
      ...{ judged: latencies.length, missing: sum('missing') },
      deliveriesPerSecond: Math.round(sum('received') / options.seconds),
      eachEventWouldBeTimes: Math.round((byEvent / sum('received')) * 100) / 100,
      apiCpuPercent: Math.round(tookUs / 10_000 / (options.seconds + 1)),
      usPerDelivery: Math.round(tookUs / sum('received')),
      kibPerClient: Math.round(((connectedMb - beforeMb) * 1_024 * 10) / options.clients) / 10,
      residentMb,
    }),
  );
  const less = { id: 'B9', better: 'less' } as const;
  bench.add({
    ...{ ...less, what: 'messages', unit: 'messages', value: sum('received') },
    rivals: [{ what: 'one for each event and client', value: byEvent, aim: AIMS.fewerTimes }],
  });
  bench.add({
    ...{
      ...less,
      what: 'a message to a client',
      unit: 'µs CPU',
      value: Math.round(tookUs / sum('received')),
    },
    rivals: [{ what: 'bare ws, same bytes, same pace', value: bare.usPerDelivery, aim: AIMS.ofBare }],
  });
  for (const [name, value] of Object.entries(spread(latenciesIn(sinceCommit))))
    bench.add({ ...less, what: `from the commit to a client, ${name}`, unit: 'ms', value });
  bench.add({
    ...{ ...less, what: 'a client', unit: 'KiB' },
    value: Math.round(((connectedMb - beforeMb) * 1_024 * 10) / options.clients) / 10,
  });
  bench.add({ ...less, what: 'messages that did not come', unit: 'messages', value: sum('missing'), aim: 0 });
  await bench.end();
} finally {
  for (const child of [...children, plain]) child.kill();
  await tearDown();
}

function forked(path: string): ChildProcess {
  return fork(fileURLToPath(new URL(path, import.meta.url)), { execArgv: ['--import', 'tsx'] });
}

/** The same bytes at the same pace through `ws` alone, on a machine that has as much else to do. */
async function bareServer(stamps: Stamps, keepBusy: () => Promise<unknown>) {
  const { port } = await plainPort;
  const url = `ws://127.0.0.1:${port}/`;
  await Promise.all(children.map((child, index) => ordered(child, connecting(url, index, true))));
  const pid = plain.pid ?? 0;
  const beganUs = cpuUs(pid);
  plain.send(replayOf(stamps));
  const [[replayed]] = (await Promise.all([once(plain, 'message'), keepBusy()])) as [[Replayed], unknown];
  await sleep(1_000);
  const tookUs = cpuUs(pid) - beganUs;
  const told = await Promise.all(children.map((child) => ordered(child, { judge: replayed })));
  const received = told.reduce((sum, one) => sum + ('received' in one ? one.received : 0), 0);
  return {
    firstWriteToClientMs: spread(latenciesIn(told)),
    usPerDelivery: Math.round(tookUs / received),
    received,
  };
}

function connecting(url: string, index: number, isBare = false): Order {
  const count = Math.floor(options.clients / options.processes);
  const perSecond = CONNECTIONS_PER_SECOND / options.processes;
  const connect = { url, count, first: index * count, rooms: options.rooms, perSecond };
  return { connect: { ...connect, ...(isBare && { bare: true }) } };
}

async function ordered(child: ChildProcess, order: Order): Promise<Told> {
  child.send(order);
  const [told] = (await once(child, 'message')) as [Told];
  return told;
}

type Sent = { id: string; room: number; atMs: number };

/** Sends at the rate whatever the writes take, calls from this number on; of each event when the log acknowledged it. */
async function send(db: Parameters<typeof appendEvents>[0], firstCall = 0): Promise<Sent[]> {
  const sent: Sent[] = [];
  const writes: Promise<void>[] = [];
  const wanted = options.rate * options.seconds;
  const beganMs = performance.now();
  for (let made = 0; made < wanted;) {
    const due = Math.min(wanted, Math.floor(((performance.now() - beganMs) * options.rate) / 1_000));
    const events = Array.from({ length: due - made }, (_, n) => eventNumbered(firstCall + made + n));
    const first = made;
    made = due;
    if (events.length > 0)
      writes.push(
        appendEvents(db, events).then(() => {
          const atMs = performance.timeOrigin + performance.now();
          for (const [n, { _id }] of events.entries())
            sent.push({ id: _id.toString('hex'), room: (first + n) % options.rooms, atMs });
        }),
      );
    await sleep(BEAT_MS);
  }
  await Promise.all(writes);
  return sent;
}

function eventNumbered(n: number) {
  const at = new Date();
  return eventOf({
    partId: `standard:default:f${n}`,
    eventAt: at,
    receivedAt: at,
    facts: {
      witness: 'report',
      groups: {
        startedAt: { rank: RANK.startedAt.report, value: at },
        assignment: { rank: RANK.assignment.report, value: { agentId: `agent_${n % options.rooms}` } },
      },
    },
  });
}

/** In which commit each event was; those of the warm-up are left out. */
async function placed(db: Parameters<typeof appendEvents>[0], sent: readonly Sent[]): Promise<Placed[]> {
  const updates = await db
    .collection<StoredUpdate>('updates')
    .find({ 'events.0': { $exists: true } })
    .toArray();
  const commits = new Map(
    updates.flatMap(({ _id, at, events }) =>
      events.map((id) => [id.toString('hex'), { sequence: _id, committedMs: at.getTime() }] as const),
    ),
  );
  return sent.slice(Math.floor(sent.length * WARM_UP_SHARE)).flatMap(({ id, room, atMs }) => {
    const commit = commits.get(id);
    return commit === undefined ? [] : [{ room, atMs, ...commit }];
  });
}

function latenciesIn(told: readonly Told[]): number[] {
  return told.flatMap((one) => ('latenciesMs' in one ? one.latenciesMs : []));
}
