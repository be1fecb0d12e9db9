/** Twilio's calls held against the log: a leg whose end no callback told is appended from its Call resource. */
import { z } from 'zod';
import { PULLED_CALL } from '../../ingest/contract.ts';
import { heldEvents, type HeldEvent } from './held.ts';
import { inParallel } from './in-parallel.ts';
import type { Period } from './period.ts';
import { VendorError, type VendorApi } from './vendor-api.ts';
import { append, MOST_PAGES, type Filters, type Walk } from './walk.ts';

/** Whose calls. */
export type TwilioAccount = { api: VendorApi; accountSid: string };

const CALL = z.looseObject({
  sid: z.string().max(64),
  status: z.string(),
  start_time: z.string().nullish(),
  date_created: z.string().nullish(),
});
type ListedCall = z.output<typeof CALL>;
const PAGE = z.object({ calls: z.array(CALL), next_page_uri: z.string().nullish() });

const OVER = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);
const LIVE = ['in-progress', 'ringing', 'queued'] as const;
/** How far a call has come, as the log words it. */
const STATES: Readonly<Record<string, number>> = { queued: 0, ringing: 1, in_progress: 2, ended: 3 };
/** As many as one write to the log takes with ease. */
const APPENDS_AT_ONCE = 100;
const PAGE_SIZE = '500';
const DAY_MS = 24 * 3_600_000;

/**
 * Walks the calls that are over, parents and children alike.
 * @param walk what to walk with
 * @param account whose calls
 */
export async function walkCalls(walk: Walk & { period: Period }, account: TwilioAccount): Promise<void> {
  const { since, until } = walk.period;
  const filters: Filters = [
    ['StartTime>', day(since.getTime())],
    ['StartTime<', day(until.getTime() + DAY_MS)],
  ];
  const seen = new Set<string>();
  for await (const page of callPages(account, filters)) {
    walk.signal.throwIfAborted();
    const over = page.filter(
      (call) => OVER.has(call.status) && !seen.has(call.sid) && within(call, walk.period),
    );
    for (const { sid } of over) seen.add(sid);
    const held = await heldEvents(walk.db, over.map(partOf));
    await inParallel(over, APPENDS_AT_ONCE, (call) => reconcile(walk, call, held.get(partOf(call)) ?? []));
  }
}

/**
 * Looks at calls in progress, and appends each state that is news: an inbound number's callback tells the end alone.
 * @param walk what to walk with
 * @param account whose calls
 */
export async function pollCalls(walk: Walk & { now: Date }, account: TwilioAccount): Promise<void> {
  for (const status of LIVE) {
    const since: Filters = [['StartTime>', day(walk.now.getTime() - DAY_MS)]];
    // What is queued has no start yet, so that the filter would hide it.
    const filters: Filters = [['Status', status], ...(status === 'queued' ? [] : since)];
    for await (const page of callPages(account, filters)) {
      const live = page.filter((call) => call.status === status);
      const held = await heldEvents(walk.db, live.map(partOf));
      await inParallel(live, APPENDS_AT_ONCE, async (call) => {
        const state = STATES[status.replace('-', '_')] ?? 0;
        const known = held.get(partOf(call)) ?? [];
        if (known.some((event) => stateOf(event) >= state)) return;
        const record = walk.pulled.call(call, new Date());
        if (record === null) walk.tally.countLost();
        else await append(walk, record, 'active');
      });
    }
  }
}

async function reconcile(walk: Walk, call: ListedCall, known: readonly HeldEvent[]): Promise<void> {
  const { tally, pulled, log } = walk;
  const ends = known.filter((event) => stateOf(event) === STATES['ended']);
  tally.count('expected');
  tally.count(ends.length > 0 ? 'received' : 'missing');
  // The sender's own word stands; only what was fetched before may have changed since, such as a price that came later.
  if (ends.some(({ type }) => type !== PULLED_CALL)) return;
  const record = pulled.call(call, new Date());
  if (record === null) {
    log.warn({ callSid: call.sid }, 'a Call resource cannot be read');
    tally.countLost();
    return;
  }
  if (known.some(({ _id }) => _id.toString('hex') === record.event._id.toString('hex'))) return;
  await append(walk, record, ends.length > 0 ? 'corrected' : 'repaired');
}

/** The list, page by page; where the next page is said to lie anywhere but in this very list, the walk ends. */
async function* callPages(
  { api, accountSid }: TwilioAccount,
  filters: Filters,
): AsyncGenerator<readonly ListedCall[]> {
  const path = `/2010-04-01/Accounts/${accountSid}/Calls.json`;
  const query = new URLSearchParams([['PageSize', PAGE_SIZE], ...filters]);
  let target = `${path}?${query.toString()}`;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const read = PAGE.safeParse(await api.get(target));
    if (!read.success) throw new VendorError(`twilio ${path}: the answer is no list of calls`);
    yield read.data.calls;
    const next = read.data.next_page_uri;
    if (next === null || next === undefined || next === '') return;
    if (!next.startsWith(`${path}?`))
      throw new VendorError(`twilio ${path}: a next page elsewhere is refused`);
    if (next === target) throw new VendorError(`twilio ${path}: the next page is the same page`);
    target = next;
  }
  throw new VendorError(`twilio ${path}: more than ${MOST_PAGES} pages`);
}

function stateOf({ facts }: HeldEvent): number {
  return STATES[facts?.groups.status?.value ?? ''] ?? -1;
}

function partOf({ sid }: ListedCall): string {
  return `twilio:${sid}`;
}

/** Twilio's filter knows whole days: the list is cut to the period here. */
function within(call: ListedCall, { since, until }: Period): boolean {
  const at = new Date(call.start_time ?? call.date_created ?? NaN);
  return Number.isNaN(at.getTime()) || (at >= since && at < until);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
