/** Loads one call with what each witness said of it, its events, what was said in it, and its recordings. */
import type { Shape, Told } from './document.ts';
import { fieldsIn, instantIn, isFields, listOf, numberIn, textIn } from './fields.ts';
import { RefusedError, request, type Signs } from './request.ts';

/** An event of the call; `raw` is all that the API tells of it. */
export type CallEvent = {
  id: string;
  type: string;
  provider: string;
  atMs: number | null;
  decided: string[];
  raw: Shape<'Event'>;
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
  call: Shape<'CallInFull'>;
  parts: Shape<'Part'>[];
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
  const of = { params: { id } };
  const [single, events, transcript, recording] = await Promise.all([
    request('/api/db/calls/{id}', of),
    request('/api/db/calls/{id}/events', of),
    request('/api/db/calls/{id}/transcript', of).catch(orNothing),
    request('/api/db/calls/{id}/recording', of).catch(orNothing),
  ]);
  heard(single);
  const call = fieldsIn(single.data.call);
  const [told, spoken, heardOf] = [events.data, transcript?.data, recording?.data];
  return {
    call,
    parts: listOf(call.parts) ?? [],
    events: (listOf(told.events) ?? []).map(eventOf),
    eventsComplete: told.eventsComplete,
    textShown: spoken?.textShown === true,
    transcripts: (listOf(spoken?.transcripts) ?? []).map(transcriptOf),
    mayPlay: heardOf?.mayPlay === true,
    recordings: (listOf(heardOf?.recordings) ?? []).map(recordingOf),
  };
}

/** Words and audio may be refused to a reader who may see the facts. */
function orNothing(error: unknown): null {
  if (error instanceof RefusedError && error.status === 403) return null;
  throw error;
}

function eventOf(raw: Shape<'Event'>): CallEvent {
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
export function transcriptOf(one: Told<Shape<'Transcript'>>): Transcript {
  return {
    id: textIn(one, 'id') ?? '',
    provider: textIn(one, 'provider') ?? '',
    language: textIn(one, 'language'),
    sentimentBy: textIn(one, 'sentimentBy'),
    isWhole: one.turnsComplete !== false,
    turns: (listOf(one.turns) ?? []).map((turn: Told<Shape<'Turn'>>) => ({
      speaker: textIn(turn, 'speaker') ?? 'unknown',
      atSeconds: numberIn(turn, 'atSeconds'),
      text: textIn(turn, 'text'),
      sentiment: textIn(turn, 'sentiment'),
      score: numberIn(turn, 'sentimentScore'),
    })),
  };
}

function recordingOf(one: Shape<'Recording'>): Recording {
  const { audio } = one;
  const length = numberIn(one, 'durationMs');
  return {
    id: textIn(one, 'id') ?? '',
    provider: textIn(one, 'provider'),
    seconds: length === null ? null : length / 1_000,
    href: audio?.isHeld === true ? textIn(audio, 'href') : null,
    url: textIn(one, 'url'),
    bytes: audio === null ? null : numberIn(audio, 'bytes'),
  };
}
