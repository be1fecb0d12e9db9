/** Starts a MongoDB replica set of one or three nodes on this machine: the database of `npm start`, the demo and the tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configureSet, waitForMember, waitForSet } from './configure.ts';
import { signalMember, spawnMember, stopMember, type MemberPlan, type MemberProcess } from './member.ts';

/** What to start. */
export type ReplicaSetPlan = {
  nodes: 1 | 3;
  /** The mongod to run, as `findMongod` gives it. */
  binary: string;
  /** Where data are kept over restarts, one folder a node; when left out they go at the end. */
  dataDir?: string;
  /** One port a node; any free ones when left out. Data of a set that had other ports are taken over. */
  ports?: number[];
  /** Size of each node's oplog in MB; the least is 1. */
  oplogSizeMb?: number;
  /** How often each node makes a checkpoint of its data; an oplog is cut off only behind one. */
  checkpointSeconds?: number;
  /** Size of each node's cache in GB. */
  cacheSizeGb?: number;
  /** `on` lets tests plant failures (fail points) in the server. */
  testCommands?: 'on' | 'off';
  /** After how long without a primary the others elect a new one. */
  electionTimeoutMs?: number;
};

/** One node of a running set. */
export type Member = {
  readonly port: number;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  readonly dbPath: string;
  /** Sends a signal, SIGKILL when left out; after one that ends a process, waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts a killed node again on its port and data; resolves when it is part of the set again. */
  restart(): Promise<void>;
};

/** A running set. */
export type ReplicaSet = {
  /** With `replicaSet=`, so that drivers follow the primary. */
  uri: string;
  members: Member[];
  /** Stops every node; data without a `dataDir` are removed. */
  stop(): Promise<void>;
};

/** Name of the set in every data folder and URI. */
const SET_NAME = 'callviews';
/** Enough for hours of a busy demo; the server's own default may be many gigabytes or just 990 MB. */
const OPLOG_SIZE_MB = 512;
/** Our collections are small; three nodes must fit beside everything else on a laptop. */
const CACHE_SIZE_GB = 0.25;
/** The server's own default. */
const ELECTION_TIMEOUT_MS = 10_000;
/** The server's own default. */
const CHECKPOINT_SECONDS = 60;
/** How often other free ports are tried when somebody takes one between our look and the server's start. */
const PORT_ATTEMPTS = 3;

/**
 * Starts a replica set on the loopback interface and waits until it has a primary and every node is in step. The servers end
 * with our process, however it ends.
 * @param plan what to start
 * @returns the running set
 * @throws when a server does not start, with the end of its log, or the set is not ready within a minute
 */
export async function startReplicaSet(plan: ReplicaSetPlan): Promise<ReplicaSet> {
  const dataDir = plan.dataDir ?? (await mkdtemp(join(tmpdir(), 'callviews-mongod-')));
  for (let attempt = 1; ; attempt += 1) {
    const ports = plan.ports ?? (await freePorts(plan.nodes));
    if (ports.length !== plan.nodes) throw new Error(`${plan.nodes} nodes need ${plan.nodes} ports`);
    try {
      return await startOn(plan, { ports, dataDir });
    } catch (error) {
      const isTaken = error instanceof Error && error.message.includes('Address already in use');
      if (isTaken && plan.ports === undefined && attempt < PORT_ATTEMPTS) continue;
      if (plan.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
      throw error;
    }
  }
}

async function startOn(
  plan: ReplicaSetPlan,
  { ports, dataDir }: { ports: number[]; dataDir: string },
): Promise<ReplicaSet> {
  const uri = `mongodb://${ports.map(hostOf).join(',')}/?replicaSet=${SET_NAME}`;
  const plans = ports.map((port, index) =>
    memberPlan(plan, { port, dbPath: join(dataDir, `node-${index}`) }),
  );
  const running: { plan: MemberPlan; process: MemberProcess }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((one) => stopMember(one.process, one.plan)));
    if (plan.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  try {
    for (const one of plans) running.push({ plan: one, process: await spawnMember(one) });
    await Promise.all(running.map((one) => waitForMember(one.process, { port: one.plan.port, until: 'up' })));
    await configureSet({
      name: SET_NAME,
      ports,
      electionTimeoutMs: plan.electionTimeoutMs ?? ELECTION_TIMEOUT_MS,
    });
    await waitForSet(uri, plan.nodes);
  } catch (error) {
    await Promise.all(running.map((one) => stopMember(one.process, one.plan)));
    throw error;
  }
  return { uri, members: running.map((one) => memberOf(one, plan.nodes)), stop };
}

function memberOf(one: { plan: MemberPlan; process: MemberProcess }, nodes: 1 | 3): Member {
  return {
    port: one.plan.port,
    dbPath: one.plan.dbPath,
    get pid() {
      return one.process.pid;
    },
    kill: (signal = 'SIGKILL') => signalMember(one.process, signal),
    async restart() {
      one.process = await spawnMember(one.plan);
      await waitForMember(one.process, { port: one.plan.port, until: nodes === 1 ? 'primary' : 'in step' });
    },
  };
}

function memberPlan(plan: ReplicaSetPlan, { port, dbPath }: { port: number; dbPath: string }): MemberPlan {
  const parameters = [
    'diagnosticDataCollectionEnabled=false',
    // A killed writer's open transaction blocks its successor no longer than this.
    'transactionLifetimeLimitSeconds=10',
    // There is nobody to wait for: on a stop the clients are ours and already gone.
    'shutdownTimeoutMillisForSignaledShutdown=100',
    `enableTestCommands=${plan.testCommands === 'on' ? 1 : 0}`,
  ];
  const args = [
    ...['--replSet', SET_NAME, '--bind_ip', '127.0.0.1', '--nounixsocket', '--quiet'],
    ...[
      '--storageEngine',
      'wiredTiger',
      '--wiredTigerCacheSizeGB',
      String(plan.cacheSizeGb ?? CACHE_SIZE_GB),
    ],
    ...['--oplogSize', String(plan.oplogSizeMb ?? OPLOG_SIZE_MB)],
    ...['--syncdelay', String(plan.checkpointSeconds ?? CHECKPOINT_SECONDS)],
    // Without zlib: its decompression in older servers reads memory it should not (CVE-2025-14847).
    ...['--networkMessageCompressors', 'snappy,zstd'],
    ...parameters.flatMap((parameter) => ['--setParameter', parameter]),
  ];
  return { binary: plan.binary, args, port, dbPath, isThrowAway: plan.dataDir === undefined };
}

const hostOf = (port: number): string => `127.0.0.1:${port}`;

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            if (typeof address === 'object' && address !== null) resolve(address.port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
