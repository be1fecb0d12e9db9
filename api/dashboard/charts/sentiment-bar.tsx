/** Sentiment of a range: one bar of labelled calls, its parts in counts and shares, and beside it how many nobody labelled. */
import { useApp } from '../app.ts';
import type { Overview } from '../overview-load.ts';
import { numberAt } from '../rows.ts';
import { labelsOf } from '../series.ts';
import { Figure } from './figure.tsx';

const LABELS = [
  { key: 'positive', name: 'Positive' },
  { key: 'neutral', name: 'Neutral' },
  { key: 'mixed', name: 'Mixed' },
  { key: 'negative', name: 'Negative' },
] as const;

/** The sentiment view, summed over the range; its list is the table as well. */
export function SentimentBar({ overview }: { overview: Overview }) {
  const formats = useApp().formats.value;
  const labels = labelsOf(overview.sentiment);
  const parts = LABELS.map(({ key, name }) => ({
    ...{ key, name, count: labels[key] },
    share: formats.percent(labels.labelled === 0 ? null : (labels[key] / labels.labelled) * 100),
  }));
  return (
    <section class="card sentiment" aria-labelledby="sentiment-title">
      <header class="card-head">
        <h2 id="sentiment-title">Sentiment</h2>
        <span class="note">
          score{' '}
          <Figure value={numberAt(overview.current, 'sentiment.averageScore')} unit="score" metric="score" />
        </span>
      </header>
      <div class="share-bar" aria-hidden="true">
        {labels.labelled === 0 && <i class="share share-none" />}
        {parts.map(({ key, count }) =>
          count === 0 ? null : (
            <i key={key} class={`share share-${key}`} style={{ flexGrow: String(count) }} />
          ),
        )}
      </div>
      <table class="shares">
        <caption class="visually-hidden">Sentiment, shares of calls with a label</caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Label</th>
            <th scope="col">Calls</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ key, name, count, share }) => (
            <tr key={key}>
              <th scope="row">
                <i class={`mark share-${key}`} aria-hidden="true" />
                {name}
              </th>
              <td>
                <Figure value={count} unit="count" metric={key} />
              </td>
              <td>{share}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">
        {formats.count(labels.labelled)} of {formats.count(labels.total)} calls have a label;{' '}
        <Figure value={labels.unknown} unit="count" metric="labelUnknown" /> have none.
      </p>
    </section>
  );
}
