/** Every chart over periods: heading, what is pointed at, the drawing, and the same numbers as a table and as a CSV file. */
import { useId, useMemo, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { addressOn } from '../address.ts';
import { useApp } from '../app.ts';
import { csvOf } from '../csv.ts';
import { download } from '../download.ts';
import { instant } from '../format.ts';
import { Later } from '../later.tsx';
import type { Unit } from '../metrics.ts';
import type { Row } from '../rows.ts';
import { written } from '../written.ts';
import { fileOf, HiddenTable, ShownTable, type ChartNumbers, type Series } from './chart-table.tsx';
import { Figure } from './figure.tsx';
import { frameOptions } from './options.ts';
import { Plot } from './plot.tsx';
import type { Theme } from './theme.ts';

/** A chart; `unit` is that of its upright axis; `bands` fill between two series, numbered from 1 in the order of drawing. */
export type ChartProps = ChartNumbers & {
  area: string;
  unit: Unit;
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
            onClick={() => {
              const file = fileOf(props);
              download(`${title}.csv`, csvOf(file.head, file.rows));
            }}
          >
            CSV
          </button>
        </span>
      </header>
      <Legend series={series} when={when} point={point} row={row} />
      {!asTable && <Drawing {...props} onPoint={setPoint} />}
      {asTable ? (
        <ShownTable {...props} />
      ) : (
        <Later>
          <HiddenTable {...props} />
        </Later>
      )}
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
