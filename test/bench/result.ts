/** What a bench keeps of a run: one line of JSON under `ops/bench/results/`, with where and when; the page is made of these lines. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { mongodVersion } from '../../ops/mongod/check.ts';
import { findMongod } from '../../ops/mongod/find.ts';
import { busyPercent, machineTicks, rounded } from './ingest/measures.ts';
import type { QuestionId } from './questions.ts';

/** Where the lines stand, from the root: one file a bench. */
export const RESULTS = 'ops/bench/results';

/** What a figure is held against: `aim` is how many times as good as it ours has to be; a limit may be aimed at by a share. */
export type Rival = { what: string; value: number; aim?: number };

/** One figure. `aim` is the value itself: at least, or at most, as `better` says. */
export type Figure = {
  id?: QuestionId;
  what: string;
  unit: string;
  value: number;
  better: 'more' | 'less';
  aim?: number;
  rivals?: readonly Rival[];
};

/** What came of an aim; without one, which is better, where less than a tenth is a tie. */
export type Verdict = 'reached' | 'missed' | 'ahead' | 'tie' | 'behind';

/** A figure as it is kept. `ratio`: how many times as good as the rival ours is. */
export type JudgedFigure = Omit<Figure, 'rivals'> & {
  verdict?: Verdict;
  rivals: readonly (Rival & { ratio: number; verdict: Verdict })[];
};

/** One run of a bench; `seed` is null where nothing is drawn by chance, `commit` where there is no history. */
export type Run = {
  name: string;
  at: string;
  commit: string | null;
  node: string;
  mongod: string;
  cores: number;
  cpu: string;
  loadAtStart: number;
  busyPercent: number;
  stolenPercent: number;
  tookSeconds: number;
  seed: number | null;
  options: Record<string, unknown>;
  figures: readonly JudgedFigure[];
};

/** A bench under way. */
export type RunningBench = { add(figure: Figure): void; end(): Promise<void> };

/**
 * Begins: what the machine is busy with is looked at now.
 * @param name of the bench, and of its file
 * @param options it runs with, and the seed of what it draws
 * @returns `add` takes a figure, `end` writes them all down; a bench that fails writes nothing
 */
export function beginBench(
  name: string,
  options: Record<string, unknown>,
  seed: number | null = null,
): RunningBench {
  const [at, beganMs, before] = [new Date().toISOString(), performance.now(), machineTicks()];
  const loadAtStart = rounded(loadavg()[0] ?? 0);
  const figures: JudgedFigure[] = [];
  return {
    add: (figure) => void figures.push(judged(figure)),
    async end() {
      const after = machineTicks();
      const run: Run = {
        ...{ name, at, commit: commitOfNow(), node: process.version, mongod: await versionOfMongod() },
        ...{ cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown', loadAtStart },
        busyPercent: busyPercent(before),
        stolenPercent: rounded((100 * (after.stolen - before.stolen)) / (after.all - before.all)),
        tookSeconds: Math.round((performance.now() - beganMs) / 1_000),
        ...{ seed, options, figures },
      };
      mkdirSync(RESULTS, { recursive: true });
      appendFileSync(`${RESULTS}/${name}.ndjson`, `${JSON.stringify(run)}\n`);
      console.log(`written: ${RESULTS}/${name}.ndjson`);
    },
  };
}

/** Judges a figure against its aim and its rivals. */
export function judged({ rivals = [], ...figure }: Figure): JudgedFigure {
  const { value, better, aim } = figure;
  const isReached = aim !== undefined && (better === 'more' ? value >= aim : value <= aim);
  return {
    ...figure,
    ...(aim !== undefined && { verdict: isReached ? 'reached' : 'missed' }),
    rivals: rivals.map((rival) => {
      const exact = better === 'more' ? value / rival.value : rival.value / value;
      const ratio = exact >= 10 ? rounded(exact) : Math.round(exact * 100) / 100;
      return { ...rival, ratio, verdict: verdictOf(exact, rival.aim) };
    }),
  };
}

function verdictOf(ratio: number, aim: number | undefined): Verdict {
  if (aim !== undefined) return ratio >= aim ? 'reached' : 'missed';
  if (ratio > 1.1) return 'ahead';
  return ratio < 1 / 1.1 ? 'behind' : 'tie';
}

/** With a plus where files beside the figures differ from it. */
function commitOfNow(): string | null {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!ops/bench');
    return git('rev-parse', '--short', 'HEAD') + (changed === '' ? '' : '+');
  } catch {
    return null;
  }
}

async function versionOfMongod(): Promise<string> {
  return mongodVersion(await findMongod({ environment: process.env, report: () => undefined }));
}
