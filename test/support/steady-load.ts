/** A steady stream of random histories of many calls into a log, for tests of what must stay right while events come. */
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TailedEvent } from '../../ingest/contract.ts';
import { anyEvent, scopedEvent } from './events.ts';
import { appendEvents } from './log-writer.ts';
import type { World } from './world.ts';

const BEAT_MS = 20;

/**
 * Keeps appending until stopped.
 * @param world a prepared database
 * @param load the seed of the histories, and how many events are appended every 20 ms
 * @returns how to stop it, which tells how many events the log holds then
 */
export function steadyLoad(
  world: World,
  { seed, eventsABeat }: { seed: number; eventsABeat: number },
): { stop(): Promise<number> } {
  const sample = fc.sample(anyEvent, { numRuns: 2_000, seed });
  const state = { running: true };
  const done = (async () => {
    for (let beat = 0; state.running; beat++) {
      const batch: TailedEvent[] = [];
      for (let n = 0; n < eventsABeat; n++) {
        const index = beat * eventsABeat + n;
        const event = sample[index % sample.length];
        if (event !== undefined) batch.push(scopedEvent(event, Math.floor(index / 5)));
      }
      await appendEvents(world.db, batch).catch((error: unknown) => {
        if (!(error instanceof Error && error.message.includes('E11000'))) throw error;
      });
      await sleep(BEAT_MS);
    }
    return world.db.collection('events').countDocuments();
  })();
  return {
    stop() {
      state.running = false;
      return done;
    },
  };
}
