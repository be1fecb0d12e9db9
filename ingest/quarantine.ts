/** Keeps what was signed and cannot be read, with its bytes and the reason, durable before the 200; the same bytes once. */
import { createHash } from 'node:crypto';
import { Binary, MongoServerError } from 'mongodb';
import type { Collection } from 'mongodb';
import { bodyHash } from './keys.ts';
import type { Delivery, Provider, UnreadableReason } from './providers/provider.ts';
import { keptHeaders } from './record.ts';

/** One document of `quarantine`. `_id` is a hash over sender, endpoint, target and bytes. */
export type QuarantinedDelivery = {
  _id: string;
  provider: string;
  endpoint: string;
  /** `threw`: a defect of ours while it was read; `unstorable`: the database refuses its document. */
  reason: UnreadableReason | 'stale' | 'threw' | 'unstorable';
  /** Paths of the fields at fault, never their values. */
  issues: string[];
  target: string;
  headers: Record<string, string>;
  bodySha256: string;
  body: Binary;
  receivedAt: Date;
};

/** Why a delivery is quarantined. */
export type QuarantineReason = Pick<QuarantinedDelivery, 'reason' | 'issues'>;

/** Keeps a delivery; resolves with its id once it is durable, throws where the database did not acknowledge. */
export type Quarantine = (provider: Provider, delivery: Delivery, why: QuarantineReason) => Promise<string>;

const ID_TAKEN = 11_000;
const DURABLE = { w: 'majority', journal: true, wtimeoutMS: 2_000 } as const;

/**
 * Builds the quarantine.
 * @param collection `quarantine`
 */
export function createQuarantine(collection: Collection<QuarantinedDelivery>): Quarantine {
  return async (provider, delivery, why) => {
    const { endpoint, target, body, receivedAt } = delivery;
    const bodySha256 = bodyHash(target, body);
    const _id = createHash('sha256')
      .update(JSON.stringify([provider.name, endpoint, bodySha256]))
      .digest('hex');
    const kept: QuarantinedDelivery = {
      _id,
      provider: provider.name,
      endpoint,
      ...why,
      target,
      headers: keptHeaders(delivery.headers, provider.headers),
      bodySha256,
      body: new Binary(body),
      receivedAt,
    };
    try {
      await collection.insertOne(kept, { writeConcern: DURABLE });
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === ID_TAKEN)) {
        throw new Error(`quarantining a ${provider.name} delivery`, { cause: error });
      }
      if (why.reason !== 'stale') await overrule(collection, kept);
    }
    return _id;
  };
}

/**
 * Bytes that once came too late may come again in time and not be readable: that is what is to be mended, and by whom they were
 * signed. The same arrival read once more is no other.
 */
async function overrule(
  collection: Collection<QuarantinedDelivery>,
  { _id, ...fresh }: QuarantinedDelivery,
): Promise<void> {
  await collection.updateOne(
    { _id, reason: 'stale', receivedAt: { $lt: fresh.receivedAt } },
    { $set: fresh },
    { writeConcern: DURABLE },
  );
}
