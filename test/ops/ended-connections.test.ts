/** A long command whose connection is ended while it is being sent is told of it, instead of waiting for ever. */
import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../../ops/process/log.ts';
import { connectMongo, isUnavailable } from '../../ops/process/mongo.ts';
import { FLOWING, openProxy } from '../faults/proxy.ts';
import { openWorld, testUri } from '../support/world.ts';

test.each(['one', 'a list'])(
  'a write of %s that the socket has not taken when the server says goodbye fails as a connection that is gone',
  async (what) => {
    await using world = await openWorld();
    await using proxy = await openProxy(Number(new URL(testUri()).port));
    const uri = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`;
    const log = createLog('test', 'silent');
    const mongo = await connectMongo({ uri, database: world.database, appName: 'ended', log });
    try {
      const longs = mongo.db.collection('longs');
      await longs.insertOne({ text: 'short' });
      proxy.hold({ up: true, down: false });
      const text = 'x'.repeat(15_000_000);
      const write = () =>
        what === 'one' ? longs.insertOne({ text }) : longs.bulkWrite([{ insertOne: { document: { text } } }]);
      const told = write().then(
        () => 'written',
        (error: unknown) => error,
      );
      await sleep(300);
      proxy.end();
      await sleep(100);
      proxy.hold(FLOWING);
      const late = sleep(8_000, 'never answered', { ref: false });
      const outcome = await Promise.race([told, late]);
      expect(outcome).toMatchObject({ code: 'ECONNRESET', syscall: 'write' });
      expect(isUnavailable(outcome)).toBe(true);
      await longs.insertOne({ text: 'after it' });
    } finally {
      await mongo.close();
    }
  },
  30_000,
);
