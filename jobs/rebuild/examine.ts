/** What is found out about a new version before readers see it: where it differs from the one in use, and whether it is right. */
import type { Db } from 'mongodb';
import { collectionIn, HOUR_MS, RebuildRefused, type StoredCall } from '../../projector/contract.ts';
import { auditHour } from '../audit/audit.ts';
import type { Difference } from '../audit/compare.ts';
import type { JobParts } from '../job.ts';
import { differencesBetween, lineOf, type Compared } from './difference.ts';

/** What was found: how many buckets differ from those in use, and which of the new ones differ from a recount of the log. */
export type Examined = { differing: number; hours: number; drift: Difference[] };

/** How much is looked at: differences printed, hours recounted where there is one, and hours recounted at random. */
export type Extent = { shown: number; hours: number };

const QUARTERS = [0, 1, 2, 3];

/**
 * Compares a version with the one in use, prints each bucket that differs, and recounts hours of the new one from the log.
 * @param parts database and printer
 * @param compared the version in use and the new one
 * @param extent how much is looked at
 */
export async function examine(
  { db, print, signal }: Pick<JobParts, 'db' | 'print' | 'signal'>,
  compared: Compared,
  extent: Extent,
): Promise<Examined> {
  let differing = 0;
  const hoursMs = new Set<number>();
  for await (const difference of differencesBetween(db, compared)) {
    signal.throwIfAborted();
    differing += 1;
    if (differing <= extent.shown) print(`  ${lineOf(difference)}`);
    const isHour = difference.collection.endsWith('_hourly');
    if (isHour && hoursMs.size < extent.hours) hoursMs.add(difference.id.at.getTime());
  }
  if (differing > extent.shown) print(`  and ${differing - extent.shown} more`);
  for (const hourMs of await hoursAtRandom(db, compared.to, extent.hours)) hoursMs.add(hourMs);
  const drift: Difference[] = [];
  for (const hourMs of hoursMs) {
    signal.throwIfAborted();
    const audited = await auditHour(db, { hourMs, quarters: QUARTERS, version: compared.to });
    if (audited === null)
      throw new RebuildRefused('the projector reads the log anew: nothing can be said yet');
    drift.push(...audited.differences);
  }
  return { differing, hours: hoursMs.size, drift };
}

async function hoursAtRandom(db: Db, version: number, size: number): Promise<number[]> {
  const sampled = await db
    .collection<StoredCall>(collectionIn('calls', version))
    .aggregate<Pick<StoredCall, 'startedAt'>>([{ $sample: { size } }, { $project: { startedAt: 1 } }])
    .toArray();
  return sampled.flatMap(({ startedAt }) =>
    startedAt instanceof Date ? [Math.floor(startedAt.getTime() / HOUR_MS) * HOUR_MS] : [],
  );
}
