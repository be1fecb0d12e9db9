/** Cuts a ring of refused requests back to its bounds, fairly by address: one forger's flood cannot push another sender's requests out. */
import type { Collection, ObjectId } from 'mongodb';
import type { RejectedDelivery } from './rejected-delivery.ts';

/** Bounds of a ring: documents, bytes of bodies in it, and bytes kept of one body. */
export type RingLimits = { documents: number; bytes: number; bodyBytes: number };

/** Which ring. */
export type Ring = Pick<RejectedDelivery, 'provider' | 'endpoint' | 'proved'>;

/** So many ids fit one deletion with ease. */
const DELETED_AT_ONCE = 10_000;

/**
 * Removes what lies beyond the bounds. Each address's requests are ranked newest first; the ring is filled with all first ones,
 * then all second ones, and so on: an address that sends little keeps all, the rest share what is left. An index holds
 * everything this looks at, so no body is read.
 * @returns the number of requests removed
 */
export async function trimRing(
  collection: Collection<RejectedDelivery>,
  ring: Ring,
  limits: Pick<RingLimits, 'documents' | 'bytes'>,
): Promise<number> {
  const running = { window: { documents: ['unbounded', 'current'] } };
  const outside = await collection
    .aggregate<{ _id: ObjectId }>(
      [
        { $match: ring },
        { $project: { address: 1, keptBytes: 1 } },
        {
          $setWindowFields: {
            partitionBy: '$address',
            sortBy: { _id: -1 },
            output: { place: { $documentNumber: {} } },
          },
        },
        {
          $setWindowFields: {
            sortBy: { place: 1, _id: -1 },
            output: { documents: { $sum: 1, ...running }, bytes: { $sum: '$keptBytes', ...running } },
          },
        },
        { $match: { $or: [{ documents: { $gt: limits.documents } }, { bytes: { $gt: limits.bytes } }] } },
        { $limit: DELETED_AT_ONCE },
        { $project: { _id: 1 } },
      ],
      { allowDiskUse: true },
    )
    .toArray();
  if (outside.length === 0) return 0;
  const { deletedCount } = await collection.deleteMany({ _id: { $in: outside.map(({ _id }) => _id) } });
  return deletedCount;
}
