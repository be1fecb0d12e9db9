/** The manifests against the code: every file is taken, names, ports, probes and settings are those that there are. */
import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import { API_SETTINGS } from '../../api/settings.ts';
import { INGEST_SETTINGS } from '../../ingest/settings.ts';
import { JOBS_SETTINGS } from '../../jobs/settings.ts';
import { nodeOptionsOf } from '../../ops/launch.ts';
import { loadConfig } from '../../ops/process/config.ts';
import { DEPLOYED } from '../../ops/prometheus/scrape.ts';
import { PROJECTOR_SETTINGS } from '../../projector/settings.ts';

const FOLDER = 'ops/kubernetes';
const SETTINGS = {
  ingest: INGEST_SETTINGS,
  projector: PROJECTOR_SETTINGS,
  api: API_SETTINGS,
  jobs: JOBS_SETTINGS,
};
const PROCESSES = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];

type Probe = { httpGet: { path: string; port: string } };
type Container = {
  image: string;
  command: string[];
  envFrom: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  ports: { name: string; containerPort: number }[];
  securityContext: { readOnlyRootFilesystem: boolean };
  resources: { requests: Record<string, string>; limits: Record<string, string> };
} & Record<'startupProbe' | 'livenessProbe' | 'readinessProbe', Probe>;
type Labelled = { matchLabels: Record<string, string> };
type Manifest = {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec: {
    selector: Labelled;
    ports: { port: number }[];
    scaleTargetRef: { name: string };
    template: {
      metadata: { labels: Record<string, string>; annotations: Record<string, string> };
      spec: { containers: [Container]; securityContext: { runAsNonRoot: boolean } };
    };
  };
};

const kustomization = parse(readFileSync(`${FOLDER}/kustomization.yaml`, 'utf8')) as {
  resources: string[];
  images: { name: string; newTag: string }[];
};
const manifests = kustomization.resources.flatMap((file) =>
  parseAllDocuments(readFileSync(`${FOLDER}/${file}`, 'utf8')).map((one) => one.toJS() as Manifest),
);
const find = (kind: string, name: string): Manifest | undefined =>
  manifests.find((one) => one.kind === kind && one.metadata.name === name);
const settings = find('ConfigMap', 'callviews')?.data ?? {};

test('every file of the folder is taken, in the version of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect([...kustomization.resources, 'kustomization.yaml'].sort()).toEqual(readdirSync(FOLDER).sort());
  expect(kustomization.images).toEqual([{ name: 'callviews', newTag: version }]);
});

describe.each(PROCESSES)('%s', (name) => {
  const template = find('Deployment', name)?.spec.template;
  const container = template?.spec.containers[0];

  test('starts with what it is given, and is asked at the ports it opens', () => {
    const config = loadConfig<(typeof SETTINGS)['projector']>(SETTINGS[name] as never, {
      ...settings,
      MONGODB_URI: 'mongodb://x/',
    });
    const values = config as unknown as Record<string, unknown>;
    const ports = [values[`${name.toUpperCase()}_PORT`], values[`${name.toUpperCase()}_OPS_PORT`]].filter(
      (one) => one !== undefined,
    );
    expect(container?.ports.map(({ containerPort }) => containerPort)).toEqual(ports);
    expect(container?.ports.at(-1)).toEqual({
      name: 'metrics',
      containerPort: 'port' in DEPLOYED[name] && DEPLOYED[name].port,
    });
    expect(template?.metadata.annotations['prometheus.io/port']).toBe(String(Number(ports.at(-1))));
    expect(container?.command).toEqual(['node', ...nodeOptionsOf(name), `dist/${name}/main.js`]);
    const paths = [container?.startupProbe, container?.livenessProbe, container?.readinessProbe].map(
      (probe) => probe?.httpGet,
    );
    expect(paths).toEqual(['/live', '/live', '/ready'].map((path) => ({ path, port: 'metrics' })));
    const served = readFileSync('ops/process/port.ts', 'utf8');
    for (const path of ['/live', '/ready']) expect(served).toContain(`case '${path}'`);
  });

  test('is bounded, may write nothing but its temporary files, and is found by whoever selects it', () => {
    expect(container?.resources).toEqual({
      requests: { cpu: expect.any(String) as unknown, memory: expect.any(String) as unknown },
      limits: { memory: expect.any(String) as unknown },
    });
    expect(container?.securityContext.readOnlyRootFilesystem).toBe(true);
    expect(template?.spec.securityContext.runAsNonRoot).toBe(true);
    for (const one of manifests.filter(
      ({ metadata, kind }) => metadata.name === name && kind !== 'ConfigMap',
    )) {
      const { selector, scaleTargetRef } = one.spec;
      if (one.kind === 'HorizontalPodAutoscaler') expect(scaleTargetRef.name).toBe(name);
      else
        expect(one.kind === 'Service' ? selector : selector.matchLabels).toEqual(template?.metadata.labels);
    }
  });
});

test('what serves requests grows by itself, and what must not all go at once does not', () => {
  const named = (kind: string): string[] =>
    manifests.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
  expect(named('HorizontalPodAutoscaler')).toEqual(['ingest', 'api']);
  expect(named('PodDisruptionBudget')).toEqual(['ingest', 'projector', 'api']);
  expect(named('Service')).toEqual(['ingest', 'api']);
});

test('settings in the open are settings of a process, and none of them is a secret', () => {
  const known = new Set(PROCESSES.flatMap((name) => Object.keys(SETTINGS[name].shape)));
  for (const name of Object.keys(settings)) expect([...known]).toContain(name);
  expect(Object.keys(settings).join()).not.toMatch(/SECRET|TOKEN|KEY|URI|SMTP/);
});
