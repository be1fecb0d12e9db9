/** The shape of one document of `rejected`, and how a refused request becomes one on its way into the ring. */
import { Binary } from 'mongodb';
import type { ObjectId } from 'mongodb';
import type { Endpoint } from './endpoints.ts';
import { bodyHash } from './keys.ts';
import type { Delivery, RefusalCause } from './providers/provider.ts';
import { keptHeaders } from './record.ts';

/**
 * One document of `rejected`; a body beyond the cap is cut to `keptBytes`, hash and `bodyBytes` are those of the whole. `proved`
 * tells whether the endpoint's secrets had been right before: where not, the request may well be the sender's own.
 */
export type RejectedDelivery = {
  _id?: ObjectId;
  provider: string;
  endpoint: string;
  proved: boolean;
  address: string;
  cause: RefusalCause;
  target: string;
  headers: Record<string, string>;
  bodySha256: string;
  bodyBytes: number;
  keptBytes: number;
  body: Binary;
  receivedAt: Date;
};

/** A refused request; `whole` is set where `delivery` holds only the beginning of a body (hash over target and body, hex). */
export type Refusal = {
  delivery: Delivery;
  cause: RefusalCause;
  address: string;
  whole?: { bytes: number; bodySha256: string };
};

/** Node's own limit on all headers lies below it. */
const LONGEST_TARGET = 64 * 1024;

/** What a document is made from; `longest` bounds the bytes kept of its body. */
export type Entering = { endpoint: Endpoint; refusal: Refusal; proved: boolean; longest: number };

/**
 * Makes the document of a refused request.
 * @param entering the request and what is known of its endpoint
 */
export function entryOf({ endpoint, refusal, proved, longest }: Entering): RejectedDelivery {
  const { cause, delivery, whole, address } = refusal;
  const { target, body, receivedAt } = delivery;
  const kept = body.subarray(0, longest);
  return {
    provider: endpoint.provider.name,
    endpoint: endpoint.name,
    proved,
    address,
    cause,
    target: target.slice(0, LONGEST_TARGET),
    headers: keptHeaders(delivery.headers, endpoint.provider.headers),
    bodySha256: whole?.bodySha256 ?? bodyHash(target, body),
    bodyBytes: whole?.bytes ?? body.length,
    keptBytes: kept.length,
    body: new Binary(kept),
    receivedAt,
  };
}
