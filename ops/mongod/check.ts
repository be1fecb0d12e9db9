/** Tells whether a file is a mongod that runs on this machine and is new enough: asked of every server before it is used. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Change streams, transactions and time-outs as the product uses them are those of this major version and later. */
const OLDEST_MAJOR = 6;
/** A binary that needs longer than this to print its version hangs. */
const VERSION_LIMIT_MS = 20_000;

/**
 * Runs `mongod --version`.
 * @param path the binary
 * @returns its version, such as `6.0.5`
 * @throws an Error whose message is the reason why this binary cannot be used
 */
export async function mongodVersion(path: string): Promise<string> {
  let output: string;
  try {
    output = (await promisify(execFile)(path, ['--version'], { timeout: VERSION_LIMIT_MS })).stdout;
  } catch (error) {
    throw new Error(`${path} does not run: ${reasonOf(error)}`, { cause: error });
  }
  const version = /^db version v(\d+\.\d+\.\d+)/m.exec(output)?.[1];
  if (version === undefined) throw new Error(`${path} runs, but is no mongod`);
  if (Number.parseInt(version, 10) < OLDEST_MAJOR)
    throw new Error(`${path} is MongoDB ${version}; ${OLDEST_MAJOR}.0 or later is needed`);
  return version;
}

/**
 * The first thing to know about a failure, on one line.
 * @param error what was thrown; of a failed command its own words, where it had any
 * @returns the reason
 */
export function reasonOf(error: unknown): string {
  const words = isFailedCommand(error) ? error.stderr.trim() : '';
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  const lines = (words === '' ? String(message) : words).split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1)?.trim() ?? 'no reason given';
}

function isFailedCommand(error: unknown): error is { stderr: string } {
  return typeof error === 'object' && error !== null && 'stderr' in error && typeof error.stderr === 'string';
}
