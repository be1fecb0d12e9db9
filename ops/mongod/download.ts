/** mongodb-memory-server's own download of a MongoDB server, given up within seconds where the network does not answer. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The first byte must come within this; after it the download may take as long as it needs. */
const FIRST_BYTE_MS = 5_000;

/** Where to report, what the download reads (proxy, mirror, MONGOMS_ settings), and where it keeps the server. */
export type Download = {
  report(line: string): void;
  environment: Readonly<Record<string, string | undefined>>;
  folder: string;
};

/**
 * Downloads a server for this machine.
 * @param download where to report, what to read, where to keep
 * @returns the path of the binary
 * @throws with the reason, after five seconds when nothing comes
 */
export async function downloadMongod({ report, environment, folder }: Download): Promise<string> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('download-child.js', import.meta.url))], {
    env: childEnvironment(environment, folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let path: string | undefined;
  let lastWords = '';
  const giveUp = setTimeout(() => {
    lastWords = `nothing came within ${FIRST_BYTE_MS / 1000} s`;
    child.kill('SIGKILL');
  }, FIRST_BYTE_MS);
  createInterface({ input: child.stdout }).on('line', (line) => {
    clearTimeout(giveUp);
    const found = /^mongod at (.+)$/.exec(line)?.[1];
    if (found !== undefined) path = found;
    else if (line.trim() !== '') report(line.trim());
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim() !== '') lastWords = line.trim();
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  }).finally(() => clearTimeout(giveUp));
  if (path !== undefined) return path;
  throw new Error(lastWords || 'the download ended without a server');
}

function childEnvironment(
  environment: Download['environment'],
  folder: string,
): Record<string, string | undefined> {
  const given = Object.entries(environment).filter(([name]) => name !== 'MONGOMS_SYSTEM_BINARY');
  return {
    ...Object.fromEntries(given),
    MONGOMS_DOWNLOAD_DIR: folder,
    MONGOMS_MAX_RETRIES: '1',
    // Without this the library accepts any certificate, for a program that we are going to run.
    npm_config_strict_ssl: 'true',
  };
}
