/** Parked events as a person names them, and the row of each: what is known without a value that anybody said. */
import type { Db } from 'mongodb';
import type { StoredEvent } from '../../ingest/contract.ts';
import { reasonOf, type ParkedEvent } from '../../projector/contract.ts';

/** Digits of an id that a table shows; `show` and `retry` take them, or more. */
export const SHOWN_DIGITS = 16;
const PREFIX = /^[0-9a-f]{6,32}$/;

/** A parked event beside what stands in the log of it; null where the log has lost it. */
export type Parked = ParkedEvent & { event: Omit<StoredEvent, 'body' | 'headers'> | null };

/**
 * All parked events, those parked last first. There are few: each is a defect of ours.
 * @param db the database
 */
export function allParked(db: Db): Promise<Parked[]> {
  return db
    .collection<ParkedEvent>('parked')
    .aggregate<Parked>([
      { $sort: { parkedAt: -1, _id: 1 } },
      {
        $lookup: {
          from: 'events',
          localField: '_id',
          foreignField: '_id',
          pipeline: [{ $unset: ['body', 'headers'] }],
          as: 'event',
        },
      },
      { $set: { event: { $ifNull: [{ $first: '$event' }, null] } } },
    ])
    .toArray();
}

/** Those that words name, or the words that name none or more than one. */
export type Named = { parked: Parked[]; faults: string[] };

/**
 * Finds the events that ids, or beginnings of ids, name.
 * @param all parked events
 * @param words as typed, at least six hex digits each
 */
export function named(all: readonly Parked[], words: readonly string[]): Named {
  const found: Named = { parked: [], faults: [] };
  for (const word of words) {
    const fitting = PREFIX.test(word) ? all.filter(({ _id }) => _id.toString('hex').startsWith(word)) : [];
    const [one, another] = fitting;
    if (one === undefined) found.faults.push(`${word}: no such event is parked`);
    else if (another !== undefined) found.faults.push(`${word}: several begin so, give more digits`);
    else found.parked.push(one);
  }
  return found;
}

/**
 * The row of a parked event: id, when, how often tried, sender, type, why. No telephone number, no word of a caller.
 * @param parked the event
 */
export function rowOf({ _id, parkedAt, tries = 1, event, error }: Parked): (string | number)[] {
  return [
    _id.toString('hex').slice(0, SHOWN_DIGITS),
    parkedAt.toISOString(),
    tries,
    event === null ? 'gone from the log' : `${event.provider}/${event.endpoint}`,
    event?.type ?? '-',
    // Once more: an older release may have parked it with values in its words.
    reasonOf(error),
  ];
}

/** Names of the columns of {@link rowOf}. */
export const HEADING = ['id', 'parked', 'tries', 'from', 'type', 'why'] as const;
