/** `parked retry`: an event of our own for each, appended to the log; the projector folds it, and what became of it is told. */
import type { Binary, Db } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAppend, eventRetried, type StoredEvent } from '../../ingest/contract.ts';
import type { ParkedEvent, StoredUpdate } from '../../projector/contract.ts';
import type { JobParts, JobResult } from '../job.ts';
import { tableOf } from '../table.ts';
import { allParked, HEADING, rowOf, type Parked } from './choose.ts';

/** How long the projector is waited for, and how often it is looked. */
const WAIT = { mostMs: 20_000, beatMs: 100 };

type Retry = { of: Parked; id: Binary };

/**
 * Retries parked events. Killed at any point, the same again goes on: one parking is retried by one event.
 * @param parts what the job works with
 * @param chosen which
 * @returns `failed` where one is parked again, was not taken up in time, or is gone from the log
 */
export async function retry(parts: JobParts, chosen: readonly Parked[]): Promise<JobResult> {
  const { db, print, log } = parts;
  const { retries, gone } = await appendRetries(db, chosen);
  const waiting = await unheard(parts, retries);
  const before = new Map(chosen.map(({ _id, sequence }) => [_id.toString('hex'), sequence]));
  const again = (await allParked(db)).filter(({ _id, sequence }) => {
    const parkedBy = before.get(_id.toString('hex'));
    return parkedBy !== undefined && parkedBy !== sequence;
  });
  const counted = retries.length - waiting.length - again.length;
  if (again.length > 0) for (const line of tableOf(HEADING, again.map(rowOf))) print(line);
  print(`${counted} in the views now, ${again.length} parked again`);
  if (waiting.length > 0)
    print(`${waiting.length} asked for, and not taken up yet: is a projector running? parked list will tell`);
  if (gone.length > 0) print(`${gone.length} are gone from the log and cannot be retried`);
  log.info({ counted, again: again.length, waiting: waiting.length }, 'parked events retried');
  return again.length + waiting.length + gone.length > 0 ? 'failed' : 'done';
}

async function appendRetries(
  db: Db,
  chosen: readonly Parked[],
): Promise<{ retries: Retry[]; gone: Parked[] }> {
  const now = new Date();
  const known = chosen.flatMap((of) => (of.event === null ? [] : [{ of, event: of.event }]));
  const gone = chosen.filter(({ event }) => event === null);
  if (known.length === 0) return { retries: [], gone };
  const append = createAppend(db.collection<StoredEvent>('events'));
  const results = await append(
    known.map(({ of, event }) => eventRetried({ ...event, parkedBy: of.sequence }, now)),
  );
  const retries = known.map(({ of }, at): Retry => {
    const result = results[at];
    if (result === undefined || result instanceof Error)
      throw new Error('appending a retry', { cause: result });
    return { of, id: result.id };
  });
  return { retries, gone };
}

/** The retries that no commit covers after a while. */
async function unheard({ db, signal }: JobParts, retries: readonly Retry[]): Promise<Retry[]> {
  const updates = db.collection<StoredUpdate>('updates');
  let waiting = [...retries];
  for (const until = performance.now() + WAIT.mostMs; waiting.length > 0;) {
    const covered = await Promise.all(
      waiting.map(async ({ of, id }) => {
        const update = await updates.findOne({ events: id }, { projection: { _id: 1 } });
        if (update !== null) return true;
        // The update may have gone by age: then it is as the event itself stands.
        const parked = await db.collection<ParkedEvent>('parked').findOne({ _id: of._id });
        return parked?.sequence !== of.sequence;
      }),
    );
    waiting = waiting.filter((_, at) => covered[at] !== true);
    if (waiting.length === 0 || signal.aborted || performance.now() > until) break;
    await sleep(WAIT.beatMs);
  }
  return waiting;
}
