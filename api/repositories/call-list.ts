/** Lists calls page by page, by what an index leads to and by what must be looked at, a bounded number of calls a page. */
import type { Document, Filter } from 'mongodb';
import type { Status } from '../../ingest/contract.ts';
import { RUNNING_STATUSES, WHOLE, type Slice, type StoredCall } from '../../projector/contract.ts';
import { FIELDS } from './counted-calls.ts';
import type { Snapshot } from './snapshot.ts';

/** Of a call that rings or is on the line. */
export const ACTIVE_STATUSES: readonly Status[] = ['ringing', 'in_progress'];
/** Which calls are active. In the words of that index first: the server does not see that two of three are within. */
export const ACTIVE = {
  $and: [{ status: { $in: RUNNING_STATUSES } }, { status: { $in: ACTIVE_STATUSES } }],
} satisfies Filter<StoredCall>;

/** Where a page of calls begins: after the call that started then, or null for one without a start. */
export type CallCursor = { startedAtMs: number | null; callId: string };

/** One word of a field, or any of several. */
type Words<T extends string = string> = T | { $in: readonly T[] };
/**
 * Which calls: of all slices, started in a range, and with these fields. `number` is the end of either number, in digits;
 * lengths are ms, both ends included.
 */
export type CallFilters = {
  slices: readonly Slice[];
  range: { fromMs: number; toMs: number } | null;
  fields: { goal?: string; sentiment?: string | null; connection?: Words; status?: Words<Status> };
  leastMs?: number | undefined;
  mostMs?: number | undefined;
  number?: string | undefined;
};

/** A page: of which calls, in which order of their starts, how many at most, and after which. Those without a start come last. */
export type PageQuestion = {
  filters: CallFilters;
  order: 'newest' | 'oldest';
  limit: number;
  after: CallCursor | null;
};

/** Calls of a page, and where the next begins; a page may be short of its limit, it is the last where `next` is null. */
export type CallPage<T> = { calls: T[]; next: CallCursor | null };

/** Calls that one page may look at: some 100 ms. Beyond, the page ends short and the next goes on there. */
export const MOST_LOOKED_AT = 20_000;

type Listed = Omit<StoredCall, 'parts'>;
type Stretch = { found: Listed[]; stoppedAt: CallCursor | null };

/**
 * Reads a page.
 * @param snapshot the moment to read at
 * @param question which page
 * @returns stored calls without their parts
 */
export async function pageOf(snapshot: Snapshot, question: PageQuestion): Promise<CallPage<Listed>> {
  const { filters, limit, after } = question;
  const calls: Listed[] = [];
  const isStarted = after === null || after.startedAtMs !== null;
  if (isStarted) {
    const { found, stoppedAt } = await stretchOf(snapshot, { ...question, limit: limit + 1 }, true);
    if (stoppedAt !== null) return { calls: found, next: stoppedAt };
    calls.push(...found);
  }
  if (filters.range === null && calls.length <= limit) {
    const rest = { ...question, limit: limit + 1 - calls.length, after: isStarted ? null : after };
    const { found, stoppedAt } = await stretchOf(snapshot, rest, false);
    if (stoppedAt !== null) return { calls: [...calls, ...found], next: stoppedAt };
    calls.push(...found);
  }
  // One more than asked for says whether there is a next page.
  const last = calls.length > limit ? calls[limit - 1] : undefined;
  return { calls: calls.slice(0, limit), next: last === undefined ? null : cursorAfter(last) };
}

/**
 * Where the page after a call begins.
 * @param call the last call of a page
 * @returns the cursor
 */
export function cursorAfter({ _id, startedAt }: Pick<StoredCall, '_id' | 'startedAt'>): CallCursor {
  return { startedAtMs: startedAt?.getTime() ?? null, callId: _id };
}

/** How many calls for each one wanted are looked at first, and how many times more each time that is not enough. */
const FIRST_LOOK = 2;
const MORE = 10;

/** Calls with a start, or those without, from the cursor on, and where the looking stopped before it had found enough. */
async function stretchOf(
  { session, collection }: Snapshot,
  question: PageQuestion,
  isStarted: boolean,
): Promise<Stretch> {
  const { filters, order, limit } = question;
  const direction = order === 'newest' ? -1 : 1;
  const sort = { startedAt: direction, _id: direction } as const;
  const start = { startedAt: startOf(question, isStarted) };
  const from = { ...WHOLE, ...led(filters), ...start, ...beyond(question, isStarted) };
  const looked = lookedFor(filters);
  const options = { session, hint: hintFor(filters) };
  const calls = collection<StoredCall>('calls');
  const among = async (most: number): Promise<Listed[]> => {
    const pipeline: Document[] = [
      { $match: from },
      { $sort: sort },
      ...(looked.length === 0 ? [] : [{ $limit: most }, { $match: { $and: looked } }]),
      { $limit: limit },
      { $project: { parts: 0 } },
    ];
    return calls.aggregate<Listed>(pipeline, { ...options, cursor: { batchSize: limit + 1 } }).toArray();
  };
  // The server reads ahead as far as it may: what is often found is looked for among few.
  let found: Listed[] = [];
  for (let most = limit * FIRST_LOOK; found.length < limit; most *= MORE) {
    found = await among(Math.min(most, MOST_LOOKED_AT));
    if (looked.length === 0 || most >= MOST_LOOKED_AT) break;
  }
  if (looked.length === 0 || found.length === limit) return { found, stoppedAt: null };
  const last = await calls
    .find(from, { ...options, projection: { startedAt: 1 } })
    .sort(sort)
    .skip(MOST_LOOKED_AT - 1)
    .limit(1)
    .next();
  return { found, stoppedAt: last === null ? null : cursorAfter(last) };
}

function startOf({ filters, order, after }: PageQuestion, isStarted: boolean): Document | null {
  if (!isStarted) return null;
  const { range } = filters;
  const at = after?.startedAtMs ?? null;
  const fromMs = Math.max(range?.fromMs ?? -Infinity, order === 'oldest' ? (at ?? -Infinity) : -Infinity);
  // The range's end is exclusive, the cursor's instant is not: others may have started in the same ms.
  const toMs = Math.min(
    range === null ? Infinity : range.toMs - 1,
    order === 'newest' ? (at ?? Infinity) : Infinity,
  );
  return {
    $type: 'date',
    ...(fromMs > -Infinity && { $gte: new Date(fromMs) }),
    ...(toMs < Infinity && { $lte: new Date(toMs) }),
  };
}

/** Of calls that start in the same ms as the cursor's, those after it. */
function beyond({ order, after }: PageQuestion, isStarted: boolean): Filter<StoredCall> {
  if (after === null) return {};
  const next = order === 'newest' ? { $lt: after.callId } : { $gt: after.callId };
  if (!isStarted || after.startedAtMs === null) return { _id: next };
  return { $or: [{ startedAt: { $ne: new Date(after.startedAtMs) } }, { _id: next }] };
}

/** The index that leads: of the few that are active, else by agent, else by campaign, else by start alone. */
function hintFor({ slices, fields: { status } }: CallFilters): string {
  if (status !== undefined && wordsOf(status).every((word) => ACTIVE_STATUSES.includes(word)))
    return 'active';
  const has = (name: string): boolean => slices.some(({ dimension }) => dimension === name);
  return has('agent') ? 'agent' : has('campaign') ? 'campaign' : 'startedAt';
}

function wordsOf<T extends string>(words: Words<T>): readonly T[] {
  return typeof words === 'string' ? [words] : words.$in;
}

/** The one filter that the leading index holds. */
function led(filters: CallFilters): Document {
  const hint = hintFor(filters);
  if (hint === 'active')
    return { $and: [{ status: { $in: RUNNING_STATUSES } }, { status: filters.fields.status }] };
  const slice = filters.slices.find(({ dimension }) => dimension === hint);
  return slice === undefined || slice.dimension === 'all' ? {} : { [FIELDS[slice.dimension]]: slice.key };
}

/** All other filters, one condition each. */
function lookedFor(filters: CallFilters): Document[] {
  const { slices, fields, leastMs, mostMs, number } = filters;
  const hint = hintFor(filters);
  const conditions: Document[] = Object.entries(fields)
    .filter(([name]) => name !== 'status' || hint !== 'active')
    .map(([name, value]) => ({ [name]: value }));
  for (const { dimension, key } of slices)
    if (dimension !== 'all' && dimension !== hint) conditions.push({ [FIELDS[dimension]]: key });
  if (leastMs !== undefined) conditions.push({ durationMs: { $gte: leastMs } });
  if (mostMs !== undefined) conditions.push({ durationMs: { $lte: mostMs } });
  if (number !== undefined) {
    // Digits in a row of the part before an @, whatever stands between them: what the API shows of a number.
    const ending = new RegExp(`^[^@]*${number.replace(/\d(?=\d)/g, '$&[^0-9@]*')}[^0-9@]*(@|$)`);
    conditions.push({ $or: [{ fromNumber: ending }, { toNumber: ending }] });
  }
  return conditions;
}
