/** The turns of a transcript: who, when, what; very long ones shut, the one that plays marked. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { runningClock } from '../format.ts';
import type { Turn } from '../call-load.ts';
import { namedIn } from '../wording.ts';
import { MarkedText } from './marked-text.tsx';

/** A turn longer than this is shut until somebody opens it. */
const LONG = 1_200;
const SPEAKERS: Partial<Record<string, string>> = { agent: 'Agent', caller: 'Caller' };

type Hits = readonly (readonly { start: number; end: number }[])[];
type Props = {
  turns: readonly Turn[];
  hits: Hits;
  atSeconds: number | null;
  seek: ((seconds: number) => void) | null;
};

/** The list. */
export function Turns({ turns, hits, atSeconds, seek }: Props) {
  const playing = atSeconds === null ? -1 : playingAt(turns, atSeconds);
  const list = useRef<HTMLOListElement>(null);
  const firstHit = hits.findIndex((one) => one.length > 0);
  useEffect(() => {
    if (firstHit >= 0) list.current?.children[firstHit]?.scrollIntoView({ block: 'nearest' });
  }, [firstHit]);
  return (
    <ol class="turns" ref={list} tabIndex={0} aria-label="Turns">
      {turns.map((turn, index) => (
        <TurnRow
          key={index}
          turn={turn}
          index={index}
          matches={hits[index] ?? []}
          isPlaying={index === playing}
          seek={seek}
        />
      ))}
    </ol>
  );
}

type RowProps = {
  turn: Turn;
  index: number;
  matches: readonly { start: number; end: number }[];
  isPlaying: boolean;
  seek: Props['seek'];
};

function TurnRow({ turn, index, matches, isPlaying, seek }: RowProps) {
  const [isOpen, setOpen] = useState(false);
  const { speaker, atSeconds, text, sentiment } = turn;
  const isShut = text !== null && text.length > LONG && !isOpen && matches.length === 0;
  const time = atSeconds === null ? null : runningClock(atSeconds * 1_000);
  return (
    <li
      id={`turn-${index}`}
      class={`turn turn-${speaker}${isPlaying ? ' playing' : ''}`}
      aria-current={isPlaying || undefined}
    >
      <span class="who-said">
        <i class={`mark ${sentiment === null ? 'mark-nothing' : `share-${sentiment}`}`} aria-hidden="true" />
        {namedIn(SPEAKERS, speaker) ?? 'Unknown'}
        {time !== null &&
          (seek === null || atSeconds === null ? (
            <time>{time}</time>
          ) : (
            <button
              type="button"
              class="seek"
              aria-label={`Play from ${time}`}
              onClick={() => seek(atSeconds)}
            >
              {time}
            </button>
          ))}
        {sentiment !== null && <span class="visually-hidden">, {sentiment}</span>}
      </span>
      <p dir="auto">
        {text === null ? (
          <span class="note">not shown</span>
        ) : (
          <MarkedText text={isShut ? `${text.slice(0, LONG)}…` : text} matches={matches} />
        )}
        {isShut && (
          <button type="button" class="quiet" onClick={() => setOpen(true)}>
            Show all of it
          </button>
        )}
      </p>
    </li>
  );
}

function playingAt(turns: readonly Turn[], atSeconds: number): number {
  return turns.findLastIndex((turn) => turn.atSeconds !== null && turn.atSeconds <= atSeconds + 0.05);
}
