/** `rebuild range`: hours of the version in use made what the log says, newest first, since those are looked at most. */
import { alone, DAY_MS, HOUR_MS, mendDay, mendHour, RebuildRefused } from '../../projector/contract.ts';
import type { JobParts, JobResult } from '../job.ts';
import { startProgress } from '../progress.ts';

/** Which hours: from the one that holds `fromAt` to before the one that holds `toAt`; null is the end of the present hour. */
export type Range = { fromAt: Date | null; toAt: Date | null };

/**
 * Rebuilds a range in place. Each hour is mended by itself, so a killed run has done what it printed and can be started again.
 * @param parts database, log and printer
 * @param range which hours
 * @throws RebuildRefused where the range is none, or another rebuild is under way
 */
export async function rebuildRange(parts: JobParts, { fromAt, toAt }: Range): Promise<JobResult> {
  const { db, log, print } = parts;
  if (fromAt === null) throw new RebuildRefused('range needs --from, and may have --to');
  const fromMs = hourOf(fromAt);
  const toMs = toAt === null ? hourOf(new Date()) + HOUR_MS : hourOf(toAt);
  if (fromMs >= toMs) throw new RebuildRefused('the range holds no hour: --from is not before --to');
  const total = (toMs - fromMs) / HOUR_MS;
  const done = { hours: 0, calls: 0, buckets: 0 };
  await alone({ client: db.client, db, workers: 0, signal: parts.signal }, async ({ signal, ...place }) => {
    const progress = startProgress({ what: 'mending hours', total, log });
    try {
      for (let hourMs = toMs - HOUR_MS; hourMs >= fromMs; hourMs -= HOUR_MS) {
        signal.throwIfAborted();
        const isDaysFirst = hourMs % DAY_MS === 0 || hourMs === fromMs;
        const mended = [await mendHour(place, hourMs)];
        if (isDaysFirst) mended.push(await mendDay(place, Math.floor(hourMs / DAY_MS) * DAY_MS));
        const calls = mended.reduce((sum, one) => sum + one.calls, 0);
        const buckets = mended.reduce((sum, one) => sum + one.buckets, 0);
        done.hours += 1;
        done.calls += calls;
        done.buckets += buckets;
        progress.advance(1, `${done.calls} calls, ${done.buckets} buckets`);
        if (calls + buckets > 0)
          print(`  ${new Date(hourMs).toISOString()}: ${calls} calls and ${buckets} buckets mended`);
      }
    } finally {
      progress.stop();
    }
  });
  print(`${done.hours} hours held against the log: ${done.calls} calls and ${done.buckets} buckets mended`);
  return 'done';
}

function hourOf(at: Date): number {
  return Math.floor(at.getTime() / HOUR_MS) * HOUR_MS;
}
