/** Calls by period: all of them as bars, the answered ones within, and the range before as a dotted line. */
import { useMemo, useState } from 'preact/hooks';
import { rowsAt } from '../buckets.ts';
import { beside, columnOf, totalOf, type Column } from '../columns.ts';
import { startsOf } from '../range.ts';
import { Figure, type Table } from './figure.tsx';
import { barPaths, frameOptions, type Frame } from './options.ts';
import { Plot } from './plot.tsx';
import { BEFORE_TEXTS, PERIOD_HEADS, periodText, type ViewProps } from './view-props.ts';

type Columns = { calls: Column; answered: Column; before: Column };

/** The chart of the duration view's counts. */
export function CallsChart({ state, formats, theme }: ViewProps) {
  const [point, setPoint] = useState<number | null>(null);
  const range = state.range.value;
  const colours = theme.value;
  const rows = state.duration.value;
  const before = state.before.value;
  const starts = useMemo(() => startsOf(range), [range]);
  const columns = useMemo((): Columns => {
    const shown = rowsAt(rows, starts);
    return {
      calls: columnOf(shown, (row) => row.totalCalls),
      answered: columnOf(shown, (row) => row.answeredCalls),
      before: beside(before?.calls ?? null, starts.length),
    };
  }, [rows, starts, before]);
  const drawn = useMemo(() => [columns.calls, columns.answered, columns.before], [columns]);
  const frame = useMemo(() => ({ range, theme: colours, formats }), [range, colours]);
  const options = useMemo(() => optionsOf(frame), [frame]);
  const at = (column: Column): string =>
    formats.count(point === null ? totalOf(column) : (column[point] ?? null));
  const title = range.period === 'hour' ? 'Calls per hour' : 'Calls per day';
  return (
    <Figure
      title={title}
      area="calls"
      when={periodText(range, point === null ? null : (starts[point] ?? null), formats)}
      entries={[
        { name: 'All', mark: 'mark-calls-soft', text: at(columns.calls) },
        { name: 'Answered', mark: 'mark-calls', text: at(columns.answered) },
        { name: BEFORE_TEXTS[range.name], mark: 'mark-before', text: at(columns.before) },
      ]}
      table={tableOf(frame, starts, columns)}
    >
      <Plot
        label={`${title}: ${formats.count(totalOf(columns.calls))} calls, ${formats.count(totalOf(columns.answered))} answered. Arrow keys move through the periods.`}
        columns={drawn}
        options={options}
        onPoint={setPoint}
      />
    </Figure>
  );
}

function optionsOf(frame: Frame) {
  const { theme } = frame;
  const bars = { paths: barPaths(), points: { show: false }, stroke: theme.calls, width: 1 };
  return frameOptions(
    frame,
    [
      { ...bars, fill: theme['calls-soft'] },
      { ...bars, fill: theme.calls },
      { stroke: theme.before, width: 1.5, dash: [2, 4], points: { show: false } },
    ],
    'count',
  );
}

function tableOf({ range, formats }: Frame, starts: readonly number[], columns: Columns): Table {
  return {
    head: [PERIOD_HEADS[range.period], 'Calls', 'Answered', BEFORE_TEXTS[range.name]],
    rows: starts.map((startMs, index) => [
      periodText(range, startMs, formats),
      formats.count(columns.calls[index] ?? null),
      formats.count(columns.answered[index] ?? null),
      formats.count(columns.before[index] ?? null),
    ]),
  };
}
