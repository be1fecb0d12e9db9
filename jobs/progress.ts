/** Shows how far a long job is: a bar on a terminal, a log line now and then elsewhere. */
import cliProgress from 'cli-progress';
import type { Log } from '../ops/process/log.ts';

/** How far a job is. */
export type Progress = {
  /** So much more is done; `note` says in a few words what came of it so far. */
  advance(by: number, note: string): void;
  stop(): void;
};

/** What is under way, and how much there is of it (of whatever is counted: documents, bytes). */
export type Undertaking = { what: string; total: number; log: Log };

const LINE_EVERY_MS = 10_000;
/** Over so many steps the speed is taken that the remaining time is told by. */
const ETA_STEPS = 50;

/**
 * Begins to show it.
 * @param undertaking what is under way
 */
export function startProgress({ what, total, log }: Undertaking): Progress {
  if (!process.stderr.isTTY) return logged({ what, total, log });
  const bar = new cliProgress.SingleBar({
    format: `${what} [{bar}] {percentage}% | {note} | ETA {eta_formatted}`,
    stream: process.stderr,
    etaBuffer: ETA_STEPS,
    hideCursor: null,
    gracefulExit: false,
  });
  bar.start(total, 0, { note: '' });
  return { advance: (by, note) => bar.increment(by, { note }), stop: () => bar.stop() };
}

function logged({ what, total, log }: Undertaking): Progress {
  let done = 0;
  let toldAtMs = Date.now();
  return {
    advance: (by, note) => {
      done += by;
      if (Date.now() - toldAtMs < LINE_EVERY_MS) return;
      toldAtMs = Date.now();
      log.info({ done, total, note }, what);
    },
    stop: () => undefined,
  };
}
