/** Every command that the documents tell somebody to run, taken out of their code: inline, in blocks, and in the README's table of jobs. */
import { readdirSync, readFileSync } from 'node:fs';
import { JOBS } from '../../jobs/index.ts';

/** What people read; decisions are history and stay out. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  ...['ops', 'ops/docs', 'ops/bench'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];

/** A command and where it stands. */
export type Command = { where: string; words: string[] };

/** What a command begins with. `JOB` is the runbook's word for `npm run job --`; `--` that of a bench named before. */
const BEGINNING = /^(?:[A-Z_]+=\S+ )*(npm|npx|node|JOB|docker|curl|dot|cp|mongodump|mongorestore|--) /;
const COMPOSE_JOB = 'docker compose run --rm jobs node dist/jobs/main.js job';

/** All commands of all documents. */
export function commandsOf(where: string): Command[] {
  const text = readFileSync(where, 'utf8');
  const pieces = [...codeOf(text), ...(where === 'README.md' ? jobTable(text) : [])];
  return pieces
    .flatMap((piece) => piece.split(/ && | \|\| | \| /))
    .map((piece) => piece.trim().replaceAll(/\s+/g, ' '))
    .filter((piece) => BEGINNING.test(`${piece} `))
    .map((piece) => piece.replace(COMPOSE_JOB, 'JOB').replace(/^npm run job --/, 'JOB'))
    .map((piece) => ({ where, words: wordsOf(piece) }));
}

/** Inline code, lines of blocks that are fenced or set in; a line may go on after a backslash. */
function codeOf(text: string): string[] {
  const fenced = [...text.matchAll(/```\w*\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  const rest = text.replaceAll(/```\w*\n[\s\S]*?```/g, '');
  const setIn = rest.split('\n').filter((line) => line.startsWith('    '));
  const inline = [...rest.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  return [...fenced.join('\n').replaceAll('\\\n', ' ').split('\n'), ...setIn, ...inline].map((line) =>
    line.replace(/ {2,}# .*$/, ''),
  );
}

/** `job verb` · `verb` · `--option`: what stands after the first belongs to the job before it. */
function jobTable(text: string): string[] {
  const names = new Set(JOBS.map(({ name }) => name));
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => {
      let job = '';
      return [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].flatMap(([, code = '']) => {
        const [first = ''] = code.split(' ');
        if (names.has(first)) job = first;
        if (job === '') return [];
        return [`JOB ${names.has(first) ? '' : `${job} `}${code}`];
      });
    });
}

/** A bracket says that one may leave a thing out: here it is given. */
function wordsOf(piece: string): string[] {
  const found = piece.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  const bare = found.map((word) => (/^['"]/.test(word) ? word.slice(1, -1) : word.replaceAll(/[[\]]/g, '')));
  return bare.filter((word) => word !== '' && word !== '…');
}
