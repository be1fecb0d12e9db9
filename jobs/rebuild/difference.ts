/** Two versions of the views held against each other, bucket by bucket, at moments at which both hold the same events. */
import type { Db } from 'mongodb';
import {
  collectionIn,
  readPointer,
  RebuildRefused,
  VIEW_NAMES,
  viewCollection,
  WINDOW_NAMES,
  type BucketId,
  type Pointer,
  type StoredBucket,
} from '../../projector/contract.ts';
import { cellsOf } from '../audit/compare.ts';

/** A bucket that is not the same in both: its collection, its id, and each cell that differs as [path, one, other]. */
export type BucketDifference = { collection: string; id: BucketId; cells: [string, number, number][] };

/** The versions compared: from which one, to which other. */
export type Compared = { from: number; to: number };

/** Documents of a reply. */
const AT_ONCE = 2_000;
/** A byte order of its own for text: that of the database's comparisons. */
const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

/**
 * Compares all buckets. Each collection is read at one moment, at which the pointer follows both versions, so both are the
 * fold of the same events. Both are read side by side in the order of their ids: memory is bounded.
 * @param db the database
 * @param compared which versions
 * @yields each bucket that differs
 * @throws RebuildRefused where one of them is not followed
 */
export async function* differencesBetween(db: Db, compared: Compared): AsyncGenerator<BucketDifference> {
  for (const view of VIEW_NAMES)
    for (const window of WINDOW_NAMES) yield* inCollection(db, compared, viewCollection(view, window));
}

/**
 * A difference as a line.
 * @param difference one bucket
 * @returns such as `outcome_hourly all:null 2026-11-01T22:00:00.000Z goal.failure 4 → 3`
 */
export function lineOf({ collection, id, cells }: BucketDifference): string {
  const changes = cells.map(([path, one, other]) => `${path} ${one} → ${other}`);
  return `${collection} ${id.d}:${id.k ?? 'null'} ${id.at.toISOString()} ${changes.join(', ')}`;
}

async function* inCollection(
  db: Db,
  { from, to }: Compared,
  collection: string,
): AsyncGenerator<BucketDifference> {
  await using session = db.client.startSession({ snapshot: true });
  const options = { readConcern: { level: 'snapshot' } } as const;
  const { versions } = await readPointer(db.collection<Pointer>('pointers', options), session);
  for (const version of [from, to])
    if (versions.find((one) => one.version === version)?.state !== 'followed')
      throw new RebuildRefused(`version ${version} is not followed: it cannot be compared`);
  const [one, other] = [from, to].map((version) =>
    db
      .collection<StoredBucket>(collectionIn(collection, version), options)
      .find({}, { session })
      .sort({ _id: 1 })
      .batchSize(AT_ONCE),
  );
  if (one === undefined || other === undefined) return;
  let [left, right] = [await one.next(), await other.next()];
  while (left !== null || right !== null) {
    const order = left === null ? 1 : right === null ? -1 : compareIds(left._id, right._id);
    const id = order <= 0 ? left?._id : right?._id;
    const cells = changesOf(order <= 0 ? left : null, order >= 0 ? right : null);
    if (id !== undefined && cells.length > 0) yield { collection, id, cells };
    if (order <= 0) left = await one.next();
    if (order >= 0) right = await other.next();
  }
}

function changesOf(one: StoredBucket | null, other: StoredBucket | null): BucketDifference['cells'] {
  const [before, after] = [one, other].map((bucket) => (bucket === null ? new Map() : cellsOf(bucket)));
  const paths = new Set<string>([...(before?.keys() ?? []), ...(after?.keys() ?? [])] as string[]);
  return [...paths]
    .sort()
    .map((path): [string, number, number] => [path, valueIn(before, path), valueIn(after, path)])
    .filter(([, was, is]) => was !== is);
}

function valueIn(cells: ReadonlyMap<string, number> | undefined, path: string): number {
  return cells?.get(path) ?? 0;
}

/** As the database orders them: dimension, key with null first, start. */
function compareIds(a: BucketId, b: BucketId): number {
  return Buffer.compare(bytes(a.d), bytes(b.d)) || compareKeys(a.k, b.k) || a.at.getTime() - b.at.getTime();
}

function compareKeys(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return Buffer.compare(bytes(a), bytes(b));
}
