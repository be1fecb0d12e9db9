/** Reads what keeps the numbers right: how long the tails may stand still, what was refused or sent twice otherwise, how the jobs went. */
import { MongoServerError, Timestamp, type Db } from 'mongodb';
import type { StoredEvent } from '../../ingest/contract.ts';
import { isUnavailable } from '../../ops/process/mongo.ts';
import { readRunways } from '../../projector/contract.ts';

/** One job by the clock: when it last ran, whether that run failed, how many did. */
export type JobState = {
  name: string;
  lastStartedAt: Date | null;
  lastSuccessAt: Date | null;
  isFailing: boolean;
  runs: number;
  failures: number;
};

type JobRecord = Omit<JobState, 'name' | 'isFailing'> & {
  _id: string;
  lastError: string | null;
  lastReport: string | null;
};

const DAY_SECONDS = 24 * 3_600;
/** A day of a busy log is long: what takes longer to count is not counted for a page. */
const MOST_MS = 300;
/** The server's word that the time it was given is up. */
const TIME_IS_UP = 50;

/**
 * Reads the upkeep.
 * @param db the database
 * @returns numbers and states; null for what this server does not tell, or not in time
 */
export async function readUpkeep(db: Db) {
  const [runwaySeconds, variantsOfDay, rejected, records] = await Promise.all([
    runwaysIn(db),
    variantsIn(db),
    db.collection('rejected').estimatedDocumentCount(),
    db.collection<JobRecord>('jobs').find().sort({ _id: 1 }).limit(100).toArray(),
  ]);
  const reconciled = records.find(({ _id }) => _id === 'reconcile');
  return {
    runwaySeconds,
    variantsOfDay,
    rejected,
    jobs: records.map(({ _id, lastStartedAt, lastSuccessAt, lastError, runs, failures }): JobState => ({
      ...{ name: _id, lastStartedAt: lastStartedAt ?? null, lastSuccessAt: lastSuccessAt ?? null },
      ...{ isFailing: typeof lastError === 'string', runs, failures },
    })),
    // Counts by provider, as the job prints them; no other job's words are shown.
    reconciled:
      reconciled === undefined
        ? null
        : { at: reconciled.lastSuccessAt ?? null, report: reconciled.lastReport ?? null },
  };
}

/** A server that does not let its oplog be read still has a status; one that is away has none. */
async function runwaysIn(db: Db): Promise<Awaited<ReturnType<typeof readRunways>> | null> {
  try {
    return await readRunways(db);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    return null;
  }
}

/** Events of the last day that came under an id that was taken by other bytes; null where they are too many to be looked through in time. */
async function variantsIn(db: Db): Promise<number | null> {
  const since = new Timestamp({ t: Math.floor(Date.now() / 1_000) - DAY_SECONDS, i: 0 });
  try {
    return await db
      .collection<StoredEvent>('events')
      .countDocuments({ logAt: { $gte: since }, flags: 'variant' }, { maxTimeMS: MOST_MS, hint: 'logAt' });
  } catch (error) {
    if (error instanceof MongoServerError && error.code === TIME_IS_UP) return null;
    throw error;
  }
}
