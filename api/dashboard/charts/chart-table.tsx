/** A chart's numbers as rows: for who reads them on the page, for who has them read out, and for a file. */
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { Period } from '../address.ts';
import { useApp } from '../app.ts';
import { instant, type Formats } from '../format.ts';
import type { MetricName, Unit } from '../metrics.ts';
import type { Column, Row } from '../rows.ts';
import { written } from '../written.ts';
import { Figure } from './figure.tsx';
import { NumberTable, type Table } from './number-table.tsx';
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
/** What a chart tells: numbers by periods. */
export type ChartNumbers = {
  title: string;
  rows: readonly Row[];
  period: Period;
  series: readonly Series[];
};

/** The table as it is shown where it is asked for. */
export function ShownTable(of: ChartNumbers) {
  const formats = useApp().formats.value;
  const table = tableOf(of, formats, (one, row, index) => (
    <Figure value={one.values[index] ?? null} unit={one.unit} metric={one.metric} row={row} />
  ));
  return (
    <div class="table-box numbers" tabIndex={0} role="region" aria-label={`${of.title}, table`}>
      <NumberTable title={of.title} table={table} />
    </div>
  );
}

/** The table that is always there for screen readers; plain, since a link that nobody sees must not be stepped on. */
export function HiddenTable({ title, rows, period, series }: ChartNumbers) {
  const formats = useApp().formats.value;
  return useMemo(() => {
    const told = { title, rows, period, series };
    const table = tableOf(told, formats, (one, _, index) =>
      written(one.values[index] ?? null, one.unit, formats),
    );
    return (
      <div class="visually-hidden">
        <NumberTable title={title} table={table} />
      </div>
    );
  }, [title, rows, period, series, formats]);
}

/** Exactly what is drawn, for a file: instants, and numbers as they are. */
export function fileOf({ rows, series }: ChartNumbers): {
  head: string[];
  rows: (string | number | null)[][];
} {
  return {
    head: ['start', 'end', ...series.map(({ name, unit }) => `${name}${UNITS[unit]}`)],
    rows: rows.map((row, index) => [
      instant(row.startMs),
      instant(row.endMs),
      ...series.map((one) => one.values[index] ?? null),
    ]),
  };
}

function tableOf(
  { rows, period, series }: ChartNumbers,
  formats: Formats,
  cellOf: (one: ChartNumbers['series'][number], row: Row, index: number) => preact.ComponentChild,
): Table {
  return {
    head: [HEADS[period], ...series.map(({ name }) => name)],
    rows: rows.map((row, index) => ({
      key: String(row.startMs),
      first: `${formats.span(row.startMs, row.endMs, period)}${row.isOpen ? ' · so far' : ''}`,
      cells: series.map((one) => cellOf(one, row, index)),
    })),
  };
}

const HEADS: Readonly<Record<Period, string>> = { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' };
const UNITS: Readonly<Record<Unit, string>> = {
  ...{ count: '', credits: '', score: '', money: ' (USD)', percent: ' (%)', length: ' (s)' },
};
