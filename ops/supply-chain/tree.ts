/** What is installed at run time, read from the lock file: each package with version, licence, hash and whether it wants to run a script. */
import { readFileSync } from 'node:fs';

/** One installed package. */
export type Installed = {
  name: string;
  version: string;
  license: string;
  sha512: string;
  hasScript: boolean;
};

type Locked = {
  name?: string;
  version?: string;
  license?: string;
  integrity?: string;
  dev?: true;
  hasInstallScript?: true;
};

/**
 * Reads the lock file.
 * @param path of `package-lock.json`
 * @returns the packages that the product runs with, by name and version, each once
 */
export function installed(path = 'package-lock.json'): Installed[] {
  const { packages } = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Locked> };
  const all = Object.entries(packages)
    .filter(([where, { dev }]) => where !== '' && dev !== true)
    .map(([where, { name, version = '', license = 'none', integrity = '', hasInstallScript }]) => ({
      name: name ?? where.slice(where.lastIndexOf('node_modules/') + 'node_modules/'.length),
      ...{ version, license, hasScript: hasInstallScript === true },
      sha512: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex'),
    }));
  const unique = new Map(all.map((one) => [`${one.name}@${one.version}`, one]));
  return [...unique.values()].sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1));
}
