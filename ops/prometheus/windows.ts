/** Lengths of time in rules, all through one place, so that a test can have the same rules with hours made into seconds. */

/** Makes seconds into Prometheus's words; every length in a rule goes through one. */
export type Span = {
  /** A window or a `for`, such as `5m`. */
  (seconds: number): string;
  /** A length that is compared with, in seconds. */
  seconds(seconds: number): number;
};

const UNITS = [
  ['w', 604_800],
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** What no window may be shorter than: four scrapes, so that a rate has something to go by. */
const SHORTEST_SECONDS = 4;

/**
 * Makes the words for lengths of time.
 * @param factor 1 as deployed; 60 makes an hour into a minute
 */
export function createSpan(factor = 1): Span {
  const scaled = (seconds: number): number => seconds / factor;
  const span = (seconds: number): string => {
    const exact = scaled(seconds);
    const whole = factor === 1 ? exact : Math.max(SHORTEST_SECONDS, Math.round(exact));
    const [unit, size] = UNITS.find(([, one]) => whole % one === 0) ?? ['s', 1];
    return `${whole / size}${unit}`;
  };
  return Object.assign(span, { seconds: scaled });
}
