/** What becomes of a request that failed verification: kept where it may be looked at later, answered without detail. */
import type { Answer } from './answer.ts';
import type { Endpoint } from './endpoints.ts';
import { quarantined } from './keep.ts';
import type { Flood } from './flood.ts';
import type { KeepParts } from './keep.ts';
import type { IngestObserver } from './observe.ts';
import type { Rejected } from './rejected.ts';
import type { Refusal } from './rejected-delivery.ts';

/** What refusing works with. */
export type RefuseParts = KeepParts & { rejected: Rejected; flood: Flood; observer: IngestObserver };

/**
 * Keeps a refused request. A signature that is right and only too old is quarantined: its bytes are the sender's own.
 * @param parts what refusing works with
 * @param endpoint it came to
 * @param refusal what came and why it does not count
 */
export async function refuse(parts: RefuseParts, endpoint: Endpoint, refusal: Refusal): Promise<Answer> {
  const { delivery, cause, address } = refusal;
  const { provider } = endpoint;
  parts.observer.refused(endpoint, cause);
  if (cause !== 'stale') {
    const isFlood = parts.flood.exceeds(address, delivery.receivedAt);
    parts.rejected.keep(endpoint, refusal, isFlood ? 'flood' : 'single');
    return { fate: isFlood ? 'limited' : 'unsigned' };
  }
  if (refusal.whole !== undefined) {
    // Only its beginning is at hand, which is no delivery that could be promoted.
    parts.rejected.keep(endpoint, refusal, 'single');
    return { fate: 'stale' };
  }
  const kept = await quarantined(parts, { provider, delivery }, { reason: 'stale', issues: [] });
  return { fate: kept.fate === 'quarantined' ? 'stale' : kept.fate };
}
