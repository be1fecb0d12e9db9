/** Runs a job as an operator would, as a process with settings in its environment. */
import { spawn, type ChildProcess } from 'node:child_process';

/** A job under way; `ended` tells its exit code (null where it was killed) and all that it printed. */
export type JobProcess = { child: ChildProcess; ended: Promise<{ code: number | null; printed: string }> };

/**
 * Starts it.
 * @param env the settings
 * @param words the job's name and what stands after it
 */
export function startJob(env: Record<string, string>, ...words: string[]): JobProcess {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['dist/jobs/main.js', 'job', ...words], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (printed += text.toString()));
  const ended = new Promise<{ code: number | null; printed: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, printed })),
  );
  return { child, ended };
}
