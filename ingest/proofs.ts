/** Remembers which endpoints' secrets have ever made a right signature: until then what is refused may well be the sender's own. */
import type { Db } from 'mongodb';
import type { Endpoint } from './endpoints.ts';

/** One document of `endpoint_proofs`: an endpoint, and the secrets (by id) of which one was seen to be right. */
export type EndpointProof = { _id: string; secretIds: string; provedAt: Date };

/** What is known of the endpoints' secrets. */
export type Proofs = {
  /** Notes a right signature; after the first one of an endpoint it costs a look-up in memory. */
  note: (endpoint: Endpoint) => void;
  /** Whether there was one since the endpoint's secrets changed, in any process. */
  isProved: (endpoint: Endpoint) => Promise<boolean>;
  /** Resolves when all writes have ended. */
  idle: () => Promise<void>;
};

/** How long an answer "not yet" is believed: another process may see the first right signature. */
const UNPROVED_MS = 10_000;

/**
 * Builds the memory.
 * @param db the database
 * @param onFailed told of what could not be written
 */
export function createProofs(db: Db, onFailed: (doing: string, error: unknown) => void): Proofs {
  const collection = db.collection<EndpointProof>('endpoint_proofs');
  const proved = new Set<string>();
  const lookedAtMs = new Map<string, number>();
  const pending = new Set<Promise<unknown>>();

  async function write(_id: string, secretIds: string): Promise<void> {
    try {
      await collection.replaceOne({ _id }, { secretIds, provedAt: new Date() }, { upsert: true });
    } catch (error) {
      proved.delete(_id);
      onFailed('noting that an endpoint’s secrets are right', error);
    }
  }

  return {
    note: (endpoint) => {
      const _id = keyOf(endpoint);
      if (proved.has(_id)) return;
      proved.add(_id);
      const writing = write(_id, secretIdsOf(endpoint));
      pending.add(writing);
      void writing.finally(() => pending.delete(writing));
    },
    isProved: async (endpoint) => {
      const _id = keyOf(endpoint);
      if (proved.has(_id)) return true;
      if (Date.now() - (lookedAtMs.get(_id) ?? 0) < UNPROVED_MS) return false;
      lookedAtMs.set(_id, Date.now());
      const found = await collection.findOne({ _id, secretIds: secretIdsOf(endpoint) });
      if (found !== null) proved.add(_id);
      return found !== null;
    },
    idle: async () => {
      await Promise.all(pending);
    },
  };
}

function keyOf({ provider, name }: Endpoint): string {
  return `${provider.name}/${name}`;
}

function secretIdsOf({ secrets }: Endpoint): string {
  return secrets
    .map(({ id }) => id)
    .sort()
    .join(',');
}
