/** How many rounds a fault test runs, with which seed, and where its figures go: to the screen, and to the record of `npm run prove`. */
import { appendFileSync } from 'node:fs';

const SCALE = Number(process.env.FAULT_SCALE ?? 1);

/**
 * Rounds of a test: a few in a plain run, `FAULT_SCALE` times as many where it is set.
 * @param byDefault rounds of a plain run
 */
export function roundsOf(byDefault: number): number {
  return byDefault * SCALE;
}

/**
 * Seed of a test's randomness: its own in a plain run, `FAULT_SEED` where it is set.
 * @param byDefault the test's own
 */
export function seedOf(byDefault: number): number {
  return Number(process.env.FAULT_SEED ?? byDefault);
}

/** What a passed test showed: rows of the fault table, how often, over how many nodes; `seed` where chance was in it. */
export type Proved = { rows: number[]; rounds: number; nodes?: number; seed?: number };

/**
 * Tells what was shown, once all that the test expects held.
 * @param title of the test
 * @param proved which rows, how often
 * @param figures what else is worth reading
 */
export function publish(title: string, proved: Proved, figures: object = {}): void {
  const line = { nodes: 1, ...proved, title };
  process.stderr.write(`${title}: ${JSON.stringify({ ...proved, ...figures })}\n`);
  const record = process.env.PROVE_RECORD;
  if (record !== undefined) appendFileSync(record, `${JSON.stringify({ ...line, figures })}\n`);
}

/**
 * The middle and the greatest of some durations.
 * @param valuesMs any number of them
 */
export function spread(valuesMs: readonly number[]): { p50: number; most: number } {
  const sorted = [...valuesMs].sort((a, b) => a - b);
  return { p50: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
}
