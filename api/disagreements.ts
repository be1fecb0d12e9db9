/** Where those who tell of a call do not say the same: every word that was said, beside the one that is believed. Pure. */
import type { Facts } from '../ingest/contract.ts';
import type { Call } from '../projector/contract.ts';

/** What is one word, and may be said otherwise by another: how it connected, who ended it, whether it succeeded, how it felt. */
export const LABELED = ['connection', 'endedBy', 'goal', 'sentiment'] as const;
/** One of {@link LABELED}. */
export type Label = (typeof LABELED)[number];
/** The words that one event states. */
export type Labels = { [L in Label]?: string };

/** Different words under one label; `believed` is the call's own. */
export type Disagreement = {
  label: Label;
  believed: string | null;
  stated: { word: string; provider: string; eventId: string }[];
};

/** On the way to an answer, no answer. */
const NO_WORDS = new Set(['in_progress', 'unknown']);

/**
 * The words of an event.
 * @param facts what it says; null where it says nothing of a call
 * @returns each label that it states
 */
export function labelsOf(facts: Facts | null): Labels {
  const { connection, ending, goal, sentiment } = facts?.groups ?? {};
  const all: [Label, string | undefined][] = [
    ['connection', connection?.value],
    ['endedBy', ending?.value.endedBy],
    ['goal', goal?.value.goal],
    ['sentiment', sentiment?.value.sentiment],
  ];
  return Object.fromEntries(all.filter(([, word]) => word !== undefined && !NO_WORDS.has(word)));
}

/**
 * What is said in more than one way.
 * @param call the call, for what is believed
 * @param events its events, in the order of their times
 * @returns one entry a label of which there are different words; each word with the first event that states it, by sender
 */
export function disagreementsOf(
  call: Pick<Call, Label>,
  events: readonly { id: string; provider: string; labels: Labels }[],
): Disagreement[] {
  return LABELED.flatMap((label): Disagreement[] => {
    const stated = new Map<string, Disagreement['stated'][number]>();
    for (const { id, provider, labels } of events) {
      const word = labels[label];
      const said = `${word ?? ''} ${provider}`;
      if (word !== undefined && !stated.has(said)) stated.set(said, { word, provider, eventId: id });
    }
    const words = new Set([...stated.values()].map(({ word }) => word));
    return words.size < 2 ? [] : [{ label, believed: call[label], stated: [...stated.values()] }];
  });
}
