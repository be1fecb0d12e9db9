/** One rebuild from begin to flip: built, compared, recounted, and only then shown. */
import {
  alone,
  buildVersion,
  flipTo,
  readPointer,
  type Built,
  type Workshop,
} from '../../projector/contract.ts';
import type { JobParts, JobResult } from '../job.ts';
import { startProgress, type Progress } from '../progress.ts';
import { examine, type Extent } from './examine.ts';

/** How to rebuild: `hold` stops before the flip. */
export type RebuildPlan = Extent & { workers: number; factsVersion: number; hold: boolean };

const WHAT = { events: 'folding events', calls: 'counting calls' } as const;

/**
 * Rebuilds. A version that a killed run left ready is gone on with; one that was not ready is built anew.
 * @param parts database, log and printer
 * @param plan how
 * @returns failed where the new version is not what the log says: it is then not shown
 */
export async function runRebuild(parts: JobParts, plan: RebuildPlan): Promise<JobResult> {
  const { db } = parts;
  const { workers } = plan;
  return alone({ client: db.client, db, workers, signal: parts.signal }, async (workshop) => {
    const { signal } = workshop;
    const from = (await readPointer(db.collection('pointers'))).version;
    const to = (await readyVersion(parts)) ?? (await build(parts, workshop, plan)).version;
    parts.print(`version ${to} against version ${from}, which is in use:`);
    const { differing, hours, drift } = await examine({ ...parts, signal }, { from, to }, plan);
    parts.print(`${differing} buckets differ; ${hours} hours recounted from the log, ${drift.length} differ`);
    if (drift.length > 0) {
      for (const one of drift.slice(0, plan.shown)) parts.log.error(one, 'a rebuilt bucket is wrong');
      parts.print(`version ${to} is not shown; drop it with: rebuild drop ${to}`);
      return 'failed';
    }
    if (plan.hold) {
      parts.print(`version ${to} is followed and not shown; show it with: rebuild flip ${to}`);
      return 'done';
    }
    const { sequence } = await flipTo(workshop, to);
    parts.print(
      `version ${to} is in use since sequence ${sequence}; back: rebuild rollback, for good: rebuild drop`,
    );
    return 'done';
  });
}

/** A version that is followed and never was in use: what a killed run had ready. */
async function readyVersion({ db, print }: JobParts): Promise<number | null> {
  const { version, before, versions } = await readPointer(db.collection('pointers'));
  const ready = versions.find(
    (one) => one.state === 'followed' && one.version !== version && one.version !== before,
  );
  if (ready === undefined) return null;
  print(`version ${ready.version} is ready since an earlier run`);
  return ready.version;
}

async function build(
  { log, print }: JobParts,
  workshop: Workshop,
  { factsVersion }: RebuildPlan,
): Promise<Built> {
  const begun = performance.now();
  let progress: Progress | undefined;
  let done = 0;
  let sinceMs = 0;
  const built = await buildVersion(
    { ...workshop, factsVersion },
    {
      began(what, total) {
        [done, sinceMs] = [0, performance.now()];
        progress = startProgress({ what: WHAT[what], total, log });
      },
      advanced(by) {
        done += by;
        const seconds = (performance.now() - sinceMs) / 1_000;
        progress?.advance(by, `${done}, ${Math.round(done / Math.max(seconds, 0.001))}/s`);
      },
      ended: () => progress?.stop(),
    },
  ).finally(() => progress?.stop());
  const seconds = (performance.now() - begun) / 1_000;
  print(
    `version ${built.version}: ${built.events} events, ${built.calls} calls, ${built.buckets} buckets in ${seconds.toFixed(1)} s; written with the version in use since sequence ${built.sequence}`,
  );
  return built;
}
