/** The runbook has a section for whatever sends somebody there, and none for what no longer does. */
import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ALERTS } from '../../ops/prometheus/alerts.ts';
import { JOBS } from '../../jobs/index.ts';

const text = readFileSync('ops/runbook.md', 'utf8');
/** Headings as a page makes anchors of them. */
const sections = [...text.matchAll(/^#{1,2} (.+)$/gm)].map(([, name = '']) => name);
const anchorOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
const anchors = new Set(sections.map(anchorOf));

test('the link of every alert leads to a section, and every section between is an alert’s', () => {
  const { groups } = parse(readFileSync('ops/prometheus/rules.yml', 'utf8')) as {
    groups: { rules: { alert?: string; annotations?: { runbook_url: string } }[] }[];
  };
  const links = groups.flatMap(({ rules }) =>
    rules.flatMap(({ annotations }) => annotations?.runbook_url ?? []),
  );
  expect(links).toHaveLength(ALERTS.length);
  for (const link of links) {
    const [file, anchor = ''] = link.split('#');
    expect(file).toBe('ops/runbook.md');
    expect(anchors).toContain(anchor);
  }
  const second = [...text.matchAll(/^## (\w+)$/gm)].map(([, name = '']) => name);
  expect(second.filter((name) => !name.includes('_') && name !== 'CONFIGURATION').sort()).toEqual(
    ALERTS.map(({ name }) => name).sort(),
  );
});

test('every code that stops a start has its section', () => {
  const codes = ['ops/process', 'ops/mongod'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) =>
        [
          ...readFileSync(`${folder}/${name}`, 'utf8').matchAll(
            /readonly code(?: = |: )((?:'[A-Z_]+'(?: \| )?)+)/g,
          ),
        ].flatMap(([, list = '']) => list.match(/[A-Z_]+/g) ?? []),
      ),
  );
  expect(codes.length).toBeGreaterThan(4);
  for (const code of codes) expect(sections).toContain(code);
});

test('links inside lead somewhere, and the jobs it names are jobs', () => {
  for (const [, anchor = ''] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(anchor);
  const names = JOBS.map(({ name }) => name);
  for (const [, name = ''] of text.matchAll(/`JOB ([a-z][a-z-]+)/g)) expect(names).toContain(name);
  for (const [, setting = ''] of text.matchAll(/(callviews_[a-z_]+)/g))
    expect(readMetrics()).toContain(setting);
});

/** Every metric's name stands in some process's list. */
function readMetrics(): string {
  const files = ['ingest', 'projector', 'api', 'jobs'].map((one) => `${one}/metrics.ts`);
  const all = [...files, 'ops/process/driver-metrics.ts'].map((file) => readFileSync(file, 'utf8')).join('');
  return all.replaceAll(/name: '/g, "name: 'callviews_");
}
