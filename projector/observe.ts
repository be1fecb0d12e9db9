/** What the projector tells of its work, turned into metrics and log lines. */
import type { Log } from '../ops/process/log.ts';
import type { Observer } from './follow.ts';
import type { createProjectorMetrics } from './metrics.ts';
import type { TextObserver } from './text/follow.ts';
import type { Watch } from './watch-runway.ts';

/**
 * Makes the observer of a projector process.
 * @param metrics its metrics
 * @param log its log
 * @returns what `runProjector` reports to
 */
export function observe({ handles }: ReturnType<typeof createProjectorMetrics>, log: Log): Observer {
  return {
    leading(epoch) {
      handles.leader.set(epoch === null ? 0 : 1);
    },
    committed(commit, batch, tookMs) {
      handles.sequence.set(commit.sequence);
      handles.lastCommit.set(Date.now() / 1_000);
      if (commit.events === 0) {
        handles.lag.set(0);
        return;
      }
      handles.batchSize.observe(commit.events);
      handles.commitSeconds.observe(tookMs / 1_000);
      handles.events.inc({ result: 'applied' }, commit.events - commit.parked);
      if (commit.parked > 0) {
        handles.events.inc({ result: 'parked' }, commit.parked);
        log.error({ sequence: commit.sequence }, 'an event cannot be folded: parked');
      }
      const now = Date.now();
      let oldestMs = 0;
      for (const { event } of batch.items) {
        const ageMs = now - event.receivedAt.getTime();
        handles.freshness.observe(ageMs / 1_000);
        oldestMs = Math.max(oldestMs, ageMs);
      }
      handles.lag.set(oldestMs / 1_000);
    },
    historyLost() {
      handles.historyLost.inc();
    },
  };
}

/**
 * Makes the observer of a process's text tail.
 * @param metrics the process's metrics
 * @returns what `runText` reports to
 */
export function observeText({ handles }: ReturnType<typeof createProjectorMetrics>): TextObserver {
  return {
    taken(taken, oldestMs) {
      const { written, nothing, own, failed, ...scores } = taken;
      for (const [result, count] of Object.entries({ written, nothing, own, failed }))
        handles.textEvents.inc({ result }, count);
      for (const [result, count] of Object.entries(scores)) handles.textScores.inc({ result }, count);
      handles.textLast.set(Date.now() / 1_000);
      handles.textLag.set(oldestMs === null ? 0 : (Date.now() - oldestMs) / 1_000);
    },
    historyLost() {
      handles.historyLost.inc();
    },
  };
}

/**
 * What the runway's watcher reports to.
 * @param metrics the process's metrics
 * @returns takes the seconds of a tail, or null where there are none to tell
 */
export function observeRunway({ handles }: ReturnType<typeof createProjectorMetrics>): Watch['found'] {
  return (tail, seconds) => {
    if (seconds === null) handles.oplogRunway.remove({ tail });
    else handles.oplogRunway.set({ tail }, seconds);
  };
}
