/** Something loaded over HTTP and kept true: loaded when asked for, again when a push says so, and the last known when that fails. */
import { useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useApp, type App } from './app.ts';
import { createPace } from './pace.ts';
import { RefusedError, textOf, type Signs } from './request.ts';

/** What is there of it. `value` with a `trouble` is the last known; `retry` asks at once. */
export type Loaded<T> = {
  value: T | null;
  trouble: string | null;
  status: number | null;
  retry: () => void;
};
/** Loads something, and tells what headers said. */
export type Load<T> = (heard: (signs: Signs) => void) => Promise<T>;
/** What makes it load again: changed numbers of the slice, any changed call, campaigns, or only that all is loaded again; `once` is never. */
export type Follows = 'numbers' | 'news' | 'campaigns' | 'again' | 'once';

type Held<T> = { key: string; value: T | null; trouble: string | null; status: number | null };

/**
 * Loads something and keeps it true.
 * @param key names what is loaded: another key is another thing, and the old one is not shown for it
 * @param load loads it
 * @param follows what makes it load again
 */
export function useLoaded<T>(key: string, load: Load<T>, follows: Follows): Loaded<T> {
  const app = useApp();
  const [held, setHeld] = useState<Held<T>>({ key, value: null, trouble: null, status: null });
  const latest = useRef({ key, load });
  latest.current = { key, load };
  const pace = useMemo(
    () =>
      createPace(async () => {
        const asked = latest.current;
        const outcome = await outcomeOf(app, asked.load);
        if (latest.current.key !== asked.key) return;
        setHeld((before) => ({
          key: asked.key,
          value: outcome.value ?? (before.key === asked.key ? before.value : null),
          ...{ trouble: outcome.trouble, status: outcome.status },
        }));
      }),
    [],
  );
  // Asked for before the skeleton is painted: the answer is on its way meanwhile.
  useLayoutEffect(() => pace.askNow(), [key]);
  useEffect(() => () => pace.stop(), []);
  useSignalEffect(() => {
    if (follows === 'once') return;
    if (app[follows].value > 0) pace.ask();
  });
  const isOther = held.key !== key;
  const value = isOther ? null : held.value;
  const trouble = isOther ? null : held.trouble;
  // What the server says no to is an answer, not a fault of the connection.
  const isAnswer = !isOther && held.status !== null && held.status >= 400 && held.status < 500;
  useStanding(app, key, { isThere: value !== null || isAnswer, trouble: isAnswer ? null : trouble });
  return { value, trouble, status: isOther ? null : held.status, retry: pace.askNow };
}

async function outcomeOf<T>(app: App, load: Load<T>): Promise<Omit<Held<T>, 'key'>> {
  try {
    return { value: await load(app.heard), trouble: null, status: 200 };
  } catch (error) {
    const status = error instanceof RefusedError ? error.status : null;
    if (status === 401) app.keyWanted.value = true;
    return { value: null, trouble: textOf(error), status };
  }
}

/** Tells the header how it stands with this, for as long as it is on show. */
function useStanding(
  app: App,
  key: string,
  { isThere, trouble }: { isThere: boolean; trouble: string | null },
) {
  useEffect(() => {
    app.troubles.value = changed(app.troubles.value, key, isThere ? trouble : null);
    app.phases.value = changed(
      app.phases.value,
      key,
      isThere ? null : trouble === null ? ('loading' as const) : ('missing' as const),
    );
    return () => {
      app.troubles.value = changed(app.troubles.value, key, null);
      app.phases.value = changed(app.phases.value, key, null);
    };
  }, [key, isThere, trouble]);
}

function changed<V>(map: ReadonlyMap<string, V>, key: string, value: V | null): ReadonlyMap<string, V> {
  if ((map.get(key) ?? null) === value) return map;
  const next = new Map(map);
  if (value === null) next.delete(key);
  else next.set(key, value);
  return next;
}
