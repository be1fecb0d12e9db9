/** The scan of the log after a lost history: each page costs what it holds, in documents read and in bytes held. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Binary, Timestamp } from 'mongodb';
import type { StoredEvent } from '../../ingest/contract.ts';
import { scan } from '../../projector/catch-up.ts';
import { tokenOfNow, type LogCut } from '../../projector/tail.ts';
import { anyEvent, scopedEvent } from '../support/events.ts';
import { appendEvents } from '../support/log-writer.ts';
import { openWorld, type World } from '../support/world.ts';

const someEvents = (count: number) =>
  fc.sample(anyEvent, { numRuns: count, seed: 7 }).map((event, index) => scopedEvent(event, index));

/** Reads the whole log; the events of each page. */
async function pagesOf(log: LogCut<StoredEvent>): Promise<StoredEvent[][]> {
  const thenToken = await tokenOfNow(log);
  const from = { kind: 'scan', afterLogAt: new Timestamp({ t: 0, i: 0 }), afterId: null, thenToken } as const;
  const pages: StoredEvent[][] = [];
  for await (const { items } of scan(log, from)) pages.push(items.map(({ event }) => event));
  return pages;
}

const logOf = ({ db }: World, fields: LogCut<StoredEvent>['fields'], most: number): LogCut<StoredEvent> => ({
  events: db.collection<StoredEvent>('events'),
  fields,
  limit: () => most,
});

test('reads each event about once, however many pages the log has', async () => {
  await using world = await openWorld();
  await appendEvents(world.db, someEvents(600));
  const count = await world.db.collection('events').countDocuments();
  // The profiler tells what the server has read for each page.
  await world.db.command({ profile: 2, filter: { 'command.aggregate': 'events' } });
  const pages = await pagesOf(logOf(world, ['facts'], 50));
  await world.db.command({ profile: 0 });
  const told = await world.db
    .collection('system.profile')
    .find({ 'command.pipeline.1.$sort': { $exists: true } })
    .toArray();
  const examined = told.reduce((sum, { docsExamined }) => sum + Number(docsExamined), 0);
  expect(pages.flat().map(({ _id }) => _id.toString('hex')).length).toBe(count);
  expect(told.length).toBeGreaterThan(10);
  expect(told.filter(({ hasSortStage }) => hasSortStage)).toEqual([]);
  expect(examined).toBeLessThan(2 * count);
});

test('ends a page with the event that fills it, however large bodies are', async () => {
  await using world = await openWorld();
  await appendEvents(world.db, someEvents(12));
  const body = new Binary(Buffer.alloc(6_000_000, 'x'));
  const events = world.db.collection<StoredEvent>('events');
  await events.updateMany({}, { $set: { body } });
  const pages = await pagesOf(logOf(world, ['facts', 'body'], 100));
  const count = await events.countDocuments();
  expect(new Set(pages.flat().map(({ _id }) => _id.toString('hex'))).size).toBe(count);
  expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(3);
});
