/** Files of the tree that are made from others: each is written by `npm run generate`, and a test fails where it is out of date. */
import { readFile } from 'node:fs/promises';
import { format, getFileInfo, resolveConfig } from 'prettier';
import { MADE_FILES as GRAFANA_FILES } from '../../ops/grafana/files.ts';
import { MADE_FILES as PROMETHEUS_FILES } from '../../ops/prometheus/files.ts';
import { MADE_FILES as SUPPLY_CHAIN_FILES } from '../../ops/supply-chain/files.ts';
import { benchFiles, FOLDER as BENCH } from '../bench/page.ts';
import { faultTable } from '../prove/record.ts';
import { clientTypes } from './client-types.ts';
import { parameterTable } from './parameters.ts';

/** One made file: where it stands, from the root, and what makes its text. */
export type MadeFile = { path: string; make: () => Promise<string> | string };

/** What has been shown of faults; `npm run prove` writes it after each suite. */
export const FAULT_TABLE: MadeFile = { path: 'ops/faults.md', make: faultTable };

/** All of them. */
export const MADE_FILES: readonly MadeFile[] = [
  { path: 'api/dashboard/api-types.d.ts', make: clientTypes },
  { path: 'ops/parameters.md', make: parameterTable },
  FAULT_TABLE,
  ...under('ops/prometheus', PROMETHEUS_FILES),
  ...under('ops/grafana', GRAFANA_FILES),
  ...under('ops/supply-chain', SUPPLY_CHAIN_FILES),
  ...under(BENCH, benchFiles()),
];

/** Files of one folder whose texts are at hand. */
function under(folder: string, files: Readonly<Record<string, string>>): MadeFile[] {
  return Object.entries(files).map(([name, text]) => ({ path: `${folder}/${name}`, make: () => text }));
}

/** The text of a made file as it should be. */
export async function textOf({ path, make }: MadeFile): Promise<string> {
  const { inferredParser } = await getFileInfo(path);
  // A drawing stays as it was made.
  if (inferredParser === null) return make();
  return format(await make(), { ...(await resolveConfig(path)), filepath: path });
}

/** The text as it stands in the tree; empty where it is missing. */
export async function heldText({ path }: MadeFile): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
}
