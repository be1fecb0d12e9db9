/** Every command in the documents is one that there is: scripts, jobs with their arguments and options, benches, the options of programs. */
import { beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { commandLine } from '../../jobs/command-line.ts';
import { JOBS } from '../../jobs/index.ts';
import { BENCHES } from '../bench/benches.ts';
import { commandsOf, DOCUMENTS } from './commands.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const { services } = parse(readFileSync('docker-compose.yml', 'utf8')) as { services: object };
/** npm's own words, and programs that are not ours: what they take is theirs to say. */
const OF_NPM = ['ci', 'start', 'test', 'install'];
const FOREIGN = ['curl', 'dot', 'cp', 'mongodump', 'mongorestore', 'mongosh'];
/** Scripts whose options are their programs' own. */
const PROGRAMS: Readonly<Record<string, string>> = {
  demo: 'test/demo.ts',
  simulate: 'test/simulator/main.ts',
  prove: 'test/prove/main.ts',
};
/** What stands for a word that the reader knows. */
const SAMPLES: Readonly<Record<string, string>> = {
  ...{ I: '2026-11-23T10:00Z', '<instant>': '2026-11-23T10:00Z', '<name>': 'audit', N: '5' },
};

const commands = DOCUMENTS.flatMap(commandsOf);
const helps = new Map<string, string>();

beforeAll(async () => {
  const benches = commands.flatMap(({ words }) =>
    benchOf(words)?.options.length ? [benchOf(words)?.name] : [],
  );
  const programs = [...Object.values(PROGRAMS), ...benches.flatMap((name) => programOf(name ?? '') ?? [])];
  for (const program of new Set(programs)) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, '--help']);
    helps.set(program, stdout);
  }
}, 60_000);

test('there are commands of each kind', () => {
  const kinds = new Set(commands.map(({ words }) => words.slice(0, words[0] === 'npm' ? 3 : 1).join(' ')));
  for (const kind of ['JOB', 'docker', 'npm ci', 'npm run bench', 'npm run demo', 'npm run prove'])
    expect([...kinds]).toContain(kind);
  expect(commands.length).toBeGreaterThan(80);
});

test.each(DOCUMENTS)('%s', async (document) => {
  const wrong: string[] = [];
  for (const { words } of commandsOf(document)) {
    const fault = await faultOf(words.filter((word) => !/^[A-Z_]+=/.test(word)));
    if (fault !== null) wrong.push(`${words.join(' ')}: ${fault}`);
  }
  expect(wrong).toEqual([]);
});

test('a command with a wrong name, verb or option is found', async () => {
  const wrong = [
    ...['npm run nothing', 'npm run bench -- nothing', 'npm run demo -- --callz 3', 'npm run prove -- --ful'],
    ...[
      'JOB nothing',
      'JOB audit --hours 3',
      'JOB rebuild flop',
      'JOB quarantine lost',
      'JOB reconcile --since x',
    ],
    ...[
      'docker compose run --rm nothing',
      'node dist/nothing/main.js',
      'npx tsx test/nothing.ts',
      'make all',
    ],
  ];
  const held = [
    'npm run bench -- api',
    'npm run demo -- --calls 3',
    'JOB audit --hour I',
    'JOB rebuild flip 2',
  ];
  for (const one of wrong) expect([one, await faultOf(one.split(' '))]).not.toEqual([one, null]);
  for (const one of held) expect([one, await faultOf(one.split(' '))]).toEqual([one, null]);
});

/** What is wrong with a command, or null. */
async function faultOf([first = '', ...rest]: string[]): Promise<string | null> {
  if (FOREIGN.includes(first)) return null;
  if (first === 'JOB') return faultOfJob(rest);
  if (first === '--') return faultOfBench(rest);
  if (first === 'npm') return faultOfNpm(rest);
  if (first === 'docker') return faultOfCompose(rest);
  if (first === 'node' || first === 'npx') {
    const file = rest.find((word) => /\.[jt]s$/.test(word)) ?? '';
    if (file.includes('<process>')) return null;
    const source = file.replace(/^dist\/(.*)\.js$/, '$1.ts');
    return existsSync(source) ? null : `no such file: ${source}`;
  }
  return 'not a command that is known';
}

async function faultOfJob(words: string[]): Promise<string | null> {
  const started: string[] = [];
  const line = commandLine(JOBS, ({ job }) => Promise.resolve(void started.push(job.name)));
  for (const one of [line, ...line.commands])
    one.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  if (words.length === 0) return null;
  const given = words.map((word) => SAMPLES[word] ?? word);
  if (given.length === 1 && !line.commands.some((one) => one.name() === given[0])) return 'no such job';
  try {
    await line.parseAsync(given, { from: 'user' });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return started.length === 1 ? null : 'starts no job';
}

function faultOfNpm([word = '', script = '', dashes = '--', ...words]: string[]): string | null {
  if (word !== 'run') return OF_NPM.includes(word) ? null : `npm has no ${word} here`;
  if (!Object.hasOwn(scripts, script)) return `no such script: ${script}`;
  if (dashes !== '--') return `options of ${script} stand after --`;
  if (script === 'bench') return faultOfBench(words);
  const program = PROGRAMS[script];
  return program === undefined ? null : faultOfOptions(program, words);
}

function faultOfBench(words: string[]): string | null {
  const bench = benchOf(['npm', 'run', 'bench', '--', ...words]);
  if (bench?.name === undefined) return null;
  const program = programOf(bench.name);
  if (program === undefined) return `no such bench: ${bench.name}`;
  return bench.options.length === 0 ? null : faultOfOptions(program, bench.options);
}

function faultOfOptions(program: string, words: string[]): string | null {
  const help = helps.get(program) ?? '';
  const wrong = words.find((word) => word.startsWith('--') && !new RegExp(`${word}[ ,\n]`).test(help));
  return wrong === undefined ? null : `${program} has no ${wrong}`;
}

function faultOfCompose(words: string[]): string | null {
  if (words[0] !== 'compose') return null;
  const run = words.indexOf('run');
  const service = run < 0 ? undefined : words.slice(run + 1).find((word) => !word.startsWith('-'));
  return service === undefined || Object.hasOwn(services, service) ? null : `no such service: ${service}`;
}

/** The bench that a command names, and its options after a second `--`. */
function benchOf(words: readonly string[]): { name: string | undefined; options: string[] } | null {
  if (words.slice(0, 4).join(' ') !== 'npm run bench --') return null;
  return { name: words[4], options: words.slice(6) };
}

function programOf(name: string): string | undefined {
  return (BENCHES as Readonly<Record<string, string>>)[name];
}
