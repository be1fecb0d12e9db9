/** Reads what was said: the transcripts and recordings of a call, each turn with how it sounds. */
import type { Db } from 'mongodb';
import type { Turn } from '../../ingest/contract.ts';
import {
  createScorer,
  SCORER,
  type StoredCall,
  type StoredRecording,
  type StoredTranscript,
} from '../../projector/contract.ts';
import { callKnownBy } from './call.repository.ts';
import { transcriptsGoneBeforeMs } from './retention.repository.ts';
import type { Viewer } from '../scopes.ts';
import { shownCall, shownParts, type ShownCall, type ShownPart } from '../shown-call.ts';
import { atOneMoment, whileThere, type Moment, type Snapshot } from './snapshot.ts';

/**
 * A turn as shown. `atSeconds` from the start of the conversation, null where the sender does not say; `text` is null for who
 * may not read it; sentiment is of this turn alone, null where it is not scored: other languages, other speakers than the caller.
 */
export type ShownTurn = {
  speaker: Turn['speaker'];
  atSeconds: number | null;
  text: string | null;
  sentiment: string | null;
  sentimentScore: number | null;
};

/** One source's transcript. */
export type ShownTranscript = {
  id: string;
  provider: string;
  language: string | null;
  receivedAt: Date;
  sentimentBy: string;
  turns: ShownTurn[];
  turnsComplete: boolean;
};

/** What is told of a recording; `audio` is null where the sender gave none, `isHeld` says whether it can be played here. */
export type ShownRecording = Omit<StoredRecording, '_id' | 'by' | 'links' | 'audio'> & {
  id: string;
  audio: { bytes: number; sha256: string; isHeld: boolean; href: string } | null;
};

/** A call's speech; `call` null where nobody spoke of it. */
export type SpeechOf<T> = { moment: Moment; call: StoredCall | null; found: T[] };

/** A call and what was said in it, as stored. */
export type Spoken = { call: StoredCall; revision: number; found: StoredTranscript[] };
/** The same as shown to somebody: each field as single answers over HTTP show it. */
export type ShownSpeech = { call: ShownCall & { parts: ShownPart[] }; transcripts: ShownTranscript[] };

/** The reads of what was said. Each throws DatabaseAway where the database cannot be asked. */
export type TranscriptRepository = {
  /** The transcripts of a call, by any of its ids; the text only where it may be read; `isPast`: any would have gone by age. */
  transcripts(id: string, mayRead: boolean): Promise<SpeechOf<ShownTranscript> & { isPast: boolean }>;
  /** A call, by any of its ids, and its transcripts at a moment; null where nobody spoke of it. */
  spoken(snapshot: Snapshot, id: string): Promise<Spoken | null>;
  /** Shows them to somebody: whole numbers and what was said only to who may have them. */
  shown(spoken: Spoken, viewer: Pick<Viewer, 'numbers' | 'text'>): Promise<ShownSpeech>;
  /** What is told of its recordings. */
  recordings(id: string): Promise<SpeechOf<ShownRecording>>;
};

/** More turns than anybody scrolls through; each is scored, at some 50 µs. */
const MOST_TURNS = 2_000;
/** Sources of one call: a handful. */
const MOST_SOURCES = 50;

/**
 * Makes the reads.
 * @param db the database
 * @returns the reads
 */
export function createTranscriptRepository(db: Db): TranscriptRepository {
  const score = createScorer();
  const shownTurn = async (turn: Turn, language: string | null, mayRead: boolean): Promise<ShownTurn> => {
    const { speaker, atSeconds, text } = turn;
    const scored = await score({ language, turns: [turn] });
    return {
      ...{ speaker, atSeconds, text: mayRead ? text : null },
      ...{ sentiment: scored?.sentiment ?? null, sentimentScore: scored?.score ?? null },
    };
  };
  const shownTranscript = async (stored: StoredTranscript, mayRead: boolean): Promise<ShownTranscript> => {
    const { _id: id, provider, language, receivedAt, turns } = stored;
    const shown: ShownTurn[] = [];
    for (const turn of turns.slice(0, MOST_TURNS)) shown.push(await shownTurn(turn, language, mayRead));
    const sentimentBy = `${SCORER.scorer} v${SCORER.version}`;
    return {
      ...{ id, provider, language, receivedAt, sentimentBy },
      ...{ turns: shown, turnsComplete: turns.length <= MOST_TURNS },
    };
  };

  const spoken: TranscriptRepository['spoken'] = async (snapshot, id) => {
    const call = await callKnownBy(snapshot, id);
    if (call === null) return null;
    const found = await snapshot
      .collection<StoredTranscript>('transcripts')
      .find(ofCall(call), { session: snapshot.session })
      .limit(MOST_SOURCES)
      .toArray();
    return { call, revision: snapshot.revision(call), found: inTime(found) };
  };
  const shownTranscripts = (found: readonly StoredTranscript[], mayRead: boolean) =>
    Promise.all(found.map((one) => shownTranscript(one, mayRead)));

  return {
    spoken,
    shown: async ({ call, revision, found }, { numbers, text }) => ({
      call: { ...shownCall(call, revision, numbers), parts: shownParts(call.parts, numbers) },
      transcripts: await shownTranscripts(found, text),
    }),
    transcripts: (id, mayRead) =>
      atOneMoment(db, async (snapshot) => {
        const held = await spoken(snapshot, id);
        const found = await shownTranscripts(held?.found ?? [], mayRead);
        const lastMs = held?.call.lastEventAt.getTime() ?? Infinity;
        const isPast = found.length === 0 && lastMs < (await transcriptsGoneBeforeMs(snapshot));
        return { moment: snapshot.moment, call: held?.call ?? null, found, isPast };
      }),
    recordings: (id) =>
      atOneMoment(db, async (snapshot) => {
        const call = await callKnownBy(snapshot, id);
        const found = await snapshot
          .collection<StoredRecording>('recordings')
          .find(ofCall(call), { session: snapshot.session })
          .limit(MOST_SOURCES)
          .toArray();
        const hashes = found.flatMap(({ audio }) => audio?.sha256 ?? []);
        const held = await snapshot
          .collection<{ filename: string }>('audio.files')
          .find({ filename: { $in: hashes } }, { session: snapshot.session, projection: { filename: 1 } })
          .toArray();
        const isHeld = new Set(held.map(({ filename }) => filename));
        return {
          moment: snapshot.moment,
          call,
          found: inTime(found).map((one) => shownRecording(id, one, isHeld)),
        };
      }),
  };
}

/**
 * Which calls transcripts may belong to.
 * @param db the database
 * @param ids of transcripts
 * @returns ids of parts: those that told them and those that these name
 * @throws DatabaseAway where the database cannot be asked
 */
export function partsOf(db: Db, ids: readonly string[]): Promise<string[]> {
  return whileThere(async () => {
    const found = db
      .collection<StoredTranscript>('transcripts')
      .find({ _id: { $in: [...ids] } }, { projection: { partId: 1, links: 1 }, readConcern: 'majority' });
    return (await found.toArray()).flatMap(({ partId, links }) => [partId, ...links]);
  });
}

/** A call's speech is told by its parts, or names one of them. */
function ofCall(call: StoredCall | null) {
  const ids = { $in: call?.aliases ?? [] };
  return { $or: [{ partId: ids }, { links: ids }] };
}

function inTime<T extends StoredTranscript | StoredRecording>(found: T[]): T[] {
  return found.sort((a, b) => a.eventAt.getTime() - b.eventAt.getTime() || (a._id < b._id ? -1 : 1));
}

function shownRecording(
  callId: string,
  stored: StoredRecording,
  isHeld: ReadonlySet<string>,
): ShownRecording {
  const { _id, by: _by, links: _links, audio, ...facts } = stored;
  return {
    id: _id,
    ...facts,
    audio:
      audio === null
        ? null
        : {
            ...audio,
            isHeld: isHeld.has(audio.sha256),
            href: `/api/db/calls/${encodeURIComponent(callId)}/recording/${audio.sha256}`,
          },
  };
}
