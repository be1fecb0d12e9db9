/** Two campaigns beside each other over the range on show. */
import { addressWith } from '../address.ts';
import { useApp } from '../app.ts';
import { Figure } from '../charts/figure.tsx';
import { loadComparison } from '../campaign-load.ts';
import { useLoaded } from '../loaded.ts';
import { METRICS, type Metric, type Unit } from '../metrics.ts';
import { askedBy } from '../range.ts';
import { numberAt } from '../rows.ts';
import { written } from '../written.ts';
import { Toolbar } from './toolbar.tsx';

const ROWS = [
  ...(['calls', 'answered', 'answerRate', 'success', 'failure', 'successRate'] as const),
  ...(['averageTalk', 'p50', 'score', 'costUsd'] as const),
];

/** The card; the two stand in the address. */
export function Compare({ keys }: { keys: readonly string[] }) {
  const { place } = useApp();
  const address = place.at.value;
  const { a = '', b = '' } = address.more;
  if (keys.length < 2) return null;
  const choose = (name: 'a' | 'b') => (
    <select
      aria-label={name === 'a' ? 'First campaign' : 'Second campaign'}
      value={address.more[name] ?? ''}
      onChange={({ currentTarget }) => place.go(addressWith(address, { [name]: currentTarget.value }))}
    >
      <option value="">Choose…</option>
      {keys.map((key) => (
        <option key={key} value={key}>
          {key}
        </option>
      ))}
    </select>
  );
  return (
    <section class="card" aria-labelledby="compare-title">
      <header class="card-head">
        <h2 id="compare-title">Compare</h2>
        <span class="field">
          {choose('a')} with {choose('b')}
        </span>
      </header>
      {a !== '' && b !== '' && a !== b ? (
        <>
          <Toolbar tools="range" />
          <Comparison ids={[a, b]} />
        </>
      ) : (
        <p class="note">Choose two campaigns.</p>
      )}
    </section>
  );
}

function Comparison({ ids }: { ids: [string, string] }) {
  const app = useApp();
  const formats = app.formats.value;
  const { startDate, endDate, timeZone } = askedBy(app.place.at.value, app.clock.now(), app.readerZone);
  const query = { startDate, endDate, timeZone };
  const loaded = useLoaded(
    `compare ${JSON.stringify([ids, query])}`,
    () => loadComparison(ids, query),
    'campaigns',
  );
  if (loaded.value === null) return <p class="note">{loaded.trouble ?? 'Loading…'}</p>;
  const { campaigns, difference } = loaded.value;
  return (
    <div class="table-box numbers" tabIndex={0} role="region" aria-label="Comparison, table">
      <table>
        <thead>
          <tr>
            <th scope="col">Number</th>
            {campaigns.map(({ key, name }) => (
              <th key={key} scope="col">
                <bdi>{name ?? key}</bdi>
              </th>
            ))}
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map((metric) => {
            const { name, unit, headline }: Metric = METRICS[metric];
            if (headline === undefined) return null;
            const change = numberAt(difference, headline);
            return (
              <tr key={metric}>
                <th scope="row">{name}</th>
                {campaigns.map(({ key, numbers }) => (
                  <td key={key}>
                    <Figure
                      value={numberAt(numbers, headline)}
                      unit={unit}
                      metric={metric}
                      slice={{ by: 'campaignId', value: key }}
                    />
                  </td>
                ))}
                <td>
                  {unit === 'percent' ? formats.change(change, 'points') : signed(change, unit, formats)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function signed(value: number | null, unit: Unit, formats: Parameters<typeof written>[2]): string {
  if (value === null || unit === 'score') return written(value, unit, formats);
  const sign = value > 0 ? '+' : value < 0 ? '−' : '';
  return sign + written(Math.abs(value), unit, formats);
}
