/** One number on the page, as a way to what it is made of. */
import { addressOn, addressWith, hrefOf, type Slice } from '../address.ts';
import { useApp } from '../app.ts';
import { instant } from '../format.ts';
import { METRICS, type MetricName, type Unit } from '../metrics.ts';
import type { Row } from '../rows.ts';
import { written } from '../written.ts';

/** A number that opens to what it is made of: of one period or the whole range, of the slice on show or, on the overview, of another. */
export function Figure(of: {
  value: number | null;
  unit: Unit;
  metric: MetricName | null;
  row?: Row | undefined;
  slice?: Slice;
}) {
  const { place, formats } = useApp();
  const text = written(of.value, of.unit, formats.value);
  if (of.metric === null || of.value === null) return <b>{text}</b>;
  const at = of.row === undefined ? null : `${instant(of.row.startMs)}~${instant(of.row.endMs)}`;
  const here = place.at.value;
  const on = of.slice === undefined ? here : { ...addressOn(here, { page: 'overview' }), slice: of.slice };
  const href = hrefOf(addressWith(on, { explain: of.metric, at, cell: null }));
  return (
    <a class="figure" href={href} aria-label={`${METRICS[of.metric].name} ${text}: what it is made of`}>
      {text}
    </a>
  );
}
