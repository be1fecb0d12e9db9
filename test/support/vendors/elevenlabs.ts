/** ElevenLabs' conversations API as a stand-in, from its reference: a list with cursor and filters, and each conversation. */
import { startStandIn, type StandIn } from './stand-in.ts';

/** The key that the stand-in takes. */
export const ELEVENLABS_KEY = 'sk_stand_in_never_to_be_seen';

/** A conversation as GET gives it. */
export type Conversation = {
  conversation_id: string;
  agent_id: string;
  status: string;
  transcript: { role: string; message: string | null; time_in_call_secs: number }[];
  metadata: { start_time_unix_secs: number; call_duration_secs: number } & Record<string, unknown>;
  analysis?: { call_successful: string; transcript_summary: string } & Record<string, unknown>;
} & Record<string, unknown>;

/** A running stand-in, and the conversations it tells of; they may be changed at any time. */
export type ElevenLabs = StandIn & { conversations: Map<string, Conversation> };

/** Starts it. */
export async function startElevenLabs(): Promise<ElevenLabs> {
  const conversations = new Map<string, Conversation>();
  const standIn = await startStandIn(
    (url) => {
      const [, id] = /^\/v1\/convai\/conversations\/([^/]+)$/.exec(url.pathname) ?? [];
      if (id !== undefined) return conversations.get(decodeURIComponent(id)) ?? null;
      if (url.pathname !== '/v1/convai/conversations') return null;
      return pageOf([...conversations.values()], url.searchParams);
    },
    ({ headers }) => headers['xi-api-key'] === ELEVENLABS_KEY,
  );
  return Object.assign(standIn, { conversations });
}

function pageOf(all: readonly Conversation[], query: URLSearchParams): object {
  const after = Number(query.get('call_start_after_unix') ?? 0);
  const before = Number(query.get('call_start_before_unix') ?? Infinity);
  const excluded = query.getAll('exclude_statuses');
  const size = Math.min(Number(query.get('page_size') ?? 30), 100);
  const from = Number(query.get('cursor') ?? 0);
  const wanted = all
    .filter(({ metadata: { start_time_unix_secs: at } }) => at >= after && at <= before)
    .filter(({ status }) => !excluded.includes(status))
    .sort((a, b) => b.metadata.start_time_unix_secs - a.metadata.start_time_unix_secs);
  const more = from + size < wanted.length;
  return {
    conversations: wanted.slice(from, from + size).map(itemOf),
    next_cursor: more ? String(from + size) : null,
    has_more: more,
  };
}

/** The list carries no CallSid and only a summary of the analysis. */
function itemOf({ conversation_id, agent_id, status, transcript, metadata, analysis }: Conversation): object {
  return {
    conversation_id,
    agent_id,
    agent_name: null,
    status,
    start_time_unix_secs: metadata.start_time_unix_secs,
    call_duration_secs: metadata.call_duration_secs,
    message_count: transcript.length,
    call_successful: analysis?.call_successful ?? 'unknown',
    transcript_summary: analysis?.transcript_summary ?? null,
  };
}
