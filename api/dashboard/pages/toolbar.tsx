/** What is on show, and how to change it: range, period, zone, comparison and one slice. All of it stands in the address. */
import { useMemo, useState } from 'preact/hooks';
import { PRESETS, SLICES, type Address, type Period, type Preset, type SliceBy } from '../address.ts';
import { useApp } from '../app.ts';
import { useLater } from '../later.tsx';
import { useLoaded } from '../loaded.ts';
import { loadTop } from '../overview-load.ts';
import { askedBy, periodsFor, type Asked } from '../range.ts';
import { DIMENSIONS, SLICE_NAMES, sliceText } from '../slice.ts';
import { wallAt } from '../zone.ts';

/** What presets are called. */
export const PRESET_NAMES: Readonly<Record<Preset, string>> = {
  today: 'Today',
  yesterday: 'Yesterday',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
  '12m': 'Last 12 months',
};
const SHORT: Partial<Record<Preset, string>> = {
  '24h': '24 h',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
};

/** What the address asks for at this moment. */
export function useAsked(): Asked {
  const { place, nowMs, readerZone } = useApp();
  return askedBy(place.at.value, nowMs.peek(), readerZone);
}

/** The tools: all of them, for lists those without a period, the range alone where no slice is asked for, or the slice alone where no range is. */
export function Toolbar({ tools }: { tools: 'all' | 'list' | 'range' | 'slice' }) {
  const { place } = useApp();
  const address = place.at.value;
  const asked = useAsked();
  return (
    <div class="toolbar" role="group" aria-label="What is on show">
      {tools !== 'slice' && <RangeChoice address={address} asked={asked} />}
      {tools === 'all' && (
        <label class="field">
          <span>by</span>
          <select
            aria-label="Period"
            value={asked.period}
            onChange={({ currentTarget }) => place.go({ ...address, period: currentTarget.value as Period })}
          >
            {periodsFor(asked).map((period) => (
              <option key={period}>{period}</option>
            ))}
          </select>
        </label>
      )}
      <ZoneChoice address={address} zone={asked.timeZone} />
      {tools !== 'range' && <SliceChoice address={address} asked={asked} />}
      {tools === 'all' && (
        <label class="field check">
          <input
            type="checkbox"
            checked={address.compare}
            onChange={({ currentTarget }) => place.go({ ...address, compare: currentTarget.checked })}
          />
          <span>Compare with before</span>
        </label>
      )}
    </div>
  );
}

function RangeChoice({ address, asked }: { address: Address; asked: Asked }) {
  const { place } = useApp();
  const preset = 'preset' in address.span ? address.span.preset : 'custom';
  const choose = (value: string): void => {
    const known = PRESETS.find((one) => one === value);
    if (known !== undefined) place.go({ ...address, span: { preset: known }, period: null });
    else place.go({ ...address, span: datesOf(asked), period: null });
  };
  const quick = PRESETS.filter((one) => SHORT[one] !== undefined);
  return (
    <>
      <fieldset class="ranges">
        <legend class="visually-hidden">Range</legend>
        {quick.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="range"
              checked={one === preset}
              aria-label={PRESET_NAMES[one]}
              onChange={() => choose(one)}
            />
            <span>{SHORT[one]}</span>
          </label>
        ))}
      </fieldset>
      <select
        aria-label="More ranges"
        value={quick.some((one) => one === preset) ? '' : preset}
        onChange={({ currentTarget }) => currentTarget.value !== '' && choose(currentTarget.value)}
      >
        <option value="">More…</option>
        {PRESETS.filter((one) => SHORT[one] === undefined).map((one) => (
          <option key={one} value={one}>
            {PRESET_NAMES[one]}
          </option>
        ))}
        <option value="custom">From – to</option>
      </select>
      {preset === 'custom' && <CustomRange address={address} asked={asked} />}
    </>
  );
}

function CustomRange({ address, asked }: { address: Address; asked: Asked }) {
  const { place } = useApp();
  const { from, to } = datesOf(asked);
  const change = (dates: { from: string; to: string }): void => {
    if (dates.from !== '' && dates.to !== '' && dates.from <= dates.to)
      place.go({ ...address, span: dates, period: null });
  };
  return (
    <span class="field dates">
      <input
        type="date"
        aria-label="From"
        value={from}
        max={to}
        onChange={({ currentTarget }) => change({ from: currentTarget.value, to })}
      />
      <span>–</span>
      <input
        type="date"
        aria-label="To, included"
        value={to}
        min={from}
        onChange={({ currentTarget }) => change({ from, to: currentTarget.value })}
      />
    </span>
  );
}

/** Dates of a range: an end that is an instant is excluded, so its day is that of the moment before. */
function datesOf({ startDate, endDate, timeZone }: Asked): { from: string; to: string } {
  const date = (text: string, backMs: number): string =>
    text.length === 10 ? text : wallAt(Date.parse(text) - backMs, timeZone).date;
  return { from: date(startDate, 0), to: date(endDate, 1) };
}

function ZoneChoice({ address, zone }: { address: Address; zone: string }) {
  const { place, readerZone } = useApp();
  const isLater = useLater();
  const zones = useMemo(() => {
    const all = isLater ? Intl.supportedValuesOf('timeZone') : [];
    return [...new Set([readerZone, 'UTC', zone, ...all])];
  }, [readerZone, zone, isLater]);
  return (
    <label class="field zone">
      <span>in</span>
      <select
        aria-label="Time zone"
        value={zone}
        onChange={({ currentTarget }) => place.go({ ...address, zone: currentTarget.value })}
      >
        {zones.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
}

function SliceChoice({ address, asked }: { address: Address; asked: Asked }) {
  const { place } = useApp();
  const [by, setBy] = useState<SliceBy | null>(null);
  if (address.slice !== null)
    return (
      <span class="chip">
        <bdi>{sliceText(address.slice)}</bdi>
        <button
          type="button"
          aria-label="Take the filter away"
          onClick={() => place.go({ ...address, slice: null })}
        >
          ×
        </button>
      </span>
    );
  return (
    <span class="field">
      <select
        aria-label="Filter by"
        value={by ?? ''}
        onChange={({ currentTarget }) => setBy(SLICES.find((one) => one === currentTarget.value) ?? null)}
      >
        <option value="">All calls</option>
        {SLICES.map((one) => (
          <option key={one} value={one}>
            {SLICE_NAMES[one]}…
          </option>
        ))}
      </select>
      {by !== null && (
        <SliceValues
          by={by}
          asked={asked}
          choose={(value) => {
            setBy(null);
            place.go({ ...address, slice: { by, value } });
          }}
        />
      )}
    </span>
  );
}

function SliceValues({ by, asked, choose }: { by: SliceBy; asked: Asked; choose: (value: string) => void }) {
  const tops = useLoaded(
    JSON.stringify(['slices', by, asked]),
    () => loadTop(asked, null, { dimension: DIMENSIONS[by], metric: 'calls', top: 100 }),
    'once',
  );
  const { formats } = useApp();
  const rows = tops.value?.rows.filter(({ kind }) => kind !== 'other') ?? [];
  return (
    <select
      aria-label={SLICE_NAMES[by]}
      value="?"
      onChange={({ currentTarget }) => choose(currentTarget.value)}
    >
      <option value="?" disabled>
        {tops.trouble ?? (tops.value === null ? 'Loading…' : 'Choose…')}
      </option>
      {rows.map(({ key, value }) => (
        <option key={key ?? ''} value={key ?? ''}>
          {key ?? `(no ${SLICE_NAMES[by].toLowerCase()})`} · {formats.value.count(value)}
        </option>
      ))}
    </select>
  );
}
