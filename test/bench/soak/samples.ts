/** What is looked at while the product runs for long: memory, open files and lag, at steady distances, and how they move. */
import { existsSync, readdirSync } from 'node:fs';
import { memoryMb } from '../ingest/measures.ts';

/** One look: seconds since the start, the lag of the views in ms, null where it is not known, and of each process its memory and open files. */
export type Sample = {
  atSeconds: number;
  lagMs: number | null;
  processes: Record<string, { residentMb: number; openFiles: number }>;
};

/**
 * Looks at the processes.
 * @param pids name → process
 * @returns resident memory and open files of each that still runs
 */
export function lookAt(pids: Readonly<Record<string, number>>): Sample['processes'] {
  const running = Object.entries(pids).filter(([, pid]) => existsSync(`/proc/${pid}/fd`));
  const looks = running.map(([name, pid]) => {
    const openFiles = readdirSync(`/proc/${pid}/fd`).length;
    return [name, { residentMb: memoryMb(pid).now, openFiles }] as const;
  });
  return Object.fromEntries(looks);
}

/**
 * How fast a value grows, by the least squares of the second half: the first is warming up.
 * @param points seconds and values, in order
 * @returns growth an hour
 */
export function growthAnHour(points: readonly { atSeconds: number; value: number }[]): number {
  const half = points.slice(points.length >> 1);
  const mean = (values: number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  const [atMean, valueMean] = [
    mean(half.map(({ atSeconds }) => atSeconds)),
    mean(half.map(({ value }) => value)),
  ];
  const spread = half.reduce((sum, { atSeconds }) => sum + (atSeconds - atMean) ** 2, 0);
  const common = half.reduce(
    (sum, { atSeconds, value }) => sum + (atSeconds - atMean) * (value - valueMean),
    0,
  );
  return spread === 0 ? 0 : (3_600 * common) / spread;
}
