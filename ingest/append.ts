/** The only insert into `events`: durable on a majority, and a taken id told apart into duplicate and variant. */
import { Binary, MongoBulkWriteError } from 'mongodb';
import type { Collection, WriteError } from 'mongodb';
import type { StoredEvent } from './event.ts';
import { eventId, variantKey } from './keys.ts';
import type { Appendable } from './record.ts';

/** What became of an appended event, and the id under which it stands in the log. */
export type Appended = { fate: 'stored' | 'duplicate' | 'variant'; id: Binary };
/** The result of one event of a flush: appended, or refused by the server for itself alone. */
export type AppendResult = Appended | Error;

/** A write that was not acknowledged: it may have happened, and the same write again finds out. */
export class Unacknowledged extends Error {}

const ID_TAKEN = 11_000;
/** Longest wait for a majority before a write counts as unacknowledged. */
const ACKNOWLEDGE_MS = 2_000;
const DURABLE = { w: 'majority', journal: true, wtimeoutMS: ACKNOWLEDGE_MS } as const;

/** Writes events, each once. Throws {@link Unacknowledged}; anything else thrown came before a byte was sent. */
export type Append = (batch: readonly Appendable[]) => Promise<AppendResult[]>;

/**
 * Builds the append.
 * @param events the log
 * @param sent called when a write was handed to the driver
 */
export function createAppend(events: Collection<StoredEvent>, sent: () => void = () => undefined): Append {
  return async (batch) => {
    const writing = insert(events, batch);
    sent();
    const results = await writing;
    const taken = batch.filter((_, at) => results[at] === 'taken');
    const resolved = taken.length === 0 ? new Map<Appendable, AppendResult>() : await resolve(events, taken);
    return batch.map((item, at): AppendResult => {
      const result = results[at];
      if (result === 'taken') return resolved.get(item) ?? new Unacknowledged('a taken id could not be read');
      return result ?? { fate: 'stored', id: item.event._id };
    });
  };
}

/** Inserts all; per item undefined for written, `taken` for an id that exists, or the server's refusal of that item. */
async function insert(
  events: Collection<StoredEvent>,
  batch: readonly Appendable[],
): Promise<(Error | 'taken' | undefined)[]> {
  const results = new Array<Error | 'taken' | undefined>(batch.length).fill(undefined);
  try {
    await events.insertMany(
      batch.map(({ event }) => event),
      { ordered: false, writeConcern: DURABLE },
    );
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const unsure = error.result.getWriteConcernError();
    if (unsure !== undefined) throw new Unacknowledged('appending events', { cause: unsure });
    const failures: WriteError[] = [error.writeErrors].flat();
    if (failures.length === 0) throw new Unacknowledged('appending events', { cause: error });
    for (const failure of failures) {
      results[failure.index] =
        failure.code === ID_TAKEN ? 'taken' : new Error(`appending an event: ${failure.errmsg ?? ''}`);
    }
  }
  return results;
}

/** One read for all taken ids of a flush: the same bytes are a duplicate, others are stored beside them as variants. */
async function resolve(
  events: Collection<StoredEvent>,
  taken: readonly Appendable[],
): Promise<Map<Appendable, AppendResult>> {
  const hashes = await hashesOf(events, taken);
  const results = new Map<Appendable, AppendResult>();
  const variants: { from: Appendable; variant: Appendable }[] = [];
  for (const item of taken) {
    const hash = hashes.get(item.event._id.toString('hex'));
    if (hash === item.event.bodySha256) results.set(item, { fate: 'duplicate', id: item.event._id });
    else if (hash !== undefined) variants.push({ from: item, variant: variantOf(item) });
  }
  if (variants.length === 0) return results;
  const inserted = await insert(
    events,
    variants.map(({ variant }) => variant),
  );
  variants.forEach(({ from, variant }, at) => {
    const result = inserted[at];
    const id = variant.event._id;
    results.set(
      from,
      result instanceof Error ? result : { fate: result === 'taken' ? 'duplicate' : 'variant', id },
    );
  });
  return results;
}

/** Hashes of the events that hold the taken ids, by id in hex: majority-committed ones only, since their senders get a 200. */
async function hashesOf(
  events: Collection<StoredEvent>,
  taken: readonly Appendable[],
): Promise<Map<string, string>> {
  const ids = taken.map(({ event }) => event._id);
  const options = {
    projection: { bodySha256: 1 },
    readConcern: 'majority',
    maxTimeMS: ACKNOWLEDGE_MS,
  } as const;
  try {
    const held = await events.find({ _id: { $in: ids } }, options).toArray();
    return new Map(held.map((event) => [event._id.toString('hex'), event.bodySha256]));
  } catch (error) {
    throw new Unacknowledged('reading the hashes of taken ids', { cause: error });
  }
}

/** The same event under an id of its own, which the bytes decide: a variant that is sent again is a duplicate too. */
function variantOf({ event, key }: Appendable): Appendable {
  const own = variantKey(key, event.bodySha256);
  return { event: { ...event, _id: new Binary(eventId(own)), flags: [...event.flags, 'variant'] }, key: own };
}
