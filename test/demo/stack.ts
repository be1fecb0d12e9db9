/** The whole product on one machine for the demo: a fresh replica set, the four processes, throw-away secrets, any free ports. */
import { randomBytes } from 'node:crypto';
import { MongoClient, type Db } from 'mongodb';
import { buildIfNeeded } from '../../ops/build.ts';
import { createLaunch, runToEnd, type LaunchPlan } from '../../ops/launch.ts';
import { findMongod } from '../../ops/mongod/find.ts';
import { startReplicaSet } from '../../ops/mongod/start.ts';
import type { Secrets } from '../simulator/sign.ts';
import { FREE_PORTS } from '../support/processes.ts';

/** What runs, and where. */
export type Stack = {
  api: string;
  ingest: string;
  db: Db;
  secrets: Secrets;
  pids: Record<string, number>;
  stop(): Promise<void>;
};

/** Who is told what is being done, and of a process that died. */
export type StackReports = { report(line: string): void; died(name: string, lines: string[]): void };

/**
 * Starts everything.
 * @param root the project's folder
 * @param reports who is told
 * @returns the running stack; its data go when it stops
 */
export async function startStack(root: string, { report, died }: StackReports): Promise<Stack> {
  const binary = await findMongod({ environment: process.env, report });
  await buildIfNeeded(root, report);
  report('starting a replica set and the four processes');
  const set = await startReplicaSet({ binary, nodes: 1 });
  const secrets: Secrets = {
    elevenlabs: `wsec_${randomBytes(24).toString('hex')}`,
    twilio: randomBytes(16).toString('hex'),
    standard: `whsec_${randomBytes(24).toString('base64')}`,
  };
  const last = new Map<string, string[]>();
  const plan: LaunchPlan = {
    root,
    environment: environmentOf(set.uri, secrets),
    onLine(name, line) {
      const lines = last.get(name) ?? [];
      last.set(name, [...lines.slice(-9), line]);
    },
    onExit: (name, code) => {
      if (code !== 0) died(name, last.get(name) ?? []);
    },
  };
  await runToEnd(plan, ['dist/jobs/main.js', 'job', 'prepare-database']);
  const launch = createLaunch(plan);
  const processes = await launch.start().catch(async (error: unknown) => {
    await launch.stop();
    await set.stop();
    throw error;
  });
  const portOf = (name: string): number => processes.find((one) => one.name === name)?.port ?? 0;
  const client = await new MongoClient(set.uri).connect();
  return {
    api: `http://127.0.0.1:${portOf('api')}`,
    ingest: `http://127.0.0.1:${portOf('ingest')}`,
    db: client.db('callviews'),
    secrets,
    pids: Object.fromEntries(processes.map(({ name, child }) => [name, child.pid ?? 0])),
    stop: async () => {
      await client.close();
      await launch.stop();
      await set.stop();
    },
  };
}

function environmentOf(uri: string, secrets: Secrets): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    MONGODB_URI: uri,
    MONGODB_DATABASE: 'callviews',
    ...FREE_PORTS,
    ELEVENLABS_WEBHOOK_SECRET: secrets.elevenlabs,
    TWILIO_AUTH_TOKEN: secrets.twilio,
    STANDARD_WEBHOOK_SECRET: secrets.standard,
    LOG_LEVEL: 'info',
  };
}
