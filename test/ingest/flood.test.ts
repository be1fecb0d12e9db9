import { describe, expect, test } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createEndpoints } from '../../ingest/endpoints.ts';
import { addressOf } from '../../ingest/address.ts';
import { createFlood, FLOOD_LIMITS } from '../../ingest/flood.ts';
import { createProofs } from '../../ingest/proofs.ts';
import type { EndpointProof } from '../../ingest/proofs.ts';
import type { RejectedDelivery } from '../../ingest/rejected-delivery.ts';
import { openIngestDatabase, startIngest } from '../support/ingest.ts';
import { elevenlabsRequest } from '../support/webhooks.ts';

/** What is no longer needed must not count. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
const at = (seconds: number) => new Date(1_795_428_000_000 + seconds * 1_000);
const event = (id: string) => ({
  type: 'post_call_transcription',
  event_timestamp: Math.floor(Date.now() / 1_000),
  data: { conversation_id: id, status: 'done' },
});
const forged = (id: string) => elevenlabsRequest(event(id), { secret: 'wsec_forged_secret' });

describe('a flood of unsigned requests', () => {
  test('is 429 in place of 401, and signed traffic from the same address is never touched', async () => {
    await using database = await openIngestDatabase();
    await using running = await startIngest({
      db: database.db,
      limits: { flood: { burst: 5, perSecond: 0, addresses: 100 } },
    });
    expect((await running.post(elevenlabsRequest(event('before')))).status).toBe(200);
    const statuses: number[] = [];
    for (let n = 0; n < 8; n += 1) statuses.push((await running.post(forged(`forged-${n}`))).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const refused = await running.post(forged('refused'));
    expect([refused.status, refused.headers['retry-after'], refused.headers.connection]).toEqual([
      429,
      '30',
      'close',
    ]);
    expect(JSON.parse(refused.text)).toMatchObject({ success: false, error: 'Too many refused requests' });
    for (let n = 0; n < 20; n += 1) {
      expect((await running.post(elevenlabsRequest(event(`signed-${n}`)))).status).toBe(200);
    }
    expect(running.told.filter((told) => told === 'elevenlabs:limited')).toHaveLength(4);
    expect(running.told).toContain('lost:dropped');
    await running.ingest.stop();
    expect(await database.db.collection('rejected').countDocuments()).toBe(5);
    expect(await database.db.collection('events').countDocuments()).toBe(21);
  });

  test('is counted by address, earned back with time, and remembers a bounded number of addresses', () => {
    const flood = createFlood({ burst: 2, perSecond: 1, addresses: 3 });
    expect([1, 2, 3].map(() => flood.exceeds('a', at(0)))).toEqual([false, false, true]);
    expect(flood.exceeds('b', at(0))).toBe(false);
    expect([flood.exceeds('a', at(0.5)), flood.exceeds('a', at(2))]).toEqual([true, false]);
    // A clock that goes back earns nothing and takes nothing.
    expect(flood.exceeds('a', at(-60))).toBe(false);
    expect(flood.exceeds('a', at(-60))).toBe(true);
    for (const address of ['c', 'd', 'e']) flood.exceeds(address, at(3));
    expect(flood.exceeds('a', at(-60))).toBe(false);
  });

  test('from many addresses takes little memory', () => {
    const flood = createFlood(FLOOD_LIMITS);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 300_000; n += 1) flood.exceeds(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, at(0));
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10 * 1024 * 1024);
    expect(flood.exceeds('10.0.0.0', at(0))).toBe(false);
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::5', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    [undefined, 'unknown'],
  ])('%s counts as %s', (remoteAddress, expected) => {
    expect(addressOf({ remoteAddress })).toBe(expected);
  });
});

describe('what is refused before an endpoint’s secrets were ever right', () => {
  const large = { ...event('large'), padding: 'p'.repeat(1_200_000) };
  test('is kept whole and through a flood; after the first right signature only the beginning is', async () => {
    await using database = await openIngestDatabase();
    const limits = { flood: { burst: 0, perSecond: 0, addresses: 10 } };
    const wrong = elevenlabsRequest(large, { secret: 'wsec_todays_secret' });
    const rejected = () =>
      database.db.collection<RejectedDelivery>('rejected').find().sort({ _id: 1 }).toArray();
    {
      await using running = await startIngest({ db: database.db, limits });
      expect((await running.post(wrong)).status).toBe(429);
      await running.ingest.stop();
      const [kept] = await rejected();
      expect(kept).toMatchObject({ proved: false, keptBytes: wrong.body.length, address: '127.0.0.1' });
      expect(Buffer.from(kept?.body.buffer ?? [])).toEqual(wrong.body);
    }
    {
      await using running = await startIngest({ db: database.db });
      expect((await running.post(elevenlabsRequest(event('first')))).status).toBe(200);
      await running.ingest.stop();
      const proofs = await database.db.collection<EndpointProof>('endpoint_proofs').find().toArray();
      expect(proofs).toMatchObject([{ _id: 'elevenlabs/default', secretIds: 'secret-1,secret-2' }]);
    }
    // Another process, and a later one, know it from the database.
    await using running = await startIngest({ db: database.db });
    expect((await running.post(wrong)).status).toBe(401);
    await running.ingest.stop();
    expect((await rejected()).map(({ proved, keptBytes }) => [proved, keptBytes])).toEqual([
      [false, wrong.body.length],
      [true, 1024 * 1024],
    ]);
  });
  test('counts from the last change of the secrets', async () => {
    await using database = await openIngestDatabase();
    const endpointWith = (...ids: string[]) => {
      const secrets = ids.map((id) => ({ id, value: `wsec_${id}_secret` }));
      const found = createEndpoints(new Map([['elevenlabs', secrets]]))('/webhooks/elevenlabs');
      if (found === null) throw new Error('no endpoint');
      return found;
    };
    const failures: unknown[] = [];
    const proofs = () => createProofs(database.db, (_doing, error) => failures.push(error));
    const first = proofs();
    first.note(endpointWith('b', 'a'));
    await first.idle();
    expect(await proofs().isProved(endpointWith('a', 'b'))).toBe(true);
    expect(await proofs().isProved(endpointWith('a', 'b', 'c'))).toBe(false);
    const second = proofs();
    second.note(endpointWith('c'));
    await second.idle();
    expect(await proofs().isProved(endpointWith('c'))).toBe(true);
    expect(await proofs().isProved(endpointWith('a', 'b'))).toBe(false);
    expect(failures).toEqual([]);
  });
});
