/** Starts what the benchmarks of ingest compare, each in a process of its own over one mongod. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MongoClient, type Db } from 'mongodb';
import { INGEST_SCHEMA } from '../../../ingest/schema.ts';
import { findMongod } from '../../../ops/mongod/find.ts';
import { startReplicaSet } from '../../../ops/mongod/start.ts';
import { ensureSchema } from '../../../ops/process/schema.ts';

/** What every server signs and verifies with. */
export const SECRET = 'wsec_bench_secret_of_nobody';

/** A server under test. */
export type Server = { name: string; port: number; pid: number };
/** The database all of them write to. */
export type Database = { db: Db; uri: string; pid: number; rivals: Db };
/** All that was started. */
export type Bench = {
  database: Database;
  servers: Server[];
  /** What is left out, since it is not installed. */
  missing: string[];
  /** Different calls that callviews answered with 200 in B1. */
  called: number;
  stop(): Promise<void>;
};

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Ours, ours without a store, and the rival where its packages are installed. */
export async function startBench(report: (line: string) => void): Promise<Bench> {
  const binary = await findMongod({ environment: process.env, report });
  const set = await startReplicaSet({ nodes: 1, binary, cacheSizeGb: 1 });
  const client = await new MongoClient(set.uri).connect();
  const db = client.db('bench');
  await ensureSchema(db, INGEST_SCHEMA);
  const database = { db, uri: set.uri, pid: set.members[0]?.pid ?? 0, rivals: client.db('bench_rival') };
  const ends: (() => Promise<void>)[] = [];
  const start = async (name: string, args: string[], env: Record<string, string> = {}): Promise<Server> => {
    const { server, stop } = await startServer(name, args, env);
    ends.push(stop);
    return server;
  };
  const env = { MONGODB_URI: set.uri, MONGODB_DATABASE: 'bench', ELEVENLABS_WEBHOOK_SECRET: SECRET };
  const servers = [
    await start('callviews', ['--import', 'tsx', 'ingest/main.ts'], {
      ...env,
      INGEST_PORT: '0',
      INGEST_OPS_PORT: '0',
    }),
    await start('no-op store', ['--import', 'tsx', `${HERE}no-op.ts`, SECRET]),
  ];
  const missing: string[] = [];
  const rival = 'express + mongoose';
  if (existsSync(`${HERE}../node_modules/express`) && existsSync(`${HERE}../node_modules/mongoose`))
    servers.push(await start(rival, [`${HERE}rival.js`, set.uri, 'bench_rival', SECRET]));
  else missing.push(`${rival} (npm install --prefix test/bench)`);
  return {
    database,
    servers,
    missing,
    called: 0,
    async stop() {
      for (const end of ends) await end();
      await client.close();
      await set.stop();
    },
  };
}

async function startServer(
  name: string,
  args: string[],
  env: Record<string, string>,
): Promise<{ server: Server; stop(): Promise<void> }> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    void ended.then(() => reject(new Error(`${name} ended before it listened`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /"port":(\d+)[^]*"msg":"listening"|"msg":"listening"[^]*"port":(\d+)/.exec(line);
      if (found !== null) resolve(Number(found[1] ?? found[2]));
    });
  });
  return {
    server: { name, port, pid: child.pid ?? 0 },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What a child that writes without HTTP prints. */
export type RawSlice = {
  shape: string;
  documents: number;
  tookMs: number;
  clientUs: number;
  mongodUs: number;
};

/**
 * Runs the writes without HTTP, in a process of their own.
 * @param database where to
 * @param args size, milliseconds of a slice, pairs of slices
 */
export async function rawWrites(database: Database, args: (string | number)[]): Promise<RawSlice[]> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', `${HERE}raw-writes.ts`, database.uri, String(database.pid), ...args.map(String)],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const slices: RawSlice[] = [];
  for await (const line of createInterface({ input: child.stdout }))
    slices.push(JSON.parse(line) as RawSlice);
  return slices;
}

/** What a forger sent and was answered. */
export type Forged = { offered: number; attempts: number; statuses: Record<string, number> };

/**
 * Starts a forger, which loads first: what it does at the start is no load on the server.
 * @param port of the server
 * @param ratePerSecond how many requests it offers
 * @param forMs how long
 * @returns begins, and resolves with what came of it
 */
export async function startForger(
  port: number,
  ratePerSecond: number,
  forMs: number,
): Promise<() => Promise<Forged>> {
  const args = [port, ratePerSecond, forMs].map(String);
  const child = spawn(process.execPath, ['--import', 'tsx', `${HERE}forger.ts`, ...args], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const next = await lines.next();
    if (next.done === true) throw new Error('the forger ended before it was done');
    return next.value;
  };
  await line();
  return async () => {
    child.stdin.end('begin\n');
    return JSON.parse(await line()) as Forged;
  };
}
