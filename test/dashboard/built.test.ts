/** The built dashboard: what is loaded at first keeps its budget; its source knows no host, no chance and no markup of others. */
import { expect, test } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const BUILT = join(ROOT, 'dist/dashboard');
const SOURCE = join(ROOT, 'api/dashboard');

/** The scripts that a script needs before it runs, itself included; those it may fetch later are not. */
async function loadedWith(name: string, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = await readFile(join(BUILT, 'assets', name), 'utf8');
  for (const [, needed = ''] of text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g))
    await loadedWith(needed, seen);
  return seen;
}

async function gzipped(names: Iterable<string>): Promise<number> {
  let bytes = 0;
  for (const name of names) bytes += gzipSync(await readFile(join(BUILT, 'assets', name))).length;
  return bytes;
}

test('script at first load is at most 80 KB gzipped, style 15 KB', async () => {
  const page = await readFile(join(BUILT, 'index.html'), 'utf8');
  const scripts = new Set<string>();
  for (const [, name = ''] of page.matchAll(/assets\/([\w.-]+\.js)/g))
    for (const one of await loadedWith(name)) scripts.add(one);
  const styles = [...page.matchAll(/assets\/([\w.-]+\.css)/g)].map(([, name = '']) => name);
  expect(scripts.size).toBeGreaterThan(0);
  expect(styles.length).toBeGreaterThan(0);
  expect(await gzipped(scripts)).toBeLessThan(80 * 1_024);
  expect(await gzipped(styles)).toBeLessThan(15 * 1_024);
});

test('what is built is for readers, whoever builds it: elements do not say which line of the source made them', async () => {
  const names = (await readdir(join(BUILT, 'assets'))).filter((name) => name.endsWith('.js'));
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    const text = await readFile(join(BUILT, 'assets', name), 'utf8');
    expect([name, text.match(/lineNumber|\.tsx\b/g)]).toEqual([name, null]);
  }
});

test('8 the source has one API base address and no literal host, no random or sample data, and writes no markup', async () => {
  const names = (await readdir(SOURCE, { recursive: true })).filter(
    (name) => /\.(ts|tsx|css|html)$/.test(name) && !name.endsWith('.d.ts'),
  );
  expect(names.length).toBeGreaterThan(50);
  for (const name of names) {
    const text = (await readFile(join(SOURCE, name), 'utf8')).replace('http://www.w3.org/2000/svg', '');
    const found = text.match(
      /https?:\/\/[a-z0-9]|Math\.random|faker|lorem|innerHTML|dangerouslySetInnerHTML|document\.write|\beval\(/gi,
    );
    expect([name, found]).toEqual([name, null]);
    if (name !== 'api-base.ts' && name !== 'vite.config.ts')
      expect([name, text.includes('__API_BASE_URL__')]).toEqual([name, false]);
  }
});
