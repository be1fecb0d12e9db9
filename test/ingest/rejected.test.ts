import { describe, expect, test } from '@jest/globals';
import type { Db } from 'mongodb';
import { createEndpoints } from '../../ingest/endpoints.ts';
import type { Endpoint } from '../../ingest/endpoints.ts';
import { createRejected, REJECTED_LIMITS } from '../../ingest/rejected.ts';
import type { LostHow, RejectedLimits } from '../../ingest/rejected.ts';
import type { Refusal, RejectedDelivery } from '../../ingest/rejected-delivery.ts';
import { openIngestDatabase } from '../support/ingest.ts';

const found = createEndpoints(new Map([['elevenlabs', [{ id: 's1', value: 'wsec_test_secret' }]]]))(
  '/webhooks/elevenlabs',
);
if (found === null) throw new Error('no endpoint');
const endpoint: Endpoint = found;
const refusalOf = (text: string, address = '192.0.2.1'): Refusal => ({
  delivery: {
    endpoint: 'default',
    target: '/webhooks/elevenlabs',
    body: Buffer.from(text),
    headers: {},
    receivedAt: new Date(),
  },
  cause: 'wrong',
  address,
});

/** A ring with small bounds over a real collection, and what it told of losses. */
function ringOver(db: Db, limits: Partial<RejectedLimits>, proved = true) {
  const collection = db.collection<RejectedDelivery>('rejected');
  const lost: Record<LostHow, number> = { dropped: 0, evicted: 0, failed: 0 };
  const ring = createRejected({
    collection,
    isProved: () => Promise.resolve(proved),
    limits: { ...REJECTED_LIMITS, pendingWrites: 2, waiting: { documents: 0, bytes: 0 }, ...limits },
    onLost: (how, { count }) => (lost[how] += count),
  });
  const keep = async (text: string, address?: string) => {
    ring.keep(endpoint, refusalOf(text, address), 'single');
    await ring.idle();
  };
  const texts = async () =>
    (await collection.find().sort({ _id: 1 }).toArray()).map(({ body }) =>
      Buffer.from(body.buffer).toString(),
    );
  return { collection, ring, keep, lost, texts };
}

describe('the ring of refused requests', () => {
  test('keeps the newest, cut to a length, and loses the rest by count', async () => {
    await using database = await openIngestDatabase();
    const limits = { proved: { documents: 10, bytes: 1_000_000, bodyBytes: 5 } };
    const { collection, ring, keep, lost, texts } = ringOver(database.db, limits);
    for (let n = 0; n < 40; n += 1) await keep(`${String(n).padStart(2, '0')}-too-long`);
    expect(await texts()).toEqual(Array.from({ length: 10 }, (_, n) => `${n + 30}-to`));
    const newest = await collection.findOne({}, { sort: { _id: -1 } });
    expect(newest).toMatchObject({ bodyBytes: 11, keptBytes: 5, address: '192.0.2.1', proved: true });
    expect(lost).toEqual({ dropped: 0, evicted: 30, failed: 0 });
    for (let n = 0; n < 5; n += 1) ring.keep(endpoint, refusalOf('flood'), 'single');
    await ring.idle();
    expect(lost.dropped).toBe(3);
  });

  test('keeps a burst, as of a sender that changed its secret, though few are written at a time', async () => {
    await using database = await openIngestDatabase();
    const { collection, ring, lost } = ringOver(database.db, { waiting: { documents: 100, bytes: 10_000 } });
    for (let n = 0; n < 60; n += 1) ring.keep(endpoint, refusalOf(`burst-${n}`), 'single');
    await ring.idle();
    expect([await collection.countDocuments(), lost.dropped]).toEqual([60, 0]);
    for (let n = 0; n < 60; n += 1) ring.keep(endpoint, refusalOf('x'.repeat(1_000)), 'single');
    await ring.idle();
    expect(lost.dropped).toBe(48);
  });

  test('is bounded in bytes too', async () => {
    await using database = await openIngestDatabase();
    const limits = { proved: { documents: 1_000, bytes: 1_000, bodyBytes: 100 } };
    const { collection, keep } = ringOver(database.db, limits);
    for (let n = 0; n < 20; n += 1) await keep('x'.repeat(100));
    expect(await collection.countDocuments()).toBe(10);
  });

  test('is shared fairly: a flood from one address pushes out its own requests, never another’s', async () => {
    await using database = await openIngestDatabase();
    const limits = { proved: { documents: 10, bytes: 1_000_000, bodyBytes: 100 } };
    const { collection, keep, lost } = ringOver(database.db, limits);
    for (let n = 0; n < 4; n += 1) await keep(`ours-${n}`, '198.51.100.7');
    for (let n = 0; n < 50; n += 1) await keep(`forged-${n}`, '203.0.113.9');
    for (let n = 0; n < 2; n += 1) await keep(`other-${n}`, '2001:db8:0:0::/64');
    const held = await collection
      .aggregate([{ $sortByCount: '$address' }, { $sort: { count: -1, _id: 1 } }])
      .toArray();
    expect(held.map(({ _id, count }: Record<string, unknown>) => [_id, count])).toEqual([
      ['198.51.100.7', 4],
      ['203.0.113.9', 4],
      ['2001:db8:0:0::/64', 2],
    ]);
    expect(lost.evicted).toBe(46);
  });

  test('drops a flood, but not while the fault may be ours', async () => {
    await using database = await openIngestDatabase();
    for (const proved of [true, false]) {
      const { collection, ring, lost } = ringOver(database.db, {}, proved);
      ring.keep(endpoint, refusalOf('flood'), 'flood');
      await ring.idle();
      expect([await collection.countDocuments({ proved }), lost.dropped]).toEqual(proved ? [0, 1] : [1, 0]);
    }
  });

  test('holds whole bodies while the fault may be ours, and they stay when it was mended', async () => {
    await using database = await openIngestDatabase();
    const limits = {
      proved: { documents: 3, bytes: 1_000_000, bodyBytes: 10 },
      unproved: { documents: 100, bytes: 5_000, bodyBytes: 1_000 },
    };
    const before = ringOver(database.db, limits, false);
    for (let n = 0; n < 8; n += 1) await before.keep('w'.repeat(1_000));
    expect(await before.collection.countDocuments({ keptBytes: 1_000 })).toBe(5);
    const after = ringOver(database.db, limits, true);
    for (let n = 0; n < 8; n += 1) await after.keep('v'.repeat(1_000));
    expect(await after.collection.countDocuments({ proved: false, keptBytes: 1_000 })).toBe(5);
    expect(await after.collection.countDocuments({ proved: true, keptBytes: 10 })).toBe(3);
  });

  test('is cut back without reading a body', async () => {
    await using database = await openIngestDatabase();
    const { collection, keep } = ringOver(database.db, {});
    await keep('x');
    const plan = await collection
      .find({ provider: 'elevenlabs', endpoint: 'default', proved: true })
      .project({ address: 1, keptBytes: 1 })
      .explain();
    expect(JSON.stringify(plan)).toContain('PROJECTION_COVERED');
  });
});
