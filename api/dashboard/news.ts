/** Gathers what the socket pushes and shows it together: a burst of thousands is one repaint. */
import { batch } from '@preact/signals';
import { withRow } from './buckets.ts';
import { withCalls, type LiveCall } from './calls.ts';
import type { State } from './state.ts';
import type { BucketChange } from './updates.ts';

/** Takes pushes as they come. */
export type News = { buckets(changes: readonly BucketChange[]): void; call(call: LiveCall): void };

/** Longer than a burst, shorter than anybody notices. */
const FLUSH_MS = 150;

/**
 * Starts to gather for a state.
 * @param state what the gathered changes are applied to
 * @returns where pushes go
 */
export function createNews(state: State): News {
  let buckets: BucketChange[] = [];
  let calls: LiveCall[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = (): void => {
    timer = null;
    batch(() => {
      for (const change of buckets) showBucket(state, change);
      if (calls.length > 0) state.calls.value = withCalls(state.calls.value, calls);
    });
    buckets = [];
    calls = [];
  };
  const later = (): void => {
    timer ??= setTimeout(flush, FLUSH_MS);
  };
  return {
    buckets(changes) {
      buckets.push(...changes);
      if (changes.length > 0) later();
    },
    call(call) {
      calls.push(call);
      later();
    },
  };
}

function showBucket(state: State, change: BucketChange): void {
  const { revision } = change;
  switch (change.view) {
    case 'duration':
      state.duration.value = withRow(state.duration.value, change.row, revision);
      return;
    case 'outcome':
      state.outcome.value = withRow(state.outcome.value, change.row, revision);
      return;
    case 'sentiment':
      state.sentiment.value = withRow(state.sentiment.value, change.row, revision);
      return;
  }
}
