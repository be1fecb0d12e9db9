/** `npm run job -- active-calls`: the vendors' calls in progress, each 15 seconds by the clock; what is news is appended. */
import type { Command } from 'commander';
import { createPulledLog } from '../../ingest/contract.ts';
import type { Job } from '../job.ts';
import { pollConversations } from './elevenlabs.ts';
import { createTally } from './tally.ts';
import { pollCalls } from './twilio.ts';
import { configured } from './vendors.ts';
import type { Walk } from './walk.ts';

/** The job. By the clock it speaks only of news. */
export const activeCalls: Job = {
  name: 'active-calls',
  summary: 'ask the vendors for calls in progress, so that active calls are right without a callback',
  schedule: '*/15 * * * * *',
  needsVendors: true,
  describe: (command: Command) => command.option('--provider <name>', 'only elevenlabs or twilio', 'all'),
  async run(parts, { provider }) {
    const { db, log, signal, metrics, vendors } = parts;
    const now = new Date();
    let failed = false;
    const byHand = provider !== undefined;
    const say = (line: string): void => {
      if (byHand) parts.print(line);
    };
    for (const one of configured(vendors, provider, say)) {
      const tally = createTally(one, metrics);
      const walk: Walk & { now: Date } = { db, log, signal, tally, now, pulled: createPulledLog(db) };
      try {
        if (one === 'elevenlabs' && vendors?.elevenlabs)
          await pollConversations({ ...walk, api: vendors.elevenlabs });
        if (one === 'twilio' && vendors?.twilio) await pollCalls(walk, vendors.twilio);
      } catch (error) {
        signal.throwIfAborted();
        failed = true;
        log.error({ err: error, vendor: one }, 'asking a vendor for calls in progress');
      }
      failed ||= tally.of('failed') > 0;
      const news = tally.of('active');
      if (news > 0 || byHand) parts.print(`${one}: ${news} states of calls in progress are news`);
    }
    return failed ? 'failed' : 'done';
  },
};
