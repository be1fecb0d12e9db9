/** Compiles the processes and the dashboard into `dist/` when a source is newer than what lies there. */
import { spawn } from 'node:child_process';
import { readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Whose change makes a build necessary: what is compiled, the page's own files, and how it is done. */
const SOURCES = ['ingest', 'projector', 'api', 'jobs', 'ops'];
const COMPILED = /\.tsx?$|[/\\]dashboard[/\\]/;
const MEANS = ['package-lock.json', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
/** Written last: its time is that of the build's beginning. */
const MARK = join('dist', '.built');

/**
 * Builds if need be.
 * @param root the project's folder
 * @param report told in a sentence what is being done
 * @throws when a compiler fails; its output is in the message
 */
export async function buildIfNeeded(root: string, report: (line: string) => void): Promise<void> {
  const builtAtMs = await stat(join(root, MARK)).then(
    (mark) => mark.mtimeMs,
    () => 0,
  );
  const newestMs = Math.max(
    ...(await Promise.all([...SOURCES, ...MEANS].map((name) => newestIn(join(root, name))))),
  );
  if (newestMs <= builtAtMs) return;
  report('building the processes and the dashboard');
  const began = new Date();
  await runNode(root, ['node_modules/typescript7/bin/tsc', '-p', 'tsconfig.build.json']);
  await runNode(root, [
    'node_modules/vite/bin/vite.js',
    'build',
    '--config',
    'api/dashboard/vite.config.ts',
    '--logLevel',
    'warn',
  ]);
  await writeFile(join(root, MARK), '');
  // A source that was edited meanwhile is newer than that.
  await utimes(join(root, MARK), began, began);
}

async function newestIn(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = await readdir(path, { recursive: true, withFileTypes: true });
  const times = inside
    .filter((entry) => entry.isFile() && COMPILED.test(join(entry.parentPath, entry.name)))
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs);
  return Math.max(found.mtimeMs, ...(await Promise.all(times)));
}

function runNode(cwd: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`building failed: node ${args.join(' ')}\n${output}`));
    });
  });
}
