/** Starts the four processes as children, one after the other is listening, and stops them in reverse. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The processes in the order in which they start: what writes the log last, so that nothing waits unread for long. */
export const PROCESSES = ['projector', 'api', 'jobs', 'ingest'] as const;
/** One of {@link PROCESSES}. */
export type ProcessName = (typeof PROCESSES)[number];

/** One started process and, where it serves one, its port. */
export type Launched = { name: ProcessName; child: ChildProcess; port: number | null };

/** How to launch: the project's folder, the children's whole environment, where their log lines go, and who is told of a death. */
export type LaunchPlan = {
  root: string;
  environment: Record<string, string>;
  onLine(name: ProcessName, line: string): void;
  onExit(name: ProcessName, code: number | null): void;
};

/**
 * What `node` is told beside the program. The api's young objects get twice the room: rows that are decoded for a first read live
 * just long enough to be copied into the old ones otherwise.
 * @param name which process
 * @returns options of `node`
 */
export function nodeOptionsOf(name: ProcessName): string[] {
  return name === 'api' ? ['--max-semi-space-size=32'] : [];
}

/** Longer than a process needs for its own orderly end. */
const STOP_MS = 15_000;

/**
 * Runs one compiled program to its end, such as a job.
 * @param plan how to launch
 * @param args the program under `dist/` and its arguments
 * @throws with its last lines when it ends with a code that is not 0
 */
export async function runToEnd(plan: LaunchPlan, args: string[]): Promise<void> {
  const child = spawn(process.execPath, args, {
    cwd: plan.root,
    env: plan.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new Error(`${args.join(' ')} ended with ${code ?? 'a signal'}:\n${lines.slice(-10).join('\n')}`);
}

/**
 * Makes a launch, so that its stop can be registered before anything runs.
 * @param plan how to launch
 * @returns `start` starts all processes one after the other and throws the last words of one that does not come up; `stop`
 *   ends in reverse order whatever runs
 */
export function createLaunch(plan: LaunchPlan): { start(): Promise<Launched[]>; stop(): Promise<void> } {
  const children: ChildProcess[] = [];
  return {
    async start() {
      const processes: Launched[] = [];
      for (const name of PROCESSES) processes.push(await launch(plan, name, children));
      for (const { name, child } of processes) child.once('close', (code) => plan.onExit(name, code));
      return processes;
    },
    async stop() {
      for (const child of [...children].reverse()) await stopOne(child);
    },
  };
}

async function launch(plan: LaunchPlan, name: ProcessName, children: ChildProcess[]): Promise<Launched> {
  // Its stdin is a pipe from us, which the kernel closes even after kill -9: it does not outlive its parent.
  const args = ['--enable-source-maps', ...nodeOptionsOf(name), `dist/${name}/main.js`, '--ends-with-stdin'];
  const options = { cwd: plan.root, env: plan.environment, stdio: 'pipe' } as const;
  const child = spawn(process.execPath, args, options);
  children.push(child);
  const last: string[] = [];
  const keep = (line: string): void => {
    last.push(line);
    if (last.length > 10) last.shift();
    plan.onLine(name, line);
  };
  createInterface({ input: child.stderr }).on('line', keep);
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line);
      const port = readyPort(line);
      if (port !== undefined) resolve({ name, child, port });
    });
    child.once('close', (code) => {
      reject(new Error(`${name} did not start (${code ?? 'ended by a signal'}):\n${last.join('\n')}`));
    });
  });
}

/** The port in a process's `listening` line, null in the `ready` line of one that serves none, undefined in any other. */
function readyPort(line: string): number | null | undefined {
  if (line.includes('"msg":"ready"')) return null;
  const port = line.includes('"msg":"listening"') ? /"port":(\d+)/.exec(line)?.[1] : undefined;
  return port === undefined ? undefined : Number(port);
}

async function stopOne(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await closed;
  clearTimeout(late);
}
