/** Filters of the list of calls beside range and slice; each stands in the address under the API's own name. */
import { addressWith } from '../address.ts';
import { useApp } from '../app.ts';
import { wordFor } from '../wording.ts';

const CHOICES = [
  ['status', 'Status', ['active', 'queued', 'ended']],
  [
    'connection',
    'Connection',
    [
      'answered',
      'answered_human',
      'answered_machine',
      'answered_unknown',
      'busy',
      'no_answer',
      'canceled',
      'rejected',
      'failed',
      'in_progress',
      'unknown',
    ],
  ],
  ['goal', 'Outcome', ['success', 'failure', 'unknown']],
  ['sentiment', 'Sentiment', ['positive', 'neutral', 'mixed', 'negative', 'unknown']],
] as const;
const TYPED = [
  ['minDurationSeconds', 'at least', 's', /^\d{1,6}$/],
  ['maxDurationSeconds', 'at most', 's', /^\d{1,6}$/],
  ['number', 'number ends in', '', /^\d{1,4}$/],
] as const;
const NAMES = [...CHOICES, ...TYPED].map(([name]) => name as string);

/** The filters of an address that the list understands. */
export function filtersIn(more: Readonly<Record<string, string>>): Record<string, string> {
  const known = Object.entries(more).filter(([name, value]) => {
    const choice = CHOICES.find(([one]) => one === name);
    if (choice !== undefined) return choice[2].some((one) => one === value);
    return TYPED.some(([one, , , form]) => one === name && form.test(value));
  });
  return Object.fromEntries(known);
}

/** Whether filters ask for calls of this moment: those that wait or are on the line, whenever they began. */
export function isOfThisMoment({ status }: Readonly<Record<string, string>>): boolean {
  return status === 'active' || status === 'queued';
}

/** The row of filters. */
export function CallFilters() {
  const { place } = useApp();
  const address = place.at.value;
  const filters = filtersIn(address.more);
  const choose = (name: string, value: string): void => place.go(addressWith(address, { [name]: value }));
  return (
    <div class="toolbar" role="group" aria-label="Filters">
      {CHOICES.map(([name, title, values]) => (
        <label class="field" key={name}>
          <span>{title}</span>
          <select
            value={filters[name] ?? ''}
            onChange={({ currentTarget }) => choose(name, currentTarget.value)}
          >
            <option value="">any</option>
            {values.map((value) => (
              <option key={value} value={value}>
                {LONG[value] ?? wordFor(value) ?? 'Not reported'}
              </option>
            ))}
          </select>
        </label>
      ))}
      {TYPED.map(([name, title, unit, form]) => (
        <label class="field" key={name}>
          <span>{title}</span>
          <input
            class="short"
            inputMode="numeric"
            value={filters[name] ?? ''}
            pattern={form.source}
            onChange={({ currentTarget }) => {
              if (currentTarget.value === '' || form.test(currentTarget.value))
                choose(name, currentTarget.value);
            }}
          />
          <span>{unit}</span>
        </label>
      ))}
      {NAMES.some((name) => name in filters) && (
        <button
          type="button"
          class="quiet"
          onClick={() =>
            place.go(addressWith(address, Object.fromEntries(NAMES.map((name) => [name, null]))))
          }
        >
          Clear filters
        </button>
      )}
    </div>
  );
}

const LONG: Partial<Record<string, string>> = {
  answered: 'Answered by anybody',
  answered_human: 'Answered by a person',
  answered_machine: 'Answered by a machine',
  answered_unknown: 'Answered, by whom unknown',
};
