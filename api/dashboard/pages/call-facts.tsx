/** A call's facts, each with the witness that is believed, and what others said instead. */
import { useApp } from '../app.ts';
import type { WholeCall } from '../call-load.ts';
import { textsIn } from '../fields.ts';
import { factsOf } from '../facts.ts';
import type { Formats } from '../format.ts';
import { namedIn, wordFor } from '../wording.ts';

/** The card. */
export function CallFacts({ whole: { call, parts } }: { whole: WholeCall }) {
  const formats = useApp().formats.value;
  const facts = factsOf(call, parts).filter(({ field }) => field !== 'summary' && field !== 'title');
  return (
    <section class="card" aria-labelledby="facts-title">
      <h2 id="facts-title">Facts, and who says so</h2>
      <table class="facts">
        <caption class="visually-hidden">Facts of the call</caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Fact</th>
            <th scope="col">Value</th>
            <th scope="col">Said by</th>
          </tr>
        </thead>
        <tbody>
          {facts.map(({ name, field, value, saidBy, otherwise }) => (
            <tr key={field}>
              <th scope="row">{name}</th>
              <td>
                <bdi>{shown(field, value, formats)}</bdi>
              </td>
              <td class="note">
                {saidBy.length === 0 ? 'worked out from all witnesses' : saidBy.join('; ')}
                {otherwise.map((other, index) => (
                  <span class="otherwise" key={index}>
                    {other.by} says <bdi>{shown(field, other.value, formats)}</bdi>
                  </span>
                ))}
              </td>
            </tr>
          ))}
          <tr>
            <th scope="row">Known as</th>
            <td colSpan={2}>
              {textsIn(call.aliases).map((alias) => (
                <bdi class="id" key={alias}>
                  {alias}
                </bdi>
              ))}
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function shown(field: string, value: unknown, formats: Formats): string {
  if (typeof value === 'number') {
    if (field === 'durationMs') return formats.length(value);
    if (field === 'costMicroUsd') return formats.money(value / 1e6);
    return field.endsWith('Score') ? formats.score(value) : formats.count(value);
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  if (field.endsWith('At')) return formats.full(Date.parse(value));
  return ['status', 'connection', 'endedBy', 'goal', 'sentiment', 'direction'].includes(field)
    ? (namedIn(LONG, value) ?? wordFor(value) ?? value)
    : value;
}

/** Who answered: lists leave it out, here it is what witnesses differ in. */
const LONG: Partial<Record<string, string>> = {
  answered_human: 'Answered by a person',
  answered_machine: 'Answered by a machine',
  answered_unknown: 'Answered, by whom unknown',
};
