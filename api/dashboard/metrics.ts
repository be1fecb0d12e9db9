/** What each number of the page is made of: its view, its formula in stored counts, and which calls stand behind it. Pure. */
import type { Content, PathIn, Shape } from './document.ts';
import type { Fields } from './fields.ts';
import { numberAt } from './rows.ts';

/** How a number is written. */
export type Unit = 'count' | 'percent' | 'length' | 'score' | 'money' | 'credits';
/** A number of a row of any of the three views, as the API names it. */
type RowField = PathIn<Shape<'DurationRow'>> | PathIn<Shape<'OutcomeRow'>> | PathIn<Shape<'SentimentRow'>>;
/** A part of a formula: a sum over rows (`of` their field, weighted by `by`), and what it counts in words. */
export type Term = { of: RowField; by?: RowField; words: string; unit: Unit };
/**
 * A number: from which view, written how; `over` divided by the sum of `under` (none: not divided). `filter` are parameters of the
 * list of calls that leave the calls behind it; `cells` are the stored cells a call adds to it, by their dotted paths. `headline`
 * is where the headline numbers hold it, `ranking` what breakdowns rank by it, both where they do.
 */
export type Metric = {
  name: string;
  view: 'duration' | 'outcome' | 'sentiment';
  unit: Unit;
  over: Term;
  under: readonly Term[];
  filter: Readonly<Record<string, string>>;
  cells: readonly string[];
  note?: string;
  headline?: Headline;
  ranking?: Content<'/api/db/analytics/breakdown/{dimension}', 'get'>['metric'];
};
/** A headline number, as the API names it. */
export type Headline = PathIn<Shape<'Headline'>>;

const count = (of: RowField, words: string): Term => ({ of, words, unit: 'count' });
const goal = (name: string, of: 'success' | 'failure' | 'unknown'): Metric => ({
  ...{ name, view: 'outcome', unit: 'count', over: count(of, name.toLowerCase()), under: [] },
  ...{ filter: { goal: of }, cells: [`goal.${of}`] },
});
const label = (name: string, of: 'positive' | 'neutral' | 'mixed' | 'negative' | 'unknown'): Metric => ({
  ...{ name, view: 'sentiment', unit: 'count', over: count(of, name.toLowerCase()), under: [] },
  ...{ filter: { sentiment: of }, cells: [`label.${of}`], headline: `sentiment.${of}` },
});
const percentile = (name: string, of: `p${50 | 90 | 99}DurationSeconds`): Metric => ({
  ...{ name, view: 'duration', unit: 'length', over: { of, words: 'of the measured calls', unit: 'length' } },
  ...{ under: [], filter: {}, cells: ['measured', 'durationMs'], headline: of },
  note: 'A percentile is read from the histogram of all measured calls, within 1 %; it is no sum of its periods.',
});

/** All numbers that can be opened, by the name that the address gives them. */
export const METRICS = {
  calls: {
    ...{ name: 'Calls', view: 'duration', unit: 'count', over: count('totalCalls', 'calls'), under: [] },
    ...{ filter: {}, cells: ['calls'], headline: 'totalCalls', ranking: 'calls' },
  },
  answered: {
    ...{ name: 'Answered calls', view: 'duration', unit: 'count' },
    ...{ over: count('answeredCalls', 'answered'), under: [], filter: {}, cells: ['answered'] },
    headline: 'answeredCalls',
  },
  answerRate: {
    ...{ name: 'Answer rate', view: 'outcome', unit: 'percent' },
    ...{ over: count('endedAnswered', 'ended answered calls'), under: [count('ended', 'ended calls')] },
    ...{ filter: {}, cells: ['ended', 'endedAnswered'], headline: 'answerRate', ranking: 'answerRate' },
  },
  successRate: {
    ...{ name: 'Success rate', view: 'outcome', unit: 'percent', over: count('success', 'successes') },
    ...{ under: [count('success', 'successes'), count('failure', 'failures')] },
    ...{ filter: {}, cells: ['goal.success', 'goal.failure'] },
    ...{ headline: 'successRate', ranking: 'successRate' },
  },
  success: { ...goal('Success', 'success'), headline: 'success' },
  failure: { ...goal('Failure', 'failure'), headline: 'failure' },
  goalUnknown: goal('Not reported', 'unknown'),
  talk: {
    ...{ name: 'Talk time', view: 'duration', unit: 'length', under: [], filter: {}, cells: ['durationMs'] },
    over: { of: 'totalDurationSeconds', words: 'of all measured calls', unit: 'length' },
    ...{ headline: 'totalDurationSeconds', ranking: 'duration' },
  },
  averageTalk: {
    ...{ name: 'Average talk time', view: 'duration', unit: 'length' },
    over: { of: 'totalDurationSeconds', words: 'talk time', unit: 'length' },
    ...{ under: [count('measuredCalls', 'measured calls')], filter: {}, cells: ['durationMs', 'measured'] },
    headline: 'averageDurationSeconds',
  },
  p50: percentile('Median talk time', 'p50DurationSeconds'),
  p90: percentile('90 % talk less than', 'p90DurationSeconds'),
  p99: percentile('99 % talk less than', 'p99DurationSeconds'),
  score: {
    ...{ name: 'Sentiment score', view: 'sentiment', unit: 'score' },
    over: { of: 'averageScore', by: 'scoredCalls', words: 'sum of scores', unit: 'score' },
    ...{ under: [count('scoredCalls', 'scored calls')], filter: {}, cells: ['scoreSum', 'scored'] },
    ...{ headline: 'sentiment.averageScore', ranking: 'sentiment' },
  },
  positive: label('Positive', 'positive'),
  neutral: label('Neutral', 'neutral'),
  mixed: label('Mixed', 'mixed'),
  negative: label('Negative', 'negative'),
  labelUnknown: label('Without a label', 'unknown'),
  costUsd: {
    ...{ name: 'Cost', view: 'duration', unit: 'money', under: [], filter: {}, cells: ['costMicroUsd'] },
    over: { of: 'totalCostUsd', words: 'as senders report it', unit: 'money' },
    ...{ headline: 'totalCostUsd', ranking: 'cost' },
  },
  credits: {
    ...{ name: 'Credits', view: 'duration', unit: 'credits', under: [], filter: {}, cells: ['costCredits'] },
    over: { of: 'totalCostCredits', words: 'as senders report them', unit: 'credits' },
    headline: 'totalCostCredits',
  },
} as const satisfies Record<string, Metric>;
/** One of {@link METRICS}. */
export type MetricName = keyof typeof METRICS;

/**
 * Reads the name of a number.
 * @param text from the address
 * @returns null where there is no such number
 */
export function metricNamed(text: string | undefined): MetricName | null {
  return (Object.keys(METRICS) as MetricName[]).find((name) => name === text) ?? null;
}

/**
 * Sums a term over rows.
 * @param term what is summed
 * @param rows numbers by name
 * @returns the sum; null where no row has it
 */
export function summed(term: Pick<Term, 'of' | 'by'>, rows: readonly Fields[]): number | null {
  return rows.reduce<number | null>((sum, row) => {
    const value = termIn(row, term);
    return value === null ? sum : (sum ?? 0) + value;
  }, null);
}

/**
 * Works out a number over rows.
 * @param metric which
 * @param rows numbers by name
 * @returns a rate as 0 to 100, a length in seconds, else as it is; null where it has no base, or is no sum of rows
 */
export function valueOver(metric: Metric, rows: readonly Fields[]): number | null {
  const only = rows.length === 1 ? rows[0] : undefined;
  if (metric.note !== undefined) return only === undefined ? null : numberAt(only, metric.over.of);
  const over = summed(metric.over, rows);
  if (metric.under.length === 0) return over;
  const under = metric.under.reduce((sum, term) => sum + (summed(term, rows) ?? 0), 0);
  if (over === null || under === 0) return null;
  return (over / under) * (metric.unit === 'percent' ? 100 : 1);
}

function termIn(row: Fields, { of, by }: Pick<Term, 'of' | 'by'>): number | null {
  const value = numberAt(row, of);
  if (by === undefined || value === null) return value;
  const weight = numberAt(row, by);
  return weight === null ? null : value * weight;
}
