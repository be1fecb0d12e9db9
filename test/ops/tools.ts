/** Programs of others that some checks are made with: Debian's `prometheus`, `prometheus-alertmanager` and `graphviz`. */
import { execFile, spawnSync } from 'node:child_process';

/**
 * Finds a program on the PATH.
 * @param name such as `promtool`
 * @returns whether it is there; with `CI=true` its absence is an error, since a skipped test proves nothing
 */
export function hasTool(name: string): boolean {
  if (spawnSync('which', [name]).status === 0) return true;
  if (process.env.CI === 'true') throw new Error(`${name} is not installed: see .ci/run for its package`);
  return false;
}

/**
 * Runs a program to its end.
 * @param command the program
 * @param args its arguments
 * @param input what it reads from stdin
 * @returns its code and all it said
 */
export function runTool(
  command: string,
  args: string[],
  input = '',
): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, said: `${stdout}${stderr}` });
    });
    child.stdin?.end(input);
  });
}
