/** A reader of the api that asks again and again during a fault, each time for what is in no cache, and keeps what it was told. */
import { setTimeout as sleep } from 'node:timers/promises';

/** A reader at work. */
export type Reader = AsyncDisposable & {
  /** What should not have been: a status other than 200 and 503, a sequence that went back, an answer that took too long. */
  faults(): string[];
  /** How often it was answered with which status, and the longest wait, in milliseconds. */
  told(): { statuses: Record<string, number>; longestMs: number };
};

const BEAT_MS = 100;
/** No read may hang: the driver's limits and its one retry fit in here. */
const LONGEST_MS = 25_000;

/**
 * Starts to ask.
 * @param url of the api
 * @param headers with a key, where one is needed
 */
export function openReader(url: string, headers: Record<string, string>): Reader {
  const stop = new AbortController();
  const stopped = (): boolean => stop.signal.aborted;
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  let longestMs = 0;
  // A kept answer is true at its own sequence: of one question none goes back.
  const sequences = new Map<string, number>();
  const asking = (async () => {
    for (let n = 0; !stopped(); n += 1) {
      const beganMs = performance.now();
      const zone = n % 2 === 0 ? 'UTC' : 'Asia/Kathmandu';
      const path = `/api/db/analytics/outcomes?period=hour&timeZone=${zone}&agentId=agent_${n % 7}`;
      try {
        const answer = await fetch(url + path, { headers, signal: stop.signal });
        const body = (await answer.json()) as { data?: { freshness?: { sequence: number } } };
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        if (answer.status !== 200 && answer.status !== 503)
          faults.push(`${answer.status}: ${JSON.stringify(body)}`);
        const before = sequences.get(path) ?? 0;
        const told = body.data?.freshness?.sequence ?? before;
        if (told < before) faults.push(`sequence ${told} after ${before}`);
        sequences.set(path, told);
      } catch (error) {
        if (stopped()) return;
        faults.push(String(error));
      }
      const tookMs = performance.now() - beganMs;
      longestMs = Math.max(longestMs, tookMs);
      if (tookMs > LONGEST_MS) faults.push(`no answer for ${Math.round(tookMs)} ms`);
      await sleep(BEAT_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  return {
    faults: () => faults,
    told: () => ({ statuses, longestMs: Math.round(longestMs) }),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await asking;
    },
  };
}
