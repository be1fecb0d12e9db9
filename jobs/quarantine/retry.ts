/** `quarantine retry`: reads what was quarantined again with today's code; what can be read is in the log before it leaves quarantine. */
import type { Filter } from 'mongodb';
import {
  createKeeper,
  takeUp,
  type Kept,
  type Keeper,
  type QuarantinedDelivery,
  type Senders,
} from '../../ingest/contract.ts';
import { inBatches } from '../batches.ts';
import type { JobParts, JobResult } from '../job.ts';
import { startProgress } from '../progress.ts';
import { tableOf } from '../table.ts';
import { SHOWN_DIGITS, type Quarantined } from './choose.ts';

/** What is to be retried, and whether rightly signed deliveries that were too old are meant too. */
export type Retry = { filter: Filter<QuarantinedDelivery>; stale: boolean };

/** What became of one document: it left for the log, was left alone as too old, or stays for the reason told. */
export type Retried = { left: 'promoted'; kept: Kept } | { left: 'stale' } | { left: 'stays'; why: string };

const LISTED = 50;

/**
 * Retries documents. Killed at any point, the same again goes on: an event in the log twice is a duplicate.
 * @param parts what the job works with
 * @param senders of today's settings
 * @param asked which
 * @returns `failed` where something stays
 */
export async function retry(parts: JobParts, senders: Senders, asked: Retry): Promise<JobResult> {
  const { db, log, print, signal } = parts;
  const quarantine = db.collection<QuarantinedDelivery>('quarantine');
  const keeper = await createKeeper(db, senders, log);
  const tally = { promoted: 0, stored: 0, stale: 0 };
  const staying: { one: QuarantinedDelivery; why: string }[] = [];
  const total = await quarantine.countDocuments(asked.filter);
  const progress = startProgress({ what: 'reading quarantine again', total, log });
  const found = quarantine.find(asked.filter, { sort: { _id: 1 } });
  for await (const batch of inBatches(found, ({ body }) => body.length())) {
    const results = await Promise.all(
      batch.map((one) => retryOne({ quarantine, keeper, senders }, one, asked)),
    );
    results.forEach((result, at) => {
      const one = batch[at];
      if (result.left === 'stays' && one !== undefined) staying.push({ one, why: result.why });
      else if (result.left === 'stale') tally.stale += 1;
      else if (result.left === 'promoted') {
        tally.promoted += 1;
        tally.stored += result.kept.fates.filter(
          (fate) => fate !== 'duplicate' && fate !== 'quarantined',
        ).length;
      }
    });
    progress.advance(batch.length, `${tally.promoted} promoted`);
    if (signal.aborted) break;
  }
  progress.stop();
  const rows = staying
    .slice(0, LISTED)
    .map(({ one, why }) => [one._id.slice(0, SHOWN_DIGITS), `${one.provider}/${one.endpoint}`, why]);
  if (rows.length > 0) for (const line of tableOf(['id', 'from', 'stays because'], rows)) print(line);
  print(
    `${tally.promoted} promoted (${tally.stored} new events), ${staying.length} stay` +
      (tally.stale > 0 ? `, ${tally.stale} too old left alone: --stale reads them too` : ''),
  );
  if (signal.aborted) print('stopped before the end: the same again goes on');
  return staying.length > 0 || signal.aborted ? 'failed' : 'done';
}

/** What one retry works with. */
export type RetryParts = { quarantine: Quarantined; keeper: Keeper; senders: Senders };

/**
 * Retries one document: append, durable, then remove. A kill between leaves it to be found a duplicate next time.
 * @param parts what it works with
 * @param one the document
 * @param asked whether stale ones are meant
 */
export async function retryOne(
  { quarantine, keeper, senders }: RetryParts,
  one: QuarantinedDelivery,
  asked: Pick<Retry, 'stale'>,
): Promise<Retried> {
  if (one.reason === 'stale' && !asked.stale) return { left: 'stale' };
  const taken = takeUp(senders, one);
  if (taken === null) return { left: 'stays', why: 'its endpoint is no longer configured' };
  const { endpoint, delivery, verdict } = taken;
  const { provider, settings, settingsVersion } = endpoint;
  // It was verified when it came; which secret it was may be gone by now, and an element of an array has no signature of its own.
  const vouched = verdict.ok
    ? verdict
    : { ok: true as const, scheme: 'quarantine', secretId: 'none', skewMs: null };
  const verified = { provider, settings, settingsVersion, delivery, verdict: vouched };
  const kept = await keeper.keep(verified, 'quarantine');
  if (!kept.durable) return { left: 'stays', why: 'the database did not acknowledge: try again' };
  const still = kept.unread.find(({ id }) => id === one._id);
  if (still !== undefined) {
    const { reason, issues } = still;
    // A stale one stays marked as such, so that no retry reads it unasked.
    if (one.reason !== 'stale') await quarantine.updateOne({ _id: one._id }, { $set: { reason, issues } });
    return { left: 'stays', why: [reason, ...issues].join(' ') };
  }
  await quarantine.deleteOne({ _id: one._id }, { writeConcern: { w: 'majority', journal: true } });
  return { left: 'promoted', kept };
}
