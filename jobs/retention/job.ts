/** `npm run job -- retention`: takes away what has come of age, each kind for itself; no identity and no number ever goes with it. */
import type { Command } from 'commander';
import { noteAct } from '../acts.ts';
import type { Job, JobParts, JobResult } from '../job.ts';
import { since } from '../option-words.ts';
import { retireOld } from './bodies.ts';
import { deleteOldAudio, sweepOrphans } from './recordings.ts';
import { deleteOldTranscripts } from './transcripts.ts';

/** After how many days what goes; undefined: never. */
export type Ages = {
  RETAIN_BODIES_DAYS?: number | undefined;
  RETAIN_TRANSCRIPTS_DAYS?: number | undefined;
  RETAIN_AUDIO_DAYS?: number | undefined;
};

const DAY_MS = 24 * 3_600_000;
/** An upload takes minutes at most: pieces older than a day without an entry are of one that was cut. */
const ORPHAN_DAYS = 1;

/**
 * The job, each hour by the clock.
 * @param ages asked for when it runs
 */
export const createRetentionJob = (ages: () => Ages): Job => ({
  name: 'retention',
  summary: 'take away raw bodies, transcripts and recordings that have come of age; numbers and ids stay',
  schedule: '23 * * * *',
  describe: (command: Command) =>
    command
      .option('--bodies <age>', 'raw bodies older than this, such as 30d; else RETAIN_BODIES_DAYS', since)
      .option('--transcripts <age>', 'transcripts likewise; else RETAIN_TRANSCRIPTS_DAYS', since)
      .option('--audio <age>', 'recordings likewise; else RETAIN_AUDIO_DAYS', since)
      .option(
        '--orphans <age>',
        'pieces of recordings whose upload was cut, begun before; else a day',
        since,
      ),
  async run(parts, options) {
    const { RETAIN_BODIES_DAYS, RETAIN_TRANSCRIPTS_DAYS, RETAIN_AUDIO_DAYS } = ages();
    const limit = (name: string, days: number | undefined): Date | null => {
      const asked = options[name];
      if (asked instanceof Date) return asked;
      return days === undefined ? null : new Date(Date.now() - days * DAY_MS);
    };
    const limits = {
      bodies: limit('bodies', RETAIN_BODIES_DAYS),
      transcripts: limit('transcripts', RETAIN_TRANSCRIPTS_DAYS),
      recordings: limit('audio', RETAIN_AUDIO_DAYS),
    };
    const asked = Object.entries(limits).filter((one): one is [string, Date] => one[1] !== null);
    const details = Object.fromEntries(asked.map(([what, before]) => [what, before.toISOString()]));
    if (asked.length > 0)
      await noteAct(parts.db, { act: 'retention', subject: 'what has come of age', details });
    const results: JobResult[] = [
      await bodies(parts, limits.bodies),
      await others(parts, 'transcripts', {
        before: limits.transcripts,
        remove: deleteOldTranscripts,
      }),
      await others(parts, 'recordings', {
        before: limits.recordings,
        remove: deleteOldAudio,
      }),
      await others(parts, 'pieces of cut recordings', {
        before: limit('orphans', ORPHAN_DAYS),
        remove: sweepOrphans,
      }),
    ];
    if (parts.signal.aborted) parts.print('stopped before the end: the next run goes on');
    return results.includes('failed') ? 'failed' : 'done';
  },
});

async function bodies({ db, signal, print }: JobParts, before: Date | null): Promise<JobResult> {
  if (before === null) return 'done';
  const removed = await retireOld(db, before, signal);
  if (removed === null)
    print('bodies: none taken, since the projector has not read the log to its end: it may need them');
  else print(`bodies: ${removed} taken away, of before ${before.toISOString()}`);
  return 'done';
}

type Removal = {
  before: Date | null;
  remove: (db: JobParts['db'], before: Date, signal: AbortSignal) => Promise<number>;
};

async function others(
  { db, signal, print }: JobParts,
  what: string,
  { before, remove }: Removal,
): Promise<JobResult> {
  if (before === null) return 'done';
  const removed = await remove(db, before, signal);
  print(`${what}: ${removed} deleted, of before ${before.toISOString()}`);
  return 'done';
}
