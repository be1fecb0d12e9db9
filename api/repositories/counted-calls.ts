/** Answers that no view holds, two filters together, from single calls: the very cells that the projector would have counted. */
import type { Filter } from 'mongodb';
import {
  contributionOf,
  nestedCells,
  WHOLE,
  type Call,
  type Dimension,
  type NestedCells,
  type Slice,
  type StoredCall,
  type ViewName,
} from '../../projector/contract.ts';
import { count } from '../cells.ts';
import { isCall, nameLeftOut } from '../malformed.ts';
import type { Span } from '../periods.ts';
import { Refusal } from '../refusal.ts';
import { BATCH, cellsIn } from './buckets.ts';
import type { Snapshot } from './snapshot.ts';

/** Which calls: those that all filters leave, started in the spans, which follow each other on quarter-hours. */
export type CallQuestion = { filters: readonly Slice[]; spans: readonly Span[] };

/** One call is some 3 µs here and 1 KB on the wire: more would be no answer but a report. */
export const MOST_COUNTED = 100_000;

/** The field of a call that a dimension is read from; a call has several providers and one of the others. */
export const FIELDS = {
  agent: 'agentId',
  campaign: 'campaignId',
  provider: 'providers',
  direction: 'direction',
  language: 'language',
} as const satisfies Record<Exclude<Dimension, 'all'>, keyof Call>;

/** Dimensions that calls have an index for, by the dimension's key and the start. */
const INDEXED: ReadonlySet<Dimension> = new Set(['agent', 'campaign']);

/** What cells are made from, and nothing that is long. */
const COUNTED_FIELDS = {
  ...{ _id: 0, callId: 1, startedAt: 1, status: 1, connection: 1, durationMs: 1, costCredits: 1 },
  ...{ costMicroUsd: 1, goal: 1, endedBy: 1, sentiment: 1, sentimentScore: 1, sentimentSource: 1 },
  ...{
    agentId: 1,
    campaignId: 1,
    providers: 1,
    direction: 1,
    language: 1,
    factsVersion: 1,
    sentimentVersion: 1,
  },
};

/**
 * Sums calls into spans.
 * @param snapshot the moment to read at
 * @param question which calls, for which views
 * @returns the cells of each span, in order, for each view
 * @throws Refusal where more than {@link MOST_COUNTED} would have to be looked at
 */
export async function cellsOfCalls(
  snapshot: Snapshot,
  question: CallQuestion & { views: readonly ViewName[] },
): Promise<Record<ViewName, NestedCells[]>> {
  const { views, spans } = question;
  const flat = views.map((view) => ({ view, sums: spans.map(() => new Map<string, number>()) }));
  for await (const call of callsCounted(snapshot, question)) {
    const contribution = contributionOf(call);
    if (contribution === null) continue;
    const index = spanAt(spans, contribution.quarterMs);
    for (const { view, sums } of flat)
      for (const [path, n] of Object.entries(contribution.cells[view]))
        sums[index]?.set(path, (sums[index].get(path) ?? 0) + n);
  }
  const cells: Record<ViewName, NestedCells[]> = { duration: [], outcome: [], sentiment: [] };
  for (const { view, sums } of flat) cells[view] = sums.map((sum) => nestedCells(sum));
  return cells;
}

/**
 * The calls that all filters leave, one by one.
 * @param snapshot the moment to read at
 * @param question which calls
 * @yields calls with the fields that cells and slices are made from, in no order
 * @throws Refusal where more than {@link MOST_COUNTED} would have to be looked at
 */
export async function* callsCounted(snapshot: Snapshot, question: CallQuestion): AsyncGenerator<Call> {
  const { filters, spans } = question;
  const range = { fromMs: spans[0]?.startMs ?? 0, toMs: spans.at(-1)?.endMs ?? 0 };
  const { slice, calls } = await narrowest(snapshot, filters, range);
  if (calls > MOST_COUNTED) {
    const what = slice.dimension === 'all' ? 'The range' : `The ${slice.dimension}`;
    throw new Refusal(
      `Filters together are answered call by call, ${MOST_COUNTED} at most: ${what} has ${calls} calls here. Ask for a shorter range`,
    );
  }
  const found = snapshot
    .collection<StoredCall>('calls')
    .find<Call>(filterOf(filters, range), { session: snapshot.session, projection: COUNTED_FIELDS })
    .hint(slice.dimension === 'all' ? 'startedAt' : slice.dimension)
    .batchSize(BATCH);
  for await (const call of found)
    if (isCall(call)) yield call;
    else nameLeftOut(snapshot.moment.leftOut, 'calls', call.callId);
}

/**
 * Calls of slices, started within a range.
 * @param slices all must hold
 * @param range ms since 1970, the end exclusive
 * @returns the filter
 */
export function filterOf(
  slices: readonly Slice[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Filter<StoredCall> {
  const filter: Filter<StoredCall> = {
    ...WHOLE,
    startedAt: { $gte: new Date(fromMs), $lt: new Date(toMs) },
  };
  for (const { dimension, key } of slices)
    if (dimension !== 'all') Object.assign(filter, { [FIELDS[dimension]]: key });
  return filter;
}

/** The slice whose calls are looked at: of those with an index the one with the fewest, which the views tell. */
async function narrowest(
  snapshot: Snapshot,
  filters: readonly Slice[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<{ slice: Slice; calls: number }> {
  const indexed = filters.filter(({ dimension }) => INDEXED.has(dimension));
  const slices: readonly Slice[] = indexed.length > 0 ? indexed : [{ dimension: 'all', key: null }];
  const spans = [{ label: '', startMs: fromMs, endMs: toMs }];
  const counted = await Promise.all(
    slices.map(async (slice) => {
      const [cells = {}] = await cellsIn(snapshot, { view: 'sentiment', slice, spans });
      return { slice, calls: count(cells, 'calls') };
    }),
  );
  return counted.reduce((least, one) => (one.calls < least.calls ? one : least));
}

/** The span that holds an instant, by halving. */
function spanAt(spans: readonly Span[], atMs: number): number {
  let low = 0;
  let high = spans.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((spans[middle]?.startMs ?? 0) <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}
