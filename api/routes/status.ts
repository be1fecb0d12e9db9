/** How the system stands: the head of the log, how far the views have come, and what waits for an operator. */
import type { Db } from 'mongodb';
import { z } from 'zod';
import type { StoredEvent } from '../../ingest/contract.ts';
import { VIEW_NAMES, viewCollection, WINDOW_NAMES, type Checkpoint } from '../../projector/contract.ts';
import { whileThere } from '../repositories/snapshot.ts';
import { route, type Route } from './route.ts';

/** Whoever polls this costs the database one look a second. */
const TTL_SECONDS = 1;

const status = route({
  path: '/api/db/status',
  failureText: 'Error retrieving status',
  input: z.strictObject({}),
  answer: async (_, { cache, db, follower }) => {
    const { moment, ...read } = await cache.getCachedData(
      'status',
      () => whileThere(() => readStatus(db)),
      TTL_SECONDS,
    );
    const { sequence, lagMs, isStale } = follower.freshness();
    const untagged = { followed: { sequence, lagMs, stale: isStale } };
    return { body: read, untagged, moment, source: 'views' };
  },
});

/** The routes of this file. */
export const STATUS_ROUTES: readonly Route[] = [status];

async function readStatus(db: Db) {
  const majority = { readConcern: 'majority' } as const;
  const [checkpoint, head, quarantined, parked, views] = await Promise.all([
    db.collection<Checkpoint>('checkpoints').findOne({ _id: 'views' }, majority),
    db
      .collection<StoredEvent>('events')
      .find({}, { ...majority, projection: { receivedAt: 1, factsVersion: 1 } })
      .sort({ logAt: -1 })
      .limit(1)
      .next(),
    db.collection('quarantine').estimatedDocumentCount(),
    db.collection('parked').estimatedDocumentCount(),
    Promise.all(
      VIEW_NAMES.flatMap((view) =>
        WINDOW_NAMES.map(async (window) => {
          const buckets = await db.collection(viewCollection(view, window)).estimatedDocumentCount();
          return { view, window, buckets };
        }),
      ),
    ),
  ]);
  const sequence = checkpoint?.sequence ?? 0;
  const at = sequence === 0 ? null : (checkpoint?.at ?? null);
  return {
    moment: { sequence, at },
    log: { lastReceivedAt: head?.receivedAt ?? null, factsVersion: head?.factsVersion ?? null },
    projector: {
      epoch: checkpoint?.epoch ?? null,
      reading: checkpoint?.position?.kind ?? null,
      sequence,
      asOf: at,
    },
    views,
    quarantined,
    parked,
  };
}
