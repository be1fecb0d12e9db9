/** Outcomes by period: success, failure and unknown as one stack, which adds up to all calls. */
import { useMemo, useState } from 'preact/hooks';
import { rowsAt } from '../buckets.ts';
import { columnOf, stacked, totalOf, type Column } from '../columns.ts';
import { startsOf } from '../range.ts';
import { Figure, type Table } from './figure.tsx';
import { barPaths, frameOptions, type Frame } from './options.ts';
import { Plot } from './plot.tsx';
import { PERIOD_HEADS, periodText, type ViewProps } from './view-props.ts';

type Columns = { success: Column; failure: Column; unknown: Column };

/** The chart of the outcome view's goals. */
export function OutcomesChart({ state, formats, theme }: ViewProps) {
  const [point, setPoint] = useState<number | null>(null);
  const range = state.range.value;
  const colours = theme.value;
  const rows = state.outcome.value;
  const starts = useMemo(() => startsOf(range), [range]);
  const columns = useMemo((): Columns => {
    const shown = rowsAt(rows, starts);
    return {
      success: columnOf(shown, (row) => row.success),
      failure: columnOf(shown, (row) => row.failure),
      unknown: columnOf(shown, (row) => row.unknown),
    };
  }, [rows, starts]);
  // The tallest first: what stands lower in the stack is painted over it.
  const drawn = useMemo(
    () => stacked([columns.success, columns.failure, columns.unknown]).reverse(),
    [columns],
  );
  const frame = useMemo(() => ({ range, theme: colours, formats }), [range, colours]);
  const options = useMemo(() => optionsOf(frame), [frame]);
  const all = (column: Column): string => formats.count(totalOf(column));
  const at = (column: Column): string =>
    point === null ? all(column) : formats.count(column[point] ?? null);
  return (
    <Figure
      title="Outcomes"
      area="outcomes"
      when={periodText(range, point === null ? null : (starts[point] ?? null), formats)}
      entries={[
        { name: 'Success', mark: 'mark-success', text: at(columns.success) },
        { name: 'Failure', mark: 'mark-failure', text: at(columns.failure) },
        { name: 'Not reported', mark: 'mark-unknown', text: at(columns.unknown) },
      ]}
      table={tableOf(frame, starts, columns)}
    >
      <Plot
        label={`Outcomes: ${all(columns.success)} successes, ${all(columns.failure)} failures, ${all(columns.unknown)} not reported. Arrow keys move through the periods.`}
        columns={drawn}
        options={options}
        onPoint={setPoint}
      />
    </Figure>
  );
}

function optionsOf(frame: Frame) {
  const { theme } = frame;
  const bars = { paths: barPaths(), points: { show: false }, width: 0 };
  return frameOptions(
    frame,
    [
      { ...bars, fill: theme.unknown },
      { ...bars, fill: theme.failure },
      { ...bars, fill: theme.success },
    ],
    'count',
  );
}

function tableOf({ range, formats }: Frame, starts: readonly number[], columns: Columns): Table {
  return {
    head: [PERIOD_HEADS[range.period], 'Success', 'Failure', 'Not reported'],
    rows: starts.map((startMs, index) => [
      periodText(range, startMs, formats),
      formats.count(columns.success[index] ?? null),
      formats.count(columns.failure[index] ?? null),
      formats.count(columns.unknown[index] ?? null),
    ]),
  };
}
