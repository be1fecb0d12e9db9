/** What was said in a Vapi call, and where its recording lies, from the report at its end. Pure. */
import { fieldsOf, isFields, LONGEST, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { parseJson } from './json.ts';
import type { Delivery } from './provider.ts';
import { LONGEST_TURN, recordingAt, secondsIn, transcriptOf, turnsOf } from './text.ts';
import type { Speaker, TextReading, Turn } from './text.ts';

/** Roles that speak; prompts and tools are no speech. The report says `bot`, models say `assistant`. */
const SPEAKERS: ReadonlyMap<unknown, Speaker> = new Map<unknown, Speaker>([
  ['user', 'caller'],
  ['bot', 'agent'],
  ['assistant', 'agent'],
]);

/**
 * The turns of a call. The language is what its transcriber was set to; `multi` is none.
 * @param delivery a stored event of Vapi. Source: `ServerMessageEndOfCallReport` and `Artifact` in VapiAI/server-sdk-typescript
 */
export function vapiText({ body }: Delivery): TextReading | null {
  const parsed = parseJson(body);
  if (!parsed.ok || !isFields(parsed.value)) return null;
  const message = fieldsOf(parsed.value['message']);
  if (message['type'] !== 'end-of-call-report') return null;
  const artifact = fieldsOf(message['artifact']);
  const turns = turnsOf(artifact['messages'] ?? message['messages'], turnOf);
  return {
    transcript: transcriptOf(languageOf(message), turns),
    recording: recordingAt(
      artifact['recordingUrl'] ?? message['recordingUrl'],
      artifact['stereoRecordingUrl'] ?? message['stereoRecordingUrl'],
    ),
  };
}

function languageOf(message: Fields): string | undefined {
  const assistants = [fieldsOf(message['assistant']), fieldsOf(fieldsOf(message['call'])['assistant'])];
  const [language] = assistants
    .map((one) => text(fieldsOf(one['transcriber'])['language'], LONGEST.language))
    .filter((stated) => stated !== undefined && stated !== 'multi');
  return language;
}

function turnOf(entry: unknown): Turn | undefined {
  const turn = fieldsOf(entry);
  const speaker = SPEAKERS.get(turn['role']);
  const said = text(turn['message'], LONGEST_TURN);
  if (speaker === undefined || said === undefined) return undefined;
  return { speaker, text: said, atSeconds: secondsIn(turn, 'secondsFromStart') };
}
