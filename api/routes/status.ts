/** How the system stands: the head of the log, how far the views have come, the last audit, and what waits for an operator. */
import { z } from 'zod';
import { inTime } from '../repositories/snapshot.ts';
import { readStatus } from '../repositories/status.repository.ts';
import { STATUS } from '../shapes/status.ts';
import { route, type Route } from './route.ts';

/** Whoever polls this costs the database one look a second. */
const TTL_SECONDS = 1;

const status = route({
  path: '/api/db/status',
  data: STATUS,
  failureText: 'Error retrieving status',
  input: z.strictObject({}),
  answer: async (_, { cache, db, follower }) => {
    const { moment, ...read } = await cache.getCachedData(
      'status',
      () => inTime(() => readStatus(db)),
      TTL_SECONDS,
    );
    const { sequence, lagMs, isStale } = follower.freshness();
    const untagged = { lagMs, followed: { sequence, lagMs, stale: isStale } };
    return { body: read, untagged, moment, source: 'views' };
  },
});

/** The routes of this file. */
export const STATUS_ROUTES: readonly Route[] = [status];
