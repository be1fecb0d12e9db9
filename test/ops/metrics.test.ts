/** What the four processes tell Prometheus: every promised name, in the form that Prometheus asks for, never too many series. */
import { describe, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { countRequest, createApiMetrics } from '../../api/metrics.ts';
import { documentOf } from '../../api/openapi.ts';
import { FILE_ROUTES, READ_ROUTES, ROUTE_PATHS, WRITE_ROUTES } from '../../api/routes/index.ts';
import { quarantinedIn } from '../../api/repositories/status.repository.ts';
import { watchDriver } from '../../ops/process/driver-metrics.ts';
import { createMetrics } from '../../ops/process/metrics.ts';
import { openWorld, testUri } from '../support/world.ts';
import { openProduct, until } from './running.ts';
import { hasTool, runTool } from './tools.ts';

/** What users' dashboards and alerts may count on. */
const PROMISED = {
  api: [
    ...['http_requests_total', 'http_request_duration_seconds', 'cache_hits_total', 'cache_misses_total'],
    ...['cache_entries', 'sockets_connected', 'socket_emits_total', 'quarantine_depth', 'build_info'],
  ],
  ingest: [
    ...['ingest_events_total', 'ingest_ack_duration_seconds', 'ingest_batch_size', 'ingest_queue_depth'],
    ...['rejected_total', 'build_info'],
  ],
  projector: [
    ...['projector_events_total', 'projector_batch_size', 'projector_commit_duration_seconds'],
    ...['freshness_seconds', 'projector_lag_seconds', 'oplog_runway_seconds', 'projector_leader'],
    ...['history_lost_total', 'build_info'],
  ],
  jobs: [
    ...['audit_buckets_total', 'audit_drift_total', 'audit_last_run_timestamp_seconds', 'job_runs_total'],
    ...['job_last_success_timestamp_seconds', 'reconcile_calls_total', 'build_info'],
  ],
} as const;
const PROCESSES = Object.keys(PROMISED) as (keyof typeof PROMISED)[];
const MOST_SERIES = 2_000;

const seriesOf = (text: string): string[] => text.split('\n').filter((line) => /^[a-z]/.test(line));
const valueOf = (text: string, series: string): number =>
  Number(
    seriesOf(text)
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')[1] ?? NaN,
  );

describe('a running product', () => {
  test('tells all that is promised, and stays small whoever calls', async () => {
    await using world = await openWorld();
    await using product = await openProduct(world);
    const statuses = await Promise.all(
      Array.from({ length: 120 }, (_, n) =>
        product.report(`c${n}`, { agent_id: `a${n}`, campaign_id: `k${n}` }),
      ),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    await Promise.all(
      Array.from({ length: 120 }, async (_, n) => {
        await fetch(`${product.ingestUrl}/webhooks/provider${n}`, { method: 'POST', body: '{}' });
        await fetch(`${product.apiUrl}/api/db/analytics/outcomes?agentId=a${n}`);
        await fetch(`${product.apiUrl}/nowhere/${n}`, { method: n % 2 === 0 ? 'GET' : `VERB${n}` }).catch(
          () => null,
        );
      }),
    );
    await until('the views to have all', async () =>
      valueOf(await product.scrape('projector'), 'callviews_projector_events_total{result="applied"}') === 120
        ? true
        : undefined,
    );
    await until('a first run of the audit', async () =>
      valueOf(await product.scrape('jobs'), 'callviews_job_runs_total{job="audit",result="done"}') > 0
        ? true
        : undefined,
    );
    for (const name of PROCESSES) {
      const text = await product.scrape(name);
      for (const promised of PROMISED[name]) expect(text).toContain(`# TYPE callviews_${promised} `);
      expect(seriesOf(text).length).toBeLessThan(MOST_SERIES);
      // Nothing that a sender or a reader wrote has become a label.
      expect(text).not.toMatch(/"(a|k|c|provider|VERB)\d+"|nowhere/);
      expect(valueOf(text, 'callviews_mongo_primary_known')).toBe(1);
      expect(valueOf(text, 'callviews_mongo_command_duration_seconds_count')).toBeGreaterThan(0);
      if (!hasTool('promtool')) continue;
      expect(await runTool('promtool', ['check', 'metrics'], text)).toEqual({ code: 0, said: '' });
    }
    const api = await product.scrape('api');
    expect(valueOf(api, 'callviews_api_lag_seconds')).toBeGreaterThan(0);
    expect(valueOf(api, 'callviews_api_lag_seconds')).toBeLessThan(5);
    // A projector that is gone shows where people read.
    product.processes.projector.child.kill('SIGKILL');
    await until('the age to grow', async () =>
      valueOf(await product.scrape('api'), 'callviews_api_lag_seconds') > 2 ? true : undefined,
    );
    const jobs = await product.scrape('jobs');
    expect(valueOf(jobs, 'callviews_job_interval_seconds{job="audit"}')).toBe(60);
    expect(valueOf(jobs, 'callviews_job_last_success_timestamp_seconds{job="audit"}')).toBeGreaterThan(
      Date.now() / 1_000 - 60,
    );
  });
});

test('an event loop that stood still for more than a second is counted, though somebody reads at once', async () => {
  const { registry } = createMetrics({});
  await new Promise((resolve) => setTimeout(resolve, 10));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_300);
  await registry.metrics();
  await until('it to be counted', async () => {
    const counted = valueOf(await registry.metrics(), 'callviews_event_loop_stalls_total');
    return counted === 1 || undefined;
  });
});

test('an api that has answered every route in every way stays below the most that is allowed', async () => {
  await using world = await openWorld();
  const metrics = createApiMetrics(ROUTE_PATHS, () => Promise.resolve(0));
  watchDriver(world.client, metrics.registry);
  await world.db.command({ ping: 1 });
  const { paths } = documentOf({ reads: READ_ROUTES, writes: WRITE_ROUTES, files: FILE_ROUTES }) as {
    paths: Record<string, Record<string, { responses: object }>>;
  };
  let ways = 0;
  const answer = (route: string | undefined, method: string, status: number): void => {
    ways += 1;
    countRequest(metrics.handles, { route, method, status }, 1);
  };
  for (const [path, operations] of Object.entries(paths))
    for (const [method, { responses }] of Object.entries(operations))
      for (const status of Object.keys(responses)) {
        const route = path.replaceAll(/\{(\w+)\}/g, ':$1');
        expect(ROUTE_PATHS).toContain(route);
        answer(route, method.toUpperCase(), Number(status));
        if (method === 'get') answer(route, 'HEAD', Number(status));
      }
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'BREW', 'SPILL'])
    for (const status of [200, 204, 206, 304, 400, 404, 405, 416, 500, 501, 418])
      answer(undefined, method, status);
  expect(ways).toBeGreaterThan(300);
  const text = await metrics.registry.metrics();
  expect(seriesOf(text).length).toBeLessThan(MOST_SERIES);
  // Whatever else somebody asks with, or is answered, stands under one word.
  expect(text).not.toMatch(/"(BREW|SPILL|418)"/);
});

test('who waits for a connection, who gets none and how long a command took is counted', async () => {
  await using client = await new MongoClient(testUri(), {
    ...{ maxPoolSize: 1, waitQueueTimeoutMS: 80, appName: 'driver-metrics', retryReads: false },
  }).connect();
  const db = client.db('admin');
  await db.command({ ping: 1 });
  const { registry } = createMetrics({});
  watchDriver(client, registry);
  const value = async (series: string): Promise<number> =>
    valueOf(await registry.metrics(), `callviews_${series}`);
  await using blocker = await new MongoClient(testUri()).connect();
  const data = { failCommands: ['ping'], blockConnection: true, blockTimeMS: 300, appName: 'driver-metrics' };
  await blocker.db('admin').command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data });
  const slow = db.command({ ping: 1 });
  await until('the connection to be taken', async () =>
    (await value('mongo_pool_in_use')) === 1 ? true : undefined,
  );
  const waiting = db.command({ ping: 1 });
  waiting.catch(() => null);
  await until('somebody to wait', async () => ((await value('mongo_pool_waiting')) === 1 ? true : undefined));
  await expect(waiting).rejects.toThrow('Timed out');
  await slow;
  expect(await value('mongo_pool_in_use')).toBe(0);
  expect(await value('mongo_pool_waiting')).toBe(0);
  expect(await value('mongo_checkout_failures_total{reason="timeout"}')).toBe(1);
  expect(await value('mongo_pool_limit')).toBe(1);
  expect(await value('mongo_command_duration_seconds_sum')).toBeGreaterThan(0.25);
});

test('a scrape does not wait for a database that is away', async () => {
  await using client = new MongoClient('mongodb://127.0.0.1:1/', { serverSelectionTimeoutMS: 20_000 });
  const metrics = createApiMetrics(ROUTE_PATHS, () =>
    quarantinedIn(client.db('x'), { warn: () => undefined }),
  );
  const began = performance.now();
  expect(valueOf(await metrics.registry.metrics(), 'callviews_quarantine_depth')).toBeNaN();
  expect(performance.now() - began).toBeLessThan(10_000);
});
