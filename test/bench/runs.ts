/** The kept runs of the benches, as their files have them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { RESULTS, type Run } from './result.ts';

/** Name of a bench → its runs, the oldest first. */
export function keptRuns(): Map<string, Run[]> {
  const names = existsSync(RESULTS) ? readdirSync(RESULTS).filter((name) => name.endsWith('.ndjson')) : [];
  return new Map(
    names.sort().map((name) => {
      const lines = readFileSync(`${RESULTS}/${name}`, 'utf8').split('\n').filter(Boolean);
      return [name.replace('.ndjson', ''), lines.map((line) => JSON.parse(line) as Run)];
    }),
  );
}

/** The newest run, and the one before with the same options, where there was one. */
export function lastTwo(runs: readonly Run[]): { run: Run; earlier: Run | undefined } {
  const run = runs.at(-1);
  if (run === undefined) throw new Error('a kept file has a run');
  const same = (one: Run): boolean => JSON.stringify(one.options) === JSON.stringify(run.options);
  return { run, earlier: runs.slice(0, -1).reverse().find(same) };
}
