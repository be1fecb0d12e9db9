/** Causes of alerts that come with processes, machines, the database and the way to it. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { again, type Cause, type Stage } from './cause.ts';
import { until } from './running.ts';

const MB = 1_048_576;

/**
 * Processes that are gone, or stand still.
 * @param stage what runs
 */
export function processCauses({ product, prometheus }: Stage) {
  let stop = (): Promise<void> => Promise.resolve();
  return {
    killed: {
      what: 'the only projector is killed',
      alerts: ['ViewsStale', 'ProjectorStalled', 'ProcessDown'],
      act: () => {
        product.processes.projector.child.kill('SIGKILL');
        return Promise.resolve();
      },
      undo: () => product.restart('projector'),
    },
    missing: {
      what: 'the jobs process is killed and no longer among what Prometheus finds',
      alerts: ['ProcessMissing'],
      async act() {
        product.processes.jobs.child.kill('SIGKILL');
        const { ingest, projector, api } = product.targets;
        await prometheus.scrape({ ingest, projector, api });
      },
      async undo() {
        await product.restart('jobs');
        await prometheus.scrape(product.targets);
      },
    },
    blocked: {
      what: 'the api gets no CPU for two seconds of five, again and again (SIGSTOP, SIGCONT)',
      alerts: ['EventLoopBlocked'],
      act: () => {
        const { child } = product.processes.api;
        stop = again(5_000, async () => {
          child.kill('SIGSTOP');
          await sleep(2_000);
          child.kill('SIGCONT');
        });
        return Promise.resolve();
      },
      undo: () => stop(),
    },
  } satisfies Record<string, Cause>;
}

/**
 * The database, and the way to it.
 * @param stage what runs
 */
export function databaseCauses({ product, db, uri, way }: Stage) {
  let stop = (): Promise<void> => Promise.resolve();
  const slow = (ms: number): Promise<void> => {
    way.delayMs = ms;
    return Promise.resolve();
  };
  return {
    oplog: {
      what: 'an import writes 100 MB in the set’s first minute; the oplog is given more room',
      alerts: ['OplogRunwayShort'],
      async act() {
        const noise = db.client.db('noise').collection('noise');
        for (let at = 0; at < 100; at += 1) await noise.insertOne({ bytes: randomBytes(MB) });
        await db.client.db('noise').dropDatabase();
      },
      async undo() {
        await db.client.db('admin').command({ replSetResizeOplog: 1, size: 16_000 });
      },
    },
    far: {
      what: 'the way to the database takes 0.6 s longer in each direction, for all four',
      alerts: [
        ...['ProjectorBehind', 'FreshnessBudgetBurnFast', 'ApiLatencyBudgetBurnFast'],
        ...['IngestLatencyBudgetBurnFast', 'FreshnessBudgetBurnSlow', 'ApiLatencyBudgetBurnSlow'],
        'IngestLatencyBudgetBurnSlow',
      ],
      act: () => slow(600),
      undo: () => slow(0),
    },
    pool: {
      what: 'sixty requests a second ask the database, whose way takes 1.2 s longer in each direction',
      alerts: ['PoolExhausted'],
      act: async () => {
        await slow(1_200);
        const ask = (): Promise<unknown> => fetch(`${product.apiUrl}/api/db/calls`).catch(() => null);
        stop = again(1_000, () => Promise.all(Array.from({ length: 60 }, ask)));
      },
      undo: async () => {
        await stop();
        await slow(0);
      },
    },
    away: {
      what: 'the database is shut down',
      alerts: [
        ...['DatabaseAway', 'ApiErrorsBudgetBurnFast', 'IngestErrorsBudgetBurnFast'],
        ...['ApiErrorsBudgetBurnSlow', 'IngestErrorsBudgetBurnSlow'],
      ],
      async act() {
        await using client = await new MongoClient(uri).connect();
        // Its answer is the end of the connection.
        await client
          .db('admin')
          .command({ shutdown: 1, force: true })
          .catch(() => undefined);
      },
    },
  } satisfies Record<string, Cause>;
}

/**
 * A sender that falls silent, under a Prometheus to which a week is a minute.
 * @param stage what runs
 */
export function silence({ weekly, living }: Stage): Cause {
  const sent = 'sum(rate(callviews_ingest_events_total{fate="stored"}[4s] offset 1m)) > 0.5';
  return {
    what: 'all senders fall silent (under a Prometheus to which a week is a minute: all windows 10,080 times as short)',
    alerts: ['WebhooksSilent'],
    async act() {
      await until('a minute of webhooks', async () => (await weekly.query(sent))[0], 120_000);
      living.isSending = false;
    },
    undo() {
      living.isSending = true;
      return Promise.resolve();
    },
    by: weekly,
  };
}
