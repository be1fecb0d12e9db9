/** A plain recount of calls, for comparison: periods by the platform's own calendar, numbers one call at a time. */
import type { Call } from '../../projector/call.ts';

/** A seeded source of numbers below 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** The label of the period an instant lies in, from the platform's calendar. */
export function labelOf(period: string, at: Date, timeZone: string): string {
  const format =
    FORMATS.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', {
      ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
      ...{ hourCycle: 'h23', timeZoneName: 'longOffset' },
    });
  FORMATS.set(timeZone, format);
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const date = `${part.year}-${part.month}-${part.day}`;
  if (period === 'day') return date;
  if (period === 'month') return date.slice(0, 7);
  if (period === 'hour')
    return `${date}T${part.hour} ${(part.timeZoneName ?? '').replace('GMT', '') || '+00:00'}`;
  const monday = new Date(`${date}T00:00:00Z`);
  monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7));
  return monday.toISOString().slice(0, 10);
}

/** The label of a row in the words of {@link labelOf}: an hour by its date, its hour and its offset. */
export function plainLabel(label: string): string {
  const hour = /^(.{13}):\d\d:00([+-]\d\d:\d\d)$/.exec(label);
  return hour === null ? label : `${hour[1]} ${hour[2]}`;
}

const percent = (part: number, base: number): number | null =>
  base === 0 ? null : Math.round((part / base) * 1_000) / 10;

/** What all three views say of some calls; exact numbers only. */
export function recounted(calls: readonly Call[]) {
  const of = (holds: (call: Call) => boolean): number => calls.filter(holds).length;
  const isAnswered = (call: Call): boolean => call.connection.startsWith('answered');
  const isEnded = (call: Call): boolean => call.status === 'ended';
  const measured = calls.filter((one) => isEnded(one) && isAnswered(one) && one.durationMs !== null);
  const totalMs = measured.reduce((sum, one) => sum + (one.durationMs ?? 0), 0);
  const [success, failure] = [of((one) => one.goal === 'success'), of((one) => one.goal === 'failure')];
  const scored = calls.filter((one) => one.sentimentScore !== null);
  const score = scored.reduce((sum, one) => sum + Math.round((one.sentimentScore ?? 0) * 1e4), 0);
  return {
    duration: {
      totalCalls: calls.length,
      answeredCalls: of(isAnswered),
      measuredCalls: measured.length,
      totalDurationSeconds: totalMs / 1_000,
      averageDurationSeconds: measured.length === 0 ? null : Math.round(totalMs / measured.length) / 1_000,
      totalCostCredits: calls.reduce((sum, one) => sum + (one.costCredits ?? 0), 0),
      totalCostUsd: calls.reduce((sum, one) => sum + (one.costMicroUsd ?? 0), 0) / 1e6,
    },
    outcome: {
      totalCalls: calls.length,
      success,
      failure,
      unknown: calls.length - success - failure,
      successRate: percent(success, success + failure),
      answered: of(isAnswered),
      ended: of(isEnded),
      endedAnswered: of((one) => isEnded(one) && isAnswered(one)),
      answerRate: percent(
        of((one) => isEnded(one) && isAnswered(one)),
        of(isEnded),
      ),
    },
    sentiment: {
      total: calls.length,
      positive: of((one) => one.sentiment === 'positive'),
      neutral: of((one) => one.sentiment === 'neutral'),
      negative: of((one) => one.sentiment === 'negative'),
      mixed: of((one) => one.sentiment === 'mixed'),
      unknown: of((one) => one.sentiment === null),
      scoredCalls: scored.length,
      averageScore: scored.length === 0 ? null : Math.round(score / scored.length / 10) / 1_000 + 0,
    },
  };
}

/** The same as summaries and rankings tell it: what calls cost is null where none of them cost anything. */
export function recountedInSum(calls: readonly Call[]) {
  const { duration, ...others } = recounted(calls);
  const told = (sum: number): number | null => (sum === 0 && calls.length > 0 ? null : sum);
  const { totalCostCredits, totalCostUsd } = duration;
  const costs = { totalCostCredits: told(totalCostCredits), totalCostUsd: told(totalCostUsd) };
  return { ...others, duration: { ...duration, ...costs } };
}
