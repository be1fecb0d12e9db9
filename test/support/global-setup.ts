/** Builds what tests start as processes, and starts the one real replica set that all test files of a run share. */
import { statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { buildIfNeeded } from '../../ops/build.ts';
import { findMongod } from '../../ops/mongod/find.ts';
import { startReplicaSet, type ReplicaSet } from '../../ops/mongod/start.ts';

declare global {
  /** The set of this test run, from setup to teardown. */
  var callviewsTestSet: ReplicaSet | undefined;
}

/** A folder in memory, where the system has one with room: every test waits for the disk at each of its writes. */
const IN_MEMORY = '/dev/shm';
/** Of the folder, and of the machine's memory beyond that, in bytes: a dozen servers of some hundred megabytes. */
const ROOM = { folder: 4e9, memory: 8e9 };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Builds where a source is newer than what was built. Finds a server, starts a single-node set with fail points on, and tells the
 * test files of it by `CALLVIEWS_TEST_MONGODB_URI` and `CALLVIEWS_TEST_MONGOD_BINARY`.
 * @throws when no server can be had, with every way out: the run fails, it does not skip
 */
export default async function setUp(): Promise<void> {
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  if (process.env.TMPDIR === undefined && hasRoomInMemory()) process.env.TMPDIR = IN_MEMORY;
  try {
    await buildIfNeeded(ROOT, report);
  } catch (error) {
    // What does not compile fails its own tests; those of other files can run.
    report(String(error));
  }
  const binary = await findMongod({ report, environment: process.env });
  const set = await startReplicaSet({ nodes: 1, binary, testCommands: 'on' });
  // Tests plant commits of months ago, which the server would take away at its next round; what goes when, tests say themselves.
  await using client = await new MongoClient(set.uri).connect();
  await client.db('admin').command({ setParameter: 1, ttlMonitorEnabled: false });
  globalThis.callviewsTestSet = set;
  process.env.CALLVIEWS_TEST_MONGODB_URI = set.uri;
  process.env.CALLVIEWS_TEST_MONGOD_BINARY = binary;
}

function hasRoomInMemory(): boolean {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ROOM.folder && freemem() >= ROOM.memory;
  } catch {
    // No such folder: not a Linux, and the disk has to do.
    return false;
  }
}
