/** The charts over periods of the overview: which numbers, painted how. */
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { useApp } from '../app.ts';
import type { Before, Overview } from '../overview-load.ts';
import { numberAt } from '../rows.ts';
import { numbersBefore, numbersOf, stackedShares } from '../series.ts';
import type { Series } from './chart-table.tsx';
import { Chart } from './chart.tsx';
import { barPaths } from './options.ts';
import type { Theme } from './theme.ts';

type Props = { overview: Overview };
type WithBefore = Props & { before: Before | null };

const bars =
  (fill: keyof Theme, stroke?: keyof Theme) =>
  (theme: Theme): uPlot.Series => ({
    ...{ paths: barPaths(), points: { show: false }, fill: String(theme[fill]) },
    ...(stroke === undefined ? { width: 0 } : { stroke: String(theme[stroke]), width: 1 }),
  });
const line =
  (colour: keyof Theme, further: uPlot.Series = {}) =>
  (theme: Theme): uPlot.Series => ({
    ...{ stroke: String(theme[colour]), width: 2, spanGaps: false },
    points: { show: true, size: 5, fill: theme.surface, stroke: String(theme[colour]) },
    ...further,
  });
const DASHED: uPlot.Series = { width: 1.5, dash: [2, 4], points: { show: false } };

/** The range before, there from the first paint on: what comes later has its place, and no chart is made anew for it. */
function beforeOf(unit: 'count' | 'percent', numbers: Pick<Series, 'values' | 'total'>): Series {
  return {
    name: 'Before',
    mark: 'mark-before',
    unit,
    metric: null,
    paint: line('before', DASHED),
    ...numbers,
  };
}

/** Calls by period: all of them as bars, the answered ones within, and the range before as a dotted line. */
export function CallsChart({ overview, before }: WithBefore) {
  const { compare } = useApp().place.at.value;
  const { duration: rows, asked, previous } = overview;
  const series = useMemo((): Series[] => {
    return [
      {
        name: 'All',
        mark: 'mark-calls-soft',
        unit: 'count',
        metric: 'calls',
        paint: bars('calls-soft', 'calls'),
        ...numbersOf('calls', rows),
      },
      {
        name: 'Answered',
        mark: 'mark-calls',
        unit: 'count',
        metric: 'answered',
        paint: bars('calls', 'calls'),
        ...numbersOf('answered', rows),
      },
      ...(compare
        ? [
            beforeOf(
              'count',
              numbersBefore(before?.calls ?? null, rows.length, numberAt(previous, 'totalCalls')),
            ),
          ]
        : []),
    ];
  }, [rows, before, compare]);
  return (
    <Chart
      title={`Calls per ${asked.period}`}
      area="calls"
      rows={rows}
      period={asked.period}
      unit="count"
      series={series}
    />
  );
}

/** Talk times: the median, and the band up to nine of ten and ninety-nine of a hundred. */
export function LengthsChart({ overview }: Props) {
  const { duration: rows, asked, current } = overview;
  const series = useMemo((): Series[] => {
    const of = (name: 'p50' | 'p90' | 'p99') =>
      numbersOf(name, rows, numberAt(current, `${name}DurationSeconds`));
    return [
      {
        name: 'p99',
        mark: 'mark-before',
        unit: 'length',
        metric: 'p99',
        paint: line('before', DASHED),
        ...of('p99'),
      },
      {
        name: 'p90',
        mark: 'mark-band',
        unit: 'length',
        metric: 'p90',
        paint: line('calls', { width: 1, points: { show: false } }),
        ...of('p90'),
      },
      {
        name: 'Median',
        mark: 'mark-calls-line',
        unit: 'length',
        metric: 'p50',
        paint: line('calls'),
        ...of('p50'),
      },
    ];
  }, [rows, current]);
  const bands = (theme: Theme): uPlot.Band[] => [{ series: [2, 3], fill: theme['calls-soft'] }];
  return (
    <Chart
      title="Talk time"
      area="lengths"
      rows={rows}
      period={asked.period}
      unit="length"
      series={series}
      bands={bands}
    />
  );
}

/** Outcomes as shares of all calls. */
export function OutcomesChart({ overview }: Props) {
  const { outcome: rows, asked } = overview;
  const series = useMemo(
    () =>
      layers(
        rows,
        [
          ['success', 'Success', 'success'],
          ['failure', 'Failure', 'failure'],
          ['goalUnknown', 'Not reported', 'unknown'],
        ],
        { of: 'totalCalls' },
      ),
    [rows],
  );
  return (
    <Chart
      title="Outcome shares"
      area="outcomes"
      rows={rows}
      period={asked.period}
      unit="percent"
      series={series}
    />
  );
}

/** Success rate by period, beside the range before: of the calls that were decided, how many reached their goal. */
export function SuccessChart({ overview, before }: WithBefore) {
  const { compare } = useApp().place.at.value;
  const { outcome: rows, asked, current, previous } = overview;
  const series = useMemo((): Series[] => {
    const rate = numbersOf('successRate', rows, numberAt(current, 'successRate'));
    return [
      {
        name: 'Success rate',
        mark: 'mark-success-line',
        unit: 'percent',
        metric: 'successRate',
        paint: line('success'),
        ...rate,
      },
      ...(compare
        ? [
            beforeOf(
              'percent',
              numbersBefore(before?.successRates ?? null, rows.length, numberAt(previous, 'successRate')),
            ),
          ]
        : []),
    ];
  }, [rows, before, current, compare]);
  return (
    <Chart
      title="Success rate"
      area="success"
      rows={rows}
      period={asked.period}
      unit="percent"
      series={series}
    />
  );
}

/** Sentiment over time: labels as shares of the calls that have one. */
export function TrendChart({ overview }: Props) {
  const { sentiment: rows, asked } = overview;
  const series = useMemo(
    () =>
      layers(
        rows,
        [
          ['positive', 'Positive', 'success'],
          ['neutral', 'Neutral', 'unknown'],
          ['mixed', 'Mixed', 'mixed'],
          ['negative', 'Negative', 'failure'],
        ],
        { of: 'total', less: 'unknown' },
      ),
    [rows],
  );
  return (
    <Chart
      title="Sentiment over time"
      area="trend"
      rows={rows}
      period={asked.period}
      unit="percent"
      series={series}
    />
  );
}

type Layer = readonly [
  Series['metric'] & string,
  string,
  keyof Theme & ('success' | 'failure' | 'unknown' | 'mixed'),
];

/** The tallest first: what stands lower in the stack is painted over it. */
function layers(
  rows: Overview['outcome'],
  of: readonly Layer[],
  base: Parameters<typeof stackedShares>[2],
): Series[] {
  const names = of.map(([metric]) => metric);
  const numbers = stackedShares(names, rows, base);
  return of
    .map(([metric, name, colour], index): Series => {
      const one = numbers[index] ?? { values: [], total: null };
      return { name, mark: `mark-${colour}`, unit: 'count', metric, paint: bars(colour), ...one };
    })
    .reverse();
}
