/** The metrics of a process from one plain list: a registry of its own, typed handles, closed label sets. */
import { readFileSync } from 'node:fs';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One metric as a process lists it; the name gets the prefix `callviews_`, labels list all values they may take. */
export type MetricDefinition = {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels?: Readonly<Record<string, readonly string[]>>;
  /** The combinations of a counter's labels that stand at 0 from the start; all of them when left out. */
  startsWith?: readonly Readonly<Record<string, string>>[];
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
/** How often it is looked whether the event loop goes on, and from when on it stood still. */
const [LOOK_EVERY_MS, STALL_MS] = [250, 1_000];
/** Gauges of the client whose names end in `_total`, which only counters may. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/**
 * Builds a process's metrics.
 * @param list key → definition
 * @returns the registry and the handles; counters with closed label sets start at 0
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
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  countStalls(registry);
  info.set({ version: versionOf(import.meta.url), node: process.version }, 1);
  return { registry, handles: addMetrics(registry, list) };
}

/**
 * Adds further metrics to a process's own.
 * @param registry from {@link createMetrics}
 * @param list key → definition
 * @returns the handles
 */
export function addMetrics<List extends Readonly<Record<string, MetricDefinition>>>(
  registry: Registry,
  list: List,
): Metrics<List>['handles'] {
  const handles = Object.fromEntries(
    Object.entries(list).map(([key, definition]) => [key, build(definition, registry)]),
  );
  return handles as Metrics<List>['handles'];
}

/**
 * Has a gauge read at each scrape, where what it reads is made after the metrics.
 * @param gauge one without a reading of its own
 * @param read its value now; null where there is none to tell, which shows as NaN
 */
export function readAtScrape(gauge: Gauge, read: () => number | null): void {
  Object.assign(gauge, { collect: () => gauge.set(read() ?? NaN) });
}

/**
 * Counts how often the event loop stood still. The client's own gauges are made empty by each reading: a scrape that waits while
 * the loop stands still, and is given up, takes the longest with it, and so does a second reader.
 */
function countStalls(registry: Registry): void {
  const stalls = new Counter({
    name: `${PREFIX}event_loop_stalls_total`,
    help: 'Times the event loop stood still for more than a second',
    registers: [registry],
  });
  let lookedAtMs = performance.now();
  setInterval(() => {
    const now = performance.now();
    if (now - lookedAtMs > LOOK_EVERY_MS + STALL_MS) stalls.inc();
    lookedAtMs = now;
  }, LOOK_EVERY_MS).unref();
}

/** The version in `package.json`, which lies above the sources and above what is compiled from them. */
function versionOf(here: string): string {
  const up = here.endsWith('.ts') ? '../../package.json' : '../../../package.json';
  const { version } = JSON.parse(readFileSync(new URL(up, here), 'utf8')) as { version: string };
  return version;
}

function build(definition: MetricDefinition, registry: Registry): Counter | Gauge | Histogram {
  const { help, labels = {}, startsWith, collect } = definition;
  const shared = {
    name: PREFIX + definition.name,
    help,
    labelNames: Object.keys(labels),
    registers: [registry],
  };
  switch (definition.type) {
    case 'counter': {
      const counter = new Counter(shared);
      for (const combination of startsWith ?? combinations(labels)) counter.inc(combination, 0);
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
