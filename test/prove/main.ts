/**
 * `npm run prove`: runs the tests that inject faults, with new seeds, and adds what held to the record. Short (a few minutes)
 * unless `--full`; a run that was interrupted goes on where it was with `--resume`.
 */
import { Command } from 'commander';
import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FAULT_TABLE, textOf } from '../generated/files.ts';
import { appendRecord, type ProvedLine } from './record.ts';
import { FAULT_ROWS } from './rows.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STATE = join(ROOT, '.data', 'prove.json');
const FULL_ONLY = 'faults/full/';
/** How many times the rounds of a plain run a full one has; suites whose rounds take long have fewer. */
const FULL_SCALE = 10;
const FULL_SCALES: Readonly<Record<string, number>> = {
  'faults/stream': 30,
  'faults/ingest-crash': 20,
  'faults/takeover': 1,
};

const HELP = `
The short run takes about 8 minutes, the full one about 40 for some 900 rounds, 219 of them projectors killed (-9), with nothing
else on two cores; beside other work it may take three times as long. One suite runs at a time.
What was shown is added to test/prove/rounds.ndjson after each suite, and ops/faults.md is made anew: an interrupted run
keeps what it has shown, and
  npm run prove -- --resume
goes on with the same seed and the same suites. Rounds add up over runs:
  npm run prove -- --full
  npm run prove -- --only faults/crash faults/stream --full
Suites under faults/full/ run with --full or by name; those that need root, mounts or strace are skipped by name elsewhere.`;

const options = new Command('prove')
  .description('injects faults, compares with the recount, and adds what held to ops/faults.md')
  .option('--full', 'many times the rounds, and the suites that freeze, starve and cut off the database')
  .option('--only <suite...>', 'suites to run, such as faults/crash')
  .option('--seed <n>', 'seed of all randomness; a new one when left out', Number)
  .option('--resume', 'go on with the run that was interrupted or failed: what it has shown is left out')
  .addHelpText('after', HELP)
  .parse()
  .opts<{ full?: true; only?: string[]; seed?: number; resume?: true }>();

const before = options.resume === true ? readState() : null;
const isFull = options.full === true || before?.full === true;
const seed = options.seed ?? before?.seed ?? randomInt(1, 2_147_483_647);
const commit = commitOfNow();
const known = [...new Set(FAULT_ROWS.flatMap(({ suites }) => suites))];
const asked =
  options.only ?? before?.asked ?? known.filter((suite) => isFull || !suite.startsWith(FULL_ONLY));
const unknown = asked.filter((suite) => !known.includes(suite));
if (unknown.length > 0)
  throw new Error(`no such suite: ${unknown.join(', ')}. There are: ${known.join(', ')}`);
const done = new Set(before?.done ?? []);
const suites = asked.filter((suite) => !done.has(suite));

console.log(`commit ${commit}, seed ${seed}, ${isFull ? 'full' : 'short'}, ${suites.length} suites`);
writeState({ seed, full: isFull, asked, done: [...done] });
const failed: string[] = [];
for (const [index, suite] of suites.entries()) {
  const beganMs = performance.now();
  const held = await runSuite(suite);
  const seconds = Math.round((performance.now() - beganMs) / 1_000);
  if (held === null) failed.push(suite);
  else {
    appendRecord(held);
    done.add(suite);
  }
  writeState({ seed, full: isFull, asked, done: [...done] });
  writeFileSync(join(ROOT, FAULT_TABLE.path), await textOf(FAULT_TABLE));
  const rounds = held?.reduce((sum, line) => sum + line.rounds, 0) ?? 0;
  const verdict = held === null ? 'FAILED' : `${rounds} rounds`;
  console.log(`${index + 1}/${suites.length} ${suite}: ${verdict}, ${seconds} s`);
}
if (failed.length === 0) rmSync(STATE, { force: true });
console.log(failed.length === 0 ? 'everything held' : `failed: ${failed.join(', ')} (seed ${seed})`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** The commit that is tested; with a plus where files beside the record differ from it. */
function commitOfNow(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const own = [':!ops/faults.md', ':!test/prove/rounds.ndjson'];
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ...own);
  return git('rev-parse', '--short', 'HEAD') + (changed === '' ? '' : '+');
}

/** Runs one suite; what it has shown, or null where a test of it failed. Its own output goes by only then. */
async function runSuite(suite: string): Promise<ProvedLine[] | null> {
  const folder = mkdtempSync(join(tmpdir(), 'callviews-prove-'));
  const record = join(folder, 'record.ndjson');
  const scale = isFull ? (FULL_SCALES[suite] ?? (suite.startsWith(FULL_ONLY) ? 1 : FULL_SCALE)) : 1;
  try {
    const env = {
      ...process.env,
      FAULT_SEED: String(seed),
      FAULT_SCALE: String(scale),
      FOLD_RUNS: String(scale * 10_000),
      PROVE_RECORD: record,
    };
    const { code, output } = await jest(suite, env);
    if (code !== 0) {
      console.error(output);
      return null;
    }
    const own = existsSync(record) ? readFileSync(record, 'utf8').split('\n').filter(Boolean) : [];
    const told = own.map((line) => JSON.parse(line) as Omit<ProvedLine, 'at' | 'commit' | 'suite'>);
    const named = new Set(told.flatMap(({ rows }) => rows));
    // Suites that inject no fault by number have shown their rows by passing; the others say what they have shown.
    const isSilent = !suite.startsWith('faults/');
    const silent = FAULT_ROWS.filter((row) => isSilent && row.suites.includes(suite) && !named.has(row.row));
    const at = new Date().toISOString();
    return [
      ...told.map(({ title, rows, rounds, nodes, ...rest }) => ({
        ...{ at, commit, suite, title, rows, rounds, nodes },
        ...(rest.seed !== undefined && { seed: rest.seed }),
      })),
      ...silent.map(({ row, fault }) => ({
        ...{ at, commit, suite, title: fault, rows: [row], rounds: 1, nodes: 1 },
      })),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function jest(suite: string, env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const child = spawn(
    process.execPath,
    [...args, 'node_modules/jest/bin/jest.js', '--runInBand', '--forceExit', `test/${suite}.test.ts`],
    { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

/** What an interrupted run leaves behind. */
type State = { seed: number; full: boolean; asked: string[]; done: string[] };

function readState(): State | null {
  return existsSync(STATE) ? (JSON.parse(readFileSync(STATE, 'utf8')) as State) : null;
}

function writeState(state: State): void {
  mkdirSync(join(ROOT, '.data'), { recursive: true });
  writeFileSync(STATE, JSON.stringify(state));
}
