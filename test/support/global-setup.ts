/** Starts the one real replica set that all test files of a run share; without a server the run fails, it does not skip. */
import { findMongod } from '../../ops/mongod/find.ts';
import { startReplicaSet, type ReplicaSet } from '../../ops/mongod/start.ts';

declare global {
  /** The set of this test run, from setup to teardown. */
  var callviewsTestSet: ReplicaSet | undefined;
}

/**
 * Finds a server, starts a single-node set with fail points on, and tells the test files of it by
 * `CALLVIEWS_TEST_MONGODB_URI` and `CALLVIEWS_TEST_MONGOD_BINARY`.
 * @throws when no server can be had, with every way out
 */
export default async function setUp(): Promise<void> {
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  const binary = await findMongod({ report, environment: process.env });
  const set = await startReplicaSet({ nodes: 1, binary, testCommands: 'on' });
  globalThis.callviewsTestSet = set;
  process.env.CALLVIEWS_TEST_MONGODB_URI = set.uri;
  process.env.CALLVIEWS_TEST_MONGOD_BINARY = binary;
}
