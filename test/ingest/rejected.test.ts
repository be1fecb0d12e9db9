import { expect, test } from '@jest/globals';
import { createRejected } from '../../ingest/rejected.ts';
import type { RejectedDelivery } from '../../ingest/rejected.ts';
import { elevenlabs } from '../../ingest/providers/elevenlabs.ts';
import { openIngestDatabase } from '../support/ingest.ts';

const deliveryOf = (text: string) => ({
  endpoint: 'default',
  target: '/webhooks/elevenlabs',
  body: Buffer.from(text),
  headers: {},
  receivedAt: new Date(),
});

test('the ring keeps the newest refusals, cut to a length, and loses the rest by count', async () => {
  await using database = await openIngestDatabase();
  const collection = database.db.collection<RejectedDelivery>('rejected');
  let lost = 0;
  const limits = { documents: 10, bytes: 1_000_000, bodyBytes: 5, pendingWrites: 2 };
  const ring = createRejected({ collection, limits, onLost: () => (lost += 1) });
  for (let n = 0; n < 40; n += 1) {
    ring.keep(elevenlabs, { delivery: deliveryOf(`${String(n).padStart(2, '0')}-too-long`), cause: 'wrong' });
    await ring.idle();
  }
  const kept = await collection.find().sort({ _id: 1 }).toArray();
  expect(kept).toHaveLength(10);
  expect(Buffer.from(kept.at(-1)?.body.buffer ?? []).toString()).toBe('39-to');
  expect(kept.at(-1)?.bodyBytes).toBe(11);
  expect(lost).toBe(0);
  for (let n = 0; n < 5; n += 1) ring.keep(elevenlabs, { delivery: deliveryOf('flood'), cause: 'wrong' });
  await ring.idle();
  expect(lost).toBe(3);
});

test('the ring is bounded in bytes too', async () => {
  await using database = await openIngestDatabase();
  const collection = database.db.collection<RejectedDelivery>('rejected');
  const limits = { documents: 1_000, bytes: 1_000, bodyBytes: 100, pendingWrites: 2 };
  const ring = createRejected({ collection, limits, onLost: () => undefined });
  for (let n = 0; n < 20; n += 1) {
    ring.keep(elevenlabs, { delivery: deliveryOf('x'.repeat(100)), cause: 'wrong' });
    await ring.idle();
  }
  expect(await collection.countDocuments()).toBe(10);
});
