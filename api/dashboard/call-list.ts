/** A long list of calls, page by page as it is scrolled, with those that arrive meanwhile kept aside until they are wanted. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useSignalEffect } from '@preact/signals';
import { useApp } from './app.ts';
import { inserted, joined, liveCall, type LiveCall } from './calls.ts';
import { INVALID_ANSWER, listOf, textIn } from './fields.ts';
import { useLoaded } from './loaded.ts';
import { request, textOf, type Query, type Signs } from './request.ts';

/** One page. */
export type CallPage = { calls: LiveCall[]; nextCursor: string | null; emptyBecause: string | null };
/** The list as far as it is loaded. `arrived` are newer ones that are not among `calls` yet. */
export type CallList = {
  calls: readonly LiveCall[];
  arrived: number;
  isWhole: boolean;
  emptyBecause: string | null;
  isLoading: boolean;
  trouble: string | null;
  more(): void;
  takeArrived(): void;
  retry(): void;
};

const PAGE = 200;

/**
 * Loads a page of calls.
 * @param query filters
 * @param cursor where it begins, or null for the first
 * @param heard told what headers say
 */
export async function loadCalls(
  query: Query,
  cursor: string | null,
  heard: (signs: Signs) => void,
): Promise<CallPage> {
  const answer = await request('/api/db/calls', { query: { ...query, limit: PAGE, cursor } });
  heard(answer);
  const { data } = answer;
  const calls = listOf(data.calls);
  if (calls === null) throw new Error(INVALID_ANSWER);
  return {
    calls: calls.map(liveCall).filter((call) => call !== null),
    nextCursor: textIn(data, 'nextCursor'),
    emptyBecause: textIn(data, 'emptyBecause'),
  };
}

type Held = { calls: LiveCall[]; arrived: LiveCall[]; next: string | null | undefined };
const NOTHING_YET: Held = { calls: [], arrived: [], next: undefined };

/**
 * Follows a list of calls.
 * @param key names the filters: with another one the list begins anew
 * @param queryNow the filters at this moment
 * @param isAtTop whether the reader sees its beginning, so that new calls may come in
 */
export function useCallList(key: string, queryNow: () => Query, isAtTop: () => boolean): CallList {
  const app = useApp();
  const first = useLoaded(`calls ${key}`, (heard) => loadCalls(queryNow(), null, heard), 'news');
  const held = useRef<Held & { key: string }>({ ...NOTHING_YET, key });
  const [, setDrawn] = useState(0);
  const draw = (): void => setDrawn((count) => count + 1);
  const [trouble, setTrouble] = useState<string | null>(null);
  const loading = useRef(false);
  if (held.current.key !== key) held.current = { ...NOTHING_YET, key };

  useMemo(() => {
    if (first.value === null) return;
    const { calls, next } = held.current;
    if (next === undefined) {
      held.current = { key, calls: first.value.calls, arrived: [], next: first.value.nextCursor };
      return;
    }
    const { known, fresh } = joined(calls, first.value.calls);
    const waits = !isAtTop();
    held.current = { key, calls: waits ? known : inserted(known, fresh), arrived: waits ? fresh : [], next };
  }, [first.value, key]);

  // A call in the list is as it was told last, wherever in the list it stands.
  useEffect(
    () =>
      app.onCall((told) => {
        const index = held.current.calls.findIndex(({ callId }) => callId === told.callId);
        if (index === -1) return;
        held.current.calls[index] = told;
        draw();
      }),
    [],
  );
  useSignalEffect(() => {
    if (app.connection.value === 'live') setTrouble(null);
  });

  const more = (): void => {
    const { next } = held.current;
    if (loading.current || next === null || next === undefined) return;
    loading.current = true;
    const asked = held.current.key;
    loadCalls(queryNow(), next, app.heard)
      .then(
        (page) => {
          if (held.current.key !== asked) return;
          const ids = new Set(held.current.calls.map(({ callId }) => callId));
          held.current.calls.push(...page.calls.filter(({ callId }) => !ids.has(callId)));
          held.current.next = page.nextCursor;
          setTrouble(null);
        },
        (error: unknown) => setTrouble(textOf(error)),
      )
      .finally(() => {
        loading.current = false;
        draw();
      });
  };
  return {
    calls: held.current.calls,
    arrived: held.current.arrived.length,
    isWhole: held.current.next === null,
    emptyBecause: first.value?.emptyBecause ?? null,
    isLoading: held.current.next === undefined,
    trouble: first.trouble ?? trouble,
    more,
    takeArrived() {
      held.current.calls = inserted(held.current.calls, held.current.arrived);
      held.current.arrived = [];
      draw();
    },
    retry() {
      first.retry();
      more();
    },
  };
}
