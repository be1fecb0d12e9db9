/** Stops the replica set of a test run, once, after its last test; databases of failed tests live until then. */

/** Stops the set that the setup started. */
export default async function tearDown(): Promise<void> {
  await globalThis.callviewsTestSet?.stop();
}
