/** The oracle against the projector: equal on random histories and on a real database, different for every mutant. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TailedEvent } from '../../ingest/contract.ts';
import { commitBatch } from '../../projector/commit.ts';
import type { ParkedEvent, StoredCall } from '../../projector/documents.ts';
import type { StoredBucket } from '../../projector/views/view.ts';
import { anyEvent, eventOf, scopedEvent } from '../support/events.ts';
import { batchOf } from '../support/batches.ts';
import { appendEvents } from '../support/log-writer.ts';
import { foldAll } from '../support/memory-views.ts';
import { openWorld, type World } from '../support/world.ts';
import { openWriter } from '../support/writer.ts';
import { EVENTS } from './history.ts';
import { MUTANTS } from './mutants.ts';
import { canonicalViews, expectedViews, recountEvents, storedViews } from './oracle.ts';

const SEED = 20261124;
const RUNS = 500;
const HISTORY = [...EVENTS.values()];

/** Child legs with parents of any name: those of `anyEvent` have one parent, whose id is the least of all. */
const anyRelative = fc
  .tuple(anyEvent, fc.constantFrom('twilio:CA1', 'twilio:CA3', 'twilio:CA7'))
  .map(([event, parentPartId]) => {
    const { _id: _, facts, ...rest } = event;
    return facts?.parentPartId === undefined
      ? event
      : eventOf({ ...rest, facts: { ...facts, parentPartId } });
  });

describe('the recount', () => {
  test('gives the calls and views of the fold for any history', () => {
    fc.assert(
      fc.property(fc.array(anyRelative, { minLength: 1, maxLength: 24 }), (events) => {
        const views = foldAll(events.map((event) => [event]));
        expect(differences(canonicalViews(views), canonicalViews(recountEvents(events)))).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test('does not care in which order the log is read, nor how often an event is in it', () => {
    const again = [...HISTORY].reverse().concat(HISTORY);
    expect(canonicalViews(recountEvents(again))).toBe(canonicalViews(recountEvents(HISTORY)));
  });
});

describe('the byte comparison', () => {
  const expected = canonicalViews(recountEvents(HISTORY));

  test('finds the views of the unchanged history equal', () => {
    expect(canonicalViews(foldAll([HISTORY]))).toBe(expected);
  });

  test.each(MUTANTS)('catches it when $wrong', (mutant) => {
    const events = 'ofEvents' in mutant ? mutant.ofEvents(HISTORY) : HISTORY;
    const views = foldAll([events]);
    if ('ofViews' in mutant) mutant.ofViews(views);
    expect(canonicalViews(views) === expected).toBe(false);
  });

  test('leaves out revisions, cells of 0 and buckets that hold nothing else', () => {
    const views = foldAll([HISTORY]);
    for (const call of views.calls.values()) call.revision = 7;
    for (const cells of views.buckets.values())
      cells.set('connection.busy', cells.get('connection.busy') ?? 0);
    views.buckets.set('["duration","hourly","all",null,"2026-11-02T04:00:00.000Z"]', new Map([['calls', 0]]));
    expect(canonicalViews(views)).toBe(expected);
  });
});

describe('a database', () => {
  test('written by the projector holds what a recount of its log says, the parked event left out', async () => {
    await using world = await openWorld();
    const good = fc
      .sample(anyEvent, { numRuns: 300, seed: SEED })
      .map((event, index) => scopedEvent(event, index % 23));
    await runIn(world, [...good, ...HISTORY]);
    expect(differences(await storedViews(world.db), await expectedViews(world.db))).toEqual([]);
    expect(
      await world.db.collection('calls').countDocuments({ mergedInto: { $exists: true } }),
    ).toBeGreaterThan(0);

    const late = eventOf({ partId: 'standard:default:late', facts: { witness: 'report', groups: {} } });
    await appendEvents(world.db, [late]);
    expect(await storedViews(world.db)).not.toBe(await expectedViews(world.db));
    await world.db
      .collection<ParkedEvent>('parked')
      .insertOne({ _id: late._id, sequence: 1, parkedAt: new Date(), error: 'test' });
    expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
  });

  test('that holds one bucket, one cell or one call too much or too little is told from the recount', async () => {
    await using world = await openWorld();
    await runIn(world, HISTORY);
    const expected = await expectedViews(world.db);
    const buckets = world.db.collection<StoredBucket>('outcome_daily');
    const calls = world.db.collection<StoredCall>('calls');
    const bucket = await buckets.findOne({ '_id.d': 'all' });
    const call = await calls.findOne({ parts: { $exists: true } });
    if (bucket === null || call === null) throw new Error('the history left nothing');

    await world.db.collection('outcome_daily').updateOne({ '_id.d': 'all' }, { $inc: { calls: 1 } });
    expect(await storedViews(world.db)).not.toBe(expected);
    await buckets.replaceOne({ _id: bucket._id }, bucket);
    await buckets.insertOne({ ...bucket, _id: { ...bucket._id, k: 'nobody' } });
    expect(await storedViews(world.db)).not.toBe(expected);
    await buckets.deleteOne({ '_id.k': 'nobody' });
    await buckets.insertOne({ _id: { at: bucket._id.at, d: 'all', k: null }, revision: 1, calls: 1 });
    expect(await storedViews(world.db)).not.toBe(expected);
    await buckets.deleteOne({ calls: 1, revision: 1, ended: { $exists: false } });
    expect(await storedViews(world.db)).toBe(expected);
    await calls.deleteOne({ _id: call._id });
    expect(await storedViews(world.db)).not.toBe(expected);
  });
});

/** The lines that are in one text only, each with where it is: what a failure should show, not all that is equal. */
function differences(is: string, mustBe: string): string[] {
  const [here, there] = [is.split('\n'), mustBe.split('\n')];
  const extra = here.filter((line) => !there.includes(line)).map((line) => `is      ${line}`);
  const missing = there.filter((line) => !here.includes(line)).map((line) => `must be ${line}`);
  return [...extra, ...missing, ...(is === mustBe || extra.length + missing.length > 0 ? [] : ['order'])];
}

/** Appends events and has the projector commit them in batches of 37, so that calls grow and join over several commits. */
async function runIn(world: World, events: readonly TailedEvent[]): Promise<void> {
  await appendEvents(world.db, events);
  const writer = await openWriter(world, 1);
  for (let from = 0; from < events.length; from += 37) {
    await commitBatch(writer, batchOf(events.slice(from, from + 37)), () => undefined);
  }
  await writer.session.endSession();
}
