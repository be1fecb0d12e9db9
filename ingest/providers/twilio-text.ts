/** What Twilio's form callbacks hold of speech: pieces of a live transcription, the text of a recording, a recording's facts. Pure. */
import { fieldsOf, LONGEST, text } from './fields.ts';
import { parseJson } from './json.ts';
import type { Delivery } from './provider.ts';
import { addressOf, LONGEST_TURN } from './text.ts';
import type { ReadRecording, ReadTranscript, Speaker, TextReading } from './text.ts';
import { checkForm, freeText, parseForm, timestampAt } from './twilio-form.ts';
import type { CheckedForm, FormParameters } from './twilio-form.ts';

/**
 * Reads one stored callback, in the order in which it is told apart at ingest: a transcription names its recording as well.
 * @param delivery a stored event of Twilio
 */
export function twilioText({ body, target }: Delivery): TextReading | null {
  const start = target.indexOf('?');
  const query = start === -1 ? '' : target.slice(start + 1);
  const parameters = parseForm(body.length > 0 ? body : Buffer.from(query));
  const { values } = checkForm(parameters);
  if (values.TranscriptionSid !== undefined) {
    const transcript =
      values.TranscriptionEvent === undefined ? ofRecording(parameters, values) : piece(parameters, values);
    return { transcript, recording: null };
  }
  return values.RecordingSid === undefined
    ? null
    : { transcript: null, recording: recordingOf(parameters, values) };
}

/**
 * The track that comes in from the leg is the other side's voice, whoever dialled; the one that goes out is the agent's.
 * Source: Twilio, TwiML `<Transcription>`, "track".
 */
const TRACKS: ReadonlyMap<unknown, Speaker> = new Map<unknown, Speaker>([
  ['inbound_track', 'caller'],
  ['outbound_track', 'agent'],
]);

/** One utterance of a live transcription, once it is final. Twilio tells when it was sent, not how far into the call. */
function piece(parameters: FormParameters, values: CheckedForm['values']): ReadTranscript | null {
  const { TranscriptionEvent, SequenceId } = values;
  const { TranscriptionData: data, Final, Track } = parameters;
  if (TranscriptionEvent !== 'transcription-content' || SequenceId === undefined || Final === 'false')
    return null;
  const parsed = typeof data === 'string' ? parseJson(Buffer.from(data)) : undefined;
  const said = parsed?.ok === true ? text(fieldsOf(parsed.value)['transcript'], LONGEST_TURN) : undefined;
  if (said === undefined) return null;
  const speaker = TRACKS.get(Track) ?? 'unknown';
  return {
    language: text(parameters['LanguageCode'], LONGEST.language) ?? null,
    turns: [{ speaker, text: said, atSeconds: null }],
    piece: Number(SequenceId),
  };
}

/** `<Record transcribe>` gives one text of all voices. Source: Twilio, TwiML `<Record>`, "transcribeCallback". */
function ofRecording(parameters: FormParameters, values: CheckedForm['values']): ReadTranscript | null {
  const said = text(parameters['TranscriptionText'], LONGEST_TURN);
  if (values.TranscriptionStatus !== 'completed' || said === undefined) return null;
  return { language: null, turns: [{ speaker: 'unknown', text: said, atSeconds: null }] };
}

/** A length of -1 is one that Twilio does not know. Source: Twilio, "recordingStatusCallback". */
function recordingOf(parameters: FormParameters, values: CheckedForm['values']): ReadRecording {
  const seconds = Number(values.RecordingDuration ?? -1);
  const { RecordingStatus: status, CallStatus, RecordingSid = '' } = values;
  // The last callback of a leg names the leg's recording in passing, as `Record=true` asks for.
  const inPassing = status === undefined && CallStatus !== undefined;
  return {
    ...(inPassing && { partId: `twilio:${RecordingSid}` }),
    state: status === 'in-progress' ? 'in_progress' : status === 'absent' ? 'absent' : 'completed',
    weight: status === 'in-progress' ? 0 : inPassing ? 1 : 2,
    durationMs: seconds < 0 ? null : seconds * 1_000,
    channels: values.RecordingChannels === undefined ? null : Number(values.RecordingChannels),
    startedAt: timestampAt(freeText(parameters, 'RecordingStartTime')) ?? null,
    origin: freeText(parameters, 'RecordingSource') ?? null,
    url: addressOf(parameters['RecordingUrl']) ?? null,
    audio: null,
  };
}
