/** Reading the next batch of a backlog while the last one is being taken: the server's time and ours side by side. */

/**
 * Passes batches on in order, each as it came. Where more waits behind one, the next is read while its consumer works on it;
 * where nothing does, reading waits for the consumer, so that what comes meanwhile is one batch and not many.
 * @param batches a reader; it ends with this one
 * @param isMoreBehind whether a batch was cut from a backlog
 * @throws what the reader throws, after the batches before were taken
 */
export async function* readAhead<B>(
  batches: AsyncGenerator<B, never>,
  isMoreBehind: (batch: B) => boolean,
): AsyncGenerator<B, never> {
  try {
    for (let next = batches.next(); ;) {
      const { value: batch } = await next;
      const early = isMoreBehind(batch) ? batches.next() : null;
      // Told where it is awaited; a consumer that stops first never asks.
      early?.catch(() => undefined);
      yield batch;
      next = early ?? batches.next();
    }
  } finally {
    await batches.return(undefined as never);
  }
}
