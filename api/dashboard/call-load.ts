/** Loads one call with what each witness said of it, its events, what was said in it, and its recordings. */
import { instantIn, isFields, listOf, numberIn, textIn, textsIn, type Fields } from './fields.ts';
import { fieldsIn } from './overview-load.ts';
import { RefusedError, request, type Signs } from './request.ts';

/** An event of the call; `raw` is all that the API tells of it. */
export type CallEvent = {
  id: string;
  type: string;
  provider: string;
  atMs: number | null;
  decided: string[];
  raw: Fields;
};
/** One turn; text null for who may not read it, seconds null where the sender does not say. */
export type Turn = {
  speaker: string;
  atSeconds: number | null;
  text: string | null;
  sentiment: string | null;
  score: number | null;
};
/** What one source heard. */
export type Transcript = {
  id: string;
  provider: string;
  language: string | null;
  sentimentBy: string | null;
  isWhole: boolean;
  turns: Turn[];
};
/** A recording; `href` is where it plays from, null where no audio is held here. */
export type Recording = {
  id: string;
  provider: string | null;
  seconds: number | null;
  href: string | null;
  url: string | null;
  bytes: number | null;
};
/** All of a call. */
export type WholeCall = {
  call: Fields;
  parts: Fields[];
  events: CallEvent[];
  eventsComplete: boolean;
  textShown: boolean;
  transcripts: readonly Transcript[];
  mayPlay: boolean;
  recordings: Recording[];
};

/**
 * Loads a call.
 * @param id any of its ids
 * @param heard told what headers say
 * @returns all of it; speech that could not be had is empty, the facts must be there
 */
export async function loadCall(id: string, heard: (signs: Signs) => void): Promise<WholeCall> {
  const root = `/api/db/calls/${encodeURIComponent(id)}`;
  const [single, events, transcript, recording] = await Promise.all([
    request(root),
    request(`${root}/events`),
    request(`${root}/transcript`).catch(orNothing),
    request(`${root}/recording`).catch(orNothing),
  ]);
  heard(single);
  const call = fieldsIn(fieldsIn(single.data).call);
  const told = fieldsIn(events.data);
  const spoken = fieldsIn(transcript.data);
  const heardOf = fieldsIn(recording.data);
  return {
    call,
    parts: listOf(call.parts) ?? [],
    events: (listOf(told.events) ?? []).map(eventOf),
    eventsComplete: told.eventsComplete !== false,
    textShown: spoken.textShown === true,
    transcripts: (listOf(spoken.transcripts) ?? []).map(transcriptOf),
    mayPlay: heardOf.mayPlay === true,
    recordings: (listOf(heardOf.recordings) ?? []).map(recordingOf),
  };
}

/** Words and audio may be refused to a reader who may see the facts. */
function orNothing(error: unknown): { data: unknown } {
  if (error instanceof RefusedError && error.status === 403) return { data: {} };
  throw error;
}

function eventOf(raw: Fields): CallEvent {
  return {
    id: textIn(raw, 'id') ?? '',
    type: textIn(raw, 'type') ?? '',
    provider: textIn(raw, 'provider') ?? '',
    atMs: instantIn(raw, 'eventAt'),
    decided: isFields(raw.decided) ? Object.keys(raw.decided) : [],
    raw,
  };
}

/** Reads a transcript as the API shows it. */
export function transcriptOf(one: Fields): Transcript {
  return {
    id: textIn(one, 'id') ?? '',
    provider: textIn(one, 'provider') ?? '',
    language: textIn(one, 'language'),
    sentimentBy: textIn(one, 'sentimentBy'),
    isWhole: one.turnsComplete !== false,
    turns: (listOf(one.turns) ?? []).map((turn) => ({
      speaker: textIn(turn, 'speaker') ?? 'unknown',
      atSeconds: numberIn(turn, 'atSeconds'),
      text: textIn(turn, 'text'),
      sentiment: textIn(turn, 'sentiment'),
      score: numberIn(turn, 'sentimentScore'),
    })),
  };
}

function recordingOf(one: Fields): Recording {
  const audio = isFields(one.audio) ? one.audio : {};
  const length = numberIn(one, 'durationMs');
  return {
    id: textIn(one, 'id') ?? '',
    provider: textIn(one, 'provider') ?? textsIn(one.providers)[0] ?? null,
    seconds: length === null ? numberIn(one, 'durationSeconds') : length / 1_000,
    href: audio.isHeld === true ? textIn(audio, 'href') : null,
    url: textIn(one, 'url'),
    bytes: numberIn(audio, 'bytes'),
  };
}
