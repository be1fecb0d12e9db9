/** How often something is done that is asked for again and again: at once, then never more often than it can bear. */

/** Asks for it to be done: when it can be borne, or at once. */
export type Pace = { ask(): void; askNow(): void; stop(): void };

/** A burst of one commit's pushes is one reason to load. */
const GATHER_MS = 30;
/** Faster than this nobody reads. */
const LEAST_MS = 200;
/** Of its time a page spends at most one part in so many on loading. */
const SHARE = 4;
const MOST_MS = 5_000;

/**
 * Paces something.
 * @param act what is done; only one runs at a time
 * @returns how it is asked for: the first is done at once, then the next after some times as long as the last one took
 */
export function createPace(act: () => Promise<void>): Pace {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isRunning = false;
  let isAskedAgain = false;
  let isUrgent = false;
  let freeAtMs = 0;
  const run = async (): Promise<void> => {
    timer = null;
    isRunning = true;
    const beganMs = performance.now();
    try {
      await act();
    } finally {
      isRunning = false;
      const tookMs = performance.now() - beganMs;
      freeAtMs = isUrgent ? 0 : performance.now() + Math.min(MOST_MS, Math.max(LEAST_MS, tookMs * SHARE));
      isUrgent = false;
      if (isAskedAgain) later();
    }
  };
  const later = (): void => {
    isAskedAgain = false;
    timer ??= setTimeout(() => void run(), Math.max(GATHER_MS, freeAtMs - performance.now()));
  };
  return {
    ask() {
      if (isRunning) isAskedAgain = true;
      else later();
    },
    askNow() {
      freeAtMs = 0;
      isAskedAgain = isRunning;
      isUrgent = isRunning;
      if (isRunning) return;
      if (timer !== null) clearTimeout(timer);
      void run();
    },
    stop() {
      isAskedAgain = false;
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
