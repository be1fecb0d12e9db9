/** Success rate by period, beside the range before: of the calls that were decided, how many reached their goal. */
import { useMemo, useState } from 'preact/hooks';
import { rowsAt } from '../buckets.ts';
import { beside, columnOf, type Column } from '../columns.ts';
import { startsOf } from '../range.ts';
import { outcomeTotals, shareOf } from '../totals.ts';
import { Figure, type Table } from './figure.tsx';
import { frameOptions, type Frame } from './options.ts';
import { Plot } from './plot.tsx';
import { BEFORE_TEXTS, PERIOD_HEADS, periodText, type ViewProps } from './view-props.ts';

type Columns = { rate: Column; decided: Column; before: Column };

/** The chart of the outcome view's success rate. */
export function SuccessChart({ state, formats, theme }: ViewProps) {
  const [point, setPoint] = useState<number | null>(null);
  const range = state.range.value;
  const colours = theme.value;
  const rows = state.outcome.value;
  const before = state.before.value;
  const starts = useMemo(() => startsOf(range), [range]);
  const shown = useMemo(() => rowsAt(rows, starts), [rows, starts]);
  const columns = useMemo(
    (): Columns => ({
      rate: columnOf(shown, (row) => shareOf(row.success, row.success + row.failure)),
      decided: columnOf(shown, (row) => row.success + row.failure),
      before: beside(before?.successRates ?? null, starts.length),
    }),
    [shown, before],
  );
  const drawn = useMemo(() => [columns.before, columns.rate], [columns]);
  const frame = useMemo(() => ({ range, theme: colours, formats }), [range, colours]);
  const options = useMemo(() => optionsOf(frame), [frame]);
  const totals = outcomeTotals(shown);
  const decided = totals.success + totals.failure;
  const [rateAt, decidedAt, beforeAt] =
    point === null
      ? [totals.successRate, decided, null]
      : [columns.rate[point] ?? null, columns.decided[point] ?? null, columns.before[point] ?? null];
  // The range before is known as rates of its periods only; their average would not be its rate.
  const beforeText = point === null ? '' : formats.percent(beforeAt);
  return (
    <Figure
      title="Success rate"
      area="success"
      when={periodText(range, point === null ? null : (starts[point] ?? null), formats)}
      entries={[
        { name: 'Success rate', mark: 'mark-success-line', text: formats.percent(rateAt) },
        { name: 'of decided', mark: 'mark-none', text: formats.count(decidedAt) },
        { name: BEFORE_TEXTS[range.name], mark: 'mark-before', text: beforeText },
      ]}
      table={tableOf(frame, starts, columns)}
    >
      <Plot
        label={`Success rate: ${formats.percent(totals.successRate)} of ${formats.count(decided)} decided calls. Arrow keys move through the periods.`}
        columns={drawn}
        options={options}
        onPoint={setPoint}
      />
    </Figure>
  );
}

function optionsOf(frame: Frame) {
  const { theme } = frame;
  const points = { show: true, size: 6, fill: theme.surface, stroke: theme.success };
  return frameOptions(
    frame,
    [
      { stroke: theme.before, width: 1.5, dash: [2, 4], points: { show: false } },
      { stroke: theme.success, width: 2, points },
    ],
    'percent',
  );
}

function tableOf({ range, formats }: Frame, starts: readonly number[], columns: Columns): Table {
  return {
    head: [PERIOD_HEADS[range.period], 'Success rate', 'Decided', BEFORE_TEXTS[range.name]],
    rows: starts.map((startMs, index) => [
      periodText(range, startMs, formats),
      formats.percent(columns.rate[index] ?? null),
      formats.count(columns.decided[index] ?? null),
      formats.percent(columns.before[index] ?? null),
    ]),
  };
}
