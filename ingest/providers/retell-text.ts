/** What was said in a Retell call, and where its recording lies, from the events that come after its end. Pure. */
import { fieldsOf, isFields, text } from './fields.ts';
import { parseJson } from './json.ts';
import type { Delivery } from './provider.ts';
import { LONGEST_TURN, recordingAt, secondsIn, transcriptOf, turnsOf } from './text.ts';
import type { TextReading, Turn } from './text.ts';

/**
 * The turns of a call, from `transcript_object`; a call in progress tells them again and again, so only its end is read.
 * Retell does not say in which language: the agent's is not in the webhook.
 * @param delivery a stored event of Retell. Source: docs.retellai.com/api-references/get-call
 */
export function retellText({ body }: Delivery): TextReading | null {
  const parsed = parseJson(body);
  if (!parsed.ok || !isFields(parsed.value)) return null;
  const { event } = parsed.value;
  if (event !== 'call_ended' && event !== 'call_analyzed') return null;
  const call = fieldsOf(parsed.value['call']);
  return {
    transcript: transcriptOf(undefined, turnsOf(call['transcript_object'], turnOf)),
    recording: recordingAt(call['recording_url'], call['recording_multi_channel_url']),
  };
}

function turnOf(entry: unknown): Turn | undefined {
  const turn = fieldsOf(entry);
  const said = text(turn['content'], LONGEST_TURN);
  if (said === undefined) return undefined;
  const words: unknown = turn['words'];
  const first: unknown = Array.isArray(words) ? words[0] : undefined;
  const { role } = turn;
  const speaker = role === 'user' ? 'caller' : role === 'agent' ? 'agent' : 'unknown';
  return { speaker, text: said, atSeconds: secondsIn(fieldsOf(first), 'start') };
}
