/** `rejected verify` and `rejected promote`: judges refused requests anew, and puts into the log what is found to be the sender's own. */
import type { Collection, Filter } from 'mongodb';
import { createKeeper, type Keeper, type RejectedDelivery, type Senders } from '../../ingest/contract.ts';
import { inBatches } from '../batches.ts';
import type { JobParts, JobResult } from '../job.ts';
import { startProgress } from '../progress.ts';
import { createVerdicts, judge, type Judged, type Verdicts } from './verdicts.ts';

/** Which requests, and by whose secrets. */
export type Judging = { senders: Senders; filter: Filter<RejectedDelivery> };

type Each = (one: RejectedDelivery, judged: Judged) => Promise<void>;

/**
 * Counts what would verify now; changes nothing.
 * @param parts what the job works with
 * @param judging which, and by whose secrets
 */
export async function verify(parts: JobParts, judging: Judging): Promise<JobResult> {
  const verdicts = await judgeAll(parts, judging, () => Promise.resolve());
  tell(parts, verdicts);
  parts.print(
    `${verdicts.total('signed')} would verify now; nothing was changed: promote puts them into the log`,
  );
  return parts.signal.aborted ? 'failed' : 'done';
}

/**
 * Puts into the log what verifies, then takes it out of the ring. Killed at any point, the same again goes on.
 * @param parts what the job works with
 * @param judging which, and by whose secrets
 * @returns `failed` where something could not be kept
 */
export async function promote(parts: JobParts, judging: Judging): Promise<JobResult> {
  const { db, log, print, signal } = parts;
  const rejected = db.collection<RejectedDelivery>('rejected');
  const keeper = await createKeeper(db, judging.senders, log);
  const tally: Tally = { stored: 0, duplicate: 0, quarantined: 0, unkept: 0 };
  const verdicts = await judgeAll(parts, judging, (one, judged) =>
    promoteOne({ rejected, keeper, tally }, one, judged),
  );
  tell(parts, verdicts);
  print(
    `${verdicts.total('signed')} requests were the senders’ own: ${tally.stored} new events, ` +
      `${tally.duplicate} known already, ${tally.quarantined} quarantined`,
  );
  if (tally.unkept > 0) print(`${tally.unkept} were not acknowledged by the database and stay: try again`);
  if (signal.aborted) print('stopped before the end: the same again goes on');
  return tally.unkept > 0 || signal.aborted ? 'failed' : 'done';
}

function tell({ print }: JobParts, verdicts: Verdicts): void {
  const lines = verdicts.lines();
  if (lines.length > 1) for (const line of lines) print(line);
  const [cut, stale] = [verdicts.total('cut'), verdicts.total('stale')];
  if (cut > 0)
    print(`${cut} bodies were not kept whole and cannot be verified: pull those calls from the sender`);
  if (stale > 0) print(`${stale} were rightly signed and too old: promoted, they go to quarantine`);
}

async function judgeAll(
  { db, log, signal }: JobParts,
  { senders, filter }: Judging,
  each: Each,
): Promise<Verdicts> {
  const rejected = db.collection<RejectedDelivery>('rejected');
  const verdicts = createVerdicts();
  const total = await rejected.countDocuments(filter);
  const progress = startProgress({ what: 'judging refused requests', total, log });
  // In the order of arrival; what arrives meanwhile is met at the end, once.
  const found = rejected.find(filter, { sort: { _id: 1 } });
  for await (const batch of inBatches(found, ({ keptBytes }) => keptBytes)) {
    await Promise.all(
      batch.map(async (one) => {
        const judged = judge(senders, one);
        await each(one, judged);
        verdicts.count(one, judged);
      }),
    );
    progress.advance(batch.length, `${verdicts.total('signed')} verify`);
    if (signal.aborted) break;
  }
  progress.stop();
  return verdicts;
}

/** What became of the events of promoted requests. */
export type Tally = { stored: number; duplicate: number; quarantined: number; unkept: number };

/** What one promotion works with. */
export type PromoteParts = { rejected: Collection<RejectedDelivery>; keeper: Keeper; tally: Tally };

/**
 * Promotes one request: into the log, durable, then out of the ring.
 * @param parts what it works with
 * @param one the request
 * @param judged anything but a right signature leaves it where it is
 */
export async function promoteOne(
  { rejected, keeper, tally }: PromoteParts,
  one: RejectedDelivery,
  judged: Judged,
): Promise<void> {
  if (judged.verdict !== 'signed' && judged.verdict !== 'stale') return;
  const { endpoint, delivery, verdict } = judged.taken;
  const { provider, settings, settingsVersion } = endpoint;
  if (verdict.ok) {
    const verified = { provider, settings, settingsVersion, delivery, verdict };
    const kept = await keeper.keep(verified, 'quarantine');
    if (!kept.durable) {
      tally.unkept += 1;
      return;
    }
    for (const fate of kept.fates) {
      if (fate === 'duplicate' || fate === 'quarantined') tally[fate] += 1;
      else tally.stored += 1;
    }
  } else {
    // As the hot route does: outside its time window a signature proves too little, and its bytes are the sender's own.
    await keeper.quarantine(provider, delivery, { reason: 'stale', issues: [] });
    tally.quarantined += 1;
  }
  if (one._id !== undefined)
    await rejected.deleteOne({ _id: one._id }, { writeConcern: { w: 'majority', journal: true } });
}
