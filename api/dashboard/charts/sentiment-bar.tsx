/** Sentiment of a range: one bar of labelled calls, its parts in counts and shares, and beside it how many nobody labelled. */
import { rowsAt } from '../buckets.ts';
import type { Formats } from '../format.ts';
import { startsOf } from '../range.ts';
import type { State } from '../state.ts';
import { sentimentTotals, shareOf } from '../totals.ts';
import { RANGE_TEXTS } from './view-props.ts';

const LABELS = [
  { key: 'positive', name: 'Positive' },
  { key: 'neutral', name: 'Neutral' },
  { key: 'mixed', name: 'Mixed' },
  { key: 'negative', name: 'Negative' },
] as const;

/** The sentiment view, summed over the range; its list is the table as well. */
export function SentimentBar({ state, formats }: { state: State; formats: Formats }) {
  const range = state.range.value;
  const totals = sentimentTotals(rowsAt(state.sentiment.value, startsOf(range)));
  const parts = LABELS.map(({ key, name }) => ({
    key,
    name,
    count: totals[key],
    share: formats.percent(shareOf(totals[key], totals.labelled)),
  }));
  return (
    <section class="card sentiment" aria-labelledby="sentiment-title">
      <header class="card-head">
        <h2 id="sentiment-title">Sentiment</h2>
      </header>
      <div class="legend">
        <span class="when">{RANGE_TEXTS[range.name]}</span>
        <ul>
          <li>
            Average score <b>{formats.score(totals.averageScore)}</b>
          </li>
        </ul>
      </div>
      <div class="share-bar" aria-hidden="true">
        {totals.labelled === 0 && <i class="share share-none" />}
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
              <td>{formats.count(count)}</td>
              <td>{share}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">
        {formats.count(totals.labelled)} of {formats.count(totals.total)} calls have a label;{' '}
        {formats.count(totals.unknown)} have none.
      </p>
    </section>
  );
}
