/** What the database's driver tells of itself: how busy the pool is, who waits for it, what fails, and whether the set has a primary. */
import type { MongoClient, TopologyDescription } from 'mongodb';
import type { Registry } from 'prom-client';
import { addMetrics } from './metrics.ts';

/** Seconds from half a millisecond to the longest wait for a connection. */
const SECONDS = [0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 2, 10];

/** The metrics, each in one line; names get the prefix `callviews_`. */
export const DRIVER_METRICS = {
  limit: {
    name: 'mongo_pool_limit',
    type: 'gauge',
    help: 'Connections to one server that the pool may hold at most',
  },
  inUse: {
    name: 'mongo_pool_in_use',
    type: 'gauge',
    help: 'Connections that a command is on its way on, change streams waiting for news among them',
  },
  waiting: {
    name: 'mongo_pool_waiting',
    type: 'gauge',
    help: 'Commands that wait for a connection',
  },
  waitSeconds: {
    name: 'mongo_checkout_duration_seconds',
    type: 'histogram',
    help: 'Time that a command waited for a connection',
    buckets: SECONDS,
  },
  heldSeconds: {
    name: 'mongo_command_duration_seconds',
    type: 'histogram',
    help: 'Time that a connection was taken for one command, there and back; a change stream takes it up to a second for nothing',
    buckets: SECONDS,
  },
  failed: {
    name: 'mongo_checkout_failures_total',
    type: 'counter',
    help: 'Commands that got no connection, by cause',
    labels: { reason: ['timeout', 'connectionError', 'poolClosed', 'other'] },
  },
  opened: { name: 'mongo_connections_opened_total', type: 'counter', help: 'Connections opened' },
  closed: {
    name: 'mongo_connections_closed_total',
    type: 'counter',
    help: 'Connections closed, by cause',
    labels: { reason: ['idle', 'stale', 'error', 'poolClosed', 'other'] },
  },
  heartbeatFailed: {
    name: 'mongo_heartbeat_failures_total',
    type: 'counter',
    help: 'Looks at a server of the set that failed',
  },
  primary: {
    name: 'mongo_primary_known',
    type: 'gauge',
    help: '1 while the driver knows of a server that takes writes',
  },
} as const;

const WRITABLE = new Set(['RSPrimary', 'Mongos', 'Standalone', 'LoadBalancer']);

/**
 * Listens to the driver from here on. The events of single commands stay switched off: they have every reply decoded a second
 * time, which is the dearest thing a tail does.
 * @param client a connected client on which nothing is under way
 * @param registry that of the process
 */
export function watchDriver(client: MongoClient, registry: Registry): void {
  const metrics = addMetrics(registry, DRIVER_METRICS);
  const among = (key: 'failed' | 'closed', reason: string): { reason: string } => ({
    reason: (DRIVER_METRICS[key].labels.reason as readonly string[]).includes(reason) ? reason : 'other',
  });
  const takenAtMs = new Map<string, number>();
  const nameOf = (one: { address: string; connectionId: number | '<monitor>' }): string =>
    `${one.address} ${one.connectionId}`;
  const knowsPrimary = ({ servers }: TopologyDescription): void =>
    metrics.primary.set([...servers.values()].some(({ type }) => WRITABLE.has(type)) ? 1 : 0);
  metrics.limit.set(client.options.maxPoolSize);
  // It is connected, so there was a server that answered a moment ago; what changes is told.
  metrics.primary.set(1);
  client.on('topologyDescriptionChanged', ({ newDescription }) => knowsPrimary(newDescription));
  client.on('serverHeartbeatFailed', () => metrics.heartbeatFailed.inc());
  client.on('connectionCheckOutStarted', () => metrics.waiting.inc());
  client.on('connectionCheckOutFailed', ({ reason, durationMS }) => {
    metrics.waiting.dec();
    metrics.failed.inc(among('failed', reason));
    metrics.waitSeconds.observe(durationMS / 1_000);
  });
  client.on('connectionCheckedOut', (event) => {
    metrics.waiting.dec();
    metrics.inUse.inc();
    metrics.waitSeconds.observe(event.durationMS / 1_000);
    takenAtMs.set(nameOf(event), performance.now());
  });
  client.on('connectionCheckedIn', (event) => {
    const began = takenAtMs.get(nameOf(event));
    // Taken before anybody listened.
    if (began === undefined) return;
    takenAtMs.delete(nameOf(event));
    metrics.inUse.dec();
    metrics.heldSeconds.observe((performance.now() - began) / 1_000);
  });
  client.on('connectionCreated', () => metrics.opened.inc());
  client.on('connectionClosed', ({ reason }) => metrics.closed.inc(among('closed', reason)));
}
