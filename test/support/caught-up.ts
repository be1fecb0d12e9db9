/** Waiting for the views, and the text, to have all of the log, asked of the database itself: for the demo's end and for tests. */
import { MongoServerError, type Collection, type Db } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TailedEvent } from '../../ingest/contract.ts';
import type { Checkpoint } from '../../projector/documents.ts';
import { EVENT_FIELDS, orderOf, tokenOfNow } from '../../projector/tail.ts';

type Update = { _id: number; events: unknown[] };

/**
 * Waits until every event of the log is listed in an update and nothing was appended between two looks.
 * @param db the database
 * @param patienceMs how long at most: a stall is a fault, even if the numbers that are there are right
 * @returns how many events there are, the sequence they are in the views at, and how long that took
 * @throws where the views stand still
 */
export async function waitUntilCaughtUp(
  db: Db,
  patienceMs: number,
): Promise<{ events: number; sequence: number; tookMs: number }> {
  const beganMs = performance.now();
  for (let before = -1; ;) {
    const events = await db.collection('events').countDocuments();
    const listed = await db
      .collection<Update>('updates')
      .aggregate<{ n: number; sequence: number }>([
        { $unwind: '$events' },
        { $group: { _id: '$events', sequence: { $min: '$_id' } } },
        { $group: { _id: null, n: { $sum: 1 }, sequence: { $max: '$sequence' } } },
      ])
      .next();
    const tookMs = performance.now() - beganMs;
    if (listed?.n === events && events === before) return { events, sequence: listed.sequence, tookMs };
    if (tookMs > patienceMs)
      throw new Error(
        `stalled: ${listed?.n ?? 0} of ${events} events are in the views after ${patienceMs} ms`,
      );
    before = events;
    // A short log is looked at often, a long one seldom: a look reads all of it.
    await sleep(Math.min(100, 20 + tookMs / 10));
  }
}

/**
 * Waits until both tails are at the head: every event is in the views, and the text tail has passed it, so that no score of
 * what was said is still to come.
 * @param db the database
 * @param patienceMs how long at most for each tail in each round
 * @returns as {@link waitUntilCaughtUp}
 * @throws where either stands still
 */
export async function waitUntilBothCaughtUp(
  db: Db,
  patienceMs: number,
): ReturnType<typeof waitUntilCaughtUp> {
  for (;;) {
    const views = await waitUntilCaughtUp(db, patienceMs);
    await waitUntilTextIsAt(db, patienceMs);
    if ((await db.collection('events').countDocuments()) === views.events) return views;
  }
}

/**
 * Asks the log itself what lies beyond the text tail's checkpoint: nothing, where a stream that is opened there comes to a later
 * moment than now and has given nothing. The tail's own token would say so too, but on an idle log only a second later.
 */
async function waitUntilTextIsAt(db: Db, patienceMs: number): Promise<void> {
  const events = db.collection<TailedEvent>('events');
  const now = orderOf(await tokenOfNow({ events, fields: EVENT_FIELDS }));
  for (const until = performance.now() + patienceMs; ;) {
    const text = await db.collection<Checkpoint>('checkpoints').findOne({ _id: 'text' });
    const position = text?.position;
    if (position?.kind === 'tail') {
      if (orderOf(position.token) >= now || (await liesNothing(events, position.token, now))) return;
    }
    if (performance.now() > until) throw new Error(`stalled: the text tail is behind after ${patienceMs} ms`);
    await sleep(20);
  }
}

/** A token that leads nowhere is the tail's to replace. */
const NOWHERE = /^(9|260|280|286|50811)$/;

/** Whether there is no event between a token and a later moment. */
async function liesNothing(events: Collection<TailedEvent>, token: unknown, now: string): Promise<boolean> {
  const inserts = [{ $match: { operationType: 'insert' } }, { $project: { operationType: 1 } }];
  const beyond = { startAfter: token, batchSize: 1, maxAwaitTimeMS: 1 };
  await using stream = events.watch(inserts, beyond);
  try {
    while ((await stream.tryNext()) === null) if (orderOf(stream.resumeToken) >= now) return true;
    return false;
  } catch (error) {
    if (error instanceof MongoServerError && NOWHERE.test(String(error.code))) return false;
    throw error;
  }
}
