/** What the product is made of: no licence that binds it, no version with a known hole, no script at installation, nothing unlisted. */
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { installed } from '../../ops/supply-chain/tree.ts';

const PACKAGES = installed();
/** Licences that ask for no more than to be named. */
const FREE = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Python-2.0',
]);
/** Versions below which a hole is known, whoever brings the package along; with `|` an older line that was mended too. */
const FLOORS: Record<string, [least: string, why: string]> = {
  '@koa/router': ['15.0.0', 'CVE-2026-9495'],
  axios: ['1.8.2', 'CVE-2025-27152: an absolute address sends credentials elsewhere'],
  cookie: ['0.7.0', 'CVE-2024-47764: names and paths out of bounds'],
  'engine.io': ['6.4.2', 'CVE-2023-31125: one request ends the process'],
  'follow-redirects': ['1.15.6', 'CVE-2024-28849: credentials follow to another host'],
  'form-data': ['4.0.4', 'CVE-2025-7783: boundaries can be guessed'],
  jsonwebtoken: ['9.0.0', 'CVE-2022-23539, -23540, -23541'],
  koa: ['3.0.1', 'CVE-2025-8129: back() leads elsewhere'],
  nodemailer: ['7.0.7', 'CVE-2025-13033: an address is read as another'],
  'path-to-regexp': ['8.0.0', 'CVE-2024-45296: a path takes for ever'],
  qs: ['6.10.3', 'CVE-2022-24999: a query changes prototypes'],
  semver: ['7.5.2|6.3.1', 'CVE-2022-25883: a range takes for ever'],
  'socket.io-parser': ['4.2.3', 'CVE-2023-32695: one packet ends the process'],
  ws: ['8.17.1', 'CVE-2024-37890: many headers end the process'],
};
/** What has a script and is known to need none: it is switched off in package.json or does without. */
const SCRIPTS_NOT_NEEDED = ['mongodb-memory-server'];

const parts = (version: string): number[] => version.split(/[.-]/).slice(0, 3).map(Number);
function isBelow(version: string, least: string): boolean {
  const [have, need] = [parts(version), parts(least)];
  const at = need.findIndex((part, index) => part !== have[index]);
  return at >= 0 && (have[at] ?? 0) < (need[at] ?? 0);
}
function isHoled(version: string, floors: string): boolean {
  const [newest = '0', ...older] = floors.split('|');
  const mended = older.some((least) => parts(least)[0] === parts(version)[0] && !isBelow(version, least));
  return isBelow(version, newest) && !mended;
}

test('every licence is free, and every package has one', () => {
  const bound = PACKAGES.filter(
    ({ license }) => !license.split(/ OR | AND |[()]/).every((one) => one === '' || FREE.has(one)),
  );
  expect(bound.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
});

test('no package is older than what mended its known holes', () => {
  const old = PACKAGES.filter(
    ({ name, version }) => name in FLOORS && isHoled(version, FLOORS[name]?.[0] ?? '0'),
  );
  expect(old.map(({ name, version }) => `${name} ${version}: ${FLOORS[name]?.join(', ') ?? ''}`)).toEqual([]);
});

test('nothing has to run at installation', () => {
  const scripted = PACKAGES.filter(({ hasScript, name }) => hasScript && !SCRIPTS_NOT_NEEDED.includes(name));
  expect(scripted.map(({ name }) => name)).toEqual([]);
  const dockerfile = readFileSync('ops/docker/Dockerfile', 'utf8');
  for (const [line] of dockerfile.matchAll(/npm ci.*/g)) expect(line).toContain('--ignore-scripts');
  const { config } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    config: { mongodbMemoryServer: object };
  };
  expect(config.mongodbMemoryServer).toEqual({ disablePostinstall: '1' });
});

test('versions are exact, and every package has a hash', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^(npm:.+@)?\d+\.\d+\.\d+$/);
  expect(PACKAGES.filter(({ sha512 }) => sha512.length !== 128).map(({ name }) => name)).toEqual([]);
});

test('the bill of materials holds what npm says is needed, and nothing that npm does not know', () => {
  type Bill = { components: { purl: string }[] };
  const ask = (...more: string[]): string[] => {
    const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', ...more];
    const said = JSON.parse(execFileSync('npm', words, { encoding: 'utf8', maxBuffer: 64 << 20 })) as Bill;
    return said.components.map(({ purl }) => purl);
  };
  const ours = JSON.parse(readFileSync('ops/supply-chain/sbom.json', 'utf8')) as Bill;
  const purls = new Set(ours.components.map(({ purl }) => purl));
  // npm leaves out what development needs as well, such as zod: its list is the least.
  expect(ask('--omit', 'dev').filter((one) => !purls.has(one))).toEqual([]);
  const all = new Set(ask());
  expect([...purls].filter((one) => !all.has(one))).toEqual([]);
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const [name, version] of Object.entries(dependencies))
    expect(purls).toContain(`pkg:npm/${name.replace('@', '%40')}@${version}`);
}, 30_000);
