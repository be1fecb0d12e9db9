/** `npm run job -- rejected`: looks at refused requests, judges them by today's secrets, and promotes those that are the sender's own. */
import { Argument, type Command } from 'commander';
import type { Filter } from 'mongodb';
import type { RejectedDelivery, Senders } from '../../ingest/contract.ts';
import { noteAct } from '../acts.ts';
import type { Job } from '../job.ts';
import { since, textOf } from '../option-words.ts';
import { list } from './list.ts';
import { promote, verify } from './verify.ts';

/**
 * The job.
 * @param senders asked for by `verify` and `promote`: the endpoints and secrets of today's settings
 */
export const createRejectedJob = (senders: () => Senders): Job => ({
  name: 'rejected',
  summary: 'list refused requests, verify them by today’s secrets, promote those that are the sender’s own',
  describe: (command: Command) =>
    command
      .addArgument(new Argument('<verb>', 'what to do').choices(['list', 'verify', 'promote']))
      .option('--provider <name>', 'only of this sender')
      .option('--endpoint <name>', 'only of this endpoint')
      .option('--since <instant>', 'only those received since, such as 2026-11-23T10:00Z or 24h', since),
  run: async (parts, options, [verb = 'list'] = []) => {
    const filter = filterOf(options);
    switch (verb) {
      case 'verify':
        return verify(parts, { senders: senders(), filter });
      case 'promote':
        await noteAct(parts.db, { act: 'rejected', subject: 'what is the sender’s own', details: { verb } });
        return promote(parts, { senders: senders(), filter });
      default:
        return list(parts, parts.db.collection<RejectedDelivery>('rejected'), filter);
    }
  },
});

function filterOf(options: Readonly<Record<string, unknown>>): Filter<RejectedDelivery> {
  const [provider, endpoint] = [textOf(options['provider']), textOf(options['endpoint'])];
  return {
    ...(provider !== undefined && { provider }),
    ...(endpoint !== undefined && { endpoint }),
    ...(options['since'] instanceof Date && { receivedAt: { $gte: options['since'] } }),
  };
}
