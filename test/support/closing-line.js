/** A jest reporter: the last line of a run is `N passed, N failed` alone, for whoever reads the log by machine. */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    // jest writes its own summary to stderr after the reporters; a tick later ours is the last line.
    setImmediate(() =>
      process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed${skipped}\n`),
    );
  }
}
