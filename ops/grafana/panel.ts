/** What a panel is, and the queries that panels are made of. `[rate]` stands for the window of rates. */

/** One panel; `means` says what a good picture looks like. */
export type Panel = {
  title: string;
  unit: string;
  means: string;
  queries: readonly { expr: string; legend: string }[];
};
/** One dashboard. */
export type Dashboard = { uid: string; title: string; rows: Readonly<Record<string, readonly Panel[]>> };

/** Median and 99th percentile of a histogram, for each value of a label where one is named. */
export const quantiles = (metric: string, by = ''): Panel['queries'] =>
  [0.5, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le${by === '' ? '' : `, ${by}`}) (rate(callviews_${metric}_bucket[rate])))`,
    legend: `p${quantile * 100}${by === '' ? '' : ` {{${by}}}`}`,
  }));
/** Rates of a counter by labels. */
export const rates = (metric: string, by: string): Panel['queries'] => [
  {
    expr: `sum by (${by}) (rate(callviews_${metric}[rate]))`,
    legend: by
      .split(', ')
      .map((one) => `{{${one}}}`)
      .join(' '),
  },
];
/** One expression. */
export const gauge = (expr: string, legend: string): Panel['queries'] => [{ expr, legend }];
/** Mean of a histogram. */
export const mean = (metric: string): Panel['queries'] =>
  gauge(`sum(rate(callviews_${metric}_sum[rate])) / sum(rate(callviews_${metric}_count[rate]))`, 'mean');

/** A panel. */
export const panel = (
  title: string,
  unit: string,
  { means, queries }: Pick<Panel, 'means' | 'queries'>,
): Panel => ({
  ...{ title, unit, means, queries },
});
