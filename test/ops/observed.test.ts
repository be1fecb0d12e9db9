/** The running product under a real Prometheus: every panel's query has something to show, and no metric is there for nobody. */
import { expect, test } from '@jest/globals';
import { DASHBOARDS } from '../../ops/grafana/panels.ts';
import { ALERTS } from '../../ops/prometheus/alerts.ts';
import { recordingsOf } from '../../ops/prometheus/objectives.ts';
import { createSpan } from '../../ops/prometheus/windows.ts';
import { ELEVENLABS_KEY, startElevenLabs } from '../support/vendors/elevenlabs.ts';
import { openWorld } from '../support/world.ts';
import { metricsByName, namesIn } from './metric-names.ts';
import { startPrometheus } from './real-prometheus.ts';
import { openProduct, until } from './running.ts';
import { hasTool } from './tools.ts';

/** An hour becomes a minute. What fires of a real cause: `fire.ts`. */
const FACTOR = 60;
const QUERIES = DASHBOARDS.flatMap(({ rows }) =>
  Object.values(rows)
    .flat()
    .flatMap(({ queries }) => queries),
);

test('every metric of ours is looked at by an alert or a panel, and none that there is not', () => {
  const span = createSpan();
  const expressions = [
    ...QUERIES.map(({ expr }) => expr),
    ...ALERTS.map(({ expr }) => expr(span)),
    ...recordingsOf(span).map(({ expr }) => expr),
  ];
  const read = new Set(expressions.flatMap(namesIn));
  const shown = [...metricsByName().keys()];
  expect(shown.filter((name) => name.startsWith('callviews_') && !read.has(name))).toEqual([]);
  expect([...read].filter((name) => !shown.includes(name))).toEqual([]);
});

(hasTool('prometheus') ? test : test.skip)(
  'every panel shows something',
  async () => {
    await using world = await openWorld();
    await using elevenlabs = await startElevenLabs();
    const vendor = { ELEVENLABS_API_KEY: ELEVENLABS_KEY, ELEVENLABS_API_URL: elevenlabs.url };
    await using product = await openProduct(world, vendor);
    await using prometheus = await startPrometheus(product.targets, FACTOR);
    let n = 0;
    const live = async (): Promise<void> => {
      n += 1;
      await product.report(`c${n}`);
      for (const path of ['outcomes', 'outcomes', 'sentiment'])
        await fetch(`${product.apiUrl}/api/db/analytics/${path}`);
    };
    const silent = async (): Promise<string[]> => {
      const asked = QUERIES.map(async ({ expr }) => {
        const window = expr.replaceAll('[rate]', '[10s]').replaceAll(':ratio_rate6h', ':ratio_rate6m');
        const found = await prometheus.query(window);
        return found.some(({ value }) => value[1] !== 'NaN') ? [] : [expr];
      });
      return (await Promise.all(asked)).flat();
    };
    let left: string[] = [];
    await until(
      'every panel to show something',
      async () => {
        await live();
        left = await silent();
        return left.length === 0 ? true : undefined;
      },
      40_000,
    ).catch(() => expect(left).toEqual([]));
  },
  120_000,
);
