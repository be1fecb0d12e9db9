/** The moment of a first start: what is being written while the stream's first token is taken is in the views all the same. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TailedEvent } from '../../ingest/contract.ts';
import { startReplicaSet } from '../../ops/mongod/start.ts';
import { scan, startOfScan } from '../../projector/catch-up.ts';
import { EVENT_FIELDS, tail, type PositionedEvent } from '../../projector/tail.ts';
import { anyEvent, scopedEvent } from '../support/events.ts';
import { storedEvent } from '../support/log-writer.ts';
import { openWorld } from '../support/world.ts';

test('an event that the server has applied and a majority has not is found by the stream, if the scan could not', async () => {
  const binary = process.env.CALLVIEWS_TEST_MONGOD_BINARY;
  if (binary === undefined) throw new Error('no mongod: run through `npm test`, which finds one');
  const own = await startReplicaSet({ nodes: 1, binary, testCommands: 'on' });
  await using set = { ...own, [Symbol.asyncDispose]: () => own.stop() };
  await using world = await openWorld(set.uri);
  const admin = world.client.db('admin');
  const log = {
    events: world.db.collection<TailedEvent>('events', { readConcern: { level: 'majority' } }),
    fields: EVENT_FIELDS,
    limit: () => 100,
  };
  const [early, late] = fc.sample(anyEvent, { numRuns: 2, seed: 1 }).map((one, n) => scopedEvent(one, n));
  if (early === undefined || late === undefined) throw new Error('no events');
  // What a majority has stands still, as for the milliseconds between a write and its journal.
  await admin.command({ configureFailPoint: 'disableSnapshotting', mode: 'alwaysOn' });
  await log.events.insertOne(storedEvent(early), { writeConcern: { w: 1, journal: false } });
  const found: PositionedEvent[] = [];
  const start = await startOfScan(log, null);
  for await (const batch of scan(log, start)) found.push(...batch.items);
  expect(found).toEqual([]);
  await admin.command({ configureFailPoint: 'disableSnapshotting', mode: 'off' });
  await log.events.insertOne(storedEvent(late), { writeConcern: { w: 'majority' } });
  for await (const batch of tail(log, { kind: 'tail', token: start.thenToken, logAt: null })) {
    found.push(...batch.items);
    if (found.some(({ event }) => event.partId === late.partId)) break;
  }
  expect(found.map(({ event }) => event.partId)).toEqual([early.partId, late.partId]);
}, 60_000);
