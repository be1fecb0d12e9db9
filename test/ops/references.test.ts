/** What the documents name is there: files and folders of this tree, tests by their names, commits. */
import { expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { FAULT_ROWS } from '../prove/rows.ts';
import { DOCUMENTS } from './commands.ts';

const decisions = readdirSync('ops/decisions').map((name) => `ops/decisions/${name}`);
const all = [...DOCUMENTS, ...decisions];
/** A file or a folder of this tree; `*` stands for some, `x` and what is in brackets for one that the reader writes. */
const PATH = /`((?:ingest|projector|api|jobs|ops|test)\/[\w./*-]*)`/g;
const WRITTEN_BY_THE_READER = /(^|\/)x\.ts$/;

function pathsIn(text: string): string[] {
  return [...text.matchAll(PATH)]
    .map(([, path = '']) => path)
    .filter((path) => !WRITTEN_BY_THE_READER.test(path));
}

function isThere(path: string): boolean {
  // The fault table names suites as `npm run prove` takes them.
  if (!path.includes('*')) return existsSync(path) || existsSync(`test/${path}.test.ts`);
  const cut = path.lastIndexOf('/');
  const name = new RegExp(
    `^${path
      .slice(cut + 1)
      .replaceAll('.', '\\.')
      .replaceAll('*', '.*')}$`,
  );
  return existsSync(path.slice(0, cut)) && readdirSync(path.slice(0, cut)).some((one) => name.test(one));
}

test.each(all)('%s names files that there are', (document) => {
  expect(pathsIn(readFileSync(document, 'utf8')).filter((path) => !isThere(path))).toEqual([]);
});

test('a test that is named by file and name has that name', () => {
  const named = DOCUMENTS.flatMap((document) =>
    [...readFileSync(document, 'utf8').matchAll(/`(test\/[\w./-]+\.test\.ts)`: (.+?) *(?:\||$)/gm)].map(
      ([, file = '', name = '']) => [file, name] as const,
    ),
  );
  expect(named.length).toBeGreaterThan(8);
  for (const [file, name] of named)
    expect([file, name, readFileSync(file, 'utf8').includes(name)]).toEqual([file, name, true]);
});

test('every suite of the fault table is a test that there is', () => {
  for (const { row, suites } of FAULT_ROWS)
    for (const suite of suites)
      expect([row, suite, existsSync(`test/${suite}.test.ts`)]).toEqual([row, suite, true]);
});

const hasHistory = spawnSync('git', ['rev-parse', '-q', '--verify', 'HEAD~20']).status === 0;
(hasHistory ? test : test.skip)(
  `commits that are named are in the history${hasHistory ? '' : ' (skipped: no history here)'}`,
  () => {
    const commits = execFileSync('git', ['log', '--all', '--format=%h', '--abbrev=7'], { encoding: 'utf8' });
    const known = new Set(commits.split('\n').map((one) => one.slice(0, 7)));
    const named = ['README.md', 'ops/bench/README.md', 'ops/docs/guarantees.md'].flatMap((document) =>
      [...readFileSync(document, 'utf8').matchAll(/(?:[,(] ?|commit )(?=\d*[a-f])([0-9a-f]{7})\b/g)].map(
        ([, one = '']) => one,
      ),
    );
    expect(named.filter((one) => !known.has(one))).toEqual([]);
  },
);

test('what is not there is found', () => {
  const found = pathsIn(
    'see `test/ops/nothing.test.ts`, `ops/docs/*.md`, `ops/none/*.md` and `ingest/providers/x.ts`',
  );
  expect(found.filter((path) => !isThere(path))).toEqual(['test/ops/nothing.test.ts', 'ops/none/*.md']);
});
