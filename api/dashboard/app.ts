/** What all parts of the page share: the place, the clock, the socket, and how fresh what is on show may be called. */
import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { withActive, withCalls, type Calls, type LiveCall } from './calls.ts';
import { followTheme, type Theme } from './charts/theme.ts';
import { firstLook } from './first-look.ts';
import { createFormats, type Formats } from './format.ts';
import type { Connection } from './freshness.ts';
import { openLiveLater } from './live-later.ts';
import type { Live, LiveListener } from './live.ts';
import { followPlace, type Place } from './place.ts';
import type { Signs } from './request.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';
import { sliceRoom } from './slice.ts';

/** What is shared. Counters of pushes rise; what they count is said by their names. */
export type App = {
  place: Place;
  readerZone: string;
  formats: ReadonlySignal<Formats>;
  theme: ReadonlySignal<Theme>;
  clock: ServerClock;
  /** The present by the server's clock, once a second. */
  nowMs: ReadonlySignal<number>;
  live: Live;
  connection: ReadonlySignal<Connection>;
  /** Calls told by pushes and lists. */
  calls: Signal<Calls>;
  numbers: ReadonlySignal<number>;
  news: ReadonlySignal<number>;
  campaigns: ReadonlySignal<number>;
  /** Everything is loaded again: now and then, and after a break. */
  again: ReadonlySignal<number>;
  /** Every call pushed, for lists that are open. */
  onCall(listener: (call: LiveCall) => void): () => void;
  asOfMs: ReadonlySignal<number | null>;
  behind: ReadonlySignal<boolean>;
  /** Why loads fail at the moment, by who loads. */
  troubles: Signal<ReadonlyMap<string, string>>;
  /** What is loading for the first time, or could not be loaded at all. */
  phases: Signal<ReadonlyMap<string, 'loading' | 'missing'>>;
  /** A key is asked for. */
  keyWanted: Signal<boolean>;
  heard(signs: Signs): void;
};

const TICK_MS = 1_000;
/** What no push tells (queued targets, staleness) is asked for so often; so is what failed. */
const POLL_MS = 10_000;
/** A burst of changed calls is one repaint. */
const GATHER_MS = 100;

/** The app, for components. */
export const AppContext = createContext<App | null>(null);

/** The app around a component. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('A part of the page stands outside of it');
  return app;
}

/** Starts what the parts share. */
export function startApp(): App {
  const readerZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const place = followPlace(readerZone);
  const clock = createServerClock();
  const nowMs = signal(clock.now());
  const calls = signal<Calls>(new Map());
  const connection = signal<Connection>('connecting');
  const [numbers, news, campaigns, again] = [signal(0), signal(0), signal(0), signal(0)];
  const asOfMs = signal<number | null>(null);
  const behind = signal(false);
  const troubles = signal<ReadonlyMap<string, string>>(new Map());
  const listeners = new Set<(call: LiveCall) => void>();
  const raiseAsOf = (ms: number | null): void => {
    if (ms !== null && ms > (asOfMs.value ?? 0)) asOfMs.value = ms;
  };
  const refused = (text: string | null): void => {
    if ((troubles.value.get('live') ?? null) === text) return;
    const next = new Map(troubles.value);
    if (text === null) next.delete('live');
    else next.set('live', text);
    troubles.value = next;
  };
  const gather = gathered((told) => {
    calls.value = withCalls(calls.value, told);
    for (const call of told) for (const listener of listeners) listener(call);
    news.value += 1;
  });
  const all = (): void => {
    batch(() => {
      for (const counter of [numbers, news, campaigns, again]) counter.value += 1;
    });
  };
  const phases = signal<App['phases']['value']>(new Map());
  const listener: LiveListener = {
    onConnection: (state) => {
      const wasAway = connection.value === 'reconnecting';
      connection.value = state;
      if (state !== 'live') return;
      refused(null);
      // What failed during the break, or changed in it without a push, is asked for at once.
      if (wasAway) all();
    },
    onCall: gather,
    onActive: (active, sequence) => {
      calls.value = withActive(calls.value, active, sequence);
    },
    onCampaign: () => (campaigns.value += 1),
    onNumbers: () => (numbers.value += 1),
    onResync: all,
    onRefused: refused,
  };
  const live = openLiveLater(listener, firstLook(phases));
  effect(() => live.follow(sliceRoom(place.at.value.slice)));
  setInterval(() => (nowMs.value = clock.now()), TICK_MS);
  setInterval(() => {
    if (document.hidden) return;
    all();
    live.askActive();
  }, POLL_MS);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) all();
  });
  const zone = computed(() => place.at.value.zone ?? readerZone);
  return {
    ...{ place, readerZone, clock, nowMs, live, connection, calls, numbers, news, campaigns, again },
    ...{ asOfMs, behind, troubles, phases },
    formats: computed(() => createFormats(undefined, zone.value)),
    theme: followTheme(),
    keyWanted: signal(false),
    onCall(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    heard(signs) {
      clock.set(signs.serverMs);
      batch(() => {
        raiseAsOf(signs.asOfMs);
        behind.value = signs.behind;
      });
    },
  };
}

/** The instant that running clocks show: without a connection nobody knows which calls still run, so the clocks stand still. */
export function shownAtMs({ connection, asOfMs, nowMs }: App): number {
  return connection.value === 'reconnecting' ? (asOfMs.value ?? nowMs.value) : nowMs.value;
}

function gathered(act: (told: LiveCall[]) => void): (call: LiveCall) => void {
  let told: LiveCall[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  return (call) => {
    told.push(call);
    timer ??= setTimeout(() => {
      const taken = told;
      told = [];
      timer = null;
      batch(() => act(taken));
    }, GATHER_MS);
  };
}
