/** The documents against the code and the running product: every command runs, every name is one that there is. */
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createApiKeyJob } from '../../jobs/api-keys.ts';
import { JOBS } from '../../jobs/index.ts';
import { API_SETTINGS } from '../../api/settings.ts';
import { INGEST_SETTINGS } from '../../ingest/settings.ts';
import { JOBS_SETTINGS } from '../../jobs/settings.ts';
import { byHand } from '../jobs/by-hand.ts';
import { TEST_SECRETS } from '../support/webhooks.ts';
import { openWorld } from '../support/world.ts';
import { openProduct } from './running.ts';

const FOLDER = 'ops/docs';
const documents = readdirSync(FOLDER).filter((name) => name.endsWith('.md'));
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

test('every block of the API guide, and those of the README that ask and send, run against the running product', async () => {
  await using world = await openWorld();
  const { printed } = await byHand(world.db, createApiKeyJob, ['--name', 'guide', '--scopes', 'read']);
  await using product = await openProduct(world, { API_AUTH: 'required' });
  const env = {
    ...{
      PATH: process.env.PATH,
      API: product.apiUrl,
      INGEST: product.ingestUrl,
      KEY: printed.split('\n')[0],
    },
    STANDARD_WEBHOOK_SECRET: TEST_SECRETS.standard[0],
  };
  const blocks = [...read('api-guide.md').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(5);
  const own =
    readFileSync('README.md', 'utf8')
      .match(/(?:^ {4}.*\n)+/gm)
      ?.filter((one) => /curl '?http|curl -d/.test(one)) ?? [];
  expect(own).toHaveLength(2);
  blocks.push(
    ...own.map((one) =>
      one
        .replace(/whsec_\S+/, TEST_SECRETS.standard[0])
        .replaceAll('http://127.0.0.1:4001', product.ingestUrl)
        .replaceAll('http://127.0.0.1:4000', product.apiUrl)
        .replaceAll('curl ', 'curl -fsS -H "Authorization: Bearer $KEY" '),
    ),
  );
  for (const block of blocks) {
    const ran = await new Promise<string>((resolve) => {
      execFile('bash', ['-euo', 'pipefail', '-c', block], { env }, (error, _, stderr) =>
        resolve(error === null ? 'ran' : stderr),
      );
    });
    expect([block, ran]).toEqual([block, 'ran']);
  }
}, 60_000);

test('the drawing names the folders that there are, and is drawn from its source', () => {
  const nodes = [...read('architecture.dot').matchAll(/^ {2}(\w+) \[/gm)]
    .map(([, name = '']) => name)
    .slice(2);
  const folders = [...read('architecture.dot').matchAll(/label="([a-z]+)\//g)].map(([, name]) => name);
  const there = readdirSync('.', { withFileTypes: true }).filter(
    (one) => one.isDirectory() && !/^\.|^(node_modules|dist|test|coverage|settings)$/.test(one.name),
  );
  expect(folders.sort()).toEqual(there.map(({ name }) => name).sort());
  const drawn = [...read('architecture.svg').matchAll(/class="node">\s*<title>(\w+)<\/title>/g)].map(
    ([, name]) => name,
  );
  expect(drawn.sort()).toEqual(nodes.filter((one) => one !== 'node' && one !== 'edge').sort());
});

describe.each(documents)('%s', (name) => {
  const text = read(name);

  test('links to files that there are', () => {
    for (const [, link = ''] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g))
      if (!link.startsWith('http'))
        expect([link, existsSync(join(dirname(join(FOLDER, name)), link))]).toEqual([link, true]);
  });

  test('names scripts, jobs and settings that there are', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, script = ''] of text.matchAll(/npm run ([a-z:]+)/g))
      expect(Object.keys(scripts)).toContain(script);
    for (const [, job = ''] of text.matchAll(/(?:npm run job --|main\.js job) ([a-z-]+)/g))
      expect(JOBS.map((one) => one.name)).toContain(job);
    const known = [API_SETTINGS, INGEST_SETTINGS, JOBS_SETTINGS].flatMap((one) => Object.keys(one.shape));
    for (const [, setting = ''] of text.matchAll(/`([A-Z]+_[A-Z_]+)(?:=[a-z]+)?`/g))
      expect(known).toContain(setting);
  });
});

test('every row of the security review names a test that there is', () => {
  const rows = read('security.md')
    .split('\n')
    .filter((line) => /^\| \d+ /.test(line));
  expect(rows).toHaveLength(10);
  for (const row of rows) {
    const [, file = '', name] = /`(test\/[^`]+)`(?:: (.+?))? *\|$/.exec(row) ?? [];
    expect([row, existsSync(file)]).toEqual([row, true]);
    if (name !== undefined) expect(readFileSync(file, 'utf8')).toContain(name);
  }
  for (const [, file = ''] of read('security.md').matchAll(/`(test\/[^`]+)`/g))
    expect([file, existsSync(file)]).toEqual([file, true]);
});
