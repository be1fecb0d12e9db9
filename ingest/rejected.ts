/** Keeps what failed verification in a bounded ring per endpoint, so that a wrong secret of our own loses little. Never among events. */
import { Binary } from 'mongodb';
import type { Collection, ObjectId } from 'mongodb';
import { bodyHash } from './keys.ts';
import type { Delivery, Provider, RefusalCause } from './providers/provider.ts';
import { keptHeaders } from './record.ts';

/** One document of `rejected`; a body beyond the cap is cut, its hash and length are those of the whole. */
export type RejectedDelivery = {
  _id?: ObjectId;
  provider: string;
  endpoint: string;
  cause: RefusalCause;
  target: string;
  headers: Record<string, string>;
  bodySha256: string;
  bodyBytes: number;
  body: Binary;
  receivedAt: Date;
};

/** A refused request; `whole` is set where `delivery` holds only the beginning of a body (hash over target and body, hex). */
export type Refusal = {
  delivery: Delivery;
  cause: RefusalCause;
  whole?: { bytes: number; bodySha256: string };
};

/** Bounds of the ring. */
export type RingLimits = { documents: number; bytes: number; bodyBytes: number; pendingWrites: number };

/** A thousand requests or 50 MB an endpoint; the writes in flight are few, so that forgers do not crowd out signed events. */
export const RING_LIMITS: RingLimits = {
  documents: 1_000,
  bytes: 50 * 1024 * 1024,
  bodyBytes: 64 * 1024,
  pendingWrites: 8,
};

/** The ring of refused requests. */
export type Rejected = {
  /** Keeps one, without anybody waiting for it; drops it where too many are being kept already. */
  keep: (provider: Provider, refusal: Refusal) => void;
  /** Resolves when all writes have ended. */
  idle: () => Promise<void>;
};

/** What the ring is built from. */
export type RejectedParts = {
  collection: Collection<RejectedDelivery>;
  limits?: RingLimits;
  /** Told of each request that was refused but could not be kept; `error` is absent for one that was dropped. */
  onLost: (error?: unknown) => void;
};

/** The ring is cut back once for this many additions. */
const TRIM_EVERY = 20;

/**
 * Builds the ring.
 * @param parts its collection, bounds and who is told of losses
 */
export function createRejected(parts: RejectedParts): Rejected {
  const { collection, limits = RING_LIMITS, onLost } = parts;
  const pending = new Set<Promise<void>>();
  let added = 0;

  async function add(entry: RejectedDelivery): Promise<void> {
    await collection.insertOne(entry);
    added += 1;
    if (added % TRIM_EVERY === 0) await trim(collection, entry, limits);
  }

  return {
    keep: (provider, refusal) => {
      if (pending.size >= limits.pendingWrites) {
        onLost();
        return;
      }
      const writing = add(entryOf(provider, refusal, limits.bodyBytes)).catch(onLost);
      pending.add(writing);
      void writing.finally(() => pending.delete(writing));
    },
    idle: async () => {
      await Promise.all(pending);
    },
  };
}

function entryOf(provider: Provider, refusal: Refusal, longest: number): RejectedDelivery {
  const { cause, delivery, whole } = refusal;
  const { endpoint, target, body, receivedAt } = delivery;
  return {
    provider: provider.name,
    endpoint,
    cause,
    target: target.slice(0, longest),
    headers: keptHeaders(delivery.headers, provider.headers),
    bodySha256: whole?.bodySha256 ?? bodyHash(target, body),
    bodyBytes: whole?.bytes ?? body.length,
    body: new Binary(body.subarray(0, longest)),
    receivedAt,
  };
}

/** Removes the oldest beyond the bounds: the newest ones are summed up until they fill the ring. */
async function trim(
  collection: Collection<RejectedDelivery>,
  { provider, endpoint }: RejectedDelivery,
  limits: RingLimits,
): Promise<void> {
  const [newestOutside] = await collection
    .aggregate<{ _id: ObjectId }>([
      { $match: { provider, endpoint } },
      { $project: { bytes: { $binarySize: '$body' } } },
      {
        $setWindowFields: {
          sortBy: { _id: -1 },
          output: {
            documents: { $sum: 1, window: { documents: ['unbounded', 'current'] } },
            bytes: { $sum: '$bytes', window: { documents: ['unbounded', 'current'] } },
          },
        },
      },
      { $match: { $or: [{ documents: { $gt: limits.documents } }, { bytes: { $gt: limits.bytes } }] } },
      { $sort: { _id: -1 } },
      { $limit: 1 },
    ])
    .toArray();
  if (newestOutside !== undefined) {
    await collection.deleteMany({ provider, endpoint, _id: { $lte: newestOutside._id } });
  }
}
