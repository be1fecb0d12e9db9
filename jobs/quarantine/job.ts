/** `npm run job -- quarantine`: looks at what was signed and could not be read, reads it again, or drops it. */
import { Argument, type Command } from 'commander';
import type { Filter } from 'mongodb';
import type { QuarantinedDelivery, Senders } from '../../ingest/contract.ts';
import { noteAct } from '../acts.ts';
import type { Job, JobParts, JobResult } from '../job.ts';
import { count, since } from '../option-words.ts';
import { filterOf, idsNamed, SHOWN_DIGITS, type Quarantined } from './choose.ts';
import { list, show } from './list.ts';
import { retry } from './retry.ts';

type Options = Readonly<Record<string, unknown>>;

/**
 * The job.
 * @param senders asked for by `retry` alone: the endpoints of today's settings
 */
export const createQuarantineJob = (senders: () => Senders): Job => ({
  name: 'quarantine',
  summary: 'list, show, retry or drop what was signed and could not be read',
  describe: (command: Command) =>
    command
      .addArgument(new Argument('<verb>', 'what to do').choices(['list', 'show', 'retry', 'drop']))
      .argument('[ids...]', 'documents, by their id or how it begins')
      .option('--provider <name>', 'only of this sender')
      .option('--endpoint <name>', 'only of this endpoint')
      .option('--reason <word>', 'only those quarantined for this reason')
      .option('--since <instant>', 'only those received since, such as 2026-11-23T10:00Z or 24h', since)
      .option('--limit <n>', 'list: how many at most', count)
      .option('--body', 'show: print the body too; it may hold personal data')
      .option('--all', 'retry: all of them')
      .option('--stale', 'retry: also those that were rightly signed and too old')
      .option('--yes', 'drop: do it'),
  run: (parts, options, [verb = 'list', ...words] = []) => {
    const quarantine = parts.db.collection<QuarantinedDelivery>('quarantine');
    switch (verb) {
      case 'show':
        return showEach(parts, quarantine, { words, wholly: options['body'] === true });
      case 'retry':
        return retryChosen(parts, { senders, words, options });
      case 'drop':
        return drop(parts, quarantine, { words, isSure: options['yes'] === true });
      default:
        return list(parts, quarantine, options);
    }
  },
});

async function showEach(
  parts: JobParts,
  quarantine: Quarantined,
  { words, wholly }: { words: readonly string[]; wholly: boolean },
): Promise<JobResult> {
  const results: JobResult[] = [];
  for (const word of words) results.push(await show(parts, quarantine, { word, wholly }));
  if (words.length === 0) parts.print('show needs an id; list shows them');
  return results.length === 0 || results.includes('failed') ? 'failed' : 'done';
}

async function retryChosen(
  parts: JobParts,
  { senders, words, options }: { senders: () => Senders; words: readonly string[]; options: Options },
): Promise<JobResult> {
  const quarantine = parts.db.collection<QuarantinedDelivery>('quarantine');
  const filter = filterOf(options);
  if (words.length === 0 && options['all'] !== true && typeof options['reason'] !== 'string') {
    parts.print('retry needs ids, --reason or --all');
    return 'failed';
  }
  const { ids, faults } = await idsNamed(quarantine, words);
  if (faults.length > 0) {
    for (const fault of faults) parts.print(fault);
    return 'failed';
  }
  const chosen: Filter<QuarantinedDelivery> = words.length === 0 ? filter : { ...filter, _id: { $in: ids } };
  const details = { verb: 'retry', ids: words.length };
  await noteAct(parts.db, { act: 'quarantine', subject: words.join(' ') || 'by filter', details });
  return retry(parts, senders(), { filter: chosen, stale: options['stale'] === true });
}

async function drop(
  { db, print, log }: JobParts,
  quarantine: Quarantined,
  { words, isSure }: { words: readonly string[]; isSure: boolean },
): Promise<JobResult> {
  const { ids, faults } = await idsNamed(quarantine, words);
  for (const fault of faults) print(fault);
  if (words.length === 0) print('drop needs ids; list shows them');
  if (faults.length > 0 || words.length === 0) return 'failed';
  const found = await quarantine.find({ _id: { $in: ids } }, { projection: { headers: 0 } }).toArray();
  for (const { _id, provider, endpoint, reason, body, receivedAt } of found) {
    if (isSure) {
      await noteAct(db, { act: 'quarantine', subject: _id, details: { verb: 'drop', provider, reason } });
      await quarantine.deleteOne({ _id });
      log.info({ id: _id, provider, endpoint, reason }, 'dropped from quarantine');
    }
    const which = `${_id.slice(0, SHOWN_DIGITS)} ${provider}/${endpoint} ${receivedAt.toISOString()} ${reason}, ${body.length()} bytes`;
    print(`${isSure ? 'dropped' : 'would drop'} ${which}`);
  }
  if (!isSure) print('nothing was dropped: --yes does it, for good');
  return isSure ? 'done' : 'failed';
}
