/** Seeded random numbers for the simulator: the same path of words and numbers gives the same stream on every machine. */

/** A stream of random choices. Every method takes the next numbers of the stream, so the order of calls matters. */
export type Random = {
  /** A number in [0, 1). */
  fraction(): number;
  /** A whole number between the two, both included. */
  whole(least: number, most: number): number;
  /** True in the given share (0..1) of cases. */
  chance(share: number): boolean;
  /** One of a non-empty list, all alike. */
  pick<T>(list: readonly T[]): T;
  /** One of a non-empty list of [value, weight], by weight. */
  weighted<T>(rows: readonly (readonly [T, number])[]): T;
  /** A log-normal length: half lie below the median, the spread is the deviation of the logarithm. */
  logNormal(median: number, spread: number): number;
  /** Text of the given length from the given letters. */
  text(length: number, letters: string): string;
};

/** Letters of a hexadecimal id. */
export const HEX = '0123456789abcdef';
/** Letters of an id of ElevenLabs: lower case without those that look alike. */
export const ID_LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Starts a stream.
 * @param path what the stream is for, such as seed, 'call', 17: different paths give independent streams
 * @returns the stream
 */
export function createRandom(...path: readonly (string | number)[]): Random {
  const fraction = sfc32(path.join('/'));
  const whole = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1));
  return {
    fraction,
    whole,
    chance: (share) => fraction() < share,
    pick: (list) => at(list, Math.floor(fraction() * list.length)),
    weighted: (rows) => {
      let left = fraction() * rows.reduce((sum, [, weight]) => sum + weight, 0);
      const row = rows.find(([, weight]) => (left -= weight) < 0) ?? at(rows, rows.length - 1);
      return row[0];
    },
    logNormal: (median, spread) => {
      const normal = Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction());
      return median * Math.exp(spread * normal);
    },
    text: (length, letters) =>
      Array.from({ length }, () => letters.charAt(Math.floor(fraction() * letters.length))).join(''),
  };
}

/**
 * Weights by which the first of a list is met most often and the n-th 1/n as often (Zipf's law).
 * @param list the values, the most frequent first
 * @returns rows for {@link Random.weighted}
 */
export function zipf<T>(list: readonly T[]): (readonly [T, number])[] {
  return list.map((value, index) => [value, 1 / (index + 1)] as const);
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError('nothing to choose from');
  return value;
}

/** The generator "small fast counter" of 128 bits; its state is a hash of the path, well mixed before the first number. */
function sfc32(path: string): () => number {
  let [a, b, c] = [fnv1a(path, 0), fnv1a(path, 1), fnv1a(path, 2)];
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round += 1) next();
  return next;
}

function fnv1a(text: string, salt: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b9);
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash ^ (hash >>> 15);
}
