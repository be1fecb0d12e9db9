/** The calls that clients follow one by one: the call and its transcripts, and of these from then on what is new. */
import type { Db } from 'mongodb';
import type { AuditLog } from './audit-log.ts';
import type { LeftOut } from './malformed.ts';
import { Refusal } from './refusal.ts';
import { atOneMoment, type Moment } from './repositories/snapshot.ts';
import type {
  ShownSpeech,
  ShownTranscript,
  Spoken,
  TranscriptRepository,
} from './repositories/transcript.repository.ts';
import type { Viewer } from './scopes.ts';

/** What is acknowledged: the call and its transcripts as single answers over HTTP show them, true at `sequence`. */
export type FollowedCall = ShownSpeech & { sequence: number; textShown: boolean };
/** A transcript as it grows: its turns up to `from` stand as they were, those from there on are `turns`. */
export type GrownTranscript = ShownTranscript & { from: number };
/**
 * What became of a followed call. `callId` is the id it is followed by, which `call.callId` need not be: calls are joined. All its
 * transcripts are named, one that is not has gone. `gone`: nothing is known of the call any more, and it is no longer followed.
 */
export type FollowedCallUpdate = { callId: string; sequence: number } & (
  { call: ShownSpeech['call']; transcripts: GrownTranscript[] } | { gone: true }
);

/** A client that follows, and how it is told. */
export type Listening = { id: string; tell(update: FollowedCallUpdate): void };

/** The calls that are followed. */
export type FollowedCalls = {
  /**
   * Follows a call from now on.
   * @param listening the client
   * @param callId any id of the call
   * @param viewer who asks: what it may read is written down and shown
   * @throws Refusal where no such call is known, or the client follows too many
   */
  follow(listening: Listening, callId: string, viewer: Viewer): Promise<FollowedCall>;
  leave(client: string, callId: string): void;
  /** A client has gone. */
  drop(client: string): void;
  /** The followed ids that a change of calls or parts may concern. */
  among(ids: readonly string[]): string[];
  /** All followed ids. */
  all(): string[];
  hasAny(): boolean;
  /** Tells all who follow these what is new. Throws DatabaseAway where the database cannot be asked. */
  tell(callIds: readonly string[]): Promise<void>;
};

/** What they are made of. */
export type FollowedCallsParts = {
  db: Db;
  transcripts: Pick<TranscriptRepository, 'spoken' | 'shown'>;
  audit: AuditLog;
  tellLeftOut: (leftOut: LeftOut) => void;
};

/** `shown` null: the call is being read for the first time, and any change may concern it. `ids`: those it is found by. */
type Follow = {
  callId: string;
  listening: Listening;
  viewer: Viewer;
  ids: readonly string[];
  shown: ShownSpeech | null;
};

/** A page shows one, a wall of screens some. */
const MOST_FOLLOWED = 20;
const LONGEST_ID = 500;

/**
 * Starts with none.
 * @param parts database, reads and the book of acts
 * @returns the calls that are followed
 */
export function createFollowedCalls({
  db,
  transcripts,
  audit,
  tellLeftOut,
}: FollowedCallsParts): FollowedCalls {
  const byClient = new Map<string, Map<string, Follow>>();
  // Under the id they are followed by, and each of the call's and its transcripts'.
  const byId = new Map<string, Set<Follow>>();
  const unread = new Set<Follow>();
  const enter = (follow: Follow, ids: readonly string[]): void => {
    for (const id of ids) byId.set(id, (byId.get(id) ?? new Set()).add(follow));
    follow.ids = ids;
  };
  const leave = (client: string, callId: string): void => {
    const held = byClient.get(client);
    const follow = held?.get(callId);
    if (held === undefined || follow === undefined) return;
    held.delete(callId);
    if (held.size === 0) byClient.delete(client);
    unread.delete(follow);
    for (const id of follow.ids) {
      byId.get(id)?.delete(follow);
      if (byId.get(id)?.size === 0) byId.delete(id);
    }
  };
  const isFollowed = (follow: Follow): boolean =>
    byClient.get(follow.listening.id)?.get(follow.callId) === follow;
  const known = (follow: Follow, shown: ShownSpeech, { aliases }: Spoken['call']): void => {
    follow.shown = shown;
    unread.delete(follow);
    // Of a transcript that is deleted nothing can be asked any more: it is known by what was shown.
    const told = shown.transcripts.map(({ id }) => id);
    enter(follow, [...new Set([...follow.ids, ...aliases, ...told])]);
  };
  const read = (callId: string): Promise<{ moment: Moment; spoken: Spoken | null }> =>
    atOneMoment(db, async (snapshot) => {
      const spoken = await transcripts.spoken(snapshot, callId);
      tellLeftOut(snapshot.moment.leftOut);
      return { moment: snapshot.moment, spoken };
    });
  const tellOne = async (follow: Follow, sequence: number, spoken: Spoken | null): Promise<void> => {
    const { callId, listening, viewer, shown: before } = follow;
    if (spoken === null) {
      leave(listening.id, callId);
      listening.tell({ callId, sequence, gone: true });
      return;
    }
    const shown = await transcripts.shown(spoken, viewer);
    // It left, or asked anew, while this was read.
    if (before === null || !isFollowed(follow)) return;
    known(follow, shown, spoken.call);
    if (JSON.stringify(before) === JSON.stringify(shown)) return;
    const grown = shown.transcripts.map((one) => grownSince(before, one));
    listening.tell({ callId, sequence, call: shown.call, transcripts: grown });
  };

  return {
    async follow(listening, callId, viewer) {
      if (callId.length > LONGEST_ID) throw new Refusal('callId is too long');
      leave(listening.id, callId);
      const held = byClient.get(listening.id) ?? new Map<string, Follow>();
      if (held.size >= MOST_FOLLOWED) throw new Refusal(`A client may follow ${MOST_FOLLOWED} calls at most`);
      const follow: Follow = { callId, listening, viewer, ids: [], shown: null };
      // Followed first and read then: what changes in between is told after this answer.
      byClient.set(listening.id, held.set(callId, follow));
      unread.add(follow);
      enter(follow, [callId]);
      try {
        const { moment, spoken } = await read(callId);
        if (spoken === null) throw new Refusal('No call is known by this id', 404);
        const act = { act: 'read_transcript', subject: spoken.call.callId } as const;
        if (viewer.text) await audit.note(viewer, act);
        const shown = await transcripts.shown(spoken, viewer);
        // It may have gone while this was read.
        if (isFollowed(follow)) known(follow, shown, spoken.call);
        return { sequence: moment.sequence, textShown: viewer.text, ...shown };
      } catch (error) {
        leave(listening.id, callId);
        throw error;
      }
    },
    leave,
    drop(client) {
      for (const callId of [...(byClient.get(client)?.keys() ?? [])]) leave(client, callId);
    },
    among(ids) {
      if (byClient.size === 0) return [];
      const concerned = [...unread, ...ids.flatMap((id) => [...(byId.get(id) ?? [])])];
      return [...new Set(concerned.map(({ callId }) => callId))];
    },
    hasAny: () => byClient.size > 0,
    all: () => [...new Set([...byClient.values()].flatMap((held) => [...held.keys()]))],
    async tell(callIds) {
      for (const callId of callIds) {
        const concerned = [...(byId.get(callId) ?? [])].filter((one) => one.callId === callId);
        if (concerned.length === 0) continue;
        const { moment, spoken } = await read(callId);
        for (const follow of concerned) await tellOne(follow, moment.sequence, spoken);
      }
    },
  };
}

/** What of a transcript is new: all from the first turn on that is another one. */
function grownSince({ transcripts }: ShownSpeech, now: ShownTranscript): GrownTranscript {
  const before = transcripts.find(({ id }) => id === now.id)?.turns ?? [];
  const differs = now.turns.findIndex((turn, n) => JSON.stringify(turn) !== JSON.stringify(before[n]));
  const from = differs === -1 ? now.turns.length : differs;
  return { ...now, from, turns: now.turns.slice(from) };
}
