/** Ingest as a real process under the load of a sender with a ledger, and what the rounds of the fault tests share. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { checkLedger, type LedgerCheck } from '../support/ledger-check.ts';
import { startSending, type Sending } from '../support/ledger-sender.ts';
import { startProcess, type RunningProcess } from '../support/processes.ts';
import { SECRETS } from '../support/road.ts';
import type { World } from '../support/world.ts';

/** Ingest at one address, whichever process serves it, and a sender that keeps calling it. */
export type IngestLoad = {
  db: Db;
  sending: Sending;
  /** Since when the first process listens. */
  readonly listeningAtMs: number;
  /** Starts a process at the address; it may be told where to die. Resolves once it listens. */
  start(crashAt?: string): Promise<RunningProcess>;
  /** Stops sending once everything was answered 200, and compares the ledger with the database. */
  finish(): Promise<LedgerCheck>;
  /** The ledger against the database as both are now. */
  look(): Promise<LedgerCheck>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** After the last fault everything must be answered within this. */
const PATIENCE_MS = 60_000;

/**
 * Starts a sender and, at first, no ingest.
 * @param world a prepared database
 * @param ratePerSecond calls begun a second
 */
export async function openIngestLoad(world: World, ratePerSecond: number): Promise<IngestLoad> {
  const folder = await mkdtemp(join(tmpdir(), 'callviews-ledger-'));
  const ledgerFile = join(folder, 'ledger.ndjson');
  const port = await freePort();
  const env = {
    MONGODB_URI: world.uri,
    MONGODB_DATABASE: world.database,
    INGEST_PORT: String(port),
    ELEVENLABS_WEBHOOK_SECRET: SECRETS.elevenlabs,
    STANDARD_WEBHOOK_SECRET: SECRETS.standard,
  };
  const running: RunningProcess[] = [];
  const sending = await startSending({
    url: `http://127.0.0.1:${port}`,
    secrets: SECRETS,
    ledgerFile,
    name: world.database.replace(/[^a-z0-9]/g, ''),
    ratePerSecond,
    connections: 256,
  });
  const look = () => checkLedger(world.db, ledgerFile);
  let stopped = false;
  let listeningAtMs = Infinity;
  return {
    db: world.db,
    sending,
    get listeningAtMs() {
      return listeningAtMs;
    },
    async start(crashAt) {
      const one = startProcess({ name: 'ingest', env, ...(crashAt !== undefined && { crashAt }) });
      running.push(one);
      await one.said('listening');
      // What was sent in the same millisecond may have been sent before.
      listeningAtMs = Math.min(listeningAtMs, Date.now() + 1);
      return one;
    },
    async finish() {
      stopped = true;
      await sending.stop(PATIENCE_MS);
      return look();
    },
    look,
    async [Symbol.asyncDispose]() {
      for (const one of running) await one[Symbol.asyncDispose]();
      if (!stopped) await sending.stop(0);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves once so many calls more were answered 200, each sent after now. */
export async function answeredAfresh(load: IngestLoad, calls: number): Promise<{ tookMs: number }> {
  const fromMs = Date.now();
  const seen = load.sending.answers.length;
  for (;;) {
    const fresh = load.sending.answers
      .slice(seen)
      .filter(({ status, sentAtMs }) => status === 200 && sentAtMs >= fromMs);
    const last = fresh[calls - 1];
    if (last !== undefined) return { tookMs: last.atMs - fromMs };
    if (Date.now() - fromMs > PATIENCE_MS) throw new Error(`stalled: ${fresh.length} answers in a minute`);
    await sleep(20);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
