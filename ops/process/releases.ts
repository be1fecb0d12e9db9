/** What was acquired, to be released last in, first out: once, whatever fails on the way. */

/** How something acquired is given back. */
type Release = () => unknown;

/** A list of releases. */
export type Releases = {
  /** Adds the release of something just acquired. */
  defer(label: string, release: Release): void;
  /** Runs all, the last first; throws the first error after the rest have run, refuses to run twice. */
  run(): Promise<void>;
};

/**
 * Makes an empty list.
 * @returns the list
 */
export function createReleases(): Releases {
  const list: { label: string; release: Release }[] = [];
  let hasRun = false;
  return {
    defer(label, release) {
      if (hasRun) throw new Error(`${label} was acquired after everything was released`);
      list.push({ label, release });
    },
    async run() {
      if (hasRun) throw new Error('everything was released before');
      hasRun = true;
      const errors: Error[] = [];
      for (const { label, release } of list.reverse()) {
        try {
          await release();
        } catch (error) {
          errors.push(new Error(`releasing ${label}`, { cause: error }));
        }
      }
      if (errors[0] !== undefined) throw errors[0];
    },
  };
}
