/** Bulk writes of the text tail: a document the server will not have is passed by, a server that is away is waited for. */
import { MongoBulkWriteError, type AnyBulkWriteOperation, type Collection, type Document } from 'mongodb';
import type { StoredEvent } from '../../ingest/contract.ts';

/** Why an event is passed by: never the error itself, which quotes the document and so what was said. */
export type Failure = { name: string; code: unknown };

/** Codes by which the server refuses this document for ever: validator, size, a value it cannot hold. */
const REFUSED: ReadonlySet<unknown> = new Set([2, 121, 10_334, 17_280, 17_419, 17_420]);

/** A write that may go through another time; it names the collection and the code, not the documents. */
export class NotWritten extends Error {
  readonly code: unknown;
  constructor(collection: string, code: unknown) {
    super(`writing ${collection}`);
    this.code = code;
  }
}

/**
 * Writes one operation an event, in any order.
 * @param collection where to
 * @param writes events and what each of them does
 * @param fail told of the events whose document the server refuses
 * @throws NotWritten, or the connection's error, where the same writes may go through later
 */
export async function writeAll<T extends Document>(
  collection: Collection<T>,
  writes: readonly { event: StoredEvent; operation: AnyBulkWriteOperation<T> }[],
  fail: (event: StoredEvent, failure: Failure) => void,
): Promise<void> {
  if (writes.length === 0) return;
  try {
    await collection.bulkWrite(
      writes.map(({ operation }) => operation),
      { ordered: false },
    );
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const failures = [error.writeErrors].flat();
    const passing = failures.find(({ code }) => !REFUSED.has(code));
    if (failures.length === 0 || passing !== undefined || error.result.getWriteConcernError() !== undefined)
      throw new NotWritten(collection.collectionName, passing?.code ?? error.code);
    for (const { index, code } of failures) {
      const write = writes[index];
      if (write !== undefined) fail(write.event, { name: 'WriteError', code });
    }
  }
}
