/** `npm run job -- rebuild`: makes calls and views anew from the log beside those in use, and shows, takes back or drops versions. */
import { Argument, InvalidArgumentError, type Command } from 'commander';
import { FACTS_VERSION } from '../../ingest/contract.ts';
import { alone, dropVersions, flipTo, readPointer, RebuildRefused } from '../../projector/contract.ts';
import { noteAct } from '../acts.ts';
import type { Job, JobParts, JobResult } from '../job.ts';
import { count, since } from '../option-words.ts';
import { tableOf } from '../table.ts';
import { rebuildRange } from './range.ts';
import { runRebuild } from './run.ts';

/** Two keep this process and the server both at work; more would only meet in the same calls. */
const WORKERS = 2;
/** Buckets that are printed, and hours recounted, unless told otherwise. */
const SHOWN = 100;
const HOURS = 24;

/** The job. */
export const rebuild: Job = {
  name: 'rebuild',
  summary:
    'make calls and views anew from the log, beside those in use, or a range of them in place; list, flip, rollback or drop versions',
  describe: (command: Command) =>
    command
      .addArgument(
        new Argument('[verb]', 'what to do')
          .choices(['run', 'range', 'list', 'flip', 'rollback', 'drop'])
          .default('run'),
      )
      .argument('[version]', 'flip, drop: which one')
      .option('--workers <n>', 'run: batches that are folded at once', workers, WORKERS)
      .option('--show <n>', 'run: differing buckets that are printed', count, SHOWN)
      .option(
        '--hours <n>',
        'run: hours that are recounted, at random and where buckets differ',
        count,
        HOURS,
      )
      .option('--hold', 'run: stop before the flip')
      .option('--from <instant>', 'range: from the hour that holds it, such as 2026-11-23T10:00Z', since)
      .option(
        '--to <instant>',
        'range: to before the hour that holds it; the end of the calls when left out',
        since,
      ),
  async run(parts, options, args = []) {
    try {
      return await runVerb(parts, options, args);
    } catch (error) {
      if (!(error instanceof RebuildRefused)) throw error;
      parts.print(error.message);
      return 'failed';
    }
  },
};

async function runVerb(
  parts: JobParts,
  options: Readonly<Record<string, unknown>>,
  [verb = 'run', word]: readonly string[],
): Promise<JobResult> {
  const { db, print, signal } = parts;
  const loner = { client: db.client, db, workers: 0, signal };
  const version = word === undefined ? undefined : count(word);
  if (verb !== 'list') {
    const subject = version === undefined ? 'version' : `version ${version}`;
    await noteAct(db, { act: 'rebuild', subject, details: { verb } });
  }
  switch (verb) {
    case 'range':
      return rebuildRange(parts, { fromAt: dateOf(options['from']), toAt: dateOf(options['to']) });
    case 'list':
      return list(parts);
    case 'flip':
      if (version === undefined) throw new RebuildRefused('flip needs a version; list shows them');
      await alone(loner, (place) => flipTo(place, version));
      print(`version ${version} is in use`);
      return 'done';
    case 'rollback': {
      const pointer = await alone(loner, (place) => flipTo(place, null));
      print(`version ${pointer.version} is in use again`);
      return 'done';
    }
    case 'drop': {
      const dropped = await alone(loner, (place) => dropVersions(place, version));
      print(dropped.length === 0 ? 'there is nothing to drop' : `dropped: version ${dropped.join(', ')}`);
      return 'done';
    }
    default:
      return runRebuild(parts, {
        workers: numberOf(options['workers'], WORKERS),
        factsVersion: FACTS_VERSION,
        shown: numberOf(options['show'], SHOWN),
        hours: numberOf(options['hours'], HOURS),
        hold: options['hold'] === true,
      });
  }
}

async function list({ db, print }: JobParts): Promise<JobResult> {
  const { version, before, versions } = await readPointer(db.collection('pointers'));
  const rows = versions.map((one) => [
    one.version,
    one.version === version ? 'in use' : one.state.replace('_', ' '),
    one.version === before ? 'before' : '',
    one.factsVersion,
    one.at.toISOString(),
    one.because ?? '',
  ]);
  for (const line of tableOf(['version', 'state', '', 'facts from', 'begun', 'because'], rows)) print(line);
  return 'done';
}

function numberOf(value: unknown, byDefault: number): number {
  return typeof value === 'number' ? value : byDefault;
}

function dateOf(value: unknown): Date | null {
  return value instanceof Date ? value : null;
}

function workers(text: string): number {
  if (!/^([1-9]|1[0-6])$/.test(text)) throw new InvalidArgumentError('a number of 1 to 16 is needed');
  return Number(text);
}
