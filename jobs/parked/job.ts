/** `npm run job -- parked`: looks at events that the fold could not take, and has them folded again. */
import { Argument, type Command } from 'commander';
import { noteAct } from '../acts.ts';
import type { Job, JobParts, JobResult } from '../job.ts';
import { tableOf } from '../table.ts';
import { allParked, HEADING, named, rowOf, type Parked } from './choose.ts';
import { retry } from './retry.ts';

/** The job. */
export const parked: Job = {
  name: 'parked',
  summary: 'list, show or retry what was read and could not be folded',
  describe: (command: Command) =>
    command
      .addArgument(new Argument('<verb>', 'what to do').choices(['list', 'show', 'retry']))
      .argument('[ids...]', 'events, by their id or how it begins')
      .option('--all', 'retry: all of them')
      .option('--facts', 'show: print what the event says too; it may hold personal data'),
  async run(parts, options, [verb = 'list', ...words] = []) {
    const all = await allParked(parts.db);
    if (verb === 'list') return list(parts, all);
    if (words.length === 0 && !(verb === 'retry' && options['all'] === true)) {
      parts.print(verb === 'retry' ? 'retry needs ids or --all' : 'show needs an id; list shows them');
      return 'failed';
    }
    const chosen = words.length === 0 ? { parked: all, faults: [] } : named(all, words);
    for (const fault of chosen.faults) parts.print(fault);
    if (chosen.faults.length > 0) return 'failed';
    if (verb === 'retry') {
      const details = { verb, events: chosen.parked.length };
      await noteAct(parts.db, { act: 'parked', subject: words.join(' ') || 'all', details });
      return retry(parts, chosen.parked);
    }
    for (const one of chosen.parked) show(parts, one, options['facts'] === true);
    return 'done';
  },
};

function list({ print }: JobParts, all: readonly Parked[]): JobResult {
  if (all.length > 0) for (const line of tableOf(HEADING, all.map(rowOf))) print(line);
  print(`${all.length} parked`);
  return 'done';
}

/** Names of groups, not their values: those may be numbers and words of callers. */
function show({ print }: JobParts, parked: Parked, wholly: boolean): void {
  const { _id, event, sequence, parkedAt, tries = 1 } = parked;
  const facts = event?.facts ?? null;
  const lines = [
    `id        ${_id.toString('hex')}`,
    `parked    ${parkedAt.toISOString()} by commit ${sequence}, tried ${tries} times`,
    `why       ${String(rowOf(parked).at(-1))}`,
    ...(event === null
      ? ['event     gone from the log']
      : [
          `from      ${event.provider}/${event.endpoint}`,
          `type      ${event.type}`,
          `happened  ${event.eventAt.toISOString()}, received ${event.receivedAt.toISOString()}`,
          `flags     ${event.flags.join(', ') || '-'}`,
          `says      ${facts === null ? 'nothing of a call' : Object.keys(facts.groups).sort().join(', ')}`,
          wholly
            ? `facts     ${JSON.stringify({ partId: event.partId, links: event.links, facts })}`
            : 'facts     not shown, they may hold personal data: --facts shows them',
        ]),
  ];
  for (const line of lines) print(line);
}
