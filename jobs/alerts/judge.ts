/** What a rule makes of the numbers of a window: its measure, what that is compared with, and whether it fires. Pure. */
import type { Measure, Rule } from './rules.ts';

/** What happened in a window, as sums over its hourly buckets. */
export type Sums = {
  calls: number;
  success: number;
  failure: number;
  negative: number;
  labelled: number;
  measured: number;
  durationMs: number;
};

/** How a rule came out: `value` null where there is no base; `before` that of the same window a week earlier. */
export type Verdict = { fires: boolean; value: number | null; before: number | null };

/** Nothing happened. */
export const NOTHING: Sums = {
  calls: 0,
  success: 0,
  failure: 0,
  negative: 0,
  labelled: 0,
  measured: 0,
  durationMs: 0,
};

const share = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 1_000) / 10;

/** Each measure from the sums, and how many calls it rests on. */
const MEASURED: Record<Measure, (sums: Sums) => { value: number | null; base: number }> = {
  success_rate: ({ success, failure }) => ({
    value: share(success, success + failure),
    base: success + failure,
  }),
  negative_share: ({ negative, labelled }) => ({ value: share(negative, labelled), base: labelled }),
  calls: ({ calls }) => ({ value: calls, base: Infinity }),
  average_duration_seconds: ({ durationMs, measured }) => ({
    value: measured === 0 ? null : Math.round(durationMs / measured) / 1_000,
    base: measured,
  }),
};

/**
 * Judges a window.
 * @param rule which rule
 * @param now the window's sums
 * @param weekBefore those of the same window a week earlier
 */
export function judge(rule: Rule, now: Sums, weekBefore: Sums): Verdict {
  const [present, past] = [MEASURED[rule.measure](now), MEASURED[rule.measure](weekBefore)];
  const verdict = { value: present.value, before: past.value };
  if (present.value === null || present.base < rule.leastCalls) return { ...verdict, fires: false };
  const { when } = rule;
  if ('below' in when) return { ...verdict, fires: present.value < when.below };
  if ('above' in when) return { ...verdict, fires: present.value > when.above };
  // A change against nothing, or next to nothing, says nothing: not of a count either.
  const base = rule.measure === 'calls' ? (past.value ?? 0) : past.base;
  if (past.value === null || past.value === 0 || base < rule.leastCalls) return { ...verdict, fires: false };
  const change = ((present.value - past.value) / past.value) * 100;
  if ('fallsByPercent' in when) return { ...verdict, fires: change <= -when.fallsByPercent };
  return { ...verdict, fires: change >= when.risesByPercent };
}
