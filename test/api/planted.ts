/** An api on a database of its own, and commits planted in it as the projector writes them. */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WriteConcern, type AnyBulkWriteOperation, type Binary, type Db } from 'mongodb';
import { createApi } from '../../api/build.ts';
import { createApiMetrics } from '../../api/metrics.ts';
import { quarantinedIn } from '../../api/repositories/status.repository.ts';
import { ROUTE_PATHS } from '../../api/routes/index.ts';
import { API_SCHEMA } from '../../api/schema.ts';
import { INGEST_SCHEMA } from '../../ingest/schema.ts';
import { createLog } from '../../ops/process/log.ts';
import { connectMongo } from '../../ops/process/mongo.ts';
import { ensureSchema } from '../../ops/process/schema.ts';
import type { Call } from '../../projector/call.ts';
import { contributionOf, createChangeSum } from '../../projector/contribute.ts';
import type { ChangedHour, Checkpoint, StoredCall, StoredUpdate } from '../../projector/documents.ts';
import { PROJECTOR_SCHEMA } from '../../projector/schema.ts';
import { viewCollection, type StoredBucket } from '../../projector/views/view.ts';
import { watched } from './document.ts';

/** A quiet log. */
export const SILENT = createLog('test', 'silent');

/** A prepared database, connected to as the processes connect; on the test run's server when left out. */
export async function openDatabase(uri = process.env.CALLVIEWS_TEST_MONGODB_URI) {
  if (uri === undefined) throw new Error('no test replica set: run through `npm test`, which starts one');
  const database = `test_${randomUUID().slice(0, 8)}`;
  const mongo = await connectMongo({ uri, database, appName: 'test', log: SILENT });
  await ensureSchema(mongo.db, [...INGEST_SCHEMA, ...PROJECTOR_SCHEMA, ...API_SCHEMA]);
  return {
    db: mongo.db,
    async [Symbol.asyncDispose]() {
      await mongo.db.dropDatabase();
      await mongo.close();
    },
  };
}

/**
 * A running api; `nowMs` is what it takes for the present. Each of its answers is held against the published document, unless it
 * is to be measured: that costs many times what the answer does.
 */
export async function openApi(
  db: Db,
  {
    nowMs,
    origins = [],
    dashboard = '/nowhere',
    auth = 'auto',
    log = SILENT,
    begins = true,
    isWatched = true,
  }: {
    nowMs?: number;
    origins?: string[];
    dashboard?: string;
    auth?: 'auto' | 'required' | 'off';
    log?: typeof SILENT;
    begins?: boolean;
    isWatched?: boolean;
  } = {},
) {
  const api = createApi({
    db,
    log,
    metrics: createApiMetrics(ROUTE_PATHS, () => quarantinedIn(db, SILENT)),
    dashboard,
    config: {
      ...{ API_AUTH: auth, API_HOST: '127.0.0.1', NODE_ENV: 'test' },
      ...{ API_ORIGINS: origins, REPORTING_TIME_ZONE: 'UTC' },
    },

    ...(nowMs !== undefined && { nowMs: () => nowMs }),
  });
  const faults = isWatched ? watched(api.server) : [];
  const ending = new AbortController();
  // With the database away there is nothing to begin from.
  if (begins) await api.follower.begin();
  const following = api.follower.run(ending.signal);
  await new Promise<void>((resolve) => api.server.listen(0, '127.0.0.1', resolve));
  return {
    ...api,
    url: addressOf(api.server),
    async [Symbol.asyncDispose]() {
      await api.io.close();
      ending.abort();
      api.cache.close();
      // Its stream waits up to a second for its last reply; it ends at once with the database's connection, which is next.
      void following;
      if (faults.length > 0)
        throw new Error(
          `answers that are not as documented (${faults.length}):\n${faults.slice(0, 5).join('\n')}`,
        );
    },
  };
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A call that ended well; fields may differ. */
export function call(callId: string, fields: Partial<Call> = {}): Call {
  const startedAt = fields.startedAt ?? new Date('2026-03-10T10:05:00Z');
  return {
    callId,
    aliases: [callId],
    providers: ['standard'],
    endpoints: ['standard'],
    agentId: null,
    agentName: null,
    campaignId: null,
    direction: 'inbound',
    fromNumber: '+493012345678',
    toNumber: '+4989000111',
    status: 'ended',
    startedAt,
    answeredAt: startedAt,
    endedAt: new Date(startedAt.getTime() + 60_000),
    durationMs: 60_000,
    connection: 'answered_human',
    endedBy: 'customer',
    endReason: null,
    goal: 'success',
    goalScore: null,
    sentiment: 'positive',
    sentimentScore: 0.5,
    sentimentSource: 'provider',
    sentimentVersion: null,
    language: null,
    costCredits: 10,
    costMicroUsd: 20_000,
    summary: null,
    title: null,
    factsVersion: 1,
    firstEventAt: startedAt,
    lastEventAt: startedAt,
    ...fields,
  };
}

/**
 * Commits new calls as the projector does: checkpoint, calls, buckets and update in one transaction.
 * @param db the database
 * @param sequence number of the commit
 * @param commit its instant, its calls and the events it covers
 */
export async function commit(
  db: Db,
  sequence: number,
  {
    at = new Date('2026-03-10T12:00:00Z'),
    calls = [],
    events = [],
  }: { at?: Date; calls?: Call[]; events?: Binary[] } = {},
): Promise<void> {
  const sum = createChangeSum();
  for (const one of calls) sum.replace(null, contributionOf(one));
  const hours = new Map<string, ChangedHour>();
  await using session = db.client.startSession();
  await session.withTransaction(
    async () => {
      const writes = new Map<string, AnyBulkWriteOperation<StoredBucket>[]>();
      for (const { view, window, slice, atMs, add } of sum.changes()) {
        const _id = { d: slice.dimension, k: slice.key, at: new Date(atMs) };
        if (window === 'hourly') hours.set(JSON.stringify(_id), _id);
        const name = viewCollection(view, window);
        const $inc = Object.fromEntries(add) as Record<string, never>;
        const update = { $inc, $set: { revision: sequence } };
        writes.set(name, [
          ...(writes.get(name) ?? []),
          { updateOne: { filter: { _id }, update, upsert: true } },
        ]);
      }
      for (const [name, operations] of writes)
        await db.collection<StoredBucket>(name).bulkWrite(operations, { session, ordered: false });
      const stored = calls.map((one): StoredCall => ({
        _id: one.callId,
        revision: sequence,
        parts: [partOf(one)],
        ...one,
      }));
      if (stored.length > 0) await db.collection<StoredCall>('calls').insertMany(stored, { session });
      await db
        .collection<Checkpoint>('checkpoints')
        .updateOne(
          { _id: 'views' },
          { $set: { epoch: 1, sequence, position: null, at } },
          { upsert: true, session },
        );
      const ids = calls.map((one) => one.callId);
      await db.collection<StoredUpdate>('updates').insertOne(
        {
          ...{ _id: sequence, at, events, buckets: [...hours.values()], calls: ids, merged: [] },
          campaigns: calls.flatMap((one) => one.campaignId ?? []),
        },
        { session },
      );
    },
    { readConcern: { level: 'snapshot' }, writeConcern: new WriteConcern('majority') },
  );
}

function partOf(one: Call): StoredCall['parts'][number] {
  return {
    id: one.callId,
    witness: 'report',
    parentPartId: null,
    links: [],
    providers: one.providers,
    endpoints: one.endpoints,
    factsVersion: 1,
    firstEventAt: one.firstEventAt,
    lastEventAt: one.lastEventAt,
    groups: { route: { by: '1', value: { fromNumber: one.fromNumber ?? '' } } },
  };
}
