/** What a walk over a vendor's calls works with, and how it appends what it has found. */
import type { Db } from 'mongodb';
import type { PulledEvent, PulledLog } from '../../ingest/contract.ts';
import type { Log } from '../../ops/process/log.ts';
import type { ReconcileResult } from './results.ts';
import type { Tally } from './tally.ts';

/** The parts of a walk. */
export type Walk = {
  db: Db;
  pulled: PulledLog;
  tally: Tally;
  log: Log;
  signal: AbortSignal;
};

/** Query parameters of a list, in order; a name may come more than once. */
export type Filters = readonly [name: string, value: string][];

/** Requests that are under way at once with one vendor. */
export const REQUESTS_AT_ONCE = 4;
/** More pages than this are no list but a loop: at 100 a page, half a million calls. */
export const MOST_PAGES = 5_000;

/**
 * Appends one event and counts it.
 * @param record what to append
 * @param as how it counts when it is new; one that is in the log already counts for nothing
 */
export async function append(
  { pulled, tally, log }: Walk,
  record: PulledEvent['record'],
  as: ReconcileResult,
): Promise<void> {
  const outcome = await pulled.append(record);
  switch (outcome.fate) {
    case 'stored':
    case 'variant':
      tally.count(as);
      return;
    case 'duplicate':
      return;
    case 'failed':
      log.error({ err: outcome.error, partId: record.event.partId }, 'appending a call that was fetched');
      tally.count('failed');
      return;
    case 'overloaded':
    case 'unavailable':
      throw new Error(`the log does not acknowledge: ${outcome.fate}`);
  }
}
