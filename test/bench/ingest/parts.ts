/** The parts of the benchmark of ingest: rate (B1), write path (B2), tail of the ack (B3) and overload. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRequests, SIZES, type Requests, type Size } from './bodies.ts';
import { closedLoop, openLoop, openWires, type OpenlyLoaded } from './loops.ts';
import { busyPercent, cpuUs, machineTicks, median, memoryMb, quantile, rounded } from './measures.ts';
import { rawWrites, SECRET, type Bench, type Forged, type Server, startForger } from './servers.ts';

/** How long and how often. */
export type Effort = { pairs: number; sliceMs: number; stepMs: number };
/** A row of a result. */
export type Row = Record<string, string | number>;

const CONNECTIONS = [1, 32, 128];
const WARM_UP_MS = 1_000;
const sizes = Object.keys(SIZES) as Size[];
let runs = 0;

function requestsOf(size: Size): Requests {
  runs += 1;
  return createRequests(size, `${process.pid.toString(36)}${runs.toString(36)}`, SECRET);
}

/** A slice of one server: rate, latencies and CPU of server and mongod for each event. */
async function slice(bench: Bench, server: Server, plan: { size: Size; connections: number; forMs: number }) {
  const { database } = bench;
  const wires = openWires(server.port, plan.connections);
  const requests = requestsOf(plan.size);
  const [own, mongod] = [cpuUs(server.pid), cpuUs(database.pid)];
  const { acked, ackMs, tookMs, statuses } = await closedLoop(wires, requests, plan.forMs);
  const [ownUs, mongodUs] = [cpuUs(server.pid) - own, cpuUs(database.pid) - mongod];
  for (const wire of wires) wire.close();
  const other = Object.entries(statuses).filter(([status]) => status !== '200');
  if (other.length > 0)
    throw new Error(`${server.name} answered ${JSON.stringify(Object.fromEntries(other))}`);
  if (server.name === 'callviews') bench.called += requests.made();
  return { rate: (acked * 1_000) / tookMs, ackMs, own: ownUs / acked, mongod: mongodUs / acked };
}

/** B1: every server in turn, there and back, so that a slow moment of the machine meets all. */
export async function ingestRate(bench: Bench, effort: Effort): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) {
    for (const server of bench.servers)
      await slice(bench, server, { size, connections: 32, forMs: WARM_UP_MS });
    for (const connections of CONNECTIONS) {
      const slices = new Map<string, Awaited<ReturnType<typeof slice>>[]>();
      for (let pair = 0; pair < effort.pairs; pair += 1)
        for (const order of [bench.servers, [...bench.servers].reverse()])
          for (const server of order) {
            const one = await slice(bench, server, { size, connections, forMs: effort.sliceMs });
            slices.set(server.name, [...(slices.get(server.name) ?? []), one]);
          }
      const of = (name: string) => slices.get(name) ?? [];
      for (const { name } of bench.servers) {
        const all = of(name).flatMap(({ ackMs }) => ackMs);
        rows.push({
          size,
          connections,
          server: name,
          'acked/s': Math.round(median(of(name).map(({ rate }) => rate))),
          'p50 ms': quantile(all, 0.5),
          'p99 ms': quantile(all, 0.99),
          'server µs': Math.round(median(of(name).map(({ own }) => own))),
          'mongod µs': Math.round(median(of(name).map(({ mongod }) => mongod))),
          'callviews ÷ this, rate': ratio(of('callviews'), of(name), ({ rate }) => rate),
          'callviews ÷ this, CPU': ratio(of('callviews'), of(name), ({ own, mongod }) => own + mongod),
        });
      }
    }
  }
  return rows;
}

/** The median of the ratios of neighbouring slices. */
function ratio<T>(ours: readonly T[], theirs: readonly T[], of: (one: T) => number): number {
  const pairs = ours.flatMap((one, at) => {
    const other = theirs[at];
    return other === undefined ? [] : [of(one) / of(other)];
  });
  return Math.round(median(pairs) * 100) / 100;
}

/** B2: the same documents without HTTP. */
export async function writePath(bench: Bench, effort: Effort): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) {
    const slices = await rawWrites(bench.database, [size, effort.sliceMs, effort.pairs]);
    const shapes = [...new Set(slices.map(({ shape }) => shape))];
    const rateOf = (shape: string): number =>
      median(
        slices
          .filter((one) => one.shape === shape)
          .map(({ documents, tookMs }) => (documents * 1_000) / tookMs),
      );
    const best = Math.max(...shapes.map(rateOf));
    for (const shape of shapes) {
      const own = slices.filter((one) => one.shape === shape);
      rows.push({
        size,
        shape,
        'documents/s': Math.round(rateOf(shape)),
        'client µs': rounded(median(own.map(({ clientUs, documents }) => clientUs / documents))),
        'mongod µs': rounded(median(own.map(({ mongodUs, documents }) => mongodUs / documents))),
        'of the fastest': Math.round((rateOf(shape) / best) * 100) / 100,
      });
    }
  }
  return rows;
}

/** B3: an open loop at half the rate of B1, each server in turn, beside single durable inserts on an idle server. */
export async function ackTail(bench: Bench, effort: Effort, b1: readonly Row[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of ['W5', 'W13'] as const) {
    const insertMs: number[] = [];
    const idle = bench.database.db.collection('bench_idle');
    for (let n = 0; n < 300; n += 1) {
      const sentMs = performance.now();
      const body = randomBytes(SIZES[size]);
      await idle.insertOne({ body }, { writeConcern: { w: 'majority', journal: true } });
      insertMs.push(performance.now() - sentMs);
    }
    const p50 = quantile(insertMs, 0.5);
    rows.push({ size, server: 'one idle insertOne', 'p50 ms': p50, 'p99 ms': quantile(insertMs, 0.99) });
    const ratePerSecond = Math.round(kneeOf(b1, size) / 2);
    for (const server of bench.servers) {
      const loaded = await openLoop({
        port: server.port,
        requests: requestsOf(size),
        ratePerSecond,
        forMs: effort.stepMs,
        connections: 256,
        manner: 'polite',
      });
      rows.push({
        size,
        server: server.name,
        'offered/s': ratePerSecond,
        'acked/s': Math.round((loaded.acked * 1_000) / loaded.tookMs),
        'p50 ms': quantile(loaded.fromDueMs, 0.5),
        'p99 ms': quantile(loaded.fromDueMs, 0.99),
      });
      await sleep(500);
    }
  }
  return rows;
}

/** The highest rate that ours reached with a size: the knee that overload is measured in. */
export function kneeOf(b1: readonly Row[], size: Size): number {
  const own = b1.filter((row) => row.size === size && row.server === 'callviews');
  return Math.max(...own.map((row) => Number(row['acked/s'])));
}

const STEPS = [0.5, 1, 1.5, 2];
/** More than ingest takes, so that its own bound is met. */
const OVERLOAD_CONNECTIONS = 1_500;

/** Overload: steps of the knee by both kinds of sender, then half the knee again to see that it is over. */
export async function overload(bench: Bench, effort: Effort, knee: number): Promise<Row[]> {
  const [server] = bench.servers;
  if (server === undefined) throw new Error('ingest does not run');
  const rows: Row[] = [];
  for (const manner of ['polite', 'impolite'] as const) {
    for (const share of [...STEPS, STEPS[0] ?? 0.5]) {
      const [cpu, mongod, machine] = [cpuUs(server.pid), cpuUs(bench.database.pid), machineTicks()];
      const ownCpu = process.cpuUsage();
      const loaded = await openLoop({
        port: server.port,
        requests: requestsOf('W5'),
        ratePerSecond: Math.round(knee * share),
        forMs: effort.stepMs,
        connections: OVERLOAD_CONNECTIONS,
        manner,
      });
      const spent = process.cpuUsage(ownCpu);
      rows.push({
        sender: manner,
        'of the knee': `${share * 100} %`,
        'offered/s': Math.round((loaded.offered * 1_000) / loaded.tookMs),
        'attempts/s': Math.round((loaded.attempts * 1_000) / loaded.tookMs),
        'acked/s': Math.round((loaded.acked * 1_000) / loaded.tookMs),
        '503': loaded.statuses[503] ?? 0,
        cut: loaded.statuses[0] ?? 0,
        'ack p50 ms': quantile(loaded.ackMs, 0.5),
        'ack p99 ms': quantile(loaded.ackMs, 0.99),
        'from due p99 ms': quantile(loaded.fromDueMs, 0.99),
        'machine CPU %': busyPercent(machine),
        'mongod CPU %': Math.round((cpuUs(bench.database.pid) - mongod) / (effort.stepMs * 10)),
        'ingest CPU %': Math.round((cpuUs(server.pid) - cpu) / (effort.stepMs * 10)),
        'sender CPU %': Math.round((spent.user + spent.system) / (effort.stepMs * 10)),
        'RSS MB': memoryMb(server.pid).now,
      });
      await sleep(1_000);
    }
  }
  return rows;
}

/** More than any machine answers, to find what is refused at most. */
const ENDLESS = 50_000;

/**
 * Forged requests of one address at twice the rate that can be refused at all, beside signed ones at a quarter of the knee: the
 * signed ones alone first, in the same run.
 */
export async function forged(bench: Bench, effort: Effort, knee: number): Promise<Row[]> {
  const [server] = bench.servers;
  if (server === undefined) throw new Error('ingest does not run');
  const signed = (): Promise<OpenlyLoaded> =>
    openLoop({
      ...{ port: server.port, requests: requestsOf('W5'), ratePerSecond: Math.round(knee / 4) },
      ...{ forMs: effort.stepMs, connections: 200, manner: 'polite' },
    });
  const perSecond = (count: number): number => Math.round((count * 1_000) / effort.stepMs);
  const refusedOf = ({ statuses }: Forged): number => (statuses[401] ?? 0) + (statuses[429] ?? 0);
  const row = (what: string, loaded: OpenlyLoaded | null, forger: Forged | null): Row => ({
    what,
    'signed offered/s': loaded === null ? '' : perSecond(loaded.offered),
    'signed acked/s': loaded === null ? '' : perSecond(loaded.acked),
    'signed ack p50 ms': loaded === null ? '' : quantile(loaded.ackMs, 0.5),
    'signed ack p99 ms': loaded === null ? '' : quantile(loaded.ackMs, 0.99),
    'forged offered/s': forger === null ? '' : perSecond(forger.offered),
    'forged refused/s': forger === null ? '' : perSecond(refusedOf(forger)),
    'RSS MB': memoryMb(server.pid).now,
  });
  const alone = row('signed alone', await signed(), null);
  const most = await (await startForger(server.port, ENDLESS, effort.stepMs))();
  const capacity = perSecond(refusedOf(most));
  const rows = [alone, row('forged alone, as many as go', null, { ...most, offered: most.attempts })];
  const begin = await startForger(server.port, 2 * capacity, effort.stepMs);
  const [forger, both] = await Promise.all([begin(), signed()]);
  return [...rows, row('signed beside twice as many forged', both, forger)];
}
