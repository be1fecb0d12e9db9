/** Works on a list a few at a time: fast enough, and no vendor is flooded. */

/**
 * Does something for each of a list, in its order, at most so many at once.
 * @param list what to work on
 * @param width how many at once
 * @param work for one; the first that throws ends the whole, once those under way are done
 */
export async function inParallel<T>(
  list: readonly T[],
  width: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = list.values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const one of waiting) {
      if (failed) return;
      await work(one).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const done = await Promise.allSettled(Array.from({ length: width }, worker));
  for (const one of done) if (one.status === 'rejected') throw one.reason;
}
