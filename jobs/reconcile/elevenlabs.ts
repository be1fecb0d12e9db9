/** ElevenLabs' conversations held against the log: those it lacks and those that changed are fetched and appended. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { PULLED_CONVERSATION, type FreshEvent, type StoredEvent } from '../../ingest/contract.ts';
import {
  conversationPages,
  conversationPath,
  looksTheSame,
  type ListedConversation,
} from './elevenlabs-list.ts';
import { heldEvents, type HeldEvent } from './held.ts';
import { inParallel } from './in-parallel.ts';
import type { Period } from './period.ts';
import { VendorError, type VendorApi } from './vendor-api.ts';
import { append, REQUESTS_AT_ONCE, type Filters, type Walk } from './walk.ts';

/** Which conversations, and of those that look unchanged in the list one of how many is fetched all the same. */
export type ConversationWalk = Walk & { api: VendorApi; period: Period; share: number };

const CONVERSATION = z.looseObject({ conversation_id: z.string(), status: z.string() });
type Conversation = z.output<typeof CONVERSATION>;

/** Types that are a version of the whole conversation; audio and failed attempts are none. */
const VERSIONS = new Set([PULLED_CONVERSATION, 'post_call_transcription', 'post_call_transcription_otel']);
/** A share is taken anew so often: as often as the clock runs the walk. */
const TURN_MS = 15 * 60_000;
const DAY_MS = 24 * 3_600_000;

/** How many looks of the clock it takes until each conversation was fetched once more: four hours. */
export const CLOCK_SHARE = 16;

/**
 * Walks the conversations that are over. One that is still being analysed is left to the next walk.
 * @param walk what to walk with
 */
export async function walkConversations(walk: ConversationWalk): Promise<void> {
  const { since, until } = walk.period;
  const filters: Filters = [
    ['call_start_after_unix', seconds(since)],
    ['call_start_before_unix', seconds(until)],
  ];
  const seen = new Set<string>();
  for await (const page of conversationPages(walk.api, filters)) {
    walk.signal.throwIfAborted();
    const over = page.filter(({ status, conversation_id: id }) => isOver(status) && !seen.has(id));
    for (const { conversation_id: id } of over) seen.add(id);
    const held = await heldEvents(walk.db, over.map(partOf));
    await inParallel(over, REQUESTS_AT_ONCE, (item) => reconcile(walk, item, held.get(partOf(item)) ?? []));
  }
}

/**
 * Looks at conversations in progress, and appends each state that is news: nothing is sent when a call starts.
 * @param walk what to walk with
 * @returns when each state is in the log
 */
export async function pollConversations(walk: Walk & { api: VendorApi; now: Date }): Promise<void> {
  const since = new Date(walk.now.getTime() - DAY_MS);
  const filters: Filters = [
    ['call_start_after_unix', seconds(since)],
    ['exclude_statuses', 'processing'],
    ['exclude_statuses', 'done'],
    ['exclude_statuses', 'failed'],
  ];
  for await (const page of conversationPages(walk.api, filters)) {
    const live = page.filter(({ status }) => status === 'initiated' || status === 'in-progress');
    const held = await heldEvents(walk.db, live.map(partOf));
    await inParallel(live, REQUESTS_AT_ONCE, async (item) => {
      const state = item.status === 'in-progress' ? 'in_progress' : 'queued';
      const known = held.get(partOf(item)) ?? [];
      const states = known.map((event) => event.facts?.groups.status?.value);
      const news = !states.includes('ended') && !states.includes('in_progress') && !states.includes(state);
      if (news) await fetchAndAppend(walk, { item, versions: versionsOf(known), as: 'active' });
    });
  }
}

async function reconcile(
  walk: ConversationWalk,
  item: ListedConversation,
  known: readonly HeldEvent[],
): Promise<void> {
  const { tally } = walk;
  const versions = versionsOf(known);
  const newest = versions.at(-1);
  tally.count('expected');
  // An attempt that never connected: its own webhook says why, the conversation only that it failed.
  const failedAttempt =
    item.status === 'failed' && known.some(({ type }) => type === 'call_initiation_failure');
  const received = failedAttempt || (newest !== undefined && hasEnded(newest));
  tally.count(received ? 'received' : 'missing');
  if (failedAttempt) return;
  if (received && newest?.facts && looksTheSame(item, newest.facts) && !hasItsTurn(item, walk)) return;
  await fetchAndAppend(walk, { item, versions, as: received ? 'corrected' : 'repaired' });
}

type Fetching = {
  item: ListedConversation;
  versions: readonly HeldEvent[];
  as: 'repaired' | 'corrected' | 'active';
};

/** An answer that will not change by asking again, and is not about who asks. */
function isItsOwn(error: unknown): boolean {
  if (!(error instanceof VendorError) || error.status === undefined) return false;
  return error.status !== 401 && error.status !== 403;
}

/** What cannot be fetched or read is counted, and the others are walked on; the run says at its end that it failed. */
async function fetchAndAppend(
  walk: Walk & { api: VendorApi },
  { item, versions, as }: Fetching,
): Promise<void> {
  const { api, pulled, tally, log, signal } = walk;
  const id = item.conversation_id;
  const conversation = await fetchConversation(api, id).catch((error: unknown) => {
    signal.throwIfAborted();
    log.warn({ err: error, conversationId: id }, 'fetching a conversation');
    if (isItsOwn(error)) tally.countLost();
    else tally.count('failed');
    return null;
  });
  if (conversation === null) return;
  const live = conversation.status === 'initiated' || conversation.status === 'in-progress';
  if (live !== (as === 'active') || (!live && !isOver(conversation.status))) return;
  const newest = versions.at(-1);
  const previous = newest === undefined ? null : await wholeOf(walk, newest);
  // Retention or an erasure has taken its body: what was taken is not brought back.
  if (newest !== undefined && previous === null) return;
  const event = await pulled.conversation(conversation, { pulledAt: new Date(), previous });
  if (event === null) tally.countLost();
  else if (previous === null || !(await event.sameAs(previous))) await append(walk, event.record, as);
}

async function fetchConversation(api: VendorApi, id: string): Promise<Conversation> {
  const read = CONVERSATION.safeParse(await api.get(conversationPath(id)));
  if (read.success && read.data.conversation_id === id) return read.data;
  throw new VendorError('elevenlabs: the answer is not the conversation that was asked for');
}

async function wholeOf({ db }: Walk, { _id }: HeldEvent): Promise<FreshEvent | null> {
  const event = await db.collection<StoredEvent>('events').findOne({ _id });
  if (event?.body === undefined) return null;
  return { ...event, body: event.body };
}

/** The versions of a conversation, the newest last; whatever the clocks say, none that was still going on is newer than its end. */
function versionsOf(known: readonly HeldEvent[]): HeldEvent[] {
  const versions = known.filter(({ type }) => VERSIONS.has(type));
  return [...versions.filter((one) => !hasEnded(one)), ...versions.filter(hasEnded)];
}

function hasEnded({ facts }: HeldEvent): boolean {
  return facts?.groups.status?.value === 'ended';
}

/** The list does not show all of a conversation: each is fetched again in one of so many walks, by its id. */
function hasItsTurn(
  { conversation_id: id }: ListedConversation,
  { share, period }: ConversationWalk,
): boolean {
  const turn = Math.floor(period.until.getTime() / TURN_MS);
  return createHash('sha256').update(id).digest().readUInt32BE(0) % share === turn % share;
}

function partOf({ conversation_id: id }: ListedConversation): string {
  return `elevenlabs:${id}`;
}

function isOver(status: string): boolean {
  return status === 'done' || status === 'failed';
}

function seconds(at: Date): string {
  return String(Math.floor(at.getTime() / 1_000));
}
