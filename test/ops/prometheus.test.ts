/** Rules and alerts: as committed, each with a history that fires and one that does not, over metrics that there are. */
import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_SETTINGS } from '../../api/settings.ts';
import { INGEST_SETTINGS } from '../../ingest/settings.ts';
import { JOBS_SETTINGS } from '../../jobs/settings.ts';
import { ALERTS } from '../../ops/prometheus/alerts.ts';
import { CASES } from '../../ops/prometheus/cases.ts';
import { recordingsOf } from '../../ops/prometheus/objectives.ts';
import { rulesOf } from '../../ops/prometheus/rules.ts';
import { DEPLOYED } from '../../ops/prometheus/scrape.ts';
import { createSpan } from '../../ops/prometheus/windows.ts';
import { loadConfig } from '../../ops/process/config.ts';
import { PROJECTOR_SETTINGS } from '../../projector/settings.ts';
import { metricsByName, namesIn } from './metric-names.ts';
import { hasTool, runTool } from './tools.ts';

const span = createSpan();
const EXPRESSIONS = [...recordingsOf(span).map(({ expr }) => expr), ...ALERTS.map(({ expr }) => expr(span))];

describe('every alert', () => {
  test('has a name of its own and a history that fires and one that does not', () => {
    const names = ALERTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect([...new Set(CASES.map(({ alert }) => alert))].sort()).toEqual([...names].sort());
  });

  test('reads metrics that a process shows, and bounds that a histogram has', () => {
    const metrics = metricsByName();
    const recorded = new Set(recordingsOf(span).map(({ record }) => record));
    for (const expr of EXPRESSIONS) {
      for (const name of namesIn(expr)) expect([...metrics.keys()]).toContain(name);
      for (const [, name] of expr.matchAll(/(callviews:[a-z_0-9:]+)/g)) expect(recorded).toContain(name);
      for (const [, name = '', le] of expr.matchAll(/(callviews_[a-z_]+)_bucket\{[^}]*le="([^"]+)"/g))
        expect(metrics.get(name)?.buckets).toContain(Number(le));
    }
  });
});

test('windows shrink all together, and thresholds that are lengths with them', () => {
  const quick = rulesOf({ factor: 60, everySeconds: 1 });
  expect(quick).toContain('callviews_api_lag_seconds > 0.25');
  expect(quick).toContain(
    'callviews:api_errors:ratio_rate1m > 0.0144 and callviews:api_errors:ratio_rate5s > 0.0144',
  );
  expect(quick).not.toMatch(/\[\d+[hdw]\]/);
});

test('the ports that are scraped are those that the processes open', () => {
  const env = { MONGODB_URI: 'mongodb://localhost/' };
  expect(DEPLOYED).toEqual({
    ingest: { name: 'ingest', port: loadConfig(INGEST_SETTINGS, env).INGEST_OPS_PORT },
    projector: { name: 'projector', port: loadConfig(PROJECTOR_SETTINGS, env).PROJECTOR_OPS_PORT },
    api: { name: 'api', port: loadConfig(API_SETTINGS, env).API_OPS_PORT },
    jobs: { name: 'jobs', port: loadConfig(JOBS_SETTINGS, env).JOBS_OPS_PORT },
  });
});

(hasTool('promtool') ? test : test.skip)('shrunken rules are rules as well', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'callviews-rules-'));
  await writeFile(join(folder, 'rules.yml'), rulesOf({ factor: 600, everySeconds: 1 }));
  const { code, said } = await runTool('promtool', ['check', 'rules', join(folder, 'rules.yml')]);
  await rm(folder, { recursive: true });
  expect(said).toContain('SUCCESS');
  expect(code).toBe(0);
});
