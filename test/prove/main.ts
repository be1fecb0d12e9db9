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
import { appendRecord, writeTable, type ProvedLine } from './record.ts';
import { FAULT_ROWS } from './rows.ts';

const options = new Command('prove')
  .description('injects faults, compares with the recount, and adds what held to ops/faults.md')
  .option('--full', 'ten times the rounds; about an hour')
  .option('--only <suite...>', 'suites to run, such as faults/crash')
  .option('--seed <n>', 'seed of all randomness; a new one when left out', Number)
  .option('--resume', 'leave out what the interrupted run has shown already')
  .parse()
  .opts<{ full?: true; only?: string[]; seed?: number; resume?: true }>();

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FULL_SCALE = 10;
const STATE = join(ROOT, '.data', 'prove.json');

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
const seed = options.seed ?? randomInt(1, 2_147_483_647);
const scale = options.full === true ? FULL_SCALE : 1;
const all = [...new Set(FAULT_ROWS.flatMap(({ suites }) => suites))];
const done = new Set(options.resume === true ? readState() : []);
const suites = (options.only ?? all).filter((suite) => !done.has(suite));
const unknown = suites.filter((suite) => !all.includes(suite));
if (unknown.length > 0) throw new Error(`no such suite: ${unknown.join(', ')}. There are: ${all.join(', ')}`);

console.log(`commit ${commit}, seed ${seed}, ${scale === 1 ? 'short' : 'full'}, ${suites.length} suites`);
const failed: string[] = [];
for (const [index, suite] of suites.entries()) {
  const beganMs = performance.now();
  const held = await runSuite(suite);
  const seconds = Math.round((performance.now() - beganMs) / 1_000);
  if (held === null) failed.push(suite);
  else {
    appendRecord(held);
    done.add(suite);
    writeState([...done]);
  }
  const rounds = held?.reduce((sum, line) => sum + line.rounds, 0) ?? 0;
  const verdict = held === null ? 'FAILED' : `${rounds} rounds`;
  console.log(`${index + 1}/${suites.length} ${suite}: ${verdict}, ${seconds} s`);
}
writeTable(FAULT_ROWS);
execFileSync('npx', ['prettier', '--write', 'ops/faults.md'], { cwd: ROOT, stdio: 'ignore' });
if (failed.length === 0) rmSync(STATE, { force: true });
console.log(failed.length === 0 ? 'everything held' : `failed: ${failed.join(', ')} (seed ${seed})`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Runs one suite; what it has shown, or null where a test of it failed. Its own output goes by only then. */
async function runSuite(suite: string): Promise<ProvedLine[] | null> {
  const folder = mkdtempSync(join(tmpdir(), 'callviews-prove-'));
  const record = join(folder, 'record.ndjson');
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
    const silent = FAULT_ROWS.filter((row) => row.suites.includes(suite) && !named.has(row.row));
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

function readState(): string[] {
  if (!existsSync(STATE)) return [];
  const state = JSON.parse(readFileSync(STATE, 'utf8')) as { commit: string; done: string[] };
  return state.commit === commit ? state.done : [];
}

function writeState(suitesDone: string[]): void {
  mkdirSync(join(ROOT, '.data'), { recursive: true });
  writeFileSync(STATE, JSON.stringify({ commit, done: suitesDone }));
}
