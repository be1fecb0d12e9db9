/** Whether one event of the log is in the views yet, and since which commit. */
import type { Binary, Db } from 'mongodb';
import type { StoredEvent } from '../../ingest/contract.ts';
import type { ParkedEvent, StoredUpdate } from '../../projector/contract.ts';
import { inTime } from './snapshot.ts';

/** Events come in the order of the log; by `logAt`, which is no commit order, they may be this far out of it. */
const OUT_OF_ORDER_MS = 10 * 60_000;

/**
 * Looks up where an event is.
 * @param db the database
 * @param id the event's `_id`
 * @returns the sequence of the commit that covers it, 0 for a commit that is no longer held, null where it is in none
 * @throws DatabaseAway where the database cannot be asked
 */
export async function sequenceOf(db: Db, id: Binary): Promise<number | null> {
  return inTime(async () => {
    const [covering, parked] = await Promise.all([
      // The last that names it: of an event that was parked first, only the commit of its retry holds it.
      updatesIn(db).findOne(
        { events: id },
        { ...MAJORITY, projection: { _id: 1 }, sort: { _id: -1 }, hint: 'events' },
      ),
      db.collection<ParkedEvent>('parked').findOne({ _id: id }, { ...MAJORITY, projection: { _id: 1 } }),
    ]);
    // A parked event was passed by: its commit covers it, but no number holds it.
    if (parked !== null) return null;
    return covering?._id ?? ((await isLongIn(db, id)) ? 0 : null);
  });
}

const MAJORITY = { readConcern: 'majority' } as const;

function updatesIn(db: Db) {
  return db.collection<Pick<StoredUpdate, '_id' | 'at' | 'events'>>('updates');
}

/** An event that no held update names is in if the projector has long been beyond it: by a later event, or by being idle. */
async function isLongIn(db: Db, id: Binary): Promise<boolean> {
  const [writtenMs, newest] = await Promise.all([
    writtenAtMs(db, id),
    updatesIn(db)
      .find({}, { ...MAJORITY, projection: { at: 1, events: { $slice: -1 } } })
      .sort({ _id: -1 })
      .limit(1)
      .next(),
  ]);
  if (writtenMs === null || newest === null) return false;
  const [last] = newest.events;
  const reachedMs = last === undefined ? newest.at.getTime() : await writtenAtMs(db, last);
  return reachedMs !== null && writtenMs < reachedMs - OUT_OF_ORDER_MS;
}

async function writtenAtMs(db: Db, id: Binary): Promise<number | null> {
  const event = await db
    .collection<StoredEvent>('events')
    .findOne({ _id: id }, { ...MAJORITY, projection: { logAt: 1 } });
  return event === null ? null : event.logAt.t * 1_000;
}
