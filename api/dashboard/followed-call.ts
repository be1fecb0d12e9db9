/** What is said in a call while it is on show: whole at first, then turn by turn as the socket brings it. */
import { useEffect, useState } from 'preact/hooks';
import { useApp } from './app.ts';
import { transcriptOf, type Transcript } from './call-load.ts';
import { isFields, listOf, numberIn } from './fields.ts';

/** What the socket has told of a call's speech. */
export type Speech = { transcripts: readonly Transcript[]; textShown: boolean };

/**
 * Takes in what the socket tells of a followed call. Pure.
 * @param known what was known, null before the first acknowledgement
 * @param told an acknowledgement, which is whole, or an update: of each transcript the turns from an index on
 * @returns what is known now; null where nothing may be said of it, so that it is as HTTP gives it
 */
export function grown(known: Speech | null, told: unknown): Speech | null {
  const list = isFields(told) ? listOf(told.transcripts) : null;
  if (list === null || !isFields(told)) return null;
  const isWhole = typeof told.textShown === 'boolean';
  if (!isWhole && known === null) return null;
  const before = new Map(known?.transcripts.map((one) => [one.id, one.turns]));
  return {
    textShown: isWhole ? told.textShown === true : known?.textShown === true,
    transcripts: list.map((fields) => {
      const one = transcriptOf(fields);
      const from = isWhole ? 0 : (numberIn(fields, 'from') ?? 0);
      return { ...one, turns: [...(before.get(one.id) ?? []).slice(0, from), ...one.turns] };
    }),
  };
}

/**
 * Follows a call for as long as it is on show.
 * @param callId any id of it
 * @param changed called when anything of the call has changed: its facts and events are to be loaded again
 * @returns what was said as the socket tells it, null while it does not
 */
export function useFollowedCall(callId: string, changed: () => void): Speech | null {
  const { live, connection } = useApp();
  const [held, setHeld] = useState<{ callId: string; speech: Speech | null }>({ callId, speech: null });
  useEffect(() => {
    let isFirst = true;
    return live.followCall(callId, (told) => {
      setHeld((before) => ({ callId, speech: grown(before.callId === callId ? before.speech : null, told) }));
      if (!isFirst) changed();
      isFirst = false;
    });
  }, [callId]);
  // During a break turns are missed: what HTTP gave last is no older.
  return held.callId === callId && connection.value === 'live' ? held.speech : null;
}
