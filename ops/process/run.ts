/** The life of a process: start, signals, orderly release under a hard deadline, exit codes an operator can rely on. */
import closeWithGrace from 'close-with-grace';
import { createReleases, type Releases } from './releases.ts';

/** What a starting process gets. */
export type RunContext = {
  /** Registers the release of something just acquired; releases run last in, first out. */
  defer: Releases['defer'];
  /** Aborted when the process is to end. */
  signal: AbortSignal;
  /** True with `--check`: check the configuration and return. */
  checkOnly: boolean;
  /** Ends the process with a non-zero code: one part has failed, and the platform starts it again. */
  fail(error: unknown): void;
};

/** How long an orderly end may take before the process is ended anyway. */
const DEADLINE_MS = 10_000;

/** Errors that are an operator's to mend: their text is the whole message. */
const OPERATOR_CODES = new Set([
  'CONFIGURATION',
  'DATABASE_NOT_PREPARED',
  'MONGO_UNREACHABLE',
  'MONGO_NOT_REPLICA_SET',
]);

/**
 * Runs a process: calls `start`, then waits for SIGTERM, SIGINT or a failure, then releases everything.
 * @param name the process, for what it says on stderr
 * @param start acquires the parts and returns; an error ends the process with code 1. `finished` says that all work is done:
 *   everything is released at once
 */
export async function run(
  name: string,
  start: (context: RunContext) => Promise<'finished' | undefined>,
): Promise<void> {
  const releases = createReleases();
  const ending = new AbortController();
  const grace = closeWithGrace({ delay: DEADLINE_MS, logger: false }, async ({ err }) => {
    if (err !== undefined) say(name, err);
    ending.abort();
    try {
      await releases.run();
    } catch (error) {
      say(name, error);
      // The library ends the process with 1 for what is thrown here, and with 0 otherwise.
      throw error;
    }
    if (err !== undefined) throw err;
  });
  if (process.argv.includes('--ends-with-stdin'))
    process.stdin.once('close', () => process.kill(process.pid, 'SIGTERM')).resume();
  let isFailing = false;
  const fail = (error: unknown): void => {
    say(name, error);
    if (isFailing) return;
    isFailing = true;
    ending.abort();
    const end = (): never => process.exit(1);
    setTimeout(end, DEADLINE_MS).unref();
    void releases.run().then(end, end);
  };
  try {
    const came = await start({
      defer: releases.defer,
      signal: ending.signal,
      checkOnly: process.argv.includes('--check'),
      fail,
    });
    if (came === 'finished' && !ending.signal.aborted) {
      await releases.run();
      grace.uninstall();
    }
  } catch (error) {
    grace.uninstall();
    fail(error);
  }
}

function say(name: string, error: unknown): void {
  const isOperators = error instanceof Error && 'code' in error && OPERATOR_CODES.has(String(error.code));
  const text =
    error instanceof Error ? (isOperators ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${name}: ${text}\n`);
}
