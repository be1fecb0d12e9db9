/** The page's head: its name, the choice of range, and how fresh the numbers are. */
import type { Board } from '../board.ts';
import type { Formats } from '../format.ts';
import { freshnessOf, type Numbers } from '../freshness.ts';
import { RANGE_NAMES } from '../range.ts';
import type { State } from '../state.ts';
import { RANGE_TEXTS } from '../charts/view-props.ts';

const SHORT = { '24h': '24 h', '7d': '7 days', '30d': '30 days' } as const;

/** Name, range, freshness. */
export function Header({ state, board, formats }: { state: State; board: Board; formats: Formats }) {
  const chosen = state.range.value.name;
  return (
    <header class="page-head">
      <h1>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect x="4" y="17" width="6" height="11" rx="2" />
          <rect x="13" y="4" width="6" height="24" rx="2" />
          <rect x="22" y="11" width="6" height="17" rx="2" />
        </svg>
        callviews
      </h1>
      <FreshnessPill state={state} formats={formats} />
      <fieldset class="ranges">
        <legend class="visually-hidden">Range</legend>
        {RANGE_NAMES.map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="range"
              value={name}
              checked={name === chosen}
              aria-label={RANGE_TEXTS[name]}
              onChange={() => board.choose(name)}
            />
            <span>{SHORT[name]}</span>
          </label>
        ))}
      </fieldset>
    </header>
  );
}

/** Only the state is announced: the time would be read out with every push. */
function FreshnessPill({ state, formats }: { state: State; formats: Formats }) {
  const asOfMs = state.asOfMs.value;
  const {
    tone,
    lead,
    state: word,
  } = freshnessOf({
    connection: state.connection.value,
    numbers: numbersOf(state),
    behind: state.behind.value,
  });
  return (
    <p class={`pill pill-${tone}`} title={state.trouble.value ?? undefined}>
      <i class="dot" aria-hidden="true" />
      {asOfMs !== null && (
        <span>
          {lead} <time dateTime={new Date(asOfMs).toISOString()}>{formats.clock(asOfMs)}</time>
        </span>
      )}
      <b role="status">{word}</b>
    </p>
  );
}

function numbersOf(state: State): Numbers {
  const { kind } = state.phase.value;
  if (kind === 'loading') return 'loading';
  if (kind === 'failed') return 'missing';
  return state.trouble.value === null ? 'shown' : 'old';
}
