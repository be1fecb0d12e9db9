/** The page of the benches, `ops/bench/README.md`, and its plots: made of the kept runs alone. */
import { numberOf, plotOf } from './plot.ts';
import { QUESTIONS, type QuestionId } from './questions.ts';
import { RESULTS, type JudgedFigure, type Run, type Verdict } from './result.ts';
import { isCrowded, keptRuns, shownOf } from './runs.ts';

/** Where page and plots stand, from the root. */
export const FOLDER = 'ops/bench';

const HEAD = `# Benches

Made by \`npm run generate\` from the lines that \`npm run bench\` adds to \`${RESULTS}/\`, one file a bench, one line a run. Of each bench the
newest run of each set of options is shown, but none that met a crowded machine where another did not. A **ratio** is how many times as good
ours is as what it is held against, taken in the same run: below 1 ours is the worse. Absolute figures are of the machine that is named beside
them and of whatever else ran on it (load, busy); only ratios are claimed. Losses are printed like the rest.
`;

/** Name → text of the page and every plot. */
export function benchFiles(): Record<string, string> {
  const all = [...keptRuns()].flatMap(([name, runs]) =>
    shownOf(runs).map((one, index) => ({ name: index === 0 ? name : `${name}-${index + 1}`, ...one })),
  );
  const plots = all.flatMap(({ name, run }) => {
    const plot = plotOf(run);
    return plot === null ? [] : [[`${name}.svg`, plot] as const];
  });
  const drawn = new Set(plots.map(([name]) => name));
  const text = [
    HEAD,
    questionTable(all.map(({ run }) => run)),
    shortfalls(all.map(({ run }) => run)),
    ...all.map((one) => sectionOf(one, drawn.has(`${one.name}.svg`))),
  ].join('\n');
  return { 'README.md': text, ...Object.fromEntries(plots) };
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((one) => one.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

function questionTable(runs: readonly Run[]): string {
  const rows = Object.entries(QUESTIONS).map(([id, { what, aim, by }]) => {
    const figures = runs.flatMap((run) => run.figures.filter((figure) => figure.id === (id as QuestionId)));
    const verdicts = figures.flatMap(verdictsOf);
    const counted = (['reached', 'missed', 'ahead', 'tie', 'behind'] as const)
      .map((one) => [one, verdicts.filter((verdict) => verdict === one).length] as const)
      .filter(([, count]) => count > 0)
      .map(([one, count]) => `${count} ${one}`);
    const told =
      figures.length === 0 ? '**no figure yet**' : counted.join(', ') || `${figures.length} figures`;
    return [
      id,
      what,
      aim,
      by.startsWith('npm') ? `\`${by}\`: \`ops/faults.md\`` : by,
      by.startsWith('npm') ? 'there' : told,
    ];
  });
  return `\n## The questions\n\n${table(['', 'what', 'aim', 'bench', 'figures'], rows)}`;
}

function verdictsOf({ verdict, rivals }: JudgedFigure): Verdict[] {
  return [...(verdict === undefined ? [] : [verdict]), ...rivals.map((rival) => rival.verdict)];
}

/** Every aim that was missed and every rival that was better. */
function shortfalls(runs: readonly Run[]): string {
  const rows = runs.flatMap(({ name, figures }) =>
    figures.flatMap((figure) => [
      ...(figure.verdict === 'missed' ? [[name, figure.what, shown(figure), `aim ${aimOf(figure)}`]] : []),
      ...figure.rivals
        .filter(({ verdict }) => verdict === 'missed' || verdict === 'behind')
        .map((rival) => [
          ...[name, figure.what, shown(figure)],
          `${numberOf(rival.ratio)} × ${rival.what}${rival.aim === undefined ? '' : `, aim ${numberOf(rival.aim)} ×`}`,
        ]),
    ]),
  );
  return `\n## Missed and lost\n\n${rows.length === 0 ? 'Nothing.\n' : table(['bench', 'figure', 'ours', 'beside'], rows)}`;
}

function shown({ value, unit }: JudgedFigure): string {
  return `${numberOf(value)} ${unit}`;
}

function aimOf({ aim, better }: JudgedFigure): string {
  return aim === undefined ? '' : `${better === 'more' ? '≥' : '≤'} ${numberOf(aim)}`;
}

function sectionOf(
  { name, run, earlier }: { name: string; run: Run; earlier: Run | undefined },
  isDrawn: boolean,
): string {
  const rows = run.figures.flatMap((figure) => {
    const own = [figure.id ?? '', figure.what, shown(figure)];
    const first =
      figure.aim === undefined && figure.rivals.length > 0
        ? []
        : [[...own, '', '', aimOf(figure), figure.verdict ?? '']];
    const beside = figure.rivals.map((rival) => [
      ...own,
      ...[`${rival.what}: ${numberOf(rival.value)}`, numberOf(rival.ratio)],
      ...[rival.aim === undefined ? '' : `≥ ${numberOf(rival.aim)} ×`, rival.verdict],
    ]);
    return [...first, ...beside].map((row, index) => (index === 0 ? row : ['', '', '', ...row.slice(3)]));
  });
  const plot = isDrawn ? `\n![${name}](${name}.svg)\n` : '';
  return `\n## ${name}\n\n${aboutOf(run)}\n${isCrowded(run) ? CROWDED : ''}${again(run, earlier)}\n${table(['', 'what', 'ours', 'beside', 'ratio', 'aim', 'verdict'], rows)}${plot}`;
}

function aboutOf(run: Run): string {
  const options = Object.entries(run.options).map(([name, value]) => `${name} ${String(value)}`);
  return [
    `\`npm run bench -- ${run.name}\` with ${options.join(', ')}; ${run.at.slice(0, 16).replace('T', ' ')} UTC`,
    `commit ${run.commit ?? 'unknown'}, node ${run.node}, mongod ${run.mongod}, ${run.cores} cores (${run.cpu})`,
    `load ${run.loadAtStart} at the start, busy ${run.busyPercent} %, ${run.stolenPercent} % stolen, took ${run.tookSeconds} s${run.seed === null ? '' : `, seed ${run.seed}`}.`,
  ].join(';\n');
}

/** Said of a run, never a reason to leave it out. */
const CROWDED =
  '\n**More wanted to run than there are cores when this began: no verdict of it is a claim until it was run again.**\n';

/** Whether the run before, with the same options, came to the same verdicts. */
function again(run: Run, earlier: Run | undefined): string {
  if (earlier === undefined) return 'Run once with these options.\n';
  const verdicts = ({ figures }: Run): Map<string, string> =>
    new Map(figures.map((figure) => [figure.what, verdictsOf(figure).join()]));
  const before = verdicts(earlier);
  const changed = [...verdicts(run)].filter(([what, now]) => before.get(what) !== now).map(([what]) => what);
  const told =
    changed.length === 0 ? 'with the same verdicts' : `with other verdicts on: ${changed.join('; ')}`;
  return `Run before at ${earlier.at.slice(0, 16).replace('T', ' ')} (${earlier.commit ?? 'unknown'}) ${told}.\n`;
}
