/** ElevenLabs' list of conversations, page by page, and what an item of it can tell without a look at the conversation. */
import { z } from 'zod';
import type { Facts } from '../../ingest/contract.ts';
import { VendorError, type VendorApi } from './vendor-api.ts';
import { MOST_PAGES, type Filters } from './walk.ts';

const maybe = <T extends z.ZodType>(type: T) => type.nullish().catch(undefined);

const ITEM = z.object({
  conversation_id: z.string().min(1).max(200),
  status: z.string(),
  start_time_unix_secs: maybe(z.number()),
  call_duration_secs: maybe(z.number()),
  call_successful: maybe(z.string()),
  call_summary_title: maybe(z.string()),
  transcript_summary: maybe(z.string()),
  sentiment_analysis: maybe(z.object({ overall_label: maybe(z.string()) })),
});
const PAGE = z.object({
  conversations: z.array(ITEM),
  next_cursor: z.string().nullish(),
  has_more: z.boolean().nullish(),
});

/** One conversation as the list shows it. Source: ElevenLabs, "List conversations". */
export type ListedConversation = z.output<typeof ITEM>;

const PATH = '/v1/convai/conversations';
/** The most that the API gives. */
const PAGE_SIZE = '100';

/** The path of one conversation. */
export const conversationPath = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/**
 * Reads the list.
 * @param api ElevenLabs
 * @param filters query parameters, such as `call_start_after_unix`
 * @returns pages; throws where an answer is no page or the cursor stands still
 */
export async function* conversationPages(
  api: VendorApi,
  filters: Filters,
): AsyncGenerator<readonly ListedConversation[]> {
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams([['page_size', PAGE_SIZE], ['summary_mode', 'include'], ...filters]);
    if (cursor !== null) query.set('cursor', cursor);
    const read = PAGE.safeParse(await api.get(`${PATH}?${query.toString()}`));
    if (!read.success) throw new VendorError(`elevenlabs ${PATH}: the answer is no list of conversations`);
    yield read.data.conversations;
    const { next_cursor: next, has_more: more } = read.data;
    if (more === false || next === null || next === undefined || next === '') return;
    if (next === cursor) throw new VendorError(`elevenlabs ${PATH}: the cursor stands still`);
    cursor = next;
  }
  throw new VendorError(`elevenlabs ${PATH}: more than ${MOST_PAGES} pages`);
}

/**
 * Whether the list shows nothing of a conversation that the log does not have.
 * @param item of the list
 * @param facts of the newest version in the log
 */
export function looksTheSame(item: ListedConversation, { groups }: Facts): boolean {
  const { goal, wording, sentiment } = groups;
  const label = item.sentiment_analysis?.overall_label;
  return [
    same(item.start_time_unix_secs, groups.startedAt && groups.startedAt.value.getTime() / 1_000),
    same(item.call_duration_secs, groups.durationMs && groups.durationMs.value / 1_000),
    same(item.call_successful, goal?.value.goal ?? 'unknown'),
    same(item.call_summary_title, wording?.value.title),
    same(item.transcript_summary, wording?.value.summary),
    same(label, sentiment?.value.sentiment),
  ].every(Boolean);
}

/** What the list leaves out says nothing; where it cuts a text short, the conversation itself is looked at. */
function same<T>(listed: T | null | undefined, held: T | undefined): boolean {
  return listed === null || listed === undefined || listed === held;
}
