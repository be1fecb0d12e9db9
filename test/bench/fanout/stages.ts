/** Where the time of a push went, from what each side noted by the one clock of the machine. Pure. */
import { quantile } from '../ingest/measures.ts';
import type { Replay } from './plain.ts';

/** A push as the api wrote it: when its reading began, when it was written to the first and to the last client of its room. */
export type Push = {
  sequence: number;
  slice: string;
  bytes: number;
  readingMs: number;
  firstMs: number;
  lastMs: number;
};
/** What the api noted: when it heard of each sequence, and its pushes. */
export type Stamps = { heard: [sequence: number, atMs: number][]; written: Push[] };
/** An event: its room, the commit it was in, when the log acknowledged it. */
export type Placed = { room: number; sequence: number; atMs: number; committedMs: number };

/**
 * The stages of each event, one after the other.
 * @param events which ones
 * @param stamps what the api noted
 * @returns p50 and p99 of each stage in ms
 */
export function stagesOf(events: readonly Placed[], { heard, written }: Stamps) {
  const heardMs = new Map(heard);
  const byRoom = new Map<number, Push[]>();
  for (const push of written) byRoom.set(roomOf(push), [...(byRoom.get(roomOf(push)) ?? []), push]);
  const stages = events.flatMap(({ room, sequence, atMs, committedMs }) => {
    const push = byRoom.get(room)?.find((one) => one.sequence >= sequence);
    const toldMs = heardMs.get(sequence);
    if (push === undefined || toldMs === undefined) return [];
    return {
      // A commit is stamped when its transaction is written, before it is acknowledged.
      acknowledgedToStamped: committedMs - atMs,
      stampedToHeard: toldMs - committedMs,
      // Paced, or behind another round.
      heardToReading: push.readingMs - toldMs,
      readingToWriting: push.firstMs - push.readingMs,
      firstToLastWrite: push.lastMs - push.firstMs,
    };
  });
  const names = Object.keys(stages[0] ?? {}) as (keyof (typeof stages)[number])[];
  return Object.fromEntries(names.map((name) => [name, spread(stages.map((one) => one[name]))]));
}

/**
 * Pushes to be sent again by the bare server, at the same pace.
 * @param stamps what the api noted
 * @returns their rooms, sizes and times
 */
export function replayOf({ written }: Stamps): Replay {
  const [first] = written;
  return written.map((push) => ({
    room: roomOf(push),
    bytes: push.bytes,
    afterMs: push.firstMs - (first?.firstMs ?? 0),
  }));
}

/**
 * The room of a push, as the bench numbers them.
 * @param push as written
 * @returns its number
 */
export function roomOf({ slice }: Push): number {
  return Number(slice.replace('agent:agent_', ''));
}

/**
 * The middle, nine tenths and ninety-nine hundredths.
 * @param valuesMs lengths
 * @returns them by name, rounded
 */
export function spread(valuesMs: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    [0.5, 0.9, 0.99].map((share) => [`p${share * 100}`, Math.round(quantile(valuesMs, share))]),
  );
}
