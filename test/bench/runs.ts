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

/**
 * What is shown of a bench: for each set of options its newest run and the one before, the newest set last. One that met a crowded
 * machine is left out where another of the bench did not.
 * @param runs of one bench, the oldest first
 */
export function shownOf(runs: readonly Run[]): { run: Run; earlier: Run | undefined }[] {
  const bySet = new Map<string, { run: Run; earlier: Run | undefined }>();
  for (const run of runs) {
    const set = JSON.stringify(run.options);
    const earlier = bySet.get(set)?.run;
    bySet.delete(set);
    bySet.set(set, { run, earlier });
  }
  const shown = [...bySet.values()];
  const quiet = shown.filter(({ run }) => !isCrowded(run));
  return quiet.length > 0 ? quiet : shown.slice(-1);
}

/** Whether more wanted to run than there are cores when it began. */
export function isCrowded({ loadAtStart, cores }: Run): boolean {
  return loadAtStart > cores;
}
