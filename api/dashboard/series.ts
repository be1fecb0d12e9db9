/** API rows → what each chart draws, tells and tables. Pure. */
import type { Fields } from './fields.ts';
import { METRICS, summed, valueOver, type Metric, type MetricName, type Term } from './metrics.ts';
import { beside, numberAt, shares, stacked, type Column, type Row } from './rows.ts';

/** The numbers of one series, without how they are painted. */
export type Numbers = { values: Column; total: number | null; drawn?: Column };

const fieldsOf = (rows: readonly Row[]) => rows.map(({ fields }) => fields);

/**
 * A number by period and over all.
 * @param name which
 * @param rows of its view
 * @param total where it is no sum of rows: as the API gives it
 * @returns a gap where it has no base
 */
export function numbersOf(name: MetricName, rows: readonly Row[], total?: number | null): Numbers {
  const metric: Metric = METRICS[name];
  return {
    values: rows.map(({ fields }) => valueOver(metric, [fields])),
    total: total === undefined ? valueOver(metric, fieldsOf(rows)) : total,
  };
}

/**
 * Counts as shares of a base, stacked: told as counts, drawn as shares. They reach 100 % where the names are all there are: what a
 * newer server counts under a name not known here is a gap above them, not a part of them.
 * @param names from the lowest up
 * @param rows of their view
 * @param base counts that make the whole of a period, those of `less` taken away
 * @returns one for each name, in the same order
 */
export function stackedShares(
  names: readonly MetricName[],
  rows: readonly Row[],
  base: { of: Term['of']; less?: Term['of'] },
): Numbers[] {
  const all = names.map((name) => numbersOf(name, rows));
  const whole = rows.map(({ fields }) => wholeOf(fields, base));
  const raised = stacked(all.map(({ values }) => shares(values, whole)));
  return all.map((one, index) => ({ ...one, drawn: raised[index] ?? [] }));
}

function wholeOf(fields: Fields, { of, less }: { of: Term['of']; less?: Term['of'] }): number | null {
  const all = numberAt(fields, of);
  const taken = less === undefined ? 0 : numberAt(fields, less);
  return all === null || taken === null ? null : all - taken;
}

/**
 * The range before, laid beside this one.
 * @param values one number a period of the range before
 * @param length periods on show
 * @param total over the range before; null where it is no sum
 * @returns its numbers
 */
export function numbersBefore(
  values: readonly (number | null)[] | null,
  length: number,
  total: number | null,
): Numbers {
  return { values: beside(values, length), total };
}

/**
 * Sentiment of a range by label.
 * @param rows of the sentiment view
 * @returns counts, calls with a label and all; null where nothing is known
 */
export function labelsOf(rows: readonly Row[]): Record<
  'positive' | 'neutral' | 'mixed' | 'negative' | 'unknown',
  number
> & {
  labelled: number;
  total: number;
} {
  const sum = (of: Term['of']): number => summed({ of }, fieldsOf(rows)) ?? 0;
  const [total, unknown] = [sum('total'), sum('unknown')];
  const [positive, neutral, mixed, negative] = [
    sum('positive'),
    sum('neutral'),
    sum('mixed'),
    sum('negative'),
  ];
  return { positive, neutral, mixed, negative, unknown, total, labelled: total - unknown };
}

/**
 * Whether a range holds no call.
 * @param rows of the duration view
 * @returns true where every period says 0
 */
export function isEmpty(rows: readonly Row[]): boolean {
  return (summed({ of: 'totalCalls' }, fieldsOf(rows)) ?? 0) === 0;
}
