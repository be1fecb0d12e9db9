/** Who did what: acts of administration, exports, and reads of what was said, each written down before it is answered. */
import type { Db } from 'mongodb';
import { createActChain } from './act-chain.ts';
import { whileThere } from './repositories/snapshot.ts';
import type { StoredAct } from './schema.ts';
import type { Viewer } from './scopes.ts';

/** What is written down: who, which act, on what; `details` never hold what was said, numbers or keys. */
export type Act = { act: StoredAct['act']; subject: string; details?: Record<string, string | number> };

/** The writing down. */
export type AuditLog = {
  /**
   * Writes an act down, durably.
   * @throws DatabaseAway where it cannot be: then it must not be done
   */
  note(viewer: Viewer, act: Act): Promise<void>;
};

/** The longest subject that is kept. */
const LONGEST_SUBJECT = 500;

/**
 * Makes the writing down.
 * @param db a prepared database
 * @returns it
 */
export function createAuditLog(db: Db): AuditLog {
  const append = createActChain(db);
  return {
    async note({ keyId, address }, { act, subject, details = {} }) {
      const fresh = {
        at: new Date(),
        keyId,
        address,
        act,
        subject: subject.slice(0, LONGEST_SUBJECT),
        details,
      };
      await whileThere(() => append(fresh));
    },
  };
}
