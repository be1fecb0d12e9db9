/** What a sender's signed bytes hold of speech: turns of a transcript, and what is told of a recording. Read by the text tail alone. Pure. */
import type { Fields } from './fields.ts';

/** Who speaks. The caller is the other side, whoever dialled; `unknown` where the sender mixes the voices. */
export type Speaker = 'caller' | 'agent' | 'unknown';

/** One turn. `atSeconds` counts from the start of the conversation; null where the sender does not say. */
export type Turn = { speaker: Speaker; text: string; atSeconds: number | null };

/**
 * What an event says of a transcript, never without turns. `language` as stated, null where it is not. With `piece` the event
 * holds one piece only, and the number is its place among the others.
 */
export type ReadTranscript = { language: string | null; turns: Turn[]; piece?: number };

/**
 * What an event tells of a recording. Null is what is not told; `url` is where the sender keeps it and is never fetched. Of two
 * tellings that of more `weight` stands: 0 while it runs, 1 where another event names it in passing, 2 where it is complete.
 * `partId` is set where the event speaks for another part, such as a leg that ends and names its recording. `audio`: the
 * event carried the sound itself, of this size and SHA-256 (hex); where audio is stored it lies under that hash.
 */
export type ReadRecording = {
  partId?: string;
  weight: 0 | 1 | 2;
  state: 'in_progress' | 'completed' | 'absent';
  durationMs: number | null;
  channels: number | null;
  startedAt: Date | null;
  origin: string | null;
  url: string | null;
  audio: { bytes: number; sha256: string } | null;
};

/** Speech in one event: null where there is none of the kind. */
export type TextReading = { transcript: ReadTranscript | null; recording: ReadRecording | null };

/** Longest turn that is kept; the body keeps the whole. */
export const LONGEST_TURN = 20_000;
/** Longest address of a recording that is kept: those of some senders are signed, and long. */
const LONGEST_URL = 2_048;
/** Most turns that are kept of one transcript: hours of talk. */
const MOST_TURNS = 10_000;

/**
 * Reads a list of turns.
 * @param list whatever stands where the sender puts its turns
 * @param read one entry to a turn, undefined for what is none
 * @returns the turns in the sender's order; none for what is no list
 */
export function turnsOf(list: unknown, read: (entry: unknown) => Turn | undefined): Turn[] {
  const entries: unknown[] = Array.isArray(list) ? list : [];
  return entries
    .map(read)
    .filter((turn) => turn !== undefined)
    .slice(0, MOST_TURNS);
}

/**
 * A transcript, if anything was said.
 * @param language as stated
 * @param turns in order
 */
export function transcriptOf(language: string | undefined, turns: Turn[]): ReadTranscript | null {
  return turns.length === 0 ? null : { language: language ?? null, turns };
}

/** A complete recording of which nothing else is told. */
export const BARE_RECORDING: Omit<ReadRecording, 'partId'> = {
  weight: 2,
  state: 'completed',
  durationMs: null,
  channels: null,
  startedAt: null,
  origin: null,
  url: null,
  audio: null,
};

/**
 * A recording of which a platform gives an address and nothing else.
 * @param mono address of the mixed recording
 * @param stereo address of the one with a channel for each side
 * @returns null where neither is an address
 */
export function recordingAt(mono: unknown, stereo: unknown): ReadRecording | null {
  const [mixed, apart] = [addressOf(mono), addressOf(stereo)];
  const url = apart ?? mixed;
  if (url === undefined) return null;
  return { ...BARE_RECORDING, channels: apart === undefined ? null : 2, url };
}

/** An http address, kept as told; undefined for anything else. */
export function addressOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= LONGEST_URL && /^https?:\/\/\S+$/.test(value)
    ? value
    : undefined;
}

/** Seconds from the start, from what senders give as a number; null for anything that cannot be. */
export function secondsIn(fields: Fields, name: string): number | null {
  const seconds = fields[name];
  return typeof seconds === 'number' && seconds >= 0 && seconds <= 7 * 86_400 ? seconds : null;
}
