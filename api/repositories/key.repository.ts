/** Sums a view by the keys of a dimension over a range: by the server from the views, or from single calls under a filter. */
import type { Db, Document } from 'mongodb';
import {
  contributionOf,
  nestedCells,
  HOUR_MS,
  QUARTER_MS,
  viewCollection,
  type Dimension,
  type NestedCells,
  type Slice,
  type StoredBucket,
  type ViewName,
} from '../../projector/contract.ts';
import { addCells, count } from '../cells.ts';
import type { Ranked } from '../ranking.ts';
import { allKeysOf, readsOf } from '../reads.ts';
import { sliceName } from '../rooms.ts';
import { pathsOf } from '../words.ts';
import { cellsIn, piecesOf, type Piece } from './buckets.ts';
import { callsCounted } from './counted-calls.ts';
import { atOneMoment, type Snapshot } from './snapshot.ts';
import { ALL_CALLS, type ViewAnswer } from './view.repository.ts';

/** What to read: a view, by which dimension, under which filters, over which quarter-hours. */
export type KeyQuestion = {
  view: ViewName;
  dimension: Exclude<Dimension, 'all'>;
  filters: readonly Slice[];
  range: { fromMs: number; toMs: number };
};

/** The sums with the moment they are true at. */
export type KeyAnswer = Ranked & Omit<ViewAnswer, 'cells'>;

/**
 * Reads sums by key.
 * @param db the database
 * @param question what is summed
 * @returns the named cells of each key, and of all calls; percentiles cannot be had from them
 * @throws DatabaseAway where the database cannot be asked; a Refusal where a filter leaves too many calls
 */
export function readByKey(db: Db, question: KeyQuestion): Promise<KeyAnswer> {
  return atOneMoment(db, async (snapshot) => {
    const source = question.filters.length === 0 ? 'views' : 'calls';
    const sums =
      source === 'views' ? await fromViews(snapshot, question) : await fromCalls(snapshot, question);
    const { moment } = snapshot;
    const slices = source === 'calls' ? null : [sliceName(ALL_CALLS), allKeysOf(question.dimension)];
    const reads = readsOf(slices, [spanOf(question.range)], moment.at);
    if (count(sums.totals, 'calls') > 0) return { ...sums, moment, source, emptyBecause: null, reads };
    const isFiltered = source === 'calls' && count(await totalsIn(snapshot, question), 'calls') > 0;
    return { ...sums, moment, source, emptyBecause: isFiltered ? 'filtered_out' : 'no_calls', reads };
  });
}

async function totalsIn(snapshot: Snapshot, { view, range }: KeyQuestion): Promise<NestedCells> {
  const [totals = {}] = await cellsIn(snapshot, { view, slice: ALL_CALLS, spans: [spanOf(range)] });
  return totals;
}

function spanOf({ fromMs, toMs }: KeyQuestion['range']) {
  return { label: '', startMs: fromMs, endMs: toMs };
}

async function fromViews(snapshot: Snapshot, question: KeyQuestion): Promise<Ranked> {
  const byKey = new Map<string | null, NestedCells>();
  const add = (key: string | null, cells: NestedCells): void => {
    const sum = byKey.get(key) ?? {};
    byKey.set(key, sum);
    addCells(sum, cells);
  };
  const pieces = piecesOf([spanOf(question.range)]);
  const [totals] = await Promise.all([
    totalsIn(snapshot, question),
    ...pieces.flatMap((piece) => [
      addWhole(snapshot, { ...question, piece }, add),
      addEdges(snapshot, { ...question, piece }, add),
    ]),
  ]);
  return { byKey, totals };
}

type Add = (key: string | null, cells: NestedCells) => void;
type PieceQuestion = KeyQuestion & { piece: Piece };

/**
 * Whole buckets are added up by the server: a thousand keys over a year are 365,000 documents there and a thousand here.
 * The index leads by time, and skips the other dimensions within each hour or day.
 */
async function addWhole(
  { session, collection }: Snapshot,
  { view, dimension, piece }: PieceQuestion,
  add: Add,
): Promise<void> {
  const fromMs = piece.window === 'daily' ? piece.fromMs : Math.ceil(piece.fromMs / HOUR_MS) * HOUR_MS;
  const toMs = piece.window === 'daily' ? piece.toMs : Math.floor(piece.toMs / HOUR_MS) * HOUR_MS;
  if (fromMs >= toMs) return;
  const paths = pathsOf(view);
  const sums = Object.fromEntries(paths.map((path, index) => [`c${index}`, { $sum: `$${path}` }]));
  const pipeline: Document[] = [
    { $match: { '_id.at': { $gte: new Date(fromMs), $lt: new Date(toMs) }, '_id.d': dimension } },
    { $group: { _id: '$_id.k', ...sums } },
  ];
  const groups = collection<StoredBucket>(viewCollection(view, piece.window)).aggregate<
    { _id: string | null } & Record<string, number>
  >(pipeline, { session });
  for await (const group of groups)
    add(group._id, nestedCells(paths.map((path, index) => [path, group[`c${index}`] ?? 0])));
}

/** The hours at the ends of a range that lie in it by some of their quarters only. */
async function addEdges(
  { session, collection }: Snapshot,
  { view, dimension, piece }: PieceQuestion,
  add: Add,
): Promise<void> {
  const { fromMs, toMs } = piece;
  const cut = [fromMs, toMs].filter((ms) => ms % HOUR_MS !== 0);
  if (cut.length === 0) return;
  const hours = [...new Set(cut.map((ms) => Math.floor(ms / HOUR_MS) * HOUR_MS))];
  const stored = collection<StoredBucket>(viewCollection(view, 'hourly')).find(
    { '_id.at': { $in: hours.map((ms) => new Date(ms)) }, '_id.d': dimension },
    { session, projection: { q: 1 } },
  );
  for await (const { _id, q } of stored)
    for (const [quarter, cells] of Object.entries(q ?? {})) {
      const quarterMs = _id.at.getTime() + Number(quarter) * QUARTER_MS;
      if (quarterMs >= fromMs && quarterMs < toMs) add(_id.k, cells);
    }
}

/** Under a filter each call is counted as the projector would have: once in all, and under each of its keys. */
async function fromCalls(snapshot: Snapshot, question: KeyQuestion): Promise<Ranked> {
  const { view, dimension, filters, range } = question;
  const flat = new Map<string | null | undefined, Map<string, number>>();
  const add = (key: string | null | undefined, cells: Readonly<Record<string, number>>): void => {
    const sum = flat.get(key) ?? new Map<string, number>();
    flat.set(key, sum);
    for (const [path, n] of Object.entries(cells)) sum.set(path, (sum.get(path) ?? 0) + n);
  };
  for await (const call of callsCounted(snapshot, { filters, spans: [spanOf(range)] })) {
    const contribution = contributionOf(call);
    if (contribution === null) continue;
    add(undefined, contribution.cells[view]);
    for (const slice of contribution.slices)
      if (slice.dimension === dimension) add(slice.key, contribution.cells[view]);
  }
  const totals = nestedCells(flat.get(undefined) ?? []);
  flat.delete(undefined);
  const byKey = [...flat].map(([key, sum]): [string | null, NestedCells] => [key ?? null, nestedCells(sum)]);
  return { byKey: new Map(byKey), totals };
}
