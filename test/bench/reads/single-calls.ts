/** Calls in MongoDB without any view of them, and the `$group` that answers from them at read time. */
import { MongoClient } from 'mongodb';
import { startReplicaSet } from '../../../ops/mongod/start.ts';
import { CALLS_A_SECOND, plantMany } from '../../api/walk.ts';
import { fillWithCopies } from '../copies.ts';

/** Calls that are written one by one; beyond them the server copies. */
const WRITTEN = 100_000;
const WRITTEN_SECONDS = Math.ceil(WRITTEN / CALLS_A_SECOND);

/** How hours are asked of single calls: of all that there are, and of one day by an index on when they started. */
export type SingleCalls = {
  ofAll(): Promise<unknown[]>;
  ofOneDay(): Promise<unknown[]>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Fills a server of its own.
 * @param count calls, a multiple of 100,000 where it is more than that
 * @param binary the server's program
 */
export async function openSingleCalls(count: number, binary: string): Promise<SingleCalls> {
  const set = await startReplicaSet({ nodes: 1, binary, cacheSizeGb: 4, oplogSizeMb: 1_024 });
  const client = await new MongoClient(set.uri, { ignoreUndefined: true }).connect();
  const db = client.db('bench');
  const calls = db.collection('calls');
  await plantMany(db, Math.min(count, WRITTEN));
  const times = Math.ceil(count / WRITTEN);
  await fillWithCopies(db, 'calls', {
    times,
    changed: (copy) => ({
      _id: { $concat: ['$_id', `~${copy}`] },
      callId: { $concat: ['$callId', `~${copy}`] },
      startedAt: {
        $dateAdd: { startDate: '$startedAt', unit: 'second', amount: copy * WRITTEN_SECONDS },
      },
    }),
    onCopy: (copy) => void process.stderr.write(`\r${copy + 1} of ${times} × ${WRITTEN} calls`),
  });
  await calls.createIndex({ startedAt: 1 });
  const [last] = await calls.find().sort({ startedAt: -1 }).limit(1).toArray();
  const endMs = (last?.startedAt as Date).getTime();
  const hours = (startedAt: object) =>
    calls
      .aggregate([
        { $match: { startedAt } },
        {
          $group: {
            _id: { $dateTrunc: { date: '$startedAt', unit: 'hour' } },
            calls: { $sum: 1 },
            ms: { $sum: '$durationMs' },
          },
        },
        { $sort: { _id: 1 } },
      ])
      .toArray();
  return {
    ofAll: () => hours({ $type: 'date' }),
    ofOneDay: () => hours({ $gte: new Date(endMs - 86_400_000) }),
    async [Symbol.asyncDispose]() {
      await client.close();
      await set.stop();
    },
  };
}
