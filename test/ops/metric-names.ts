/** Every metric that a process of ours shows, by name with its kind, from the lists that the processes are built from. */
import type { Registry } from 'prom-client';
import { createApiMetrics } from '../../api/metrics.ts';
import { createIngestMetrics } from '../../ingest/metrics.ts';
import { JOBS } from '../../jobs/index.ts';
import { createJobsMetrics } from '../../jobs/metrics.ts';
import { addMetrics } from '../../ops/process/metrics.ts';
import { DRIVER_METRICS } from '../../ops/process/driver-metrics.ts';
import { createProjectorMetrics } from '../../projector/metrics.ts';

/** Name → kind and bounds. */
export function metricsByName(): Map<string, { type: string; buckets: number[] }> {
  const registries: Registry[] = [
    createIngestMetrics().registry,
    createProjectorMetrics().registry,
    createApiMetrics([], () => Promise.resolve(0)).registry,
    createJobsMetrics(JOBS.map(({ name }) => name)).registry,
  ];
  addMetrics(registries[0] as Registry, DRIVER_METRICS);
  const all = registries.flatMap((registry) => registry.getMetricsAsArray());
  return new Map(
    all.map((metric) => {
      const { name, upperBounds = [] } = metric as { name: string; upperBounds?: number[] };
      return [name, { type: metric.constructor.name.toLowerCase(), buckets: upperBounds }];
    }),
  );
}

/**
 * The metrics that an expression reads.
 * @param expr PromQL
 * @returns names, without a histogram's endings
 */
export function namesIn(expr: string): string[] {
  const names = expr.match(/\b(callviews|nodejs|process)_[a-z0-9_]+/g) ?? [];
  return [...new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')))];
}
