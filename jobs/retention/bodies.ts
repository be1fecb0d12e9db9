/** Raw bodies by age: only of events that both tails of the projector have long passed, in the order of the log. */
import { Timestamp, type Db } from 'mongodb';
import { retireBodies, type StoredEvent } from '../../ingest/contract.ts';
import type { Checkpoint } from '../../projector/contract.ts';
import { step } from '../steps.ts';
import { note, progressOf } from './progress.ts';

/** Events a page holds: one update each. */
const PAGE = 500;
/** Log times are not the order of commits; within this much of a tail's place an event may still be to come. */
const OVERLAP_SECONDS = 10 * 60;

type Found = Pick<StoredEvent, '_id' | 'logAt'>;

/**
 * Takes away the bodies of events that came into the log before an instant. Bodies of our own events stay: they hold what we
 * judged, not what anybody said.
 * @param db the database
 * @param before the instant
 * @param signal ends it after the page at hand
 * @returns how many bodies went; null where a tail has no place on the stream, when nothing may be taken
 */
export async function retireOld(db: Db, before: Date, signal: AbortSignal): Promise<number | null> {
  const reached = await reachedSeconds(db);
  if (reached === null) return null;
  const seconds = Math.min(Math.floor(before.getTime() / 1_000), reached - OVERLAP_SECONDS);
  const end = new Timestamp({ t: Math.max(0, seconds), i: 0 });
  const events = db.collection<StoredEvent>('events');
  let upTo = (await progressOf(db, 'bodies'))?.upTo ?? new Timestamp({ t: 0, i: 0 });
  let removed = 0;
  while (!signal.aborted && upTo.lessThan(end)) {
    const page = await events
      .find({
        logAt: { $gte: upTo, $lt: end },
        bodyGone: { $exists: false },
        provider: { $ne: 'callviews' },
      })
      .sort({ logAt: 1 })
      .limit(PAGE)
      .project<Found>({ logAt: 1 })
      .toArray();
    const ids = page.map(({ _id }) => _id);
    const gone = ids.length === 0 ? 0 : await retireBodies(events, { ids, at: new Date(), why: 'retention' });
    step('retention_page_taken');
    upTo = page.length < PAGE ? end : (page.at(-1)?.logAt ?? end);
    await note(db, { kind: 'bodies', removed: gone, upTo });
    step('retention_page_noted');
    removed += gone;
  }
  return removed;
}

/** The log time that both tails have come to, in seconds: the views fold facts, but text is read out of bodies. */
async function reachedSeconds(db: Db): Promise<number | null> {
  const checkpoints = db.collection<Checkpoint>('checkpoints');
  const marks = await Promise.all([
    checkpoints.findOne({ _id: 'views' }),
    checkpoints.findOne({ _id: 'text' }),
  ]);
  const places = marks.map((mark) =>
    mark?.position?.kind === 'tail' ? (mark.position.logAt?.t ?? null) : null,
  );
  return places.reduce((least, place) => (least === null || place === null ? null : Math.min(least, place)));
}
