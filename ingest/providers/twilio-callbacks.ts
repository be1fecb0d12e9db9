/** Twilio's form callbacks, told apart by their parameters: a leg's state, detection, recordings and transcriptions. Pure. */
import { unreadable } from './provider.ts';
import type { Findings, Identified } from './provider.ts';
import { detectionFacts, legFacts } from './twilio-facts.ts';
import type { LegCallback } from './twilio-facts.ts';
import { CALL_STATUSES, checkForm, timestampAt } from './twilio-form.ts';
import type { FormParameters } from './twilio-form.ts';
import { callSidPart } from './twilio-ids.ts';

/** Reads a callback as one kind; null where it is of another. */
type Kind = (callback: LegCallback) => Identified | null;

/**
 * The kinds, the most telling parameter first: a transcription names its recording as well, and the last callback of a leg may
 * name both a status and a recording.
 */
const KINDS: readonly Kind[] = [liveTranscription, transcription, recording, legStatus, detection];

/**
 * What a form says, strictly checked, since its signature does not separate the parameters.
 * @param parameters of the form, or of the address of a GET
 * @param target path and query it was sent to
 */
export function identifyCallback(parameters: FormParameters, target: string): Findings {
  const { values, faults } = checkForm(parameters);
  if (faults.length > 0) return unreadable('schema', ...faults);
  if (values.AccountSid === undefined) return unreadable('schema', 'AccountSid');
  const status = CALL_STATUSES.find((word) => word === values.CallStatus);
  const callback: LegCallback = { status, values, parameters, target };
  for (const kind of KINDS) {
    const found = kind(callback);
    if (found === null) continue;
    return found.partId === null ? unreadable('id', 'CallSid') : [found];
  }
  return values.CallSid === undefined ? unreadable('id', 'CallSid') : unreadable('schema', 'CallStatus');
}

/** One message of real-time transcription; its text is for readers of transcripts, of the call it says nothing. */
function liveTranscription({ values }: LegCallback): Identified | null {
  const { TranscriptionSid, TranscriptionEvent, SequenceId } = values;
  if (TranscriptionSid === undefined || TranscriptionEvent === undefined) return null;
  return {
    ...ofMedia(TranscriptionSid, [values.CallSid]),
    type: `transcription.${TranscriptionEvent.replace(/^transcription-/, '')}`,
    key: SequenceId === undefined ? null : [TranscriptionSid, SequenceId, TranscriptionEvent],
    statedAt: timestampAt(values.Timestamp) ?? null,
  };
}

/** The transcription of a recording that was made by `<Record transcribe>`. */
function transcription({ values }: LegCallback): Identified | null {
  const { TranscriptionSid, TranscriptionStatus } = values;
  if (TranscriptionSid === undefined || TranscriptionStatus === undefined) return null;
  return {
    ...ofMedia(TranscriptionSid, [values.CallSid, values.RecordingSid]),
    type: `recording_transcription.${TranscriptionStatus}`,
    key: [TranscriptionSid, TranscriptionStatus],
  };
}

/** A recording; `CallSid` is that of the parent leg, and absent where a conference was recorded. */
function recording({ values, status }: LegCallback): Identified | null {
  const { RecordingSid, RecordingStatus } = values;
  if (RecordingSid === undefined || (RecordingStatus === undefined && status !== undefined)) return null;
  return {
    ...ofMedia(RecordingSid, [values.CallSid]),
    type: RecordingStatus === undefined ? 'recording' : `recording.${RecordingStatus}`,
    key: RecordingStatus === undefined ? null : [RecordingSid, RecordingStatus],
  };
}

function legStatus(callback: LegCallback): Identified | null {
  const { values, status } = callback;
  if (status === undefined) return null;
  const order = values.SequenceNumber ?? values.Timestamp;
  const ids = [values.AccountSid ?? '', values.CallSid ?? '', values.CallbackSource ?? ''];
  return {
    ...ofLeg(callback),
    type: `call.${status}`,
    key: order === undefined ? null : [...ids, order, status],
    statedAt: timestampAt(values.Timestamp) ?? null,
    interpret: () => legFacts(callback, status),
  };
}

/** Asynchronous answering machine detection; it carries no time. */
function detection(callback: LegCallback): Identified | null {
  const { AccountSid = '', CallSid = '', AnsweredBy } = callback.values;
  if (AnsweredBy === undefined) return null;
  return {
    ...ofLeg(callback),
    type: 'call.answered_by',
    key: [AccountSid, CallSid, 'amd', AnsweredBy],
    interpret: () => detectionFacts(callback),
  };
}

/** What every callback of a leg has in common. */
function ofLeg({ values }: LegCallback): Identified {
  const parent = callSidPart(values.ParentCallSid);
  return {
    ...SILENT,
    partId: callSidPart(values.CallSid) ?? null,
    links: parent === undefined ? [] : [parent],
  };
}

/** What a recording or transcription is: a part of its own that names its leg, and never makes a call. */
function ofMedia(sid: string, named: readonly (string | undefined)[]): Identified {
  const links = named.filter((other) => other !== undefined).map((other) => `twilio:${other}`);
  return { ...SILENT, partId: `twilio:${sid}`, links };
}

const SILENT: Identified = {
  readable: true,
  type: 'unknown',
  key: null,
  statedAt: null,
  partId: null,
  links: [],
  flags: [],
  interpret: () => null,
};
