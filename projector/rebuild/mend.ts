/** Hours and days of the version in use made what the log says, in place, each in one turn between two commits of the projector. */
import { ReadConcern, type ClientSession, type Db } from 'mongodb';
import { createFactsOf } from '../facts-of.ts';
import { readPointer, type Pointer } from '../version.ts';
import { DAY_MS, startOf } from '../windows.ts';
import { perhapsNew, type Reading } from './gather.ts';
import { inspectHour, type Findings, type RightBucket } from './inspect-hour.ts';
import { replaceBuckets, replaceCalls, toldOf, wrongDays } from './mend-writes.ts';
import { takeTurn, type Place } from './turn.ts';

/** What was made right: calls written or taken away, and buckets, hourly and daily. */
export type Mended = { calls: number; buckets: number };

/**
 * Makes one hour right: its calls folded anew from the log, its buckets counted from those, and the days they lie in. It looks before
 * it takes a turn, so an hour that is right holds nobody up and writes nothing. An hour's calls are held in memory.
 * @param place where
 * @param hourMs start of the hour
 * @returns what was made right, nothing where all was
 */
export async function mendHour(place: Place, hourMs: number): Promise<Mended> {
  const mended: Mended = { calls: 0, buckets: 0 };
  if (isRight(await atOneMoment(place.db, (reading) => inspectHour(reading, hourMs)))) return mended;
  await takeTurn(place, async ({ session, pointer, last, sequence }) => {
    Object.assign(mended, { calls: 0, buckets: 0 });
    const reading = readingOf(place.db, session, pointer);
    const found = await inspectHour(reading, hourMs);
    if (isRight(found)) return null;
    await replaceCalls(reading, found, sequence);
    await replaceBuckets(reading, { window: 'hourly', buckets: found.buckets, revision: sequence });
    const days = await daysOver(reading, found.buckets);
    await replaceBuckets(reading, { window: 'daily', buckets: days, revision: sequence });
    const ids = [...found.wrong.map(({ _id }) => _id), ...found.right.map(({ call }) => call.callId)];
    Object.assign(mended, { calls: new Set(ids).size, buckets: found.buckets.length + days.length });
    const events = await perhapsNew(reading, found.events, last.position);
    return { pointer, changes: { ...toldOf(found), events } };
  });
  return mended;
}

/**
 * Makes the daily buckets of one day the sum of its hourly ones.
 * @param place where
 * @param dayMs start of the day
 * @returns what was made right
 */
export async function mendDay(place: Place, dayMs: number): Promise<Mended> {
  const mended: Mended = { calls: 0, buckets: 0 };
  if ((await atOneMoment(place.db, (reading) => wrongDays(reading, dayMs))).length === 0) return mended;
  await takeTurn(place, async ({ session, pointer, sequence }) => {
    mended.buckets = 0;
    const reading = readingOf(place.db, session, pointer);
    const buckets = await wrongDays(reading, dayMs);
    if (buckets.length === 0) return null;
    await replaceBuckets(reading, { window: 'daily', buckets, revision: sequence });
    mended.buckets = buckets.length;
    return { pointer, changes: { ...toldOf({ wrong: [], right: [], buckets }), events: [] } };
  });
  return mended;
}

async function daysOver(reading: Reading, buckets: readonly RightBucket[]): Promise<RightBucket[]> {
  const days = new Set(buckets.map(({ atMs }) => startOf(atMs, DAY_MS)));
  const wrong: RightBucket[] = [];
  for (const dayMs of days)
    wrong.push(
      ...(await wrongDays(
        reading,
        dayMs,
        buckets.filter(({ atMs }) => startOf(atMs, DAY_MS) === dayMs),
      )),
    );
  return wrong;
}

function isRight({ wrong, right, buckets }: Findings): boolean {
  return wrong.length + right.length + buckets.length === 0;
}

function readingOf(db: Db, session: ClientSession, pointer: Pointer): Reading {
  const { version } = pointer;
  const factsVersion = pointer.versions.find((one) => one.version === version)?.factsVersion ?? 0;
  return { db, session, version, factsVersion, factsOf: createFactsOf(db) };
}

/** A look without a turn. What an event beyond the checkpoint says is looked at too: the turn, which tells of it, finds it again. */
async function atOneMoment<T>(db: Db, look: (reading: Reading) => Promise<T>): Promise<T> {
  await using session = db.client.startSession({ snapshot: true });
  const then = db.client.db(db.databaseName, { readConcern: new ReadConcern('snapshot') });
  const reading = readingOf(db, session, await readPointer(then.collection('pointers'), session));
  return await look({ ...reading, db: then });
}
