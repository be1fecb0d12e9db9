/** Looks at the oplog now and then, so that a runway that grows short is told well before history is lost. */
import type { Db } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../ops/process/log.ts';
import { isUnavailable } from '../ops/process/mongo.ts';
import { readRunways, TAILS, type Tail } from './runway.ts';

/** Below this somebody should look: an hour is time to start a projector, or to give the oplog more room. */
export const SHORT_RUNWAY_SECONDS = 3_600;
/** Oplogs grow by minutes, and a scrape reads what was found last. */
const LOOK_EVERY_MS = 15_000;

/** What is looked at, who is told, and when to stop; `found` gets null where there is no runway to tell. */
export type Watch = {
  db: Db;
  log: Log;
  found: (tail: Tail, seconds: number | null) => void;
  signal: AbortSignal;
};

/**
 * Watches until stopped. Where `local` may not be read, that is said once and nothing is told: the tails need no such right.
 * @param watch what and for whom
 */
export async function watchRunway({ db, log, found, signal }: Watch): Promise<void> {
  const short = new Set<Tail>();
  let refused = false;
  const tell = (tail: Tail, seconds: number | null): void => {
    found(tail, seconds);
    const isShort = seconds !== null && seconds < SHORT_RUNWAY_SECONDS;
    if (isShort && !short.has(tail)) log.warn({ tail, seconds }, 'the oplog runway is short');
    if (!isShort && short.has(tail)) log.info({ tail, seconds }, 'the oplog runway is long enough again');
    if (isShort) short.add(tail);
    else short.delete(tail);
  };
  while (!signal.aborted) {
    try {
      const runways = await readRunways(db);
      for (const tail of TAILS) tell(tail, runways[tail]);
      refused = false;
    } catch (error) {
      for (const tail of TAILS) found(tail, null);
      if (isUnavailable(error)) log.warn({ err: error }, 'reading the oplog runway');
      else if (!refused) {
        refused = true;
        log.warn({ err: error }, 'the oplog runway is not measured: reading local.oplog.rs is refused');
      }
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
