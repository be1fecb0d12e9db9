/** Starts the product's processes as `npm run build` made them, as children with settings in their environment, and reads their logs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { nodeOptionsOf } from '../../ops/launch.ts';

/** A process of the product, running. */
export type RunningProcess = {
  child: ChildProcess;
  /** Resolves to the first log line that has this `msg`; rejects when the process ends before. */
  said(message: string): Promise<Record<string, unknown>>;
  /** The last lines it wrote, for a failing test to show. */
  lines: string[];
  /** Resolves when it has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Which process, with what in its environment, from where, and where it is to be killed (`step` or `step:n`). */
export type ProcessSketch = {
  name: 'ingest' | 'projector' | 'api' | 'jobs';
  env: Record<string, string>;
  /** Of another tree, whose sources are run; this one when left out. */
  root?: string;
  crashAt?: string;
};

/** Every port of every process: any that is free. */
export const FREE_PORTS = {
  ...{ INGEST_PORT: '0', API_PORT: '0', INGEST_OPS_PORT: '0' },
  ...{ PROJECTOR_OPS_PORT: '0', API_OPS_PORT: '0', JOBS_OPS_PORT: '0' },
};

/**
 * Starts a process.
 * @param sketch which one and how
 * @returns the running process; disposing it kills it
 */
export function startProcess(sketch: ProcessSketch): RunningProcess {
  const preload = sketch.crashAt === undefined ? [] : ['--import', './test/faults/crash-at.js'];
  // What is built is up in half the time of the sources: the setup of a test run builds it.
  const main =
    sketch.root === undefined
      ? [`dist/${sketch.name}/main.js`]
      : ['--import', 'tsx', `${sketch.name}/main.ts`];
  const child = spawn(
    process.execPath,
    [...nodeOptionsOf(sketch.name), ...preload, ...main, '--ends-with-stdin'],
    {
      ...(sketch.root !== undefined && { cwd: sketch.root }),
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...FREE_PORTS,
        ...(sketch.crashAt !== undefined && { CRASH_AT: sketch.crashAt }),
        ...sketch.env,
      },
      // Its stdin ends with the test run, however that ends: nothing is left behind.
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const lines: string[] = [];
  const seen: Record<string, unknown>[] = [];
  const waiting: {
    message: string;
    resolve(line: Record<string, unknown>): void;
    reject(error: Error): void;
  }[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > 200) lines.shift();
  };
  createInterface({ input: child.stderr }).on('line', keep);
  createInterface({ input: child.stdout }).on('line', (text) => {
    keep(text);
    const line = parsed(text);
    if (line === null) return;
    seen.push(line);
    for (const wait of waiting) if (wait.message === line.msg) wait.resolve(line);
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal });
      for (const wait of waiting)
        wait.reject(new Error(`${sketch.name} ended (${code ?? signal}):\n${lines.slice(-15).join('\n')}`));
    });
  });
  return {
    child,
    lines,
    ended,
    said(message) {
      const line = seen.find((one) => one.msg === message);
      if (line !== undefined) return Promise.resolve(line);
      return new Promise((resolve, reject) => waiting.push({ message, resolve, reject }));
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function parsed(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
