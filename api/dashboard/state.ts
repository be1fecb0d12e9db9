/** What the page knows, as signals: one object made by `main.tsx`, read by the parts on show, written by `board.ts` and `news.ts` alone. */
import { batch, signal, type Signal } from '@preact/signals';
import { withLoaded, type Rows } from './buckets.ts';
import { withCalls, type Calls } from './calls.ts';
import type { Connection } from './freshness.ts';
import type { Before, Present, Signs, Views } from './load.ts';
import type { Range } from './range.ts';
import type { DurationRow, OutcomeRow, SentimentRow } from './rows.ts';

/** Whether the range on show has been loaded. */
export type Phase = { kind: 'loading' } | { kind: 'ready' } | { kind: 'failed'; text: string };

/** Everything on show. Instants are ms since 1970 by the server's clock. */
export type State = {
  range: Signal<Range>;
  phase: Signal<Phase>;
  duration: Signal<Rows<DurationRow>>;
  outcome: Signal<Rows<OutcomeRow>>;
  sentiment: Signal<Rows<SentimentRow>>;
  before: Signal<Before | null>;
  calls: Signal<Calls>;
  present: Signal<Present | null>;
  connection: Signal<Connection>;
  /** The newest commit the page shows. */
  asOfMs: Signal<number | null>;
  /** The server says that it is behind. */
  behind: Signal<boolean>;
  /** Why the last refresh did not work, while older numbers stay on show. */
  trouble: Signal<string | null>;
  nowMs: Signal<number>;
};

/**
 * Makes the state of a page that has loaded nothing.
 * @param range what will be shown
 * @param nowMs ms since 1970
 * @returns signals
 */
export function createState(range: Range, nowMs: number): State {
  return {
    range: signal(range),
    phase: signal<Phase>({ kind: 'loading' }),
    duration: signal(new Map()),
    outcome: signal(new Map()),
    sentiment: signal(new Map()),
    before: signal(null),
    calls: signal(new Map()),
    present: signal(null),
    connection: signal('connecting'),
    asOfMs: signal(null),
    behind: signal(false),
    trouble: signal(null),
    nowMs: signal(nowMs),
  };
}

/**
 * The instant that running clocks show. Without a connection nobody knows which calls still run, so the clocks stand still.
 * @param state what is on show
 * @returns ms since 1970
 */
export function shownAtMs(state: State): number {
  const nowMs = state.nowMs.value;
  return state.connection.value === 'reconnecting' ? (state.asOfMs.value ?? nowMs) : nowMs;
}

/**
 * Shows the loaded views of a range.
 * @param state what is on show
 * @param views what was loaded; rows pushed since stay
 */
export function showViews(state: State, views: Views): void {
  batch(() => {
    state.duration.value = withLoaded(state.duration.value, views.duration);
    state.outcome.value = withLoaded(state.outcome.value, views.outcome);
    state.sentiment.value = withLoaded(state.sentiment.value, views.sentiment);
    state.phase.value = { kind: 'ready' };
    showSigns(state, views.signs);
  });
}

/**
 * Shows the present moment.
 * @param state what is on show
 * @param present what was loaded
 */
export function showPresent(state: State, present: Present): void {
  state.present.value = present;
  state.calls.value = withCalls(state.calls.value, present.latest);
  showSigns(state, present.signs);
}

/**
 * Takes the numbers of a range away: other periods and windows must not be taken for them.
 * @param state what is on show
 */
export function showNothing(state: State): void {
  state.duration.value = state.outcome.value = state.sentiment.value = new Map();
  state.before.value = null;
  state.phase.value = { kind: 'loading' };
}

/**
 * Says that a load failed: beside older numbers, or in their place.
 * @param state what is on show
 * @param text for people
 */
export function showFailure(state: State, text: string): void {
  if (state.phase.value.kind === 'ready') state.trouble.value = text;
  else state.phase.value = { kind: 'failed', text };
}

/**
 * Moves "as of" on; it never goes back.
 * @param state what is on show
 * @param ms since 1970, or null where an answer did not say
 */
export function raiseAsOf(state: State, ms: number | null): void {
  if (ms !== null && ms > (state.asOfMs.value ?? 0)) state.asOfMs.value = ms;
}

function showSigns(state: State, signs: Signs): void {
  raiseAsOf(state, signs.asOfMs);
  state.behind.value = signs.behind;
}
