/** Two verdicts on the same generated requests, ours and a vendor's library's: counted, and a difference must stand in a table. */
import { expect } from '@jest/globals';

/** Seed and number of the generated requests. */
export const SEED = 20261126;
/** See {@link SEED}. */
export const RUNS = 3_000;

/** A place where the two verdicts differ on purpose: what ours does there, and whether a case lies there. */
export type Difference<Case> = { ours: 'refuses' | 'accepts'; because: string; when: (one: Case) => boolean };

/** Counts of verdicts; with the differences met, by their reason. */
export type Tally = { accepted: number; refused: number; met: Map<string, number> };

/**
 * Makes the comparison of a run.
 * @param differences where the two may differ
 * @param tally what it counts in
 * @returns counts one case; throws where the verdicts differ and no row of the table says so
 */
export function compare<Case>(differences: readonly Difference<Case>[], tally: Tally) {
  return (one: Case, verdicts: { ours: boolean; theirs: boolean }): void => {
    const { ours, theirs } = verdicts;
    if (ours === theirs) {
      tally[ours ? 'accepted' : 'refused'] += 1;
      return;
    }
    const found = differences.find((row) => (row.ours === 'accepts') === ours && row.when(one));
    if (found === undefined)
      throw new Error(
        `the library ${theirs ? 'accepts' : 'refuses'} what ours ${ours ? 'accepts' : 'refuses'}`,
      );
    tally.met.set(found.because, (tally.met.get(found.because) ?? 0) + 1);
  };
}

/**
 * Every row of a table was met, and neither verdict is rare: a comparison of refusals alone would show nothing.
 * @param title of the library, for the line that is printed
 * @param differences the table
 * @param tally of the run
 */
export function expectMeaning<Case>(
  title: string,
  differences: readonly Difference<Case>[],
  tally: Tally,
): void {
  const { accepted, refused, met } = tally;
  process.stderr.write(
    `${title}: ${JSON.stringify({ seed: SEED, runs: RUNS, accepted, refused, differences: Object.fromEntries(met) })}\n`,
  );
  expect([...met.keys()].sort()).toEqual(differences.map(({ because }) => because).sort());
  expect(Math.min(accepted, refused)).toBeGreaterThan(RUNS / 10);
}
