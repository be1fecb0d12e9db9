/** One mongod of a replica set as an operating-system process: started, killed, started again on the same port and data. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';

/** What to run and where. */
export type MemberPlan = {
  binary: string;
  /** Arguments other than port and data folder. */
  args: string[];
  port: number;
  dbPath: string;
  /** Data nobody wants after the run: the server is killed at its end, and the folder removed even if we die first. */
  isThrowAway: boolean;
};

/** A running mongod. */
export type MemberProcess = {
  child: ChildProcess;
  pid: number;
  /** Resolves when the process is gone, to a sentence that says how it ended and what it said last. */
  ended: Promise<string>;
};

/** A clean stop writes a checkpoint; a server that takes longer than this is killed, and its journal does the rest. */
const STOP_LIMIT_MS = 15_000;

/**
 * Waits for the end of our own process, which it sees by the closing of its standard input, even after kill -9; then ends
 * the server. `$1` is the server's pid, `$2` the folder to remove, or nothing: then the server is given ten seconds.
 */
const WATCH = `read -r _
kill -CONT "$1"
if [ -n "$2" ]; then kill -KILL "$1"; sleep 0.2; rm -rf -- "$2"; rmdir -- "$(dirname -- "$2")"; exit; fi
kill -TERM "$1"
for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 "$1" || exit; done
kill -KILL "$1"`;

/**
 * Starts a mongod. It is a process group of its own, so Ctrl-C reaches our processes first and they can finish their work.
 * @param plan what to run; the log goes to `mongod.log` in the data folder
 * @returns the process, not yet listening
 * @throws when it cannot be spawned
 */
export async function spawnMember(plan: MemberPlan): Promise<MemberProcess> {
  await mkdir(plan.dbPath, { recursive: true });
  const logPath = join(plan.dbPath, 'mongod.log');
  // A file and not a pipe: a busy event loop on our side must never make the server wait for its log to be read.
  const log = await open(logPath, 'w');
  const args = [...plan.args, '--port', String(plan.port), '--dbpath', plan.dbPath];
  const child = spawn(plan.binary, args, { stdio: ['ignore', log.fd, log.fd], detached: true });
  const spawned = once(child, 'spawn').finally(() => log.close());
  const ended = endOf(child, logPath);
  await spawned;
  if (child.pid === undefined) throw new Error(`${plan.binary} was not started`);
  // A program that forgets to stop its set can still end; the watcher then ends the server.
  child.unref();
  watch(child, plan.isThrowAway ? plan.dbPath : '');
  return { child, pid: child.pid, ended };
}

/**
 * Sends a signal; after one that ends a process, waits until it is gone.
 * @param member the process; one that is gone already is left alone
 * @param signal such as SIGKILL, SIGTERM, SIGSTOP, SIGCONT
 */
export async function signalMember(member: MemberProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(member)) return;
  member.child.kill(signal);
  if (signal === 'SIGSTOP' || signal === 'SIGCONT') return;
  member.child.ref();
  await member.ended;
}

/**
 * Stops a server for good, one that is frozen as well.
 * @param member the process
 * @param plan says whether its data are to be kept, so whether it gets the time for a clean stop
 */
export async function stopMember(member: MemberProcess, plan: MemberPlan): Promise<void> {
  if (hasEnded(member)) return;
  member.child.kill('SIGCONT');
  member.child.kill(plan.isThrowAway ? 'SIGKILL' : 'SIGTERM');
  const late = setTimeout(() => member.child.kill('SIGKILL'), STOP_LIMIT_MS);
  await member.ended;
  clearTimeout(late);
}

/**
 * Whether the process is gone.
 * @param member the process
 * @returns true once its end was seen
 */
export function hasEnded({ child }: MemberProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function endOf(child: ChildProcess, logPath: string): Promise<string> {
  const how = await new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `code ${String(code)}`));
    child.once('error', (error) => resolve(error.message));
  });
  const log = await readFile(logPath, 'utf8').catch(() => '');
  return `mongod ended (${how}); its log ends with:\n${log.trim().split('\n').slice(-5).join('\n')}`;
}

function watch(child: ChildProcess, removed: string): void {
  const args = ['-c', WATCH, 'callviews-mongod-watch', String(child.pid), removed];
  const watcher = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.unref();
  if (watcher.stdin instanceof Socket) watcher.stdin.unref();
  // Before the pipe closes: a watcher that outlived its server could end a stranger with the same pid.
  child.once('exit', () => {
    watcher.kill('SIGKILL');
    watcher.stdin.destroy();
  });
}
