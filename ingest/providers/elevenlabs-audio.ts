/** Finds the recording in ElevenLabs' `post_call_audio`, whole or by the ends of the body, and makes the body that is stored instead. Pure. */
import { fieldsOf, isFields } from './fields.ts';
import type { Fields } from './fields.ts';
import { parseJson } from './json.ts';
import type { AudioEntry, BodyEnds, CarriedAudio, PlacedAudio } from './provider.ts';

/** The type whose `data.full_audio` is base64 of an MP3. */
export const AUDIO_TYPE = 'post_call_audio';
const AUDIO_FIELD = /"full_audio"\s*:\s*"/;
const QUOTE = '"';

/**
 * The recording of a body that was parsed as a whole.
 * @param envelope the body
 * @returns undefined where it carries none, such as the stored form
 */
export function carriedAudio(envelope: Fields): CarriedAudio | undefined {
  const base64 = fieldsOf(envelope['data'])['full_audio'];
  if (envelope['type'] !== AUDIO_TYPE || typeof base64 !== 'string') return undefined;
  return { base64, standIn: standInFor(envelope) };
}

/**
 * The recording of a body of which only the ends are at hand. The order of fields is not promised: the text begins in the
 * head and ends at the first quote of the tail, and what stands around it must be a whole audio event.
 * @returns where its text stands, or null where this is no such body
 */
export function audioIn({ head, tail, bytes }: BodyEnds): PlacedAudio | null {
  const opening = AUDIO_FIELD.exec(head.toString('latin1'));
  if (opening === null) return null;
  const from = opening.index + opening[0].length;
  const tailFrom = bytes - tail.length;
  const closing = tail.indexOf(QUOTE, Math.max(0, from - tailFrom));
  if (closing === -1) return null;
  const parsed = parseJson(Buffer.concat([head.subarray(0, from), tail.subarray(closing)]));
  if (!parsed.ok || !isFields(parsed.value)) return null;
  const envelope = parsed.value;
  if (carriedAudio(envelope)?.base64 !== '') return null;
  return { from, to: tailFrom + closing, standIn: standInFor(envelope) };
}

/** Everything that was signed but the audio, in its order, with size and hash in the audio's place. */
function standInFor(envelope: Fields): (entry: AudioEntry) => Buffer {
  return (entry) =>
    Buffer.from(JSON.stringify({ ...envelope, data: { ...fieldsOf(envelope['data']), full_audio: entry } }));
}
