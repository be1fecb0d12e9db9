/** What was said in an ElevenLabs conversation, as JSON or as a trace, and what is known of its recording. Pure. */
import { AUDIO_TYPE } from './elevenlabs-audio.ts';
import { traceTurns } from './elevenlabs-otel.ts';
import { fieldsOf, integer, isFields, LONGEST, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { parseJson } from './json.ts';
import type { Delivery } from './provider.ts';
import { BARE_RECORDING, LONGEST_TURN, secondsIn, transcriptOf, turnsOf } from './text.ts';
import type { ReadRecording, TextReading, Turn } from './text.ts';

/**
 * What one event holds of speech.
 * @param delivery a stored event of ElevenLabs
 * @returns null for every type that holds none
 */
export function elevenlabsText({ body }: Delivery): TextReading | null {
  const parsed = parseJson(body);
  if (!parsed.ok || !isFields(parsed.value)) return null;
  const fields = fieldsOf(parsed.value['data']);
  switch (parsed.value['type']) {
    case 'post_call_transcription': {
      const language = text(fieldsOf(fields['metadata'])['main_language'], LONGEST.language);
      return {
        transcript: transcriptOf(language, turnsOf(fields['transcript'], turnOf)),
        recording: null,
      };
    }
    // A trace does not say in which language was spoken.
    case 'post_call_transcription_otel':
      return { transcript: transcriptOf(undefined, turnsOf(traceTurns(fields), turnOf)), recording: null };
    case AUDIO_TYPE:
      return { transcript: null, recording: recordingOf(fields) };
    default:
      return null;
  }
}

/** Turns of tools have no message and are left out. */
function turnOf(entry: unknown): Turn | undefined {
  const turn = fieldsOf(entry);
  const said = text(turn['message'], LONGEST_TURN);
  if (said === undefined) return undefined;
  const { role } = turn;
  const speaker = role === 'user' ? 'caller' : role === 'agent' ? 'agent' : 'unknown';
  return { speaker, text: said, atSeconds: secondsIn(turn, 'time_in_call_secs') };
}

/** The stored body has size and hash where the audio was (decision 0006). */
function recordingOf(fields: Fields): ReadRecording | null {
  const { bytes, sha256 } = fieldsOf(fields['full_audio']);
  const size = integer(bytes);
  if (size === undefined || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return null;
  return { ...BARE_RECORDING, audio: { bytes: size, sha256 } };
}
