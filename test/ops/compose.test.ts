/** The compose file, the image and `.env.example` against the code: settings, ports, files and names are those that there are. */
import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { API_SETTINGS } from '../../api/settings.ts';
import { INGEST_SETTINGS } from '../../ingest/settings.ts';
import { JOBS_SETTINGS } from '../../jobs/settings.ts';
import { DASHBOARDS } from '../../ops/grafana/panels.ts';
import { nodeOptionsOf } from '../../ops/launch.ts';
import { loadConfig } from '../../ops/process/config.ts';
import { DEPLOYED } from '../../ops/prometheus/scrape.ts';
import { PROJECTOR_SETTINGS } from '../../projector/settings.ts';

type Service = {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
};
const text = readFileSync('docker-compose.yml', 'utf8');
const { services, volumes } = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const example = Object.fromEntries(
  readFileSync('.env.example', 'utf8')
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line))
    .map((line) => line.split('=', 2) as [string, string]),
);
const SETTINGS = {
  ingest: INGEST_SETTINGS,
  projector: PROJECTOR_SETTINGS,
  api: API_SETTINGS,
  jobs: JOBS_SETTINGS,
};
const PROCESSES = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];
/** What has its default in a container: nobody else is there to take the port or the folder. */
const LEFT = /_OPS_PORT$|^(API|INGEST)_PORT$|^INGEST_SPOOL_FOLDER$/;

/** A value as compose would pass it with a filled-in example. */
const filled = (value: string): string =>
  value.replaceAll(/\$\{([A-Z_]+)(?::[-?]([^}]*))?\}/g, (_, name: string, byDefault = '') => {
    expect(Object.keys(example)).toContain(name);
    const given = name.endsWith('PASSWORD') ? 'secret1' : (example[name] ?? '');
    return given === '' ? String(byDefault) : given;
  });

describe.each(PROCESSES)('%s', (name) => {
  const service = services[name] ?? { image: '' };

  test('gets every setting it reads and none that it does not, and starts with the example filled in', () => {
    const read = Object.keys(SETTINGS[name].shape).filter((one) => !LEFT.test(one));
    expect(Object.keys(service.environment ?? {}).sort()).toEqual(read.sort());
    const env = Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([key, value]) => [key, filled(value)]),
    );
    const config = loadConfig<(typeof SETTINGS)['projector']>(SETTINGS[name] as never, env);
    expect(config).toMatchObject({
      OPS_HOST: '0.0.0.0',
      NODE_ENV: 'production',
      MONGODB_DATABASE: 'callviews',
    });
    expect(config.MONGODB_URI).toContain('replicaSet=rs0');
  });

  test('runs a program that the build makes, and is asked on its operations port', () => {
    expect(service.command).toEqual(['node', ...nodeOptionsOf(name), `dist/${name}/main.js`]);
    expect(existsSync(`${name}/main.ts`)).toBe(true);
    expect(scripts[`start:${name}`]).toBe(service.command?.join(' '));
    expect(DEPLOYED[name]).toEqual({ name, port: Number(service.healthcheck?.test.at(-1)) });
    expect(service.healthcheck?.test.slice(0, 3)).toEqual(['CMD', 'node', 'health.js']);
    expect(service.depends_on).toEqual({
      'prepare-database': { condition: 'service_completed_successfully' },
    });
  });
});

test('only the API and the webhooks are published, at the ports that the code listens on', () => {
  const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.map((one) => [name, filled(one)]),
  );
  const env = { MONGODB_URI: 'mongodb://x/' };
  const [api, ingest] = [
    loadConfig(API_SETTINGS, env).API_PORT,
    loadConfig(INGEST_SETTINGS, env).INGEST_PORT,
  ];
  expect(published).toEqual([
    ['ingest', `127.0.0.1:${ingest}:${ingest}`],
    ['api', `127.0.0.1:${api}:${api}`],
  ]);
});

test('images have versions, files and volumes are there', () => {
  for (const [name, { image, volumes: mounted = [] }] of Object.entries(services)) {
    expect([name, image]).toEqual([name, expect.stringMatching(/:v?\d+\.\d+\.\d+$/)]);
    for (const one of mounted) {
      const from = one.split(':')[0] ?? '';
      const isThere = from.startsWith('./') ? from === './settings' || existsSync(from) : from in volumes;
      expect([one, isThere]).toEqual([one, true]);
    }
  }
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(services.api?.image).toBe(`callviews:${version}`);
  const shown = services.grafana?.volumes?.join() ?? '';
  for (const { uid } of DASHBOARDS)
    expect(shown).toContain(`/dashboards/${uid.replace('callviews-', '')}.json`);
});

test('the example names every variable and no other', () => {
  const used = new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name));
  expect(Object.keys(example).sort()).toEqual([...used].sort());
});

test('the set has three members behind one key file, and the makers of set and database run before anybody', () => {
  const script = readFileSync('ops/docker/replica-set.js', 'utf8');
  for (const name of ['mongo-1', 'mongo-2', 'mongo-3']) {
    expect(services[name]?.command).toEqual(expect.arrayContaining(['--replSet', 'rs0', '--keyFile']));
    expect(services[name]?.volumes).toContain('mongo-key:/key:ro');
    expect(script).toContain(`'${name}'`);
    expect(services.api?.environment?.MONGODB_URI).toContain(`${name}:27017`);
  }
  expect(services['prepare-database']?.depends_on).toEqual({
    'mongo-set': { condition: 'service_completed_successfully' },
  });
});

test('the image runs as nobody in particular and holds what its commands need', () => {
  const dockerfile = readFileSync('ops/docker/Dockerfile', 'utf8');
  expect(dockerfile).toMatch(/^USER node$/m);
  for (const [, path = ''] of dockerfile.matchAll(/^COPY (?!--from)(.+) \.\/?$/gm))
    for (const file of path.split(' ')) expect([file, existsSync(file)]).toEqual([file, true]);
});
