/** The bill of materials (CycloneDX 1.5) and the list of licences: `npm run generate` writes them from the lock file. */
import { readFileSync } from 'node:fs';
import { installed, type Installed } from './tree.ts';

const purlOf = ({ name, version }: Pick<Installed, 'name' | 'version'>): string =>
  `pkg:npm/${name.replace('@', '%40')}@${version}`;

function bill(packages: readonly Installed[]): string {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  return JSON.stringify({
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': 'callviews', name: 'callviews', version } },
    components: packages.map((one) => ({
      ...{ type: 'library', 'bom-ref': purlOf(one), name: one.name, version: one.version, purl: purlOf(one) },
      licenses: [{ expression: one.license }],
      hashes: [{ alg: 'SHA-512', content: one.sha512 }],
    })),
  });
}

function licences(packages: readonly Installed[]): string {
  const kinds = new Map<string, Installed[]>();
  for (const one of packages) kinds.set(one.license, [...(kinds.get(one.license) ?? []), one]);
  const rows = [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([license, of]) => {
      const names = of.map(({ name, version }) => `${name} ${version}`).join(', ');
      return `## ${license} (${of.length})\n\n${names}\n`;
    });
  return `# Licences of what the product runs with\n\nMade by \`npm run generate\` from the lock file.\n\n${rows.join('\n')}`;
}

/** Name → text. */
export const MADE_FILES: Readonly<Record<string, string>> = {
  'sbom.json': bill(installed()),
  'licences.md': licences(installed()),
};
