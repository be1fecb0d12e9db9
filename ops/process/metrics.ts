/** The metrics of a process from one plain list: a registry of its own, typed handles, closed label sets. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One metric as a process lists it; the name gets the prefix `callviews_`, labels list all values they may take. */
export type MetricDefinition = {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels?: Readonly<Record<string, readonly string[]>>;
  buckets?: readonly number[];
  /** For a gauge that is read when it is scraped. */
  collect?: () => number | Promise<number>;
};

type HandleOf<D extends MetricDefinition> = D['type'] extends 'counter'
  ? Counter
  : D['type'] extends 'gauge'
    ? Gauge
    : Histogram;

/** A process's metrics: the registry that is scraped, and a handle for each entry of the list. */
export type Metrics<List extends Readonly<Record<string, MetricDefinition>>> = {
  registry: Registry;
  handles: { [Key in keyof List]: HandleOf<List[Key]> };
};

const PREFIX = 'callviews_';
/** Gauges of the client whose names end in `_total`, which only counters may. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/**
 * Builds a process's metrics.
 * @param list key → definition
 * @returns the registry and the handles; counters with closed label sets start at 0 for every combination
 */
export function createMetrics<List extends Readonly<Record<string, MetricDefinition>>>(
  list: List,
): Metrics<List> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const info = new Gauge({
    name: `${PREFIX}build_info`,
    help: 'Always 1; the labels say what runs',
    labelNames: ['node'],
    registers: [registry],
  });
  info.set({ node: process.version }, 1);
  const handles = Object.fromEntries(
    Object.entries(list).map(([key, definition]) => [key, build(definition, registry)]),
  );
  return { registry, handles: handles as Metrics<List>['handles'] };
}

function build(definition: MetricDefinition, registry: Registry): Counter | Gauge | Histogram {
  const { help, labels = {}, collect } = definition;
  const shared = {
    name: PREFIX + definition.name,
    help,
    labelNames: Object.keys(labels),
    registers: [registry],
  };
  switch (definition.type) {
    case 'counter': {
      const counter = new Counter(shared);
      for (const combination of combinations(labels)) counter.inc(combination, 0);
      return counter;
    }
    case 'gauge':
      if (collect === undefined) return new Gauge(shared);
      return new Gauge({
        ...shared,
        async collect() {
          this.set(await collect());
        },
      });
    case 'histogram':
      return new Histogram({
        ...shared,
        ...(definition.buckets !== undefined && { buckets: [...definition.buckets] }),
      });
  }
}

function combinations(labels: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (made, [label, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}
