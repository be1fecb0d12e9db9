/** Every chart over periods: heading, what is pointed at, the drawing, and the same numbers as a table and as a CSV file. */
import { useId, useMemo, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { addressOn, addressWith, hrefOf, type Period } from '../address.ts';
import { useApp } from '../app.ts';
import { csvOf } from '../csv.ts';
import { download } from '../download.ts';
import { METRICS, type MetricName, type Unit } from '../metrics.ts';
import type { Column, Row } from '../rows.ts';
import { written } from '../written.ts';
import { NumberTable, type Table } from './number-table.tsx';
import { frameOptions } from './options.ts';
import { Plot } from './plot.tsx';
import type { Theme } from './theme.ts';

/**
 * One series: `values` are told and tabled in `unit`, `drawn` (else `values`) is what the canvas shows; `total` is over all
 * periods. `metric` opens to the calls behind a number; `paint` says how it is drawn, null not at all.
 */
export type Series = {
  name: string;
  mark: string;
  unit: Unit;
  values: Column;
  drawn?: Column;
  total: number | null;
  metric: MetricName | null;
  paint: ((theme: Theme) => uPlot.Series) | null;
};
/** A chart; `unit` is that of its upright axis; `bands` fill between two series, numbered from 1 in the order of drawing. */
export type ChartProps = {
  title: string;
  area: string;
  rows: readonly Row[];
  period: Period;
  unit: Unit;
  series: readonly Series[];
  bands?: (theme: Theme) => uPlot.Band[];
  note?: string;
};

/** A card with a drawing that can be read as a table; the table is always there for screen readers. */
export function Chart(props: ChartProps) {
  const { title, area, rows, period, series, note } = props;
  const { formats } = useApp();
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const [point, setPoint] = useState<number | null>(null);
  const row = point === null ? undefined : rows[point];
  const table = useTable(props);
  const when =
    row === undefined
      ? `All of ${rows.length} ${period}s`
      : `${formats.value.span(row.startMs, row.endMs, period)}${row.isOpen ? ' · so far' : ''}`;
  return (
    <section class={`card ${area}`} aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id}>{title}</h2>
        <span class="tools">
          <button
            type="button"
            class="quiet"
            aria-pressed={asTable}
            aria-label={`${title}: show as table`}
            onClick={() => setAsTable(!asTable)}
          >
            Table
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={`${title}: download as CSV`}
            onClick={() => download(`${title}.csv`, csvOf(table.csvHead, table.csvRows))}
          >
            CSV
          </button>
        </span>
      </header>
      <Legend series={series} when={when} point={point} row={row} />
      {!asTable && <Drawing {...props} onPoint={setPoint} />}
      <div
        class={asTable ? 'table-box numbers' : 'visually-hidden'}
        {...(asTable ? { tabIndex: 0, role: 'region', 'aria-label': `${title}, table` } : {})}
      >
        <NumberTable title={title} table={table} isPlain={!asTable} />
      </div>
      {note !== undefined && <p class="note">{note}</p>}
    </section>
  );
}

function Legend({
  series,
  when,
  point,
  row,
}: {
  series: readonly Series[];
  when: string;
  point: number | null;
  row: Row | undefined;
}) {
  return (
    <div class="legend">
      <span class="when">{when}</span>
      <ul>
        {series.map((one) => {
          const value = point === null ? one.total : (one.values[point] ?? null);
          return (
            <li key={one.name}>
              <i class={`mark ${one.mark}`} aria-hidden="true" />
              {one.name} <Figure value={value} unit={one.unit} metric={one.metric} row={row} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** A number that opens to what it is made of: of one period, or of the whole range. */
export function Figure(of: {
  value: number | null;
  unit: Unit;
  metric: MetricName | null;
  row?: Row | undefined;
}) {
  const { place, formats } = useApp();
  const text = written(of.value, of.unit, formats.value);
  if (of.metric === null || of.value === null) return <b>{text}</b>;
  const at = of.row === undefined ? null : `${instant(of.row.startMs)}~${instant(of.row.endMs)}`;
  const href = hrefOf(addressWith(place.at.value, { explain: of.metric, at }));
  return (
    <a class="figure" href={href} aria-label={`${METRICS[of.metric].name} ${text}: what it is made of`}>
      {text}
    </a>
  );
}

/** What ISO calls an instant, without ms that are none. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

function Drawing(props: ChartProps & { onPoint: (index: number | null) => void }) {
  const { title, rows, period, unit, series, bands, onPoint } = props;
  const { theme, formats, place } = useApp();
  const colours = theme.value;
  const shown = series.filter(({ paint }) => paint !== null);
  // The plot is made anew when its periods change, not when their numbers do.
  const open = rows.findIndex(({ isOpen }) => isOpen);
  const shape = [rows[0]?.startMs, rows.length, period, open, shown.map(({ name }) => name)].join();
  const options = useMemo(
    () =>
      frameOptions(
        { rows, period, unit, theme: colours, formats: formats.value },
        shown.flatMap(({ paint }) => (paint === null ? [] : [paint(colours)])),
        bands?.(colours) ?? [],
      ),
    [shape, colours, formats.value],
  );
  const columns = useMemo(() => shown.map((one) => one.drawn ?? one.values), [series]);
  const told = series.map((one) => `${one.name} ${written(one.total, one.unit, formats.value)}`).join(', ');
  const pick = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    const span = { from: instant(row.startMs), to: instant(row.endMs) };
    place.go(addressOn(place.at.value, { page: 'calls', span }));
  };
  return (
    <Plot
      label={`${title}: ${told}. Arrow keys move through the periods, Enter shows the calls of one.`}
      columns={columns}
      options={options}
      onPoint={onPoint}
      onPick={pick}
    />
  );
}

function useTable({
  rows,
  period,
  series,
}: ChartProps): Table & { csvHead: string[]; csvRows: (string | number | null)[][] } {
  const { formats } = useApp();
  const shown = formats.value;
  return useMemo(
    () => ({
      head: [HEADS[period], ...series.map(({ name }) => name)],
      rows: rows.map((row, index) => ({
        key: String(row.startMs),
        first: `${shown.span(row.startMs, row.endMs, period)}${row.isOpen ? ' · so far' : ''}`,
        cells: series.map((one) => (
          <Figure value={one.values[index] ?? null} unit={one.unit} metric={one.metric} row={row} />
        )),
        plain: series.map((one) => written(one.values[index] ?? null, one.unit, shown)),
      })),
      csvHead: ['start', 'end', ...series.map(({ name, unit }) => `${name}${UNITS[unit]}`)],
      csvRows: rows.map((row, index) => [
        instant(row.startMs),
        instant(row.endMs),
        ...series.map((one) => one.values[index] ?? null),
      ]),
    }),
    [rows, series, shown, period],
  );
}

const HEADS = { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' } as const;
const UNITS: Readonly<Record<Unit, string>> = {
  ...{ count: '', credits: '', score: '', money: ' (USD)', percent: ' (%)', length: ' (s)' },
};
