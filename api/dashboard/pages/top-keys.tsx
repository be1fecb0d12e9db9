/** The top agents or campaigns of a range by a metric, with what is without one and all others, so that they add up. */
import { useState } from 'preact/hooks';
import { addressOn, hrefOf, type SliceBy } from '../address.ts';
import { useApp } from '../app.ts';
import { Figure } from '../charts/figure.tsx';
import { csvOf } from '../csv.ts';
import { download } from '../download.ts';
import { useLoaded } from '../loaded.ts';
import { METRICS } from '../metrics.ts';
import { loadTop, type Ranked } from '../overview-load.ts';
import type { Asked } from '../range.ts';
import { DIMENSIONS, SLICE_NAMES } from '../slice.ts';
import { written } from '../written.ts';

/** The numbers that keys can be ranked by. */
const BY = ['calls', 'talk', 'successRate', 'answerRate', 'score', 'costUsd'] as const;
const SHOWN = 8;

/** The card of one dimension. */
export function TopKeys({
  by,
  title,
  area,
  asked,
}: {
  by: SliceBy;
  title: string;
  area: string;
  asked: Asked;
}) {
  const { place, formats } = useApp();
  const { slice } = place.at.value;
  const [metric, setMetric] = useState<(typeof BY)[number]>('calls');
  const { unit, ranking } = METRICS[metric];
  const dimension = DIMENSIONS[by];
  const tops = useLoaded(
    `top ${JSON.stringify([dimension, ranking, asked, slice])}`,
    () => loadTop(asked, slice, { dimension, metric: ranking, top: SHOWN }),
    'numbers',
  );
  const rows = (tops.value?.rows ?? []).filter(({ calls }) => calls !== 0);
  const most = Math.max(0, ...rows.filter(({ kind }) => kind === 'top').map(({ value }) => value ?? 0));
  const total = tops.value?.keys ?? 0;
  return (
    <section class={`card ${area}`} aria-labelledby={`top-${by}`}>
      <header class="card-head">
        <h2 id={`top-${by}`}>{title}</h2>
        <span class="tools">
          <select
            aria-label={`${title} by`}
            value={metric}
            onChange={({ currentTarget }) =>
              setMetric(BY.find((one) => one === currentTarget.value) ?? 'calls')
            }
          >
            {BY.map((name) => (
              <option key={name} value={name}>
                {METRICS[name].name}
              </option>
            ))}
          </select>
          <button
            type="button"
            class="quiet"
            aria-label={`${title}: download as CSV`}
            onClick={() =>
              download(
                `${title}.csv`,
                csvOf(
                  [dimension, ranking],
                  rows.map((row) => [nameOf(row, by), row.value]),
                ),
              )
            }
          >
            CSV
          </button>
        </span>
      </header>
      <div class="table-box tops" tabIndex={0} role="region" aria-label={`${title}, table`}>
        <table>
          <caption class="visually-hidden">{title}</caption>
          <thead class="visually-hidden">
            <tr>
              <th scope="col">{SLICE_NAMES[by]}</th>
              <th scope="col">{METRICS[metric].name}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.kind} ${row.key ?? ''}`} class={row.kind === 'top' ? undefined : 'further'}>
                <th scope="row">
                  <Name row={row} by={by} />
                  <i
                    class="bar"
                    aria-hidden="true"
                    style={{
                      width: `${row.kind === 'top' && most > 0 ? (Math.max(0, row.value ?? 0) / most) * 100 : 0}%`,
                    }}
                  />
                </th>
                <td>
                  {row.kind === 'other' ? (
                    written(row.value, unit, formats.value)
                  ) : (
                    <Figure
                      value={row.value}
                      unit={unit}
                      metric={metric}
                      slice={{ by, value: row.key ?? '' }}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="note">
        {tops.trouble ?? (tops.value === null ? '\u00a0' : `${formats.value.count(total)} in all`)}
      </p>
    </section>
  );
}

function Name({ row, by }: { row: Ranked; by: SliceBy }) {
  const { place } = useApp();
  const text = <bdi>{nameOf(row, by)}</bdi>;
  if (row.kind === 'other') return <span class="name">{text}</span>;
  const to = { ...addressOn(place.at.value, { page: 'overview' }), slice: { by, value: row.key ?? '' } };
  return (
    <a class="name" href={hrefOf(to)} title={nameOf(row, by)}>
      {text}
    </a>
  );
}

function nameOf({ kind, key }: Ranked, by: SliceBy): string {
  if (key !== null) return key;
  return kind === 'other' ? 'All others' : `No ${SLICE_NAMES[by].toLowerCase()}`;
}
