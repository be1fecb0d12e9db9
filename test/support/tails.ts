/** Both tails of the projector in a test's own process, on a test's database: quicker than processes where nothing is killed. */
import { randomUUID } from 'node:crypto';
import { createLog } from '../../ops/process/log.ts';
import { runProjector } from '../../projector/follow.ts';
import { runText } from '../../projector/text/follow.ts';
import type { Taken } from '../../projector/text/take.ts';
import type { World } from './world.ts';

/**
 * Starts both tails, or one.
 * @param world a prepared database
 * @param which the tails that run
 * @returns sums of what the text tail tells; disposing it stops both and waits for them
 */
export function openTails(world: World, which: readonly ('views' | 'text')[] = ['views', 'text']) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const log = createLog('test', 'silent');
  const { client, db } = world;
  const told: Record<keyof Taken, number> = {
    ...{ written: 0, nothing: 0, own: 0, failed: 0 },
    ...{ scored: 0, again: 0, labelled: 0, refused: 0 },
  };
  const sessions = [client.startSession(), client.startSession()] as const;
  const holder = randomUUID();
  const run = {
    views: () =>
      runProjector({
        applicant: { client, db, name: 'views', holder, session: sessions[0] },
        log,
        observer: { leading: () => undefined, committed: () => undefined, historyLost: () => undefined },
        signal,
      }),
    text: () =>
      runText({
        applicant: { client, db, name: 'text', holder, session: sessions[1] },
        log,
        observer: {
          taken: (taken) => {
            for (const key of Object.keys(told) as (keyof Taken)[]) told[key] += taken[key];
          },
          historyLost: () => undefined,
        },
        signal,
      }),
  };
  const running = which.map((name) => run[name]());
  return {
    told,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(running);
      await Promise.all(sessions.map((session) => session.endSession()));
    },
  };
}
