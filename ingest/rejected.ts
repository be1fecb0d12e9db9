/** Keeps what failed verification in a bounded ring per endpoint, so that a wrong secret of our own loses little. Never among events. */
import type { Collection } from 'mongodb';
import type { Endpoint } from './endpoints.ts';
import { entryOf } from './rejected-delivery.ts';
import type { Refusal, RejectedDelivery } from './rejected-delivery.ts';
import { trimRing } from './trim-ring.ts';
import type { RingLimits } from './trim-ring.ts';

/** Bounds of the rings of an endpoint whose secrets are proved, and of one whose secrets are not; of what waits to be written, and of writes in flight. */
export type RejectedLimits = {
  proved: RingLimits;
  unproved: RingLimits;
  pendingWrites: number;
  waiting: { documents: number; bytes: number };
};

const MB = 1024 * 1024;
/**
 * A thousand requests or 50 MB an endpoint, and of a body a megabyte, which nearly every transcript fits: a sender may change its
 * secret long after ours was proved. Whole bodies up to a gigabyte while the fault may be ours. The writes in flight are
 * few, so that forgers do not crowd out signed events; a sender that changed its secret comes in bursts, which wait.
 */
export const REJECTED_LIMITS: RejectedLimits = {
  proved: { documents: 1_000, bytes: 50 * MB, bodyBytes: MB },
  unproved: { documents: 200_000, bytes: 1_024 * MB, bodyBytes: 8 * MB },
  pendingWrites: 8,
  waiting: { documents: 1_000, bytes: 16 * MB },
};

/** The rings of refused requests. */
export type Rejected = {
  /**
   * Keeps one, without anybody waiting for it; drops it where too many are being kept already, and in a flood unless the fault
   * may be ours.
   */
  keep: (endpoint: Endpoint, refusal: Refusal, how: 'flood' | 'single') => void;
  /** Resolves when all writes have ended. */
  idle: () => Promise<void>;
};

/** How refused requests are lost: too many at once, pushed out by later ones, or not written. */
export const LOST_HOW = ['dropped', 'evicted', 'failed'] as const;
/** One of {@link LOST_HOW}. */
export type LostHow = (typeof LOST_HOW)[number];

/** What the rings are built from. */
export type RejectedParts = {
  collection: Collection<RejectedDelivery>;
  isProved: (endpoint: Endpoint) => Promise<boolean>;
  limits?: RejectedLimits;
  /** Told of requests that are not kept, or no longer. */
  onLost: (how: LostHow, lost: { count: number; error?: unknown }) => void;
};

/** A ring is cut back whenever it has grown by 2 % of its documents or 5 % of its bytes. */
const TRIM_SHARE = { documents: 1 / 50, bytes: 1 / 20 };

/**
 * Builds the rings.
 * @param parts their collection, bounds and who is told of losses
 */
export function createRejected(parts: RejectedParts): Rejected {
  const { collection, isProved, limits = REJECTED_LIMITS, onLost } = parts;
  const pending = new Set<Promise<void>>();
  const waiting: { bytes: number; start: () => void }[] = [];
  let waitingBytes = 0;
  const grown = new Map<string, { documents: number; bytes: number }>();

  async function add(endpoint: Endpoint, refusal: Refusal, how: 'flood' | 'single'): Promise<void> {
    const proved = await isProved(endpoint);
    if (proved && how === 'flood') {
      onLost('dropped', { count: 1 });
      return;
    }
    const ring = proved ? limits.proved : limits.unproved;
    const entry = entryOf({ endpoint, refusal, proved, longest: ring.bodyBytes });
    await collection.insertOne(entry);
    if (!isDue(entry, ring)) return;
    const { provider, endpoint: name } = entry;
    const evicted = await trimRing(collection, { provider, endpoint: name, proved }, ring);
    if (evicted > 0) onLost('evicted', { count: evicted });
  }

  function isDue({ provider, endpoint, proved, keptBytes }: RejectedDelivery, ring: RingLimits): boolean {
    const key = `${provider}/${endpoint}/${String(proved)}`;
    const before = grown.get(key) ?? { documents: 0, bytes: 0 };
    const now = { documents: before.documents + 1, bytes: before.bytes + keptBytes };
    const due =
      now.documents >= ring.documents * TRIM_SHARE.documents || now.bytes >= ring.bytes * TRIM_SHARE.bytes;
    grown.set(key, due ? { documents: 0, bytes: 0 } : now);
    return due;
  }

  return {
    keep: (endpoint, refusal, how) => {
      const bytes = refusal.delivery.body.length;
      const start = (): void => {
        const writing = add(endpoint, refusal, how).catch((error: unknown) => {
          onLost('failed', { count: 1, error });
        });
        pending.add(writing);
        void writing.finally(() => {
          pending.delete(writing);
          const next = waiting.shift();
          waitingBytes -= next?.bytes ?? 0;
          next?.start();
        });
      };
      const { documents, bytes: most } = limits.waiting;
      if (pending.size < limits.pendingWrites) start();
      else if (waiting.length < documents && waitingBytes + bytes <= most) {
        waiting.push({ bytes, start });
        waitingBytes += bytes;
      } else onLost('dropped', { count: 1 });
    },
    idle: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
