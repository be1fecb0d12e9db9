/** Reads how the system stands: the head of the log, how far the views are, the last audit, and what waits for an operator. */
import type { Db } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent } from '../../ingest/contract.ts';
import type { Log } from '../../ops/process/log.ts';
import {
  collectionIn,
  readPointer,
  SCORER,
  VIEW_NAMES,
  viewCollection,
  WINDOW_NAMES,
  type Checkpoint,
  type StoredUpdate,
} from '../../projector/contract.ts';
import type { Moment } from './snapshot.ts';
import { readUpkeep } from './upkeep.repository.ts';

/** How many runs of the audit are looked at for drift: by the clock, an hour of them. */
const AUDITS_SEEN = 60;
/** How long a scrape may wait for one number. */
const SCRAPE_MS = 90;
const COUNT_MS = 1_000;
const MAJORITY = { readConcern: 'majority' } as const;

/** What is read of a run of the audit. */
type Audit = { at: Date; buckets: number; drift: number; hours: unknown[] };

/**
 * Reads the status.
 * @param db the database
 * @returns all of it, in plain reads that need no common moment
 */
export async function readStatus(db: Db) {
  const { version } = await readPointer(db.collection('pointers'));
  const [checkpoint, text, newest, head, audit, quarantined, parked, views, upkeep] = await Promise.all([
    db.collection<Checkpoint>('checkpoints').findOne({ _id: 'views' }, MAJORITY),
    db.collection<Checkpoint>('checkpoints').findOne({ _id: 'text' }, MAJORITY),
    db
      .collection<StoredUpdate>('updates')
      .find({}, { ...MAJORITY, projection: { behindMs: 1 } })
      .sort({ _id: -1 })
      .limit(1)
      .next(),
    headOf(db),
    lastAudit(db),
    db.collection('quarantine').estimatedDocumentCount(),
    db.collection('parked').estimatedDocumentCount(),
    viewsOf(db, version),
    readUpkeep(db),
  ]);
  const sequence = checkpoint?.sequence ?? 0;
  const at = sequence === 0 ? null : (checkpoint?.at ?? null);
  const moment: Moment = { sequence, at, leftOut: { rows: 0, names: [] } };
  return {
    moment,
    log: { lastReceivedAt: head?.receivedAt ?? null, factsVersion: head?.factsVersion ?? null },
    projector: {
      version,
      epoch: checkpoint?.epoch ?? null,
      reading: checkpoint?.position?.kind ?? null,
      sequence,
      asOf: at,
      behindMs: newest?.behindMs ?? null,
    },
    text: { reading: text?.position?.kind ?? null, asOf: text?.at ?? null },
    views,
    rules: { facts: head?.factsVersion ?? null, sentiment: { by: SCORER.scorer, version: SCORER.version } },
    lastAudit: audit,
    quarantined,
    parked,
    ...upkeep,
  };
}

/**
 * How many deliveries are in quarantine.
 * @param db the database
 * @param log told where the database cannot be asked
 * @returns their number, NaN where it cannot be told: one gauge must not fail a whole scrape
 */
export async function quarantinedIn(db: Db, log: Pick<Log, 'warn'>): Promise<number> {
  const late = new AbortController();
  // The driver's own bound does not hold where it looks for a server in vain: a scrape would wait for seconds.
  const waiting = sleep(SCRAPE_MS, null, { signal: late.signal });
  const counting = db.collection('quarantine').estimatedDocumentCount({ timeoutMS: COUNT_MS });
  try {
    const count = await Promise.race([counting, waiting]);
    if (count !== null) return count;
    counting.catch((error: unknown) => log.warn({ err: error }, 'counting the quarantine'));
    return NaN;
  } catch (error) {
    log.warn({ err: error }, 'counting the quarantine');
    return NaN;
  } finally {
    waiting.catch(() => undefined);
    late.abort();
  }
}

function headOf(db: Db): Promise<Pick<StoredEvent, 'receivedAt' | 'factsVersion'> | null> {
  return db
    .collection<StoredEvent>('events')
    .find({}, { ...MAJORITY, projection: { receivedAt: 1, factsVersion: 1 } })
    .sort({ logAt: -1 })
    .limit(1)
    .next();
}

/** The last run, and how many of the latest found a difference. */
async function lastAudit(db: Db) {
  const runs = await db
    .collection<Audit>('audits')
    .find({}, { ...MAJORITY, projection: { at: 1, buckets: 1, drift: 1, hours: 1 } })
    .sort({ at: -1 })
    .limit(AUDITS_SEEN)
    .toArray();
  const [last] = runs;
  if (last === undefined) return null;
  const { at, buckets, drift, hours } = last;
  const withDrift = runs.filter((run) => run.drift > 0);
  return {
    ...{ at, buckets, drift, hours: hours.length },
    runsLookedAt: runs.length,
    runsWithDrift: withDrift.length,
    lastDriftAt: withDrift[0]?.at ?? null,
  };
}

function viewsOf(db: Db, version: number) {
  return Promise.all(
    VIEW_NAMES.flatMap((view) =>
      WINDOW_NAMES.map(async (window) => {
        const name = collectionIn(viewCollection(view, window), version);
        const buckets = await db.collection(name).estimatedDocumentCount();
        return { view, window, buckets };
      }),
    ),
  );
}
