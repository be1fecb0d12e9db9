/** Keeps the state true: loads over HTTP, follows the socket, moves the range on as periods end. */
import { batch } from '@preact/signals';
import { withActive } from './calls.ts';
import { openLive, type Live } from './live.ts';
import { loadBefore, loadPresent, loadViews } from './load.ts';
import { createNews } from './news.ts';
import { rangeAt, type RangeName } from './range.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';
import { raiseAsOf, showFailure, showNothing, showPresent, showViews, type State } from './state.ts';

/** What a reader can do. */
export type Board = { choose(name: RangeName): void; retry(): void };

/** What keeps one state true. */
type Parts = { state: State; clock: ServerClock; live: Live; loads: number; refusal: string | null };

/** How often counters without a push (queued, campaigns, staleness) are asked for, and a failed load is tried again. */
const POLL_MS = 10_000;
const TICK_MS = 1000;

/**
 * Starts to keep a state true.
 * @param state what is on show
 * @returns the reader's actions
 */
export function startBoard(state: State): Board {
  const clock = createServerClock();
  const news = createNews(state);
  const live = openLive({
    onConnection: (connection) => {
      if (connection === 'live') parts.refusal = null;
      state.connection.value = connection;
    },
    onBuckets: (changes) => news.buckets(changes),
    onCall: (call) => news.call(call),
    onActive: ({ calls, sequence }) => {
      state.calls.value = withActive(state.calls.value, calls, sequence);
    },
    onResync: () => refresh(parts),
    // A push follows its commit within moments: the page is as of now.
    onPush: () => raiseAsOf(state, clock.now()),
    onRefused: (text) => {
      state.trouble.value = parts.refusal = text;
    },
  });
  const parts: Parts = { state, clock, live, loads: 0, refusal: null };
  refresh(parts);
  keepTime(parts);
  return {
    choose(name) {
      batch(() => {
        state.range.value = rangeAt(name, clock.now());
        showNothing(state);
      });
      void reload(parts);
    },
    retry() {
      if (state.phase.value.kind === 'failed') state.phase.value = { kind: 'loading' };
      refresh(parts);
    },
  };
}

function keepTime(parts: Parts): void {
  const { state, clock, live } = parts;
  setInterval(() => {
    state.nowMs.value = clock.now();
    if (state.nowMs.value >= state.range.value.endMs) void reload(parts);
  }, TICK_MS);
  setInterval(() => {
    if (document.hidden) return;
    void poll(parts);
    live.askActive();
    if (state.phase.value.kind === 'failed' || state.trouble.value !== null) void reload(parts);
  }, POLL_MS);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) refresh(parts);
  });
}

function refresh(parts: Parts): void {
  void reload(parts);
  void poll(parts);
}

/** Only the last of several loads is shown: answers may overtake each other. */
async function reload(parts: Parts): Promise<void> {
  const { state, clock, live } = parts;
  const load = (parts.loads += 1);
  const range = rangeAt(state.range.value.name, clock.now());
  state.range.value = range;
  live.follow(range);
  const result = await loadViews(range).catch(textOf);
  if (load !== parts.loads) return;
  if (typeof result === 'string') {
    showFailure(state, result);
    return;
  }
  clock.set(result.signs.serverMs);
  batch(() => {
    showViews(state, result);
    // Without pushes the page lives on loads, and says so.
    state.trouble.value = parts.refusal;
  });
  const before = await loadBefore(range);
  if (load === parts.loads) state.before.value = before;
}

async function poll({ state, clock }: Parts): Promise<void> {
  const result = await loadPresent().catch(textOf);
  if (typeof result === 'string') {
    if (state.phase.value.kind === 'ready') state.trouble.value = result;
    return;
  }
  clock.set(result.signs.serverMs);
  batch(() => showPresent(state, result));
}

function textOf(error: unknown): string {
  if (error instanceof TypeError) return 'The API cannot be reached';
  if (error instanceof DOMException) return 'The API did not answer in time';
  return error instanceof Error ? error.message : 'An unknown error occurred';
}
