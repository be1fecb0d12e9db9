/** What was said in an ElevenLabs conversation, from `post_call_transcription`. Pure. */
import { fieldsOf, isFields, LONGEST, text } from './fields.ts';
import { parseJson } from './json.ts';
import type { Delivery } from './provider.ts';
import { LONGEST_TURN, secondsIn, transcriptOf, turnsOf } from './text.ts';
import type { TextReading, Turn } from './text.ts';

/**
 * The turns of a conversation. Turns of tools have no message and are left out.
 * @param delivery a stored event of ElevenLabs
 * @returns null for every other type. The same conversation as a trace (`post_call_transcription_otel`) is read here as well,
 *   beside this type, once it is understood
 */
export function elevenlabsText({ body }: Delivery): TextReading | null {
  const parsed = parseJson(body);
  if (!parsed.ok || !isFields(parsed.value)) return null;
  if (parsed.value['type'] !== 'post_call_transcription') return null;
  const fields = fieldsOf(parsed.value['data']);
  const language = text(fieldsOf(fields['metadata'])['main_language'], LONGEST.language);
  const transcript = transcriptOf(language, turnsOf(fields['transcript'], turnOf));
  return { transcript, recording: null };
}

function turnOf(entry: unknown): Turn | undefined {
  const turn = fieldsOf(entry);
  const said = text(turn['message'], LONGEST_TURN);
  if (said === undefined) return undefined;
  const { role } = turn;
  const speaker = role === 'user' ? 'caller' : role === 'agent' ? 'agent' : 'unknown';
  return { speaker, text: said, atSeconds: secondsIn(turn, 'time_in_call_secs') };
}
