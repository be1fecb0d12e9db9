/** Any number opened: its formula with the counts in it, the hours that add up to it, and in each hour the calls and their events. */
import { instant } from '../format.ts';
import { useMemo, useState } from 'preact/hooks';
import { addressOn, addressWith, hrefOf } from '../address.ts';
import { useApp } from '../app.ts';

import { Panel } from '../dialog.tsx';
import { loadOpened, type Opened } from '../explain-load.ts';
import { cellOf } from '../heat.ts';
import { useLoaded } from '../loaded.ts';
import {
  METRICS,
  metricNamed,
  summed,
  valueOver,
  type Metric,
  type MetricName,
  type Term,
} from '../metrics.ts';
import { queryOf } from '../overview-load.ts';
import { askedBy, hasHours } from '../range.ts';
import { numberAt, type Row } from '../rows.ts';
import { sliceText } from '../slice.ts';
import { written } from '../written.ts';
import { ExplainHour } from './explain-hour.tsx';

/** The panel of the number that the address names. */
export function ExplainDrawer() {
  const { place } = useApp();
  const address = place.at.value;
  const name = metricNamed(address.more.explain);
  if (name === null) return null;
  const close = (): void => place.go(addressWith(address, { explain: null, at: null, cell: null }));
  return (
    <Panel title={METRICS[name].name} close={close}>
      <Explained name={name} />
    </Panel>
  );
}

function Explained({ name }: { name: MetricName }) {
  const app = useApp();
  const address = app.place.at.value;
  const metric: Metric = METRICS[name];
  const asked = askedBy(address, app.clock.now(), app.readerZone);
  const [from, to] = address.more.at?.split('~') ?? [];
  const range = from !== undefined && to !== undefined ? { ...asked, startDate: from, endDate: to } : asked;
  const isShort = hasHours(range);
  const opened = useLoaded(
    `explain ${JSON.stringify([name, range, address.slice])}`,
    (heard) =>
      isShort
        ? loadOpened(name, queryOf(range, address.slice), heard)
        : Promise.reject(new Error('The range has too many hours to be opened: choose a shorter one')),
    'numbers',
  );
  const span = from === undefined || to === undefined ? address.span : { from, to };
  const calls = hrefOf(addressOn(address, { page: 'calls', span, more: metric.filter }));
  if (opened.value === null) return <p class="note">{opened.trouble ?? 'Loading…'}</p>;
  const { cell } = address.more;
  // A cell of the map of weekday and hour is some hours of the range, which add up to it.
  if (cell !== undefined) return <Cell name={name} cell={cell} hours={opened.value.hours} />;
  return (
    <>
      <p class="note">
        {from === undefined || to === undefined
          ? `The whole range on show, in ${asked.timeZone}`
          : app.formats.value.span(Date.parse(from), Date.parse(to), asked.period)}
        {address.slice !== null && ` · ${sliceText(address.slice)}`}
      </p>
      <Formula metric={metric} opened={opened.value} />
      <p>
        <a href={calls}>The calls behind it</a>
      </p>
      <Hours name={name} hours={opened.value.hours} />
    </>
  );
}

function Cell({ name, cell, hours }: { name: MetricName; cell: string; hours: readonly Row[] }) {
  const formats = useApp().formats.value;
  const metric: Metric = METRICS[name];
  const inside = hours.filter(({ fields }) => {
    const at = cellOf(fields);
    return at !== null && `${at.day}-${at.hour}` === cell;
  });
  const [day = 0, hour = 0] = cell.split('-').map(Number);
  const fields = inside.map((row) => row.fields);
  return (
    <>
      <p class="note">
        {formats.weekday(day)} {hour}:00, in {formats.timeZone}
      </p>
      <div class="formula">
        <strong>{written(valueOver(metric, fields), metric.unit, formats)}</strong>
      </div>
      <Hours name={name} hours={inside} />
    </>
  );
}

/** The number as the API gives it, and the same from its parts. */
function Formula({ metric, opened: { whole, hours } }: { metric: Metric; opened: Opened }) {
  const formats = useApp().formats.value;
  const fields = useMemo(() => hours.map((row) => row.fields), [hours]);
  const told = metric.headline === undefined ? null : numberAt(whole, metric.headline);
  const added = valueOver(metric, fields);
  const term = (one: Term): string => `${written(summed(one, fields), one.unit, formats)} ${one.words}`;
  if (metric.note !== undefined)
    return (
      <div class="formula">
        <strong>{written(told, metric.unit, formats)}</strong>
        <p class="note">
          {metric.note} {formats.count(summed({ of: 'measuredCalls' }, fields))} measured calls.
        </p>
      </div>
    );
  return (
    <div class="formula">
      <strong>{written(told ?? added, metric.unit, formats)}</strong>
      <p>
        = {term(metric.over)}
        {metric.under.length > 0 && ` ÷ (${metric.under.map(term).join(' + ')})`}
      </p>
      {told !== null && <Sameness told={told} added={added} metric={metric} />}
    </div>
  );
}

/** What the API rounds (rates to one decimal, averages to three) may differ by that much. */
function Sameness({ told, added, metric }: { told: number; added: number | null; metric: Metric }) {
  const formats = useApp().formats.value;
  const bearable = metric.under.length === 0 ? 0.000_01 : metric.unit === 'percent' ? 0.051 : 0.002;
  const isSame = added !== null && Math.abs(added - told) <= bearable;
  return isSame ? (
    <p class="good">✓ Its hours add up to it.</p>
  ) : (
    <p class="bad">
      Its hours add up to {written(added, metric.unit, formats)}: they were read moments apart. It is looked
      at again by itself.
    </p>
  );
}

const SHOWN_AT_ONCE = 48;

function Hours({ name, hours }: { name: MetricName; hours: readonly Row[] }) {
  const app = useApp();
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const [open, setOpen] = useState<number | null>(hours.length === 1 ? (hours[0]?.startMs ?? null) : null);
  const metric: Metric = METRICS[name];
  const formats = app.formats.value;
  const newest = useMemo(() => [...hours].reverse(), [hours]);
  return (
    <>
      <h3>
        {formats.count(hours.length)} {hours.length === 1 ? 'hour' : 'hours'} with something in{' '}
        {hours.length === 1 ? 'it' : 'them'}
      </h3>
      <ul class="hours">
        {newest.slice(0, shown).map((row) => (
          <li key={row.startMs}>
            <button
              type="button"
              class="hour"
              aria-expanded={open === row.startMs}
              onClick={() => setOpen(open === row.startMs ? null : row.startMs)}
            >
              <span>{formats.span(row.startMs, row.endMs, 'hour')}</span>
              <b>{written(valueOver(metric, [row.fields]), metric.unit, formats)}</b>
            </button>
            {open === row.startMs && (
              <ExplainHour key={instant(row.startMs)} name={name} atMs={row.startMs} />
            )}
          </li>
        ))}
      </ul>
      {hours.length > shown && (
        <button type="button" class="quiet" onClick={() => setShown(shown + 10 * SHOWN_AT_ONCE)}>
          Show more hours
        </button>
      )}
    </>
  );
}
