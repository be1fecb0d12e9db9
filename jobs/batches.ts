/** Gathers what streams by into batches that are bounded in number and bytes, for jobs that write many documents at once. */

/** 500 documents a write measured best. */
const LARGEST = { items: 500, bytes: 8 * 1024 * 1024 };

/**
 * Gathers items; one that is larger than a batch comes alone.
 * @param source what streams by
 * @param bytesOf the size of an item
 */
export async function* inBatches<T>(
  source: AsyncIterable<T>,
  bytesOf: (item: T) => number,
): AsyncGenerator<T[]> {
  let batch: T[] = [];
  let held = 0;
  for await (const item of source) {
    const bytes = bytesOf(item);
    if (batch.length > 0 && (batch.length >= LARGEST.items || held + bytes > LARGEST.bytes)) {
      yield batch;
      batch = [];
      held = 0;
    }
    batch.push(item);
    held += bytes;
  }
  if (batch.length > 0) yield batch;
}
