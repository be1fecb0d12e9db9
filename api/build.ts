/** Puts the api together from its parts; nothing listens yet and nothing is followed. */
import type { Db } from 'mongodb';
import type { Log } from '../ops/process/log.ts';
import { readAtScrape } from '../ops/process/metrics.ts';
import { createAccess, type AccessPlan } from './access.ts';
import { createAnswers } from './answers.ts';
import { createAuditLog } from './audit-log.ts';
import { createCache } from './cache.ts';
import { createFollower } from './follow.ts';
import { createFollowedCalls } from './followed-calls.ts';
import { createKeyRing } from './key-ring.ts';
import { createLimits } from './limits.ts';
import type { LeftOut } from './malformed.ts';
import type { ApiMetrics } from './metrics.ts';
import { createCallRepository } from './repositories/call.repository.ts';
import { createCampaignRepository } from './repositories/campaign.repository.ts';
import { createTranscriptRepository } from './repositories/transcript.repository.ts';
import { createViewRepository } from './repositories/view.repository.ts';
import { createApiServer } from './server.ts';
import { mayBeOpen } from './settings.ts';
import { createSockets } from './sockets.ts';
import { createWaitRoom } from './wait-room.ts';

/** What the api is made of; `nowMs` is the present in ms since 1970, the system's clock when left out. */
export type ApiParts = {
  db: Db;
  log: Log;
  metrics: ApiMetrics;
  dashboard: string;
  config: {
    API_AUTH: AccessPlan['auth'];
    API_HOST: string;
    API_ORIGINS: readonly string[];
    NODE_ENV: string;
    REPORTING_TIME_ZONE: string;
  };
  nowMs?: () => number;
};

/**
 * Builds the api.
 * @param parts database, log, metrics, the dashboard's folder and settings
 * @returns the server with its sockets, to be listened with; the follower, to be run; the cache, to be closed
 */
export function createApi(parts: ApiParts) {
  const { db, log, metrics, dashboard, config, nowMs = Date.now } = parts;
  const { handles } = metrics;
  const context = () => ({ nowMs: nowMs(), timeZone: config.REPORTING_TIME_ZONE });
  const access = createAccess(
    { auth: config.API_AUTH, origins: config.API_ORIGINS, mayBeOpen: mayBeOpen(config) },
    {
      ring: createKeyRing({ db, log, nowMs: Date.now }),
      limits: createLimits(() => performance.now()),
    },
  );
  const audit = createAuditLog(db);
  const follower = createFollower({ db, log, nowMs: () => performance.now() });
  const cache = createCache({
    log,
    count: (event) => {
      if (event === 'Hit') handles.cacheHits.inc();
      if (event === 'Miss') handles.cacheMisses.inc();
      if (event === 'Hit' || event === 'Miss') return;
      handles.cacheEntries.set(cache.size());
      handles.cacheBytes.set(cache.bytes());
    },
  });
  const views = createViewRepository(db);
  const calls = createCallRepository({ db, views, context });
  const campaigns = createCampaignRepository(db);
  const tellLeftOut = (leftOut: LeftOut): void => {
    if (leftOut.rows === 0) return;
    handles.malformed.inc(leftOut.rows);
    log.error(leftOut, 'stored rows were left out: they have not the shape they should have');
  };
  const waitRoom = createWaitRoom({ db, log });
  const answers = createAnswers({ cache, follower, nowMs });
  // Before all others: whoever is told of a commit and asks then must not get what was kept before it.
  follower.listen(answers.listener);
  const transcripts = createTranscriptRepository(db);
  const routeParts = {
    db,
    views,
    calls,
    transcripts,
    campaigns,
    cache,
    answers,
    follower,
    waitRoom,
    context,
    tellLeftOut,
    access,
    audit,
  };
  const server = createApiServer({
    ...{ ...routeParts, metrics, log, dashboard },
    origins: config.API_ORIGINS,
  });
  const followed = createFollowedCalls({ db, transcripts, audit, tellLeftOut });
  const sockets = createSockets({
    ...{ db, views, calls, campaigns, follower, access, metrics, log, nowMs, tellLeftOut },
    followed,
    origins: config.API_ORIGINS,
  });
  follower.listen({ updated: ({ _id }) => handles.sequence.set(_id), lost: () => undefined });
  readAtScrape(handles.lag, () => {
    const { ageMs } = follower.freshness();
    return ageMs === null ? null : ageMs / 1_000;
  });
  follower.listen(waitRoom.listener);
  const io = sockets.initSocketServer(server);
  return { server, io, sockets, follower, followed, cache };
}
