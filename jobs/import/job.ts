/** `npm run job -- import`: puts history that the operator vouches for into the log, from a file of one JSON object a line. */
import type { Command } from 'commander';
import type { Senders } from '../../ingest/contract.ts';
import type { Job } from '../job.ts';
import { textOf } from '../option-words.ts';
import { runImport } from './run.ts';

/**
 * The job.
 * @param senders the endpoints of today's settings
 */
export const createImportJob = (senders: () => Senders): Job => ({
  name: 'import',
  summary:
    'put history into the log from a file of one JSON object a line: calls, or what senders once delivered',
  describe: (command: Command) =>
    command
      .argument('<file>', 'newline-delimited JSON')
      .option('--endpoint <name>', 'endpoint of `standard` that calls are imported under', 'default')
      .option('--lenient', 'end well although lines failed'),
  run: (parts, { endpoint, lenient }, [path = ''] = []) =>
    runImport(parts, {
      path,
      senders: senders(),
      endpoint: textOf(endpoint) ?? 'default',
      lenient: lenient === true,
    }),
});
