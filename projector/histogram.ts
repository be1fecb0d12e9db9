/**
 * Talk times as a sparse logarithmic histogram: percentiles within 1 % over any range and slice, from integers that add and
 * subtract. The mapping is that of DDSketch (Masson, Rim, Lee, VLDB 2019) with gamma = 1.01/0.99. Pure.
 */

/** The longest length with a bin of its own: a day, in ms; the last bin takes what is longer. */
export const LONGEST_BINNED_MS = 86_400_000;

/**
 * `BIN_BOUNDS[b]` is the greatest whole number of ms in bin b: 0 in bin 0, then floor((101/99)^i) in bin i + 1. Made with
 * whole numbers alone, because `Math.log` may differ between engines and a rebuild must give the very same bins for ever.
 */
export const BIN_BOUNDS: readonly number[] = makeBounds();

function makeBounds(): number[] {
  const bounds = [0];
  let numerator = 1n;
  let denominator = 1n;
  for (let bound = 0; bound < LONGEST_BINNED_MS;) {
    bound = Number(numerator / denominator);
    bounds.push(bound);
    numerator *= 101n;
    denominator *= 99n;
  }
  return bounds;
}

/**
 * The bin a length falls into.
 * @param durationMs a whole number of ms, 0 or more
 * @returns the index of the first bin whose bound is not below it
 */
export function binOf(durationMs: number): number {
  let low = 0;
  let high = BIN_BOUNDS.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((BIN_BOUNDS[middle] ?? 0) < durationMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The length that stands for a bin: at most 1 % from every real number in it.
 * @param bin an index of {@link BIN_BOUNDS}
 * @returns ms
 */
export function valueOfBin(bin: number): number {
  if (bin === 0) return 0;
  const gamma = 101 / 99;
  return (2 * gamma ** (bin - 1)) / (1 + gamma);
}

/**
 * Percentiles by nearest rank over summed bins, in one walk.
 * @param bins bin index → count
 * @param quantiles ascending, 0 < quantile ≤ 1, such as 0.9
 * @returns ms, one each; null where nothing was measured
 */
export function percentilesMs(
  bins: ReadonlyMap<number, number>,
  quantiles: readonly number[],
): (number | null)[] {
  const filled: number[] = [];
  let total = 0;
  for (const [bin, count] of bins) {
    if (count <= 0) continue;
    filled.push(bin);
    total += count;
  }
  filled.sort((a, b) => a - b);
  let at = -1;
  let seen = 0;
  return quantiles.map((quantile) => {
    const rank = Math.ceil(quantile * total);
    while (seen < rank) {
      at += 1;
      seen += bins.get(filled[at] ?? -1) ?? Infinity;
    }
    const bin = filled[at];
    return bin === undefined ? null : valueOfBin(bin);
  });
}
