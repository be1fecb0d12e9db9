/** Runs one slice of the bench of the backlog in a fresh process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Drained, Slice } from './contract.ts';

/**
 * Runs a consumer.
 * @param slice who takes how much of which log
 * @returns what it took
 * @throws where the process fails; it has told why
 */
export async function inSlice(slice: Slice): Promise<Drained> {
  const name = slice.who === 'emmett' ? 'emmett.js' : 'consumer.ts';
  const program = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(slice));
  let printed = '';
  child.stdout.on('data', (part: Buffer) => (printed += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`a consumer ended with ${code}`);
  return JSON.parse(printed) as Drained;
}
